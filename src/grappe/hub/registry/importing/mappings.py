"""What an import's rows in the database say to the reader of lists: source, columns, codes, amendments."""

from dataclasses import fields, replace
from itertools import islice
from typing import Any

from grappe.hub.registry.importing.files import list_of
from grappe.hub.registry.models import Code, Import
from grappe.intake.spreadsheets import (
    Amendments,
    Mapping,
    Row,
    SheetMapping,
    first_rows,
    guess_sheet,
    mapping_content,
    read_mapping,
    recall_mapping,
)
from grappe.intake.values import Codes
from grappe.statements import Source

_SHOWN_CELL = 120
_SHOWN_COLUMNS = 200
_SOURCE_FIELDS = [field.name for field in fields(Source) if field.name != "id"]


def core_source(brought: Import) -> Source:
    """The source of *brought* as the core knows it."""
    said: dict[str, Any] = {name: brought.described.get(name) or None for name in _SOURCE_FIELDS}
    said |= {"chain": tuple(said["chain"] or ()), "content_hash": said["content_hash"] or ""}
    said["visibility"] = said["visibility"] or "public"
    return Source(id=brought.source_key, **said)


def column_codes(brought: Import) -> dict[str, Codes]:
    """The workspace's lists by property; a cluster's own list puts organisations in no other cluster."""
    codes: dict[str, dict[str, dict[str, str]]] = {"cluster": {}, "sector": {}, "stage": {}}
    for code in Code.objects.all():
        names = {"fr": code.name_fr or code.name_en, "en": code.name_en or code.name_fr}
        codes[code.list][code.code] = {language: name for language, name in names.items() if name}
    if brought.cluster:
        codes["cluster"] = {key: names for key, names in codes["cluster"].items() if key == brought.cluster}
    return dict(codes)


def amendments_of(brought: Import) -> Amendments:
    """What people amended in the list of *brought*."""
    cells = brought.amendments.get("cells", ())
    rows = brought.amendments.get("rows", ())
    return Amendments(
        {(cell["sheet"], cell["row"], cell["column"]): cell["value"] for cell in cells},
        frozenset((row["sheet"], row["row"]) for row in rows),
    )


def former_mapping(brought: Import) -> Mapping | None:
    """How the edition before was read, or None."""
    others = Import.objects.filter(source_key=brought.source_key).exclude(pk=brought.pk).exclude(mapping={})
    latest = others.first()
    return read_mapping(latest.mapping) if latest else None


def preview_of(brought: Import) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first rows of each sheet, and the mapping proposed: last year's where its titles come back.

    Raises GrappeError when the list can't be opened.
    """
    kept = former_mapping(brought)
    sheets, guesses = [], []
    for name, rows in first_rows(list_of(brought)):
        guessed = guess_sheet(name, rows)
        sheets.append({"name": name, "rows": [_shown_row(row) for row in rows]})
        if guessed is None:
            guesses.append(SheetMapping(name, 0, ignore=True))
        else:
            guesses.append(recall_mapping(guessed, kept) if kept else guessed)
    defaults = kept.defaults if kept else _first_defaults(brought, guesses)
    return {"sheets": sheets}, mapping_content(Mapping(tuple(guesses), defaults))


def titles_at(preview: dict[str, Any], name: str, number: int) -> SheetMapping | None:
    """The columns of a sheet whose titles a person says are on the row *number*; None when it is empty."""
    sheet = next((each for each in preview.get("sheets", ()) if each["name"] == name), None)
    rows = [Row(row["number"], tuple(row["cells"])) for row in sheet["rows"]] if sheet else []
    return guess_sheet(name, rows, titles_at=number)


def samples_of(sheet: dict[str, Any], header_row: int, letter_at: int, most: int = 3) -> list[str]:
    """The first values under the title of a column, for a person to recognise it by."""
    below = (row["cells"] for row in sheet["rows"] if row["number"] > header_row)
    values = (cells[letter_at] for cells in below if len(cells) > letter_at)
    return list(islice((value for value in values if value.strip()), most))


def _first_defaults(brought: Import, guesses: list[SheetMapping]) -> dict[str, str]:
    """A cluster's list that has no column for it is of that cluster's members, until somebody says better."""
    told = {column.property for sheet in guesses for column in sheet.columns}
    if not brought.cluster or "cluster" in told:
        return {}
    return {"cluster": brought.cluster, "cluster_role": "member"}


def _shown_row(row: Row) -> dict[str, Any]:
    return {"number": row.number, "cells": [cell[:_SHOWN_CELL] for cell in row.cells[:_SHOWN_COLUMNS]]}


def with_columns(mapping: Mapping, sheet: SheetMapping) -> Mapping:
    """*mapping* with *sheet* in place of the one of that name."""
    sheets = tuple(sheet if each.name == sheet.name else each for each in mapping.sheets)
    return replace(mapping, sheets=sheets)
