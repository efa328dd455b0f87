"""Ellison–Glaeser and Maurel–Sédillot: concentration beyond what the size of plants explains."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

from grappe.measure.tables import PLANTS, TOTALS, as_table, rows_of


@dataclass(frozen=True)
class Agglomeration:
    """One industry: *plants*, *G* = Σ(s_r − x_r)², *H* the plants' Herfindahl, *gamma_eg*, *gamma_ms* (None
    where undefined: one plant, or one region), the interval [*lower*, *upper*] of gamma_eg were location
    random, and *z* of G.
    """

    industry: str
    plants: int
    G: float
    H: float
    gamma_eg: float | None
    gamma_ms: float | None
    lower: float | None
    upper: float | None
    z: float | None


def ellison_glaeser(data: Any, area_totals: Any = None, *, level: float = 0.95) -> list[Agglomeration]:
    """γ of each industry, in the order of their names.

    *data*: plants (industry, region, size). *area_totals*: region, value giving each region's share x_r of
    the whole (None: the sum of all plants). A plant of size 0 counts for nothing; a region that *area_totals*
    lacks has x = 0. γ_EG = (G / (1 − Σx²) − H) / (1 − H); γ_MS = ((Σs² − Σx²) / (1 − Σx²) − H) / (1 − H). The
    interval is that of γ_EG were plants placed at random with probabilities x: 0 ± z sd(G) / ((1 − Σx²)(1 −
    H)).
    Sources: Ellison and Glaeser (1997), equations 4 and 5 and the variance of G in their appendix; Maurel and
    Sédillot (1999), equation 6.
    """
    plants, shares, totals = _shares(data, area_totals)
    found = []
    for industry, sizes in plants.items():
        own = sizes / sizes.sum() if sizes.sum() else sizes
        H = float((own**2).sum())  # noqa: N806
        s = shares[industry]
        G = float(((s - totals) ** 2).sum())  # noqa: N806
        spread = 1 - float((totals**2).sum())
        if len(own) < 2 or spread <= 1e-12 or not sizes.sum():
            found.append(Agglomeration(industry, len(own), G, H, None, None, None, None, None))
            continue
        scale = spread * (1 - H)
        sd = sqrt(max(0.0, _variance(totals, own)))
        half = NormalDist().inv_cdf((1 + level) / 2) * sd / scale
        gamma = (G / spread - H) / (1 - H)
        gamma_ms = ((float((s**2).sum()) - (1 - spread)) / spread - H) / (1 - H)
        z = (G - spread * H) / sd if sd else None
        found.append(Agglomeration(industry, len(own), G, H, gamma, gamma_ms, -half, half, z))
    return found


def coagglomeration(data: Any, area_totals: Any = None) -> list[tuple[str, str, float | None]]:
    """(industry, industry, γ^c) of every pair of industries: Σ (s_ra − x_r)(s_rb − x_r) / (1 − Σx²).

    Source: Ellison, Glaeser and Kerr (2010), equation 1.
    """
    _, shares, totals = _shares(data, area_totals)
    spread = 1 - float((totals**2).sum())
    names = sorted(shares)
    return [
        (
            one,
            other,
            float(((shares[one] - totals) * (shares[other] - totals)).sum() / spread)
            if spread > 1e-12
            else None,
        )
        for place, one in enumerate(names)
        for other in names[place + 1 :]
    ]


def group_coagglomeration(data: Any, industries: list[str], area_totals: Any = None) -> float | None:
    """γ^c of a group of industries: what they share beyond each one's own concentration; None where
    undefined.

    γ^c = (G/(1 − Σx²) − H − Σ γ_j w_j² (1 − H_j)) / (1 − Σ w_j²), with w_j the industries' shares of the
    group's size, G of the group, H = Σ w_j² H_j. Source: Ellison and Glaeser (1997), equation 7.
    """
    plants, shares, totals = _shares(data, area_totals)
    each = {one.industry: one for one in ellison_glaeser(data, area_totals)}
    sizes = np.array([plants[name].sum() for name in industries])
    w = sizes / sizes.sum()
    spread = 1 - float((totals**2).sum())
    if spread <= 1e-12 or float((w**2).sum()) >= 1:
        return None
    s = sum(weight * shares[name] for weight, name in zip(w, industries, strict=True))
    G = float(((s - totals) ** 2).sum())  # noqa: N806
    own = sum(wj**2 * each[name].H for wj, name in zip(w, industries, strict=True))
    inside = sum(
        (each[name].gamma_eg or 0.0) * wj**2 * (1 - each[name].H)
        for wj, name in zip(w, industries, strict=True)
    )
    return float((G / spread - own - inside) / (1 - (w**2).sum()))


def _shares(data: Any, area_totals: Any) -> tuple[dict[str, Any], dict[str, Any], Any]:
    """Industry → its plants' sizes (0 left out); industry → its shares in regions; the regions' shares."""
    table = as_table(data, PLANTS)
    rows = table.select("industry", "region", "size").to_pyarrow()
    industry = np.asarray(rows["industry"].to_pylist(), object).astype(str)
    region = np.asarray(rows["region"].to_pylist(), object).astype(str)
    size = np.asarray(rows["size"].to_numpy(), float)
    names, which = np.unique(industry, return_inverse=True)
    given = {} if area_totals is None else {
        row["region"]: row["value"] for row in rows_of(as_table(area_totals, TOTALS))
    }  # fmt: skip
    regions = np.array(sorted(set(region) | set(given)))
    place = np.searchsorted(regions, region)
    cells = np.zeros((len(names), len(regions)))
    np.add.at(cells, (which, place), size)
    whole = cells.sum(0) if area_totals is None else np.array([given.get(r, 0.0) for r in regions])
    whole = whole / whole.sum() if whole.sum() else whole
    order = np.argsort(which, kind="stable")
    split = np.split(size[order], np.cumsum(np.bincount(which, minlength=len(names)))[:-1])
    plants = {str(name): np.sort(sizes[sizes > 0]) for name, sizes in zip(names, split, strict=True)}
    sums = cells.sum(1, keepdims=True)
    shares = np.divide(cells, sums, out=np.zeros_like(cells), where=sums > 0)
    return plants, {str(name): share for name, share in zip(names, shares, strict=True)}, whole


def _variance(x: Any, z: Any) -> float:
    """Var(G) when plants of shares z fall at random on regions of shares x (Ellison and Glaeser 1997,
    appendix).
    """
    H = (z**2).sum()  # noqa: N806
    two, three = (x**2).sum(), (x**3).sum()
    return float(2 * (H**2 * (two - 2 * three + two**2) - (z**4).sum() * (two - 4 * three + 3 * two**2)))
