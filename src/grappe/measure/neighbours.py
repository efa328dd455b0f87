"""Who is near whom: M and m functions (Marcon and Puech), and the share of an industry within a radius."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

from grappe.measure.counting import cells_of, ratios, totals_of
from grappe.measure.envelopes import Bands, bands_of
from grappe.measure.points import Points, as_points, great_circles
from grappe.statements.problems import GrappeError, Problem

#: Sites × distances up to which the neighbours of every site are counted once for all relabellings.
_MOST_TOTALS = 50_000_000


@dataclass(frozen=True)
class Neighbourhood:
    """M (or m) of *industry* with *neighbours* as neighbours at *distances* (km): arrays of one length.

    1 is what the whole would give; NaN where no plant has any neighbour. *bands* is None without simulations.
    *bandwidth*: h of m in km, 0 for M.
    """

    industry: str
    neighbours: str
    distances: Any = field(repr=False)
    m: Any = field(repr=False)
    bands: Bands | None = field(repr=False)
    plants: int
    weighted: bool
    bandwidth: float
    seed: int
    projection_error: float


def m_function(
    data: Any, industry: str, neighbours: str | None = None, *, distances: Any, weighted: bool = True,
    bandwidth: float = 0.0, simulations: int = 0, level: float = 0.95, seed: int = 1, threads: int = 2,
) -> Neighbourhood:  # fmt: skip
    """The mean local share of *neighbours* (None: the industry itself) around plants of *industry*, over the
    global.

    M(r) = mean_i[Σ_{j≠i, j in N, d_ij ≤ r} w_j / Σ_{j≠i, d_ij ≤ r} w_j] / mean_i[W_N / (W − w_i)], over the
    plants i that have a neighbour within r; W_N leaves w_i out when i is in N. With a *bandwidth*, m(r):
    neighbours count by a Gaussian of their distance about r, reflected at 0. Chance: the marks (industry and
    weight) of all plants permuted over their sites. Raises GrappeError for an industry without plants, or
    distances that do not ascend.
    Sources: Marcon and Puech (2010), equation 4; Lang, Marcon and Puech (2020) for m.
    """
    points = as_points(data)
    r = np.asarray(distances, float)
    if not len(r) or r[0] < 0 or (np.diff(r) <= 0).any():
        found = f"{r[0]:g} … {r[-1]:g}" if len(r) else ""
        raise GrappeError(Problem("bad_value", column="distances", found=found, expected="radii"))
    focus, near = points.of(industry), points.of(neighbours or industry)
    weights = points.weight if weighted else np.ones(len(points))
    grid = cells_of(points.x, points.y, _reach(r, bandwidth))
    kinds, weights = np.stack([focus[grid.order], near[grid.order]]), weights[grid.order]
    bands = totals = None
    if simulations and not weighted and len(points) * len(r) <= _MOST_TOTALS:
        totals = totals_of(grid, weights, r, bandwidth)
    observed = ratios(grid, kinds[0], kinds[1], weights, r, bandwidth, totals)
    if simulations:

        def one(number: int) -> Any:
            turned = np.random.default_rng([seed, number]).permutation(len(points))
            return ratios(grid, kinds[0, turned], kinds[1, turned], weights[turned], r, bandwidth, totals)

        with ThreadPoolExecutor(threads) as pool:
            bands = bands_of(observed, np.stack(list(pool.map(one, range(simulations)))), level)
    return Neighbourhood(
        industry, neighbours or industry, r, observed, bands, int(focus.sum()), weighted, bandwidth, seed,
        points.projection_error,
    )  # fmt: skip


@dataclass(frozen=True)
class Within:
    """*inside* of an industry's *plants* stand within *radius* km of (*x*, *y*); *share* with its Wilson
    interval [*lower*, *upper*]; *weight_share* the same by weight (None when all weigh 0). *latitude*,
    *longitude*: of the centre, when points came so. *near_share*: the mean, over its plants, of the share of
    the others within the radius.
    """

    industry: str
    radius: float
    x: float
    y: float
    latitude: float | None
    longitude: float | None
    plants: int
    inside: int
    share: float
    lower: float
    upper: float
    weight_share: float | None
    near_share: float | None


def share_within(
    data: Any, radius: float, industry: str | None = None, *, centre: tuple[float, float] | None = None,
    level: float = 0.95,
) -> list[Within]:  # fmt: skip
    """How much of each industry (or of one) stands within *radius* km of a centre, and of its own plants.

    *centre*: (x, y) in km or, for points given so, (latitude, longitude); distances to it are then great
    circles. None: the plant of the industry with the most plants about it. Interval: Wilson (1927). The share
    about a best centre is the largest there is, so its interval says nothing of that choice.
    """
    points = as_points(data)
    if not radius > 0:
        raise GrappeError(Problem("bad_value", column="radius", found=f"{radius:g}", expected="radii"))
    names = sorted(set(points.industry.tolist())) if industry is None else [industry]
    return [_within(points, name, radius, centre, level) for name in names]


def _within(
    points: Points, industry: str, radius: float, centre: tuple[float, float] | None, level: float
) -> Within:
    chosen = np.flatnonzero(points.of(industry))
    x, y, weight = points.x[chosen], points.y[chosen], points.weight[chosen]
    grid = cells_of(x, y, radius)
    about = totals_of(grid, np.ones(len(x)), np.array([radius]), 0.0)[:, 0]
    near = float(about.mean() / (len(x) - 1)) if len(x) > 1 else None
    latitude = longitude = None
    if centre is None:
        best = int(grid.order[int(np.argmax(about))])
        where = float(x[best]), float(y[best])
        inside = (x - where[0]) ** 2 + (y - where[1]) ** 2 <= radius**2
        if points.latitude is not None:
            latitude, longitude = (float(v[chosen][best]) for v in (points.latitude, points.longitude))
    elif points.latitude is None:
        where = centre
        inside = (x - where[0]) ** 2 + (y - where[1]) ** 2 <= radius**2
    else:
        latitude, longitude = centre
        inside = great_circles(points.latitude[chosen], points.longitude[chosen], *centre) <= radius
        where = float("nan"), float("nan")
    lower, upper = _wilson(int(inside.sum()), len(x), level)
    whole = float(weight.sum())
    return Within(
        industry,
        radius,
        *where,
        latitude,
        longitude,
        len(x),
        int(inside.sum()),
        float(inside.mean()),
        lower,
        upper,
        float(weight[inside].sum()) / whole if whole else None,
        near,
    )


def _wilson(inside: int, count: int, level: float) -> tuple[float, float]:
    z = NormalDist().inv_cdf((1 + level) / 2)
    p, scale = inside / count, 1 + z * z / count
    middle = (p + z * z / (2 * count)) / scale
    half = z / scale * sqrt(p * (1 - p) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def _reach(distances: Any, bandwidth: float) -> float:
    return float(distances[-1]) + 5 * bandwidth
