"""Sums over pairs of points, exactly: compiled loops over all pairs."""

import math
from typing import Any

import numba
import numpy as np

#: A kernel further than this many bandwidths away adds nothing that a float64 keeps.
REACH = 8.0
#: Bins a bandwidth of the distance histogram, with cubic weights: the error is 1e-6 of one pair's kernel for
#: relabellings, 1e-9 for an observed curve.
QUICK_BINS, FINE_BINS = 16, 96


@numba.njit(cache=True, nogil=True, inline="always")
def _distance(a: Any, b: Any, i: int, j: int, great_circle: bool) -> float:
    if great_circle:
        half = math.sin((a[i] - a[j]) / 2) ** 2
        half += math.cos(a[i]) * math.cos(a[j]) * math.sin((b[i] - b[j]) / 2) ** 2
        return 2 * 6371.0088 * math.asin(math.sqrt(min(1.0, half)))
    return math.sqrt((a[i] - a[j]) ** 2 + (b[i] - b[j]) ** 2)


@numba.njit(cache=True, nogil=True)
def kernel_sums(a: Any, b: Any, weights: Any, distances: Any, bandwidth: float, great_circle: bool) -> Any:
    """Σ_{i<j} w_i w_j [φ_h(d − d_ij) + φ_h(d + d_ij)] at each of *distances*, ascending, in km.

    *a*, *b*: x and y in km, or latitude and longitude in radians when *great_circle*.
    """
    sums = np.zeros(len(distances))
    scale = 1.0 / (bandwidth * math.sqrt(2 * math.pi))
    reach = REACH * bandwidth
    for i in range(len(a)):
        for j in range(i + 1, len(a)):
            apart = _distance(a, b, i, j, great_circle)
            product = weights[i] * weights[j] * scale
            first = np.searchsorted(distances, apart - reach)
            for k in range(first, len(distances)):
                if distances[k] > apart + reach:
                    break
                near = (distances[k] - apart) / bandwidth
                sums[k] += product * math.exp(-0.5 * near * near)
                if distances[k] + apart < reach:
                    far = (distances[k] + apart) / bandwidth
                    sums[k] += product * math.exp(-0.5 * far * far)
    return sums


@numba.njit(cache=True, nogil=True)
def binned_pairs(a: Any, b: Any, weights: Any, step: float, bins: int, great_circle: bool) -> Any:
    """Σ_{i<j} w_i w_j spread over a grid of distances (*bins* of *step* km) with cubic Lagrange weights.

    Grid node k stands for the distance (k − 2)·step; pairs beyond the grid are left out.
    """
    sums = np.zeros(bins + 4)
    for i in range(len(a)):
        for j in range(i + 1, len(a)):
            place = _distance(a, b, i, j, great_circle) / step
            k = int(place)
            if k >= bins:
                continue
            t = place - k
            product = weights[i] * weights[j]
            sums[k + 1] += product * (-t * (t - 1) * (t - 2) / 6)
            sums[k + 2] += product * ((t + 1) * (t - 1) * (t - 2) / 2)
            sums[k + 3] += product * (-(t + 1) * t * (t - 2) / 2)
            sums[k + 4 if k + 4 < bins + 4 else bins + 3] += product * ((t + 1) * t * (t - 1) / 6)
    return sums


def smoothing(distances: Any, bandwidth: float, bins_a_bandwidth: int = QUICK_BINS) -> tuple[float, int, Any]:
    """(step, bins, matrix): ``matrix @ binned_pairs(…, step, bins, …)`` is :func:`kernel_sums`, nearly."""
    step = bandwidth / bins_a_bandwidth
    bins = int((distances[-1] + REACH * bandwidth) / step) + 1
    nodes = (np.arange(bins + 4) - 2) * step
    scale = 1.0 / (bandwidth * math.sqrt(2 * math.pi))
    near = (distances[:, None] - nodes) / bandwidth
    far = (distances[:, None] + nodes) / bandwidth
    return step, bins, scale * (np.exp(-0.5 * near**2) + np.exp(-0.5 * far**2))


@numba.njit(cache=True, nogil=True)
def all_distances(a: Any, b: Any, great_circle: bool) -> Any:
    """The distance of every pair i < j, in km: n(n − 1)/2 numbers."""
    n = len(a)
    found = np.empty(n * (n - 1) // 2)
    k = 0
    for i in range(n):
        for j in range(i + 1, n):
            found[k] = _distance(a, b, i, j, great_circle)
            k += 1
    return found
