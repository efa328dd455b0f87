"""A ledger for other programs: CSV with a Frictionless data package, JSON-LD of schema.org, SDMX-CSV 2.0."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from grappe.statements.figures import Figure, figure_row

_NUMBERS = frozenset({"value", "lower", "upper", "uncertainty", "confidence"})
_INTEGERS = frozenset({"start", "end", "surface_start", "surface_end", "magnitude", "decimals", "seed"})
#: SDMX's code list of observation status, for a figure's own.
_STATUS = {"draft": "P", "checked": "A", "disputed": "U", "withdrawn": "M"}
_CONTEXT = "https://schema.org"
_STRUCTURE = "GRAPPE:KEY_FIGURES(1.0)"


def exchange_files(figures: Sequence[Figure], form: str, *, title: str) -> dict[str, str]:
    """File name → text for *form* ``csv``, ``jsonld`` or ``sdmx``. Figures come sorted by id, so that the
    same ledger gives the same bytes. Raises ValueError for another form."""
    ordered = sorted(figures, key=lambda figure: figure.id)
    if form == "csv":
        return {"figures.csv": figures_csv(ordered), "datapackage.json": _json(datapackage(title))}
    if form == "jsonld":
        return {"figures.jsonld": _json(figures_jsonld(ordered))}
    if form == "sdmx":
        return {"figures.sdmx.csv": figures_sdmx(ordered)}
    raise ValueError(form)


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def figures_csv(figures: Iterable[Figure]) -> str:
    """Every field in a column; lists with « | » between their parts."""
    columns = ["id", *(field.name for field in fields(Figure))]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    for figure in figures:
        row = figure_row(figure)
        writer.writerow(
            {name: "|".join(value) if isinstance(value, list) else value for name, value in row.items()}
        )
    return stream.getvalue()


def datapackage(title: str) -> dict[str, Any]:
    """The Frictionless descriptor (Data Package 1) of ``figures.csv``."""
    names = ["id", *(field.name for field in fields(Figure))]
    schema = {
        "fields": [{"name": name, "type": _type(name)} for name in names],
        "primaryKey": "id",
        "missingValues": [""],
    }
    resource = {
        "name": "figures",
        "path": "figures.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
    }
    return {
        "name": "key-figures",
        "title": title,
        "profile": "tabular-data-package",
        "resources": [{**resource, "profile": "tabular-data-resource", "schema": schema}],
    }


def _type(name: str) -> str:
    if name in _NUMBERS:
        return "number"
    if name in _INTEGERS:
        return "integer"
    return "boolean" if name == "multi_response" else "string"


def figures_jsonld(figures: Sequence[Figure]) -> dict[str, Any]:
    """A graph of schema.org ``StatisticalVariable`` (one an indicator, unit and subject) and
    ``Observation``."""
    variables: dict[str, dict[str, Any]] = {}
    observations = []
    for figure in figures:
        name = _variable_id(figure)
        variables.setdefault(name, _variable(name, figure))
        observations.append(_observation(name, figure))
    return {"@context": _CONTEXT, "@graph": [*variables.values(), *observations]}


def _variable_id(figure: Figure) -> str:
    parts = (figure.indicator, figure.kind, figure.unit, figure.subject or "", figure.member or "")
    return "#" + "/".join("-".join(part.lower().split()) for part in parts if part)


def _variable(name: str, figure: Figure) -> dict[str, Any]:
    told = {
        "@id": name,
        "@type": "StatisticalVariable",
        "name": figure.indicator,
        "description": figure.definition,
        "measuredProperty": figure.indicator,
        "statType": figure.kind,
        "populationType": figure.subject,
        "measurementDenominator": figure.share_of,
    }
    return _said(told)


def _observation(name: str, figure: Figure) -> dict[str, Any]:
    value: dict[str, Any] | float | int | None = figure.value
    if figure.lower is not None or figure.upper is not None:
        value = _said(
            {
                "@type": "QuantitativeValue",
                "value": figure.value,
                "minValue": figure.lower,
                "maxValue": figure.upper,
            }
        )
    told = {
        "@id": f"#{figure.id}",
        "@type": "Observation",
        "variableMeasured": {"@id": name},
        "value": value,
        "unitText": figure.currency if figure.unit.startswith("currency") else figure.unit,
        "observationDate": figure.period if figure.period and "/" not in figure.period else None,
        "observationPeriod": figure.period if figure.period and "/" in figure.period else None,
        "observationAbout": {"@type": "Place", "name": figure.place} if figure.place else None,
        "citation": figure.source,
        "inLanguage": figure.language,
    }
    return _said(told)


def _said(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def figures_sdmx(figures: Iterable[Figure]) -> str:
    """SDMX-CSV 2.0: one observation a row, dimensions first, then the measure and its attributes.

    ``OBS_VALUE`` is empty for a range, whose ends stand in ``LOWER_BOUND`` and ``UPPER_BOUND``;
    ``TIME_PERIOD`` of two ends is an ISO 8601 interval; ``_Z`` stands for what does not apply or is unknown.
    """
    columns = (
        "STRUCTURE", "STRUCTURE_ID", "ACTION", "INDICATOR", "KIND", "SUBJECT", "BREAKDOWN", "REF_AREA",
        "TIME_PERIOD", "OBS_VALUE",
        "UNIT_MEASURE", "UNIT_MULT", "DECIMALS", "QUALIFIER", "LOWER_BOUND", "UPPER_BOUND", "OBS_STATUS",
        "SOURCE", "COMMENT_OBS",
    )  # fmt: skip
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for one in figures:
        writer.writerow([
            "dataflow", _STRUCTURE, "I", one.indicator, one.kind, one.subject or "_Z", one.member or "_Z",
            one.place or "_Z", one.period or "_Z", one.value,
            one.currency if one.unit.startswith("currency") else one.unit, 0, one.decimals, one.qualifier,
            one.lower, one.upper, _STATUS[one.status], one.source, one.note,
        ])  # fmt: skip
    return stream.getvalue()
