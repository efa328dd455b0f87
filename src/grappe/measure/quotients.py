"""Location quotients with intervals, standardised quotients, and the stars of the European Cluster
Observatory.
"""

from statistics import NormalDist
from typing import Any

import ibis
from ibis import Table

from grappe.measure.tables import LONG, as_table, require_value


def location_quotients(
    data: Any, *, period: str | None = None, reference_region: str | None = None,
    total_industry: str | None = None, level: float = 0.95, standardised: bool = False,
) -> Table:  # fmt: skip
    """LQ = (e_ir / e_r) / (e_i / e) of each region and industry, with a delta-method interval.

    *data*: rows of region, industry, value, period. *reference_region*: the rows of the nation (None: the sum
    of the table). *total_industry*: the rows that hold totals (None: totals are sums over industries).
    Returns region, industry, period, value, lq, lower, upper, status; *standardised* adds z and z_log.
    ``status`` is ok, suppressed (the cell is; lq is null), partial (a sum that it rests on misses a
    suppressed cell) or undefined (a zero or missing total). The interval takes values for counts of
    independent jobs, which plants are not: :func:`grappe.measure.resampling.bootstrap_quotients` resamples
    plants instead.
    Sources: Florence (1939) for LQ; Moineddin, Beyene and Boyle (2003), delta method on ln LQ with the
    covariance of a region with the nation it is part of; O'Donoghue and Gleave (2004) for z.
    """
    table = as_table(data, LONG)
    if period is not None:
        require_value(table, "period", period)
        table = table.filter(table.period == period)
    for column, wanted in (("region", reference_region), ("industry", total_industry)):
        if wanted is not None:
            require_value(table, column, wanted)
    joined = _with_totals(_cells(table), reference_region, total_industry)
    found = _quotients(joined, level, part_of_nation=reference_region is None)
    if not standardised:
        return found
    by_industry = ibis.window(group_by=["period", "industry"])
    log = (found.lq > 0).ifelse(found.lq.nullif(0).ln(), ibis.null("float64"))
    return found.mutate(
        z=(found.lq - found.lq.mean().over(by_industry))
        / found.lq.std(how="pop").over(by_industry).nullif(0),
        z_log=(log - log.mean().over(by_industry)) / log.std(how="pop").over(by_industry).nullif(0),
    )


def cluster_stars(
    data: Any, *, period: str | None = None, top_size: float = 0.1, least_quotient: float = 2.0,
    top_focus: float = 0.1, least_size: float = 0.0, reference_region: str | None = None,
    total_industry: str | None = None,
) -> Table:  # fmt: skip
    """Stars of size, specialisation and focus (0 or 1 each), and their sum, for each region and industry.

    Size: among the *top_size* share of regions by value, for that industry. Specialisation: LQ of
    *least_quotient* or more. Focus: among the *top_focus* share of the industry's regions by the industry's
    share of the region. Nothing under *least_size* has a star. Ties at a threshold all have it.
    Source: European Cluster Observatory (Sölvell, Ketels and Lindqvist 2008; methodology of 2009).
    """
    found = location_quotients(
        data, period=period, reference_region=reference_region, total_industry=total_industry
    )
    # The LQ of one industry is its focus over a constant of the nation: both come from the same row.
    found = found.select("region", "industry", "period", "value", "focus", "lq", "status")
    by_industry = ibis.window(group_by=["period", "industry"])
    big = found.value.quantile(1 - top_size).over(by_industry)
    focused = found.focus.quantile(1 - top_focus).over(by_industry)
    enough = (found.value >= least_size) & (found.value > 0)
    starred = found.mutate(
        size_star=(enough & (found.value >= big)).fill_null(False).cast("int64"),
        specialisation_star=(enough & (found.lq >= least_quotient)).fill_null(False).cast("int64"),
        focus_star=(enough & (found.focus >= focused)).fill_null(False).cast("int64"),
    )
    return starred.mutate(stars=starred.size_star + starred.specialisation_star + starred.focus_star)


def _cells(table: Table) -> Table:
    """One row a period, region and industry; a cell with a suppressed part is suppressed."""
    cells = table.group_by("period", "region", "industry").agg(
        known=table.value.sum().fill_null(0.0), hidden=table.value.isnull().sum()
    )
    return cells.mutate(hidden=cells.hidden.fill_null(0) > 0)


def _with_totals(cells: Table, reference: str | None, total: str | None) -> Table:
    """Each cell beside its region's total, its industry's and the nation's."""
    regions = cells if reference is None else cells.filter(cells.region != reference)
    nation = cells if reference is None else cells.filter(cells.region == reference)
    kept = regions if total is None else regions.filter(regions.industry != total)
    summed = kept if total is None else regions.filter(regions.industry == total)
    whole = nation if total is None else nation.filter(nation.industry == total)
    parts = nation if total is None else nation.filter(nation.industry != total)
    in_region = summed.group_by("period", "region").agg(
        region_total=summed.known.sum(), region_hidden=summed.hidden.any()
    )
    in_industry = parts.group_by("period", "industry").agg(
        industry_total=parts.known.sum(), industry_hidden=parts.hidden.any()
    )
    in_nation = whole.group_by("period").agg(nation_total=whole.known.sum(), nation_hidden=whole.hidden.any())
    joined = kept.left_join(in_region, ["period", "region"]).drop("period_right", "region_right")
    joined = joined.left_join(in_industry, ["period", "industry"]).drop("period_right", "industry_right")
    return joined.left_join(in_nation, ["period"]).drop("period_right")


def _quotients(joined: Table, level: float, *, part_of_nation: bool) -> Table:
    share = joined.known / joined.region_total.nullif(0)
    national = joined.industry_total / joined.nation_total.nullif(0)
    lq = share / national.nullif(0)
    partial = joined.region_hidden | joined.industry_hidden | joined.nation_hidden
    status = ibis.cases(
        (joined.hidden, "suppressed"),
        (lq.isnull(), "undefined"),
        (partial.fill_null(True), "partial"),
        else_="ok",
    )
    lower, upper = _interval(joined, share, national, level, part_of_nation=part_of_nation)
    told = ~joined.hidden
    nothing = ibis.null("float64")
    return joined.select(
        "region",
        "industry",
        "period",
        value=told.ifelse(joined.known, nothing),
        focus=told.ifelse(share, nothing),
        lq=told.ifelse(lq, nothing),
        lower=told.ifelse(lower, nothing),
        upper=told.ifelse(upper, nothing),
        status=status,
    )


def _interval(
    joined: Table, share: Any, national: Any, level: float, *, part_of_nation: bool
) -> tuple[Any, Any]:
    """exp(ln LQ ± z·se); nothing observed: 0 and the exact binomial upper bound over the national share."""
    tail = (1 - level) / 2
    z = NormalDist().inv_cdf(1 - tail)
    variance = (1 - share) / joined.known.nullif(0)
    if part_of_nation:
        # var ln p_i and −2 cov(ln p_ir, ln p_i): jobs of the region are also the nation's.
        variance = variance + (1 - national) / joined.industry_total.nullif(0)
        variance = variance - 2 * (1 - share) / joined.industry_total.nullif(0)
    spread = z * ibis.greatest(variance, ibis.literal(0.0)).sqrt()
    lq = share / national.nullif(0)
    bound = (1 - (ibis.literal(tail).ln() / joined.region_total.nullif(0)).exp()) / national.nullif(0)
    empty = joined.known == 0
    lower = empty.ifelse(lq * 0, lq * (-spread).exp())
    return lower, empty.ifelse(bound, lq * spread.exp())
