"""The second step: what each column holds, guessed or kept from the edition before, corrected by a person."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from grappe.hub.registry.actions.imports import say_columns
from grappe.hub.registry.desk.imports.shell import ImportView
from grappe.hub.registry.desk.imports.wording import column_choices, qualifier_choices
from grappe.hub.registry.import_forms import mapping_faults, mapping_from
from grappe.hub.registry.importing.files import read_preview
from grappe.hub.registry.importing.mappings import column_codes, samples_of
from grappe.hub.registry.wording import language
from grappe.intake.spreadsheets import Mapping, mapping_content, read_mapping
from grappe.intake.spreadsheets.sheets import column_number
from grappe.statements.vocabulary import code_labels

_ROWS_SHOWN = 8
_COLUMNS_SHOWN = 12


class ColumnsView(ImportView):
    """The sheets with their first rows and columns. Four queries."""

    needs = ("prepare", "import")
    template_name = "hub/desk/imports/columns.html"
    step = "columns"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; elsewhere when there is nothing to be said of columns."""
        if self.brought.is_working or not self.brought.is_open or not read_preview(self.brought):
            return self.forward()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One table a sheet, with what each column is said to hold."""
        mapping = kwargs.pop("mapping", None) or read_mapping(self.brought.mapping)
        preview = read_preview(self.brought)
        codes = {code: names[language()] for code, names in column_codes(self.brought)["cluster"].items()}
        context = {
            "sheets": _sheets(preview, mapping),
            "column_choices": column_choices(),
            "qualifier_choices": qualifier_choices(),
            "defaults": _defaults(mapping, codes),
            "faults": kwargs.pop("faults", ()),
        }
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, import_id: int) -> HttpResponse:
        """Guess a sheet's columns again, or keep what is said and read the list so."""
        retitled = request.POST.get("retitle", "")
        mapping = mapping_from(request.POST, read_preview(self.brought), retitled)
        faults = [] if retitled else mapping_faults(mapping)
        if retitled or faults:
            return self.render_to_response(self.get_context_data(mapping=mapping, faults=faults))
        say_columns(
            brought=self.brought,
            mapping=mapping_content(mapping),
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        return redirect("desk_import", self.brought.pk)


def _sheets(preview: dict[str, Any], mapping: Mapping) -> list[dict[str, Any]]:
    shown = []
    for number, sheet in enumerate(preview.get("sheets", ())):
        mapped = mapping.sheet(sheet["name"])
        titles = mapped.header_row if mapped else 0
        columns: list[dict[str, Any]] = [
            {
                "prefix": f"sheet-{number}-column-{at}",
                "column": column,
                "samples": samples_of(sheet, titles, column_number(column.letter)),
            }
            for at, column in enumerate(mapped.columns if mapped else ())
        ]
        shown.append(
            {
                "number": number,
                "name": sheet["name"],
                "titles": titles,
                "is_read": bool(mapped and not mapped.ignore),
                "columns": columns,
                "undecided": sum(not each["column"].property for each in columns),
                "rows": [
                    {"number": row["number"], "cells": row["cells"][:_COLUMNS_SHOWN]}
                    for row in sheet["rows"][:_ROWS_SHOWN]
                ],
            }
        )
    return shown


def _defaults(mapping: Mapping, clusters: dict[str, str]) -> list[dict[str, Any]]:
    """What every row says besides: the cluster, the role in it, the kind of organisation."""

    def listed(kind: str) -> dict[str, str]:
        return {code: labels[language()] for code, labels in code_labels(kind).items()}

    asked = (
        ("cluster", gettext("Cluster"), clusters),
        ("cluster_role", gettext("Role in the cluster"), listed("cluster_role")),
        ("kind", gettext("Kind of organisation"), listed("kind")),
    )
    return [
        {"name": name, "label": label, "choices": choices.items(), "value": mapping.defaults.get(name, "")}
        for name, label, choices in asked
    ]
