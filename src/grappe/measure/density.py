"""K-density (Duranton and Overman 2005): how often two plants are d km apart, against chance."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from grappe.measure import spectral
from grappe.measure.envelopes import Bands, bands_of, indices_of
from grappe.measure.pairs import FINE_BINS, all_distances, binned_pairs, kernel_sums, smoothing
from grappe.measure.points import Points, as_points
from grappe.measure.relabelling import exact_null, site_order, spectral_null
from grappe.statements.problems import GrappeError, Problem

#: Plants from which the spectral method takes over: for the bands, and for the curve itself.
SPECTRAL_BANDS, SPECTRAL_CURVE = 1000, 20_000
_SAMPLE = 1500
Method = Literal["auto", "exact", "mixed", "spectral"]


@dataclass(frozen=True)
class Density:
    """The K-density of one industry. *distances* (km) and *k* (per km) are arrays of one length; k integrates
    to 1 over [0, ∞). *bands* is None without simulations. *localisation*, *dispersion*: Γ and Ψ against the
    global band.

    *plants*, *sites*: how many. *method*: exact; spectral; or mixed, the curve by pairs and its bands by
    Fourier modes. *measured_error*: the method against direct sums on a sample of plants, over the sample's
    peak (0 when exact). *projection_error*: largest relative error of a planar distance (0 for great
    circles).
    """

    industry: str
    distances: Any = field(repr=False)
    k: Any = field(repr=False)
    bands: Bands | None = field(repr=False)
    bandwidth: float
    plants: int
    sites: int
    weighted: bool
    method: str
    measured_error: float
    projection_error: float
    localisation: float | None
    dispersion: float | None
    seed: int


def k_density(
    data: Any, industry: str = "", *, distances: Any = None, bandwidth: float | None = None,
    weighted: bool = False, simulations: int = 0, level: float = 0.95, seed: int = 1,
    method: Method = "auto", great_circle: bool = False, threads: int = 2, cache: Path | None = None,
) -> Density:  # fmt: skip
    """K(d) = Σ_{i<j} w_i w_j [φ_h(d − d_ij) + φ_h(d + d_ij)] / Σ_{i<j} w_i w_j of *industry*, and its bands.

    *data*: :class:`Points` or a table with x_km, y_km (or lat, lon), industry, weight. Chance is the plants
    of the industry put at random on the sites of all points, *simulations* times; weighted, their weights are
    laid on those sites at random. *distances*: km, ascending, evenly spaced (None: 0 to the median distance
    between sites, about a hundred steps). *bandwidth*: h in km (None: :func:`silverman`). *great_circle*:
    distances on the sphere, by pairs. *cache*: a folder where unweighted nulls are kept by (sites, n, h). No
    correction is made at the border: the null has the same one. Raises GrappeError for fewer than two plants,
    or plants that all stand in one place when no *bandwidth* is given.
    Sources: Duranton and Overman (2005), equations 1, 2 and 4; reflection after Silverman (1986), section
    2.10.
    """
    points = _located(as_points(data), great_circle)
    order = site_order(points.x, points.y)
    a, b = _coordinates(points, order, great_circle)
    weights, chosen = _plants_of(points, order, industry, weighted=weighted)
    d = _grid(a, b, great_circle) if distances is None else _ascending(distances)
    reach = 2 * float(d[-1])
    h = bandwidth or silverman(a[chosen], b[chosen], reach=reach, great_circle=great_circle)
    if not (np.isfinite(h) and h > 0):
        raise GrappeError(Problem("no_spread", found=industry))
    how = _method(method, len(chosen), great_circle=great_circle)
    total = float(weights.sum() ** 2 - (weights**2).sum())
    work = _Sums(a, b, weights, chosen, d, h, great_circle, how)
    k = work.observed() / total
    bands = None
    if simulations:
        null = work.null(simulations, seed, threads, None if weighted else cache)
        bands = bands_of(k, null / total, level)
    gamma, psi = indices_of(k, bands, float(d[1] - d[0])) if bands and len(d) > 1 else (None, None)
    plane, error = 0.0 if great_circle else points.projection_error, work.error(seed, bool(simulations))
    return Density(
        industry, d, k, bands, float(h), len(chosen), len(points), weighted, how, error, plane, gamma, psi,
        seed,
    )  # fmt: skip


def silverman(
    a: Any, b: Any, *, reach: float = np.inf, great_circle: bool = False, sample: int = 3000
) -> float:
    """h = 0.9 min(sd, IQR / 1.34) N^(−1/5), in km, over the N distances between points that are *reach* km or
    less.

    *reach* is twice the largest distance of the curve, as in R's dbmss. Above *sample* points the spread and
    the share within reach are those of a fixed random sample of them. 0 when every distance is alike.
    Source: Silverman (1986), equation 3.31, as Duranton and Overman (2005) use it.
    """
    n = len(a)
    if n > sample:
        some = np.sort(np.random.default_rng(0).choice(n, sample, replace=False))
        a, b = a[some], b[some]
    apart = all_distances(a, b, great_circle)
    near = apart[apart <= reach]
    if len(near) < 2:
        return 0.0
    low, high = np.quantile(near, (0.25, 0.75))
    spread = float(near.std(ddof=1))
    narrow = min(spread, float(high - low) / 1.34) or spread
    pairs = n * (n - 1) / 2 * len(near) / len(apart)
    return float(0.9 * narrow * pairs**-0.2)


@dataclass(frozen=True)
class _Sums:
    """Sums over pairs of one industry's plants, and of its relabellings, by one method."""

    a: Any
    b: Any
    weights: Any
    chosen: Any
    distances: Any
    bandwidth: float
    great_circle: bool
    method: str

    def observed(self) -> Any:
        if self.method == "spectral":
            return spectral.ring_sums(self._torus(spectral.PRECISE), self.chosen, self.weights)
        if self.method == "exact":
            return self._direct(self.chosen, self.weights)
        step, bins, matrix = smoothing(self.distances, self.bandwidth, FINE_BINS)
        a, b = self.a[self.chosen], self.b[self.chosen]
        return 2 * matrix @ binned_pairs(a, b, self.weights, step, bins, self.great_circle)

    def null(self, simulations: int, seed: int, threads: int, cache: Path | None) -> Any:
        kept = cache / f"null-{self._key(simulations, seed)}.npy" if cache else None
        if kept and kept.exists():
            return np.load(kept)
        if self.method != "exact":
            found = spectral_null(
                self._torus(spectral.QUICK),
                len(self.a),
                self.weights,
                simulations=simulations,
                seed=seed,
                threads=threads,
            )
        else:
            found = exact_null(
                self.a, self.b, self.weights, self.distances, self.bandwidth, great_circle=self.great_circle,
                simulations=simulations, seed=seed, threads=threads,
            )  # fmt: skip
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.save(kept, found)
        return found

    def error(self, seed: int, simulated: bool) -> float:
        """The method's largest error on a sample of plants, over the peak of the sample's direct sums."""
        if self.method == "exact" or (self.method == "mixed" and not simulated):
            return 0.0
        some = np.sort(
            np.random.default_rng(seed).permutation(len(self.chosen))[: min(_SAMPLE, len(self.chosen))]
        )
        direct = self._direct(self.chosen[some], self.weights[some])
        by_modes = spectral.ring_sums(self._torus(spectral.QUICK), self.chosen[some], self.weights[some])
        return float(np.abs(by_modes - direct).max() / direct.max())

    def _direct(self, chosen: Any, weights: Any) -> Any:
        a, b = self.a[chosen], self.b[chosen]
        return 2 * kernel_sums(a, b, weights, self.distances, self.bandwidth, self.great_circle)

    def _torus(self, accuracy: spectral.Accuracy) -> spectral.Torus:
        return spectral.lay_out(self.a, self.b, self.distances, self.bandwidth, accuracy)

    def _key(self, simulations: int, seed: int) -> str:
        told = hashlib.blake2b(digest_size=12)
        for part in (self.a, self.b, self.distances):
            told.update(np.ascontiguousarray(part).tobytes())
        settings = (len(self.chosen), self.bandwidth, self.great_circle, self.method, simulations, seed)
        told.update(repr(settings).encode())
        return told.hexdigest()


