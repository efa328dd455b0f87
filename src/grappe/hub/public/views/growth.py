"""Growth by official tables: the list of them, a region's growth in its parts, two or three side by side."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from grappe.hub.observatory.growing import Pair, Row, Span, compare, decompose, whole_span
from grappe.hub.observatory.models import Figure, Measurement, OfficialTable
from grappe.hub.observatory.queries import figures_from, measured_groups, visible_searches, visible_tables
from grappe.hub.observatory.wording import language
from grappe.hub.public.spans import (
    MODELS,
    MOST_COMPARED,
    AskedGrowth,
    asked_growth,
    asked_pairs,
    asked_span,
    industries_of,
    regions_of,
)
from grappe.hub.public.views.downloads import csv_file, svg_file
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import all_codes
from grappe.statements.records import hash_id

_KEPT_S = 86_400
#: Industries that a drawing has room for; the table has them all.
_DRAWN = 20
_PARTS = ("national", "industry_mix", "competitive", "allocation", "residual")


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """What is measured here, and the official tables. Five queries."""
    codes, made = all_codes(), measured_groups(request.user)
    groups: list[tuple[str, list[tuple[Any, Measurement | None]]]] = [
        (kind, [(record, made.get(f"{kind}:{code}")) for code, record in codes[kind].items()])
        for kind in ("sector", "cluster")
    ]
    searches = [(each, made.get(each.group)) for each in visible_searches(request.user)]
    if searches:
        groups.append(("search", searches))
    context = {"groups": groups, "tables": list(visible_tables(request.user)), "some": bool(made)}
    return render(request, "hub/tables.html", context)


@require_safe
def growth(request: HttpRequest, table: str) -> HttpResponse:
    """How a region of an official table grew, and what its growth is made of. Three queries at most."""
    found = _table(request, table)
    asked = asked_growth(found, request.GET)
    context: dict[str, Any] = {"table": found, "asked": asked, "methods": _methods()}
    context |= {"regions": regions_of(found), "industries": industries_of(found)}
    if asked is not None:
        rows = decompose(found, asked.region, asked.span, asked.model)
        parts = _parts_in(rows)
        context |= {
            "rows": [(row, [row[part] for part in parts]) for row in sorted(rows, key=_by_title)],
            "one": next((row for row in rows if row["industry"] == asked.industry), None),
            "parts": [(part, _words()[part]) for part in parts],
            "figure": _figure_of(request, found, asked),
            "query": _query_of(asked),
            "others": urlencode({"region1": asked.region, "industry1": asked.industry}),
        }
        context["one_parts"] = _told_parts(context["one"], parts)
    return render(request, "hub/growth.html", context)


@require_safe
def growth_file(request: HttpRequest, table: str, form: str) -> HttpResponse:
    """The parts of a region's growth: the drawing as SVG, the table as CSV."""
    found = _table(request, table)
    asked = asked_growth(found, request.GET)
    if asked is None:
        raise Http404
    rows = decompose(found, asked.region, asked.span, asked.model)
    title = " · ".join([paired(found, "title", language())[0], asked.region, _years(asked.span)])
    if form == "csv":
        return _csv(rows, title, {"region": asked.region, "method": asked.model, **_between(asked.span)})
    parts = _parts_in(rows)
    whole = [row for row in rows if all(row[part] is not None for part in parts)]
    largest = sorted(whole, key=lambda row: -abs(row["change"]))[:_DRAWN]
    drawn = [{**row, "industry": row["title"]} for row in largest]
    words = {"title": title, "language": language(), "words": _words()}
    return _drawn(found, [title, asked.model], lambda draw: draw.parts_svg(drawn, parts, **words))


@require_safe
def comparison(request: HttpRequest, table: str) -> HttpResponse:
    """Two or three industries or regions of an official table side by side. Two queries at most."""
    found = _table(request, table)
    span, pairs = asked_span(found, request.GET), asked_pairs(found, request.GET)
    context: dict[str, Any] = {
        "table": found,
        "span": span,
        "regions": regions_of(found),
        "industries": industries_of(found),
        "lines": _lines(pairs),
    }
    if span is not None and len(pairs) > 1:
        rows = compare(found, pairs, span)
        context |= {
            "rows": [(_label(row), row) for row in rows],
            "series": _by_period(rows),
            "query": _pairs_query(pairs, span),
        }
    return render(request, "hub/growth_comparison.html", context)


