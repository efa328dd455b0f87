"""Bands of chance, what leaves them, and how many of many industries may by chance."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Bands:
    """Local and global bands of simulated curves, arrays of one length, at *level* (0.95: 95 %, both sides).

    *local*: pointwise quantiles; *across*: the extreme-rank-length envelope, which a curve of chance leaves
    anywhere with probability 1 − level. *p_value*: of the observed curve against them all, (1 + as extreme) /
    (1 + simulations).
    """

    local_lo: Any = field(repr=False)
    local_hi: Any = field(repr=False)
    global_lo: Any = field(repr=False)
    global_hi: Any = field(repr=False)
    p_value: float
    level: float
    simulations: int


def bands_of(observed: Any, simulated: Any, level: float = 0.95) -> Bands:
    """The bands of *simulated* (simulations, distances) and the p-value of *observed* (distances).

    Distances where a curve is not defined (NaN) have no band and count for nothing.
    Sources: Duranton and Overman (2005), local confidence; Myllymäki, Mrkvička, Grabarnik, Seijo and Hahn
    (2017), extreme rank lengths, both sides, with the observed curve among the ranked ones.
    """
    curves = np.vstack([observed, simulated])
    defined = np.isfinite(curves).all(0)
    count, width = len(simulated), curves.shape[1]
    empty = np.full(width, np.nan)
    if not defined.any():
        return Bands(empty, empty, empty, empty, 1.0, level, count)
    inside = curves[:, defined]
    measure = _extreme_rank_lengths(inside)
    p_value = float((measure <= measure[0]).mean())
    kept = inside[measure > _critical(measure, level)]
    tail = (1 - level) / 2
    found = []
    for values in (
        np.quantile(inside[1:], tail, axis=0), np.quantile(inside[1:], 1 - tail, axis=0),
        kept.min(0) if len(kept) else inside.min(0), kept.max(0) if len(kept) else inside.max(0),
    ):  # fmt: skip
        whole = empty.copy()
        whole[defined] = values
        found.append(whole)
    local_lo, local_hi, global_lo, global_hi = found
    return Bands(local_lo, local_hi, global_lo, global_hi, p_value, level, count)


def indices_of(observed: Any, bands: Bands, step: float) -> tuple[float, float]:
    """Localisation Γ and dispersion Ψ: what the curve has above, else below, the global band, × *step* (km).

    An industry is dispersed only when it is localised nowhere (Duranton and Overman 2005, equations 7 and 8).
    """
    above = np.nansum(np.maximum(observed - bands.global_hi, 0)) * step
    below = np.nansum(np.maximum(bands.global_lo - observed, 0)) * step
    return float(above), float(below) if above == 0 else 0.0


def false_discovery(p_values: Sequence[float]) -> list[float]:
    """The q-value of each p-value: the least false discovery rate at which it is a discovery.

    Source: Benjamini and Hochberg (1995), the step-up procedure.
    """
    p = np.asarray(p_values, float)
    order = np.argsort(p)[::-1]
    q = np.empty(len(p))
    q[order] = np.minimum.accumulate(p[order] * len(p) / np.arange(len(p), 0, -1))
    return [float(min(1.0, value)) for value in q]


def _extreme_rank_lengths(curves: Any) -> Any:
    """The share of curves that are as extreme as each, or more: small is extreme. Ties share the larger."""
    count = len(curves)
    low = np.empty(curves.shape, np.int32)
    high = np.empty(curves.shape, np.int32)
    for k in range(curves.shape[1]):
        column, ordered = curves[:, k], np.sort(curves[:, k])
        low[:, k] = np.searchsorted(ordered, column, side="left") + 1
        high[:, k] = count - np.searchsorted(ordered, column, side="right") + 1
    depths = np.sort(np.minimum(low, high), axis=1)
    _, rank, sizes = np.unique(depths, axis=0, return_inverse=True, return_counts=True)
    return np.cumsum(sizes)[rank.ravel()] / count


def _critical(measure: Any, level: float) -> float:
    """The largest measure m such that no more than 1 − level of the curves have m or less (−1: none)."""
    values = np.unique(measure)
    allowed = values[values <= (1 - level) * (1 + 1e-12)]
    return float(allowed[-1]) if len(allowed) else -1.0
