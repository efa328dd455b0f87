"""How unequal shares are: Herfindahl and effective numbers, locational Gini (both definitions), Krugman's
index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any, Literal

import numpy as np

from grappe.measure.quotients import location_quotients
from grappe.measure.tables import rows_of
from grappe.statements.problems import GrappeError, Problem


@dataclass(frozen=True)
class Inequality:
    """How one industry spreads over regions, or one region over industries (*name*).

    *herfindahl* Σs² and *normalised* (0 to 1); *effective* 1/Σs² and *effective_entropy* exp(−Σ s ln s), in
    regions or industries; *gini_lq* counts every region alike, *gini_lorenz* by its size; *krugman* Σ|s − x|.
    None where undefined.
    """

    name: str
    herfindahl: float | None
    normalised: float | None
    effective: float | None
    effective_entropy: float | None
    gini_lq: float | None
    gini_lorenz: float | None
    krugman: float | None


def inequality(
    data: Any, *, of: Literal["industry", "region"] = "industry", period: str | None = None,
    reference_region: str | None = None, total_industry: str | None = None,
) -> list[Inequality]:  # fmt: skip
    """The inequality of each industry over regions, or of each region over industries, against the whole.

    *data* and its parameters: as :func:`grappe.measure.quotients.location_quotients`. Suppressed cells are
    left out; a cell that is not there is 0. Raises GrappeError when there are several periods and none is
    asked.
    """
    cells = rows_of(
        location_quotients(
            data, period=period, reference_region=reference_region, total_industry=total_industry
        ),
        "industry",
        "region",
    )
    periods = sorted({cell["period"] for cell in cells})
    if len(periods) > 1:
        expected = f"one_of:{', '.join(periods)}"
        raise GrappeError(Problem("missing_value", column="period", expected=expected))
    along = "region" if of == "industry" else "industry"
    sizes: dict[str, float] = {}
    for cell in cells:
        sizes[cell[along]] = sizes.get(cell[along], 0.0) + (cell["value"] or 0.0)
    groups: dict[str, dict[str, float | None]] = {}
    for cell in cells:
        groups.setdefault(cell[of], dict.fromkeys(sizes, 0.0))[cell[along]] = cell["value"]
    return [_one(name, values, sizes) for name, values in sorted(groups.items())]


def herfindahl(values: Sequence[float]) -> float | None:
    """Σ s² of the shares of *values*; None when they add up to 0. Source: Herfindahl (1950)."""
    total = sum(values)
    return sum((value / total) ** 2 for value in values) if total else None


def gini_lq(values: Sequence[float], totals: Sequence[float]) -> float | None:
    """Gini of the ratios R = values / totals, each counted once: 2 / (n² R̄) Σ i (R_i − R̄), R ascending.

    Source: Krugman (1991) and Audretsch and Feldman (1996), as Farhauer and Kröll (2013) write it.
    """
    ratios = np.sort([value / total for value, total in zip(values, totals, strict=True) if total > 0])
    if not len(ratios) or ratios.mean() == 0:
        return None
    ranks = np.arange(1, len(ratios) + 1)
    return float(2 * (ranks * (ratios - ratios.mean())).sum() / (len(ratios) ** 2 * ratios.mean()))


def gini_lorenz(values: Sequence[float], totals: Sequence[float]) -> float | None:
    """Twice the area between the diagonal and the Lorenz curve of *values* over *totals*, sorted by their
    ratio.

    Regions count by their size. Source: Hoover (1936), localization curve; Ellison and Glaeser (1997) on its
    use.
    """
    pairs = sorted(
        ((v, t) for v, t in zip(values, totals, strict=True) if t > 0), key=lambda pair: pair[0] / pair[1]
    )
    v, t = np.array(pairs, float).reshape(-1, 2).T
    if not v.sum():
        return None
    y = np.concatenate([[0], np.cumsum(v) / v.sum()])
    x = np.concatenate([[0], np.cumsum(t) / t.sum()])
    return float(1 - ((y[1:] + y[:-1]) * np.diff(x)).sum())


def krugman(values: Sequence[float], others: Sequence[float]) -> float | None:
    """Σ |s_i − x_i| of two structures, 0 (alike) to 2 (nothing in common). Source: Krugman (1991)."""
    if not sum(values) or not sum(others):
        return None
    return sum(abs(v / sum(values) - o / sum(others)) for v, o in zip(values, others, strict=True))


def _one(name: str, told: Mapping[str, float | None], sizes: Mapping[str, float]) -> Inequality:
    known = [(value, sizes[key]) for key, value in told.items() if value is not None]
    values, totals = [value for value, _ in known], [total for _, total in known]
    h = herfindahl(values)
    if h is None:
        return Inequality(name, None, None, None, None, None, None, None)
    n, total = len(values), sum(values)
    entropy = -sum(value / total * log(value / total) for value in values if value)
    normalised = (h - 1 / n) / (1 - 1 / n) if n > 1 else None
    return Inequality(
        name, h, normalised, 1 / h, exp(entropy), gini_lq(values, totals), gini_lorenz(values, totals),
        krugman(values, totals),
    )  # fmt: skip
