"""One organisation: every value with who says it."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from grappe.hub.public import queries
from grappe.hub.public.facts import FactRow, fact_row, fact_rows
from grappe.hub.public.linked_data import organisation_json_ld
from grappe.hub.public.urls_of import organisation_url
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import Dossier, all_codes, current_id, dossier_of, visible_documents


@require_safe
def organisation(request: HttpRequest, canonical_id: str) -> HttpResponse:
    """The page of one organisation; a merged id leads to the one that replaces it. Six queries."""
    try:
        dossier = dossier_of(request.user, canonical_id)
    except Organisation.DoesNotExist:
        current = current_id(canonical_id)
        if current == canonical_id:
            raise Http404 from None
        return redirect(organisation_url(current), permanent=True)
    return render(request, "hub/organisation.html", _context(request, dossier))


def _context(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    language, codes = get_language() or "fr", all_codes()
    known = queries.organisations_by_entity(_entities_named(dossier))

    def name_of(entity: str) -> tuple[str, str] | None:
        other = known.get(entity)
        return (paired(other, "name", language)[0], organisation_url(other.pk)) if other else None

    mentioned = dossier.properties.get("mentioned_in")
    named_in = {value.value for value in mentioned.values} if mentioned else set()
    return {
        "organisation": dossier.organisation,
        "rows": fact_rows(dossier, codes, language, name_of),
        "description": _description(dossier, codes, language),
        "clusters": _labels(dossier.organisation.clusters, codes["cluster"]),
        "sectors": _labels(dossier.organisation.sectors, codes["sector"]),
        "documents": list(visible_documents(request.user).filter(pk__in=named_in).defer("text"))
        if named_in
        else [],
        "sources": dossier.sources,
        "entities": dossier.entities,
        "json_ld": organisation_json_ld(dossier, codes, language, settings.BASE_URL),
    }


def _entities_named(dossier: Dossier) -> set[str]:
    """The record ids that values of this organisation point at."""
    return {
        value.value
        for shown in dossier.properties.values()
        if shown.definition.type == "entity"
        for value in shown.values
    }


def _description(dossier: Dossier, codes: Any, language: str) -> FactRow | None:
    shown = dossier.properties.get("description")
    return fact_row(shown, codes, language) if shown else None


def _labels(chosen: list[str], records: Any) -> list[Any]:
    return [records[code] for code in chosen if code in records]
