"""Shift-share of regional growth, and growth itself."""

from itertools import pairwise
from typing import Any, Literal

import ibis
from ibis import Table

from grappe.measure.tables import LONG, as_table, require_value, rows_of
from grappe.statements.problems import GrappeError, Problem

Model = Literal["dunn", "esteban-marquillas", "dynamic"]


def shift_share(
    data: Any, *, region: str, period_start: str, period_end: str, reference_region: str | None = None,
    total_industry: str | None = None, model: Model = "dunn",
) -> Table:  # fmt: skip
    """What the growth of *region* owes to the nation, to its mix of industries, and to itself; one row an
    industry.

    Columns: industry, change, national, industry_mix, competitive and, by ``esteban-marquillas``, allocation
    and residual. Dunn: national e·G, mix e(G_i − G), competitive e'− e − e(G_i), with e the region's value at
    the start, e' at the end, G_i and G the growth of the industry and of the whole nation. Esteban-Marquillas
    splits the competitive part by the homothetic value h = e_r E_i / E: competitive h(g_i − G_i), allocation
    (e − h)(g_i − G_i); where e is 0, g_i is undefined and what is left of the change is the residual.
    Dynamic: Dunn between each two neighbouring periods, added. The parts add up to the change. A suppressed
    value leaves its industry's parts null; an industry that the nation lacks at the start, too.
    *reference_region*, *total_industry*: as for LQ; a total row of the nation gives its growth.
    Sources: Dunn (1960); Esteban-Marquillas (1972); Barff and Knight (1988).
    """
    table = as_table(data, LONG)
    require_value(table, "region", region)
    for period in (period_start, period_end):
        require_value(table, "period", period)
    if reference_region is not None:
        require_value(table, "region", reference_region)
    if model != "dynamic":
        return _between(table, region, period_start, period_end, reference_region, total_industry, model)
    known = {row["period"] for row in rows_of(table.select("period").distinct())}
    first_and_last = time_of(period_start), time_of(period_end)
    periods = sorted((p for p in known if first_and_last[0] <= time_of(p) <= first_and_last[1]), key=time_of)
    if len(periods) < 2:
        raise GrappeError(Problem("bad_value", column="period", found=period_end, expected="later_period"))
    parts = [
        _between(table, region, first, second, reference_region, total_industry, "dunn")
        for first, second in pairwise(periods)
    ]
    added = ibis.union(*parts) if len(parts) > 1 else parts[0]
    names = ("change", "national", "industry_mix", "competitive")
    return added.group_by("industry").agg(**{name: _sum_or_null(added[name]) for name in names})


def growth(data: Any, *, period_start: str, period_end: str, years: float | None = None) -> Table:
    """How each region's industry grew: change, arithmetic growth and compound annual growth rate, as
    fractions.

    growth = v'/v − 1; yearly = growth / years; cagr = (v'/v)^(1/years) − 1. *years*: between the two periods
    (None: the difference of the periods read as numbers). Null where v is 0, missing or suppressed.
    """
    table = as_table(data, LONG)
    for period in (period_start, period_end):
        require_value(table, "period", period)
    span = time_of(period_end)[0] - time_of(period_start)[0] if years is None else years
    cells = _paired(table, period_start, period_end, "region", "industry")
    ratio = cells.end / cells.start.nullif(0)
    found = cells.mutate(change=cells.end - cells.start, growth=ratio - 1)
    exponent = 1 / span if span else None
    return found.mutate(
        yearly=found.growth * exponent if exponent else ibis.null("float64"),
        cagr=(found.end / found.start.nullif(0)) ** exponent - 1 if exponent else ibis.null("float64"),
    )


def time_of(period: str) -> tuple[float, str]:
    """What periods are ordered by: the number that *period* begins with (0 without), then its text."""
    digits = period[: len(period) - len(period.lstrip("0123456789"))]
    return float(digits or 0), period


def _sum_or_null(values: Any) -> Any:
    """The sum, null as soon as a part is."""
    return values.isnull().any().ifelse(ibis.null("float64"), values.sum())


def _paired(table: Table, start: str, end: str, *keys: str) -> Table:
    """Both periods side by side; a row that one period lacks is 0 there, a suppressed one null."""
    wanted = table.filter(table.period.isin([start, end]))
    first, second = wanted.period == start, wanted.period == end
    grouped = wanted.group_by(*keys).agg(
        start=wanted.value.sum(where=first),
        end=wanted.value.sum(where=second),
        start_hidden=(wanted.value.isnull() & first).sum(),
        end_hidden=(wanted.value.isnull() & second).sum(),
    )
    nothing = ibis.null("float64")
    return grouped.select(
        *keys,
        start=(grouped.start_hidden > 0).ifelse(nothing, grouped.start.fill_null(0.0)),
        end=(grouped.end_hidden > 0).ifelse(nothing, grouped.end.fill_null(0.0)),
    )


def _between(
    table: Table, region: str, start: str, end: str, reference: str | None, total: str | None, model: str
) -> Table:
    cells = _paired(table, start, end, "region", "industry")
    ours = cells.filter(cells.region == region)
    nation = cells if reference is None else cells.filter(cells.region == reference)
    if total is not None:
        whole = nation.filter(nation.industry == total).agg(E0=nation.start.sum(), E1=nation.end.sum())
        ours, nation = ours.filter(ours.industry != total), nation.filter(nation.industry != total)
    else:
        whole = nation.agg(E0=nation.start.sum(), E1=nation.end.sum())
    industries = nation.group_by("industry").agg(I0=_sum_or_null(nation.start), I1=_sum_or_null(nation.end))
    joined = ours.left_join(industries, "industry").drop("industry_right").cross_join(whole)
    joined = joined.cross_join(ours.agg(R0=ours.start.sum()))
    whole_growth = joined.E1 / joined.E0.nullif(0) - 1
    own_growth = joined.I1 / joined.I0.nullif(0) - 1
    parts = joined.select(
        "industry", "start", "end", "R0", "I0", "E0",
        change=joined.end - joined.start,
        national=joined.start * whole_growth,
        industry_mix=joined.start * (own_growth - whole_growth),
        competitive=joined.end - joined.start * (1 + own_growth),
        lead=joined.end / joined.start.nullif(0) - 1 - own_growth,
    )  # fmt: skip
    dunn = parts.select("industry", "change", "national", "industry_mix", "competitive")
    if model == "dunn":
        return dunn
    homothetic = parts.R0 * parts.I0 / parts.E0
    known = parts.change.notnull() & (parts.start != 0)
    fallback = parts.change.notnull().ifelse(ibis.literal(0.0), ibis.null("float64"))
    return parts.select(
        "industry", "change", "national", "industry_mix",
        competitive=known.ifelse(homothetic * parts.lead, fallback),
        allocation=known.ifelse((parts.start - homothetic) * parts.lead, fallback),
        residual=known.ifelse(ibis.literal(0.0), parts.competitive),
    )  # fmt: skip
