"""The data for others: every table in every format, licences, the API."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from grappe.hub.registry.exporting.formats import FORMATS
from grappe.hub.registry.exporting.rows import export_for

_EXPORTS = "/api/v1/exports/"


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What may be taken away, in which formats, under which licences, and what is left out. Two queries."""
    export = export_for(request.user)
    labels = {
        "organisations": gettext("Organisations"),
        "statements": gettext("Statements"),
        "sources": gettext("Sources"),
    }
    tables = [
        (label, [(each.label, f"{_EXPORTS}{table}.{each.ending}") for each in FORMATS.values()])
        for table, label in labels.items()
    ]
    bundles = [(each.label, f"{_EXPORTS}all.{each.ending}.zip") for each in FORMATS.values()]
    context = {
        "tables": [*tables, (gettext("Everything, with licences and attribution (zip)"), bundles)],
        "exports": _EXPORTS,
        "withheld": export.withheld,
    }
    return render(request, "hub/data.html", context)
