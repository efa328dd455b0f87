"""What chance alone would give: an industry's plants put at random among all sites, a thousand times.

Simulation *i* draws from ``default_rng([seed, i])`` whatever the number of threads, so a seed gives the same
bands everywhere. Sites are in a canonical order (:func:`site_order`), so the order of rows changes nothing.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np

from grappe.measure.pairs import binned_pairs, smoothing
from grappe.measure.spectral import Torus, radial_power

_BATCH = 50


def site_order(x: Any, y: Any) -> Any:
    """Indices that sort sites by cells of a 64 × 64 grid, then by x and y: neighbours in space are near in
    memory.
    """
    cells = [
        np.minimum(63, (64 * (v - v.min()) / max(float(np.ptp(v)), 1e-12)).astype(np.int64)) for v in (x, y)
    ]
    return np.lexsort((y, x, cells[1], cells[0]))


def spectral_null(
    torus: Torus, sites: int, weights: Any, *, simulations: int, seed: int, threads: int
) -> Any:
    """Σ_{i≠j} curves of *simulations* relabellings by the spectral method: (simulations, distances).

    *weights*: those of the industry's plants, put at random on as many of the *sites*.
    """
    weights = np.sort(np.asarray(weights, np.float32))
    alike = bool(weights[0] == weights[-1])
    squares = float((weights.astype(np.float64) ** 2).sum())

    def two(first: int) -> Any:
        rngs = [np.random.default_rng([seed, first + k]) for k in (0, 1)]
        laid = [weights if alike else rng.permutation(weights) for rng in rngs]
        chosen, packed = _draw_two(*rngs, sites, *laid)
        return radial_power(torus, chosen, packed, squares, squares)

    return _in_batches(two, 2, simulations, threads, torus.curve)


def exact_null(
    a: Any, b: Any, weights: Any, distances: Any, bandwidth: float, *, great_circle: bool,
    simulations: int, seed: int, threads: int,
) -> Any:  # fmt: skip
    """The same by pairs of sites at *a*, *b* (:func:`grappe.measure.pairs.kernel_sums`)."""
    weights = np.sort(np.asarray(weights, np.float64))
    alike = bool(weights[0] == weights[-1])
    step, bins, matrix = smoothing(distances, bandwidth)

    def one(number: int) -> Any:
        rng = np.random.default_rng([seed, number])
        laid = weights if alike else rng.permutation(weights)
        chosen = draw(rng, len(a), len(weights))
        return binned_pairs(a[chosen], b[chosen], laid, step, bins, great_circle)[None]

    return _in_batches(one, 1, simulations, threads, 2 * matrix)


def _in_batches(
    simulate: Callable[[int], Any], width: int, simulations: int, threads: int, matrix: Any
) -> Any:
    """Every simulation's bins, *width* at once, turned into curves by *matrix* a batch at a time."""
    curves = []
    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, simulations, _BATCH):
            numbers = range(start, min(start + _BATCH, simulations), width)
            bins = np.concatenate(list(pool.map(simulate, numbers)))
            curves.append(bins @ matrix.T)
    return np.concatenate(curves)[:simulations]


@numba.njit(cache=True, nogil=True)
def draw(rng: Any, sites: int, wanted: int) -> Any:
    """*wanted* of *sites* without replacement, in order (selection sampling: Fan et al. 1962)."""
    chosen = np.empty(wanted, np.int64)
    taken = 0
    for site in range(sites):
        if (sites - site) * rng.random() < wanted - taken:
            chosen[taken] = site
            taken += 1
            if taken == wanted:
                break
    return chosen


@numba.njit(cache=True, nogil=True)
def _draw_two(first: Any, second: Any, sites: int, one: Any, two: Any) -> tuple[Any, Any]:
    """The sites that either of two draws chose, with the weights of both as real and imaginary parts."""
    wanted = len(one)
    chosen = np.empty(min(sites, 2 * wanted), np.int64)
    packed = np.empty(min(sites, 2 * wanted), np.complex64)
    a, b, used = 0, 0, 0
    for site in range(sites):
        real, imaginary = np.float32(0), np.float32(0)
        if a < wanted and (sites - site) * first.random() < wanted - a:
            real = one[a]
            a += 1
        if b < wanted and (sites - site) * second.random() < wanted - b:
            imaginary = two[b]
            b += 1
        if real != 0 or imaginary != 0:
            chosen[used] = site
            packed[used] = np.complex64(complex(real, imaginary))
            used += 1
    return chosen[:used], packed[:used]