def _located(points: Points, great_circle: bool) -> Points:
    if len(points) == 0:
        raise GrappeError(Problem("too_few_plants", found=""))
    if great_circle and points.latitude is None:
        raise GrappeError(Problem("missing_column", found="x_km, y_km", expected="lat, lon"))
    return points


def _coordinates(points: Points, order: Any, great_circle: bool) -> tuple[Any, Any]:
    if great_circle:
        return np.radians(points.latitude[order]), np.radians(points.longitude[order])
    return points.x[order], points.y[order]


def _plants_of(points: Points, order: Any, industry: str, *, weighted: bool) -> tuple[Any, Any]:
    """The industry's weights and places among ordered sites; weightless plants are left out."""
    focus = points.of(industry)
    if weighted:
        focus = focus & (points.weight > 0)
    chosen = np.flatnonzero(focus[order])
    if len(chosen) < 2:
        raise GrappeError(Problem("too_few_plants", found=industry))
    weights = points.weight[order][chosen] if weighted else np.ones(len(chosen))
    return np.asarray(weights, np.float64), chosen


def _method(method: Method, plants: int, *, great_circle: bool) -> str:
    if method == "auto":
        if great_circle or plants < SPECTRAL_BANDS:
            return "exact"
        return "mixed" if plants < SPECTRAL_CURVE else "spectral"
    if method == "spectral" and great_circle:
        raise GrappeError(Problem("bad_value", column="method", found=method, expected="one_of:exact"))
    return method


def _ascending(distances: Any) -> Any:
    d = np.asarray(distances, float)
    if not len(d) or not d[0] >= 0 or not (np.diff(d) > 0).all():
        found = f"{d[0]:g} … {d[-1]:g}" if len(d) else ""
        raise GrappeError(Problem("bad_value", column="distances", found=found, expected="radii"))
    return d


def _grid(a: Any, b: Any, great_circle: bool) -> Any:
    """0 to the median distance between sites (a sample of them above 3,000), in a round step."""
    some: Any = slice(None)
    if len(a) > 3000:
        some = np.sort(np.random.default_rng(0).choice(len(a), 3000, replace=False))
    middle = float(np.median(all_distances(a[some], b[some], great_circle)))
    if middle <= 0:
        raise GrappeError(Problem("no_spread", found=""))
    power = 10.0 ** np.floor(np.log10(middle / 100))
    step = power * next(m for m in (1, 2, 5, 10) if power * m >= middle / 150)
    return np.arange(int(middle / step) + 1) * step
