"""What official tables say of growth: cells in, the core's decompositions, quotients and indices out."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache

from grappe.hub.observatory.actions.computing import Result
from grappe.hub.observatory.models import OfficialTable
from grappe.hub.observatory.queries import cells_of
from grappe.statements.records import hash_id

if TYPE_CHECKING:
    from grappe.measure.shifts import Model

_KEPT_S = 86_400
_ISO = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?")
Row = dict[str, Any]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Span:
    """From a period of a table to a later one."""

    start: str
    end: str


def decompose(table: OfficialTable, region: str, span: Span, model: "Model") -> list[Row]:
    """How each industry of *region* grew, and the parts of it by *model*, totals left out: one query, or none
    when it is kept.

    Rows: industry, title, start, end, change, growth, yearly, cagr, national, industry_mix, competitive and,
    by Esteban-Marquillas, allocation and residual; None where the office hides a cell it rests on.
    """
    asked = ("parts", region, span.start, span.end, model)
    return _kept(table, asked, lambda: _decompose(table, region, span, model))


def compare(table: OfficialTable, pairs: Sequence[Pair], span: Span) -> list[Row]:
    """(region, industry) of each of *pairs*: start, end, growth, yearly, cagr, its share of the region, its
    location quotient with its interval at the end, and ``series``, each period's value; one query or none.
    """
    asked = ("comparison", span.start, span.end, *(each for pair in pairs for each in pair))
    return _kept(table, asked, lambda: _compare(table, pairs, span))


def grown(table: OfficialTable, span: Span, industries: Collection[str]) -> list[Row]:
    """How *industries* grew in the table's home region."""
    found = _growth(_arrow(table, [span.start, span.end]), span)
    return [row for row in found if row["region"] == table.home_region and row["industry"] in industries]


def whole_span(table: OfficialTable) -> Span | None:
    """From the first to the last period; None when there is one only."""
    return Span(table.periods[0], table.periods[-1]) if len(table.periods) > 1 else None


def growth_results(table: OfficialTable) -> list[Result]:
    """The growth of what the table follows in its home region, as figures; what is suppressed is none."""
    from grappe.measure.computed import Computation

    span = whole_span(table)
    if span is None or not table.home_region or not table.followed:
        return []
    asked = {"period_start": span.start, "period_end": span.end, "region": table.home_region}
    made = Computation("growth", {table.source_id: table.source.content_hash}, asked)
    found = []
    for row in grown(table, span, table.followed):
        if row["cagr"] is None:
            continue
        code = row["industry"]
        figure = made.figure(row["cagr"], subject=table.industries[code], place=table.home_region)
        figure = figure.with_changes(
            period_start=_iso(span.start), period_end=_iso(span.end), period_kind="span",
            classification=code, source=table.source.publisher,
        )  # fmt: skip
        found.append(Result(f"growth/{code}", figure, table.source, sector=table.followed[code]))
    return found


def _iso(period: str) -> str:
    """The period as ISO 8601 writes it, or its year."""
    return period if _ISO.fullmatch(period) else period[:4]


def _kept(table: OfficialTable, asked: Sequence[str], make: Any) -> list[Row]:
    kept: list[Row] = cache.get_or_set(f"official-{hash_id(table.inputs, *asked)}", make, _KEPT_S)  # type: ignore[assignment]
    return kept


def _arrow(table: OfficialTable, periods: Collection[str]) -> Any:
    import pyarrow as pa

    columns = ("region", "industry", "period", "value")
    cells = list(zip(*cells_of(table, periods), strict=True)) or [()] * len(columns)
    kinds = (pa.string(), pa.string(), pa.string(), pa.float64())
    arrays = [pa.array(values, kind) for values, kind in zip(cells, kinds, strict=True)]
    return pa.table(arrays, list(columns))


def _between(table: OfficialTable, span: Span) -> list[str]:
    from grappe.measure.shifts import time_of

    first, last = time_of(span.start), time_of(span.end)
    return [period for period in table.periods if first <= time_of(period) <= last]


def _growth(cells: Any, span: Span) -> list[Row]:
    from grappe.measure.shifts import growth
    from grappe.measure.tables import rows_of

    return rows_of(growth(cells, period_start=span.start, period_end=span.end), "region", "industry")


def _decompose(table: OfficialTable, region: str, span: Span, model: "Model") -> list[Row]:
    from grappe.measure.shifts import shift_share
    from grappe.measure.tables import rows_of

    periods = _between(table, span) if model == "dynamic" else [span.start, span.end]
    cells = _arrow(table, periods)
    parts = shift_share(
        cells,
        region=region,
        period_start=span.start,
        period_end=span.end,
        reference_region=table.reference_region or None,
        total_industry=table.total_industry or None,
        model=model,
    )
    ours = {row["industry"]: row for row in _growth(cells, span) if row["region"] == region}
    # An industry that is only there in between has neither a start nor an end.
    neither = dict.fromkeys(("start", "end", "growth", "yearly", "cagr"))
    return [
        {**ours.get(row["industry"], neither), **row, "title": table.industries[row["industry"]]}
        for row in rows_of(parts, "industry")
    ]


def _compare(table: OfficialTable, pairs: Sequence[Pair], span: Span) -> list[Row]:
    from grappe.measure.quotients import location_quotients
    from grappe.measure.tables import rows_of

    cells = _arrow(table, _between(table, span))
    growths = {(row["region"], row["industry"]): row for row in _growth(cells, span)}
    found = location_quotients(
        cells,
        period=span.end,
        reference_region=table.reference_region or None,
        total_industry=table.total_industry or None,
    )
    quotients = {(row["region"], row["industry"]): row for row in rows_of(found)}
    columns = (column.to_pylist() for column in cells.columns)
    values = {(region, industry, period): v for region, industry, period, v in zip(*columns, strict=True)}
    told = ("lq", "lower", "upper", "status")
    rows = []
    for region, industry in pairs:
        known = growths.get((region, industry), {})
        quotient = quotients.get((region, industry), {})
        end, whole = known.get("end"), _whole(table, region, span.end, values)
        rows.append(
            {
                **{name: known.get(name) for name in ("start", "end", "change", "growth", "yearly", "cagr")},
                **{name: quotient.get(name) for name in told},
                "region": region,
                "industry": industry,
                "title": table.industries[industry],
                "share": end / whole if whole and end is not None else None,
                "series": [(p, values.get((region, industry, p))) for p in _between(table, span)],
            }
        )
    return rows


def _whole(
    table: OfficialTable, region: str, period: str, values: Mapping[tuple[str, str, str], float | None]
) -> float | None:
    """All industries of *region*; None when a part of a sum is suppressed."""
    if table.total_industry:
        return values.get((region, table.total_industry, period))
    parts = [value for (r, _, p), value in values.items() if (r, p) == (region, period)]
    return None if None in parts else sum(value for value in parts if value is not None)