@require_safe
def comparison_file(request: HttpRequest, table: str, name: str, form: str) -> HttpResponse:
    """A drawing of the comparison as SVG, or its table as CSV: quotients, or indices of growth."""
    found = _table(request, table)
    span, pairs = asked_span(found, request.GET), asked_pairs(found, request.GET)
    if span is None or len(pairs) < 2:
        raise Http404
    rows = compare(found, pairs, span)
    title = " · ".join([paired(found, "title", language())[0], _titles()[name], _years(span)])
    if form == "csv":
        flat = [{key: value for key, value in row.items() if key != "series"} for row in rows]
        return _csv(flat if name == "quotients" else _indices(rows), title, _between(span))
    words = {"title": title, "language": language()}
    key = [title, *(each for pair in pairs for each in pair)]
    if name == "quotients":
        told = [{**row, "label": _label(row)} for row in rows]
        return _drawn(found, key, lambda draw: draw.ranking_svg(told, "label", "lq", reference=1.0, **words))
    return _drawn(found, key, lambda draw: draw.series_svg(_indices(rows), "label", "index", **words))


def _table(request: HttpRequest, key: str) -> OfficialTable:
    return get_object_or_404(visible_tables(request.user), pk=key)


def _figure_of(request: HttpRequest, table: OfficialTable, asked: AskedGrowth) -> Figure | None:
    """What the ledger has of the growth that is shown."""
    if asked.region != table.home_region or asked.span != whole_span(table):
        return None
    return figures_from(table, request.user).get(f"growth/{asked.industry}")


def _methods() -> list[tuple[str, str]]:
    names = {
        "dunn": "Dunn (1960)",
        "esteban-marquillas": "Esteban-Marquillas (1972)",
        "dynamic": gettext("Dynamic: year by year (Barff and Knight, 1988)"),
    }
    return [(model, names[model]) for model in MODELS]


def _words() -> dict[str, str]:
    return {
        "national": gettext("The whole"),
        "industry_mix": gettext("The industry"),
        "competitive": gettext("The region"),
        "allocation": gettext("Allocation"),
        "residual": gettext("Residual"),
    }


def _titles() -> dict[str, str]:
    return {"quotients": gettext("Location quotients"), "growth": gettext("Growth")}


def _parts_in(rows: Sequence[Row]) -> list[str]:
    return [part for part in _PARTS if rows and part in rows[0]]


def _told_parts(one: Row | None, parts: Sequence[str]) -> list[tuple[str, float]]:
    """The parts of one industry's change with their names; [] when a cell is hidden."""
    if one is None or any(one[part] is None for part in parts):
        return []
    return [(_words()[part], one[part]) for part in parts]


def _by_title(row: Row) -> tuple[str, str]:
    return row["title"].casefold(), row["industry"]


def _label(row: Row) -> str:
    return f"{row['title']} · {row['region']}"


def _lines(pairs: Sequence[Pair]) -> list[tuple[int, str, str]]:
    """(number, region, industry) of each line of the form, empty ones at the end."""
    filled = [*pairs, *([("", "")] * MOST_COMPARED)][:MOST_COMPARED]
    return [(number, *pair) for number, pair in enumerate(filled, 1)]


def _by_period(rows: Sequence[Row]) -> list[tuple[str, list[float | None]]]:
    """Period → the value of each row."""
    return [
        (period, [row["series"][place][1] for row in rows])
        for place, (period, _) in enumerate(rows[0]["series"])
    ]


def _indices(rows: Sequence[Row]) -> list[Row]:
    """Each value over the first of its line, times a hundred; None where either is hidden or the first 0."""
    return [
        {
            "label": _label(row),
            "period": period,
            "value": value,
            "index": value / row["start"] * 100 if row["start"] and value is not None else None,
        }
        for row in rows
        for period, value in row["series"]
    ]


def _between(span: Span) -> dict[str, str]:
    return {"from": span.start, "to": span.end}


def _years(span: Span) -> str:
    return f"{span.start}–{span.end}"


def _query_of(asked: AskedGrowth) -> str:
    told = {"region": asked.region, "industry": asked.industry, **_between(asked.span), "method": asked.model}
    return urlencode(told)


def _pairs_query(pairs: Sequence[Pair], span: Span) -> str:
    told = {
        name: value
        for number, (region, industry) in enumerate(pairs, 1)
        for name, value in ((f"region{number}", region), (f"industry{number}", industry))
    }
    return urlencode({**told, **_between(span)})


def _drawn(table: OfficialTable, key: Sequence[str], draw: Callable[[Any], str]) -> HttpResponse:
    """What *draw* makes, drawn once for each content of the table and language."""
    from grappe.measure import plots

    kept = f"growth-{hash_id(table.inputs, language(), *key)}"
    return svg_file(cache.get_or_set(kept, lambda: draw(plots), _KEPT_S), key[0])  # type: ignore[arg-type]


def _csv(rows: Sequence[Row], title: str, more: dict[str, str]) -> HttpResponse:
    columns = [*more, *(rows[0] if rows else ())]
    return csv_file(columns, [[{**more, **row}[column] for column in columns] for row in rows], title)
