"""Points sorted into cells, and sums over the points near each: compiled loops."""

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numba
import numpy as np

_MOST_CELLS = 256
_LOOKUP = 8192


@dataclass(frozen=True)
class Cells:
    """Points (*x*, *y*, sorted by their *cell*) and where each cell begins (*starts*).

    *order*: their ranks before sorting, or, of a part, among the whole's.
    """

    x: Any = field(repr=False)
    y: Any = field(repr=False)
    order: Any = field(repr=False)
    cell: Any = field(repr=False)
    starts: Any = field(repr=False)
    shape: tuple[int, int]
    low: tuple[float, float]
    side: float

    def part(self, chosen: Any) -> "Cells":
        """The points where *chosen* (boolean, in cell order) holds, in the same cells."""
        places = np.flatnonzero(chosen)
        cell = self.cell[places]
        starts = np.searchsorted(cell, np.arange(self.shape[0] * self.shape[1] + 1))
        return replace(self, x=self.x[places], y=self.y[places], order=places, cell=cell, starts=starts)


def cells_of(x: Any, y: Any, reach: float) -> Cells:
    """Sort points into square cells, an eighth of *reach* wide unless that makes more than 256 a side."""
    low = float(x.min()), float(y.min())
    wide, high = float(np.ptp(x)), float(np.ptp(y))
    side = max(reach / 8, max(wide, high) / _MOST_CELLS, 1e-9)
    shape = int(wide / side) + 1, int(high / side) + 1
    cell = ((x - low[0]) / side).astype(np.int64) * shape[1] + ((y - low[1]) / side).astype(np.int64)
    order = np.lexsort((y, x, cell))
    starts = np.searchsorted(cell[order], np.arange(shape[0] * shape[1] + 1))
    return Cells(x[order].astype(float), y[order].astype(float), order, cell[order], starts, shape, low, side)


def sums_about(centres: Any, near: Cells, places: Any, weights: Any, distances: Any, bandwidth: float) -> Any:
    """Σ w_j of the points of *near* within each distance of each centre, itself left out: (centres,
    distances).

    *centres*: (2, n), x and y. *places*: the rank of each centre among *near*, −1 where it is none of them.
    With a bandwidth h, Σ w_j [φ(r − d_ij) + φ(r + d_ij)] instead, φ a Gaussian of deviation h without its
    constant.
    """
    return _sums(
        centres[0],
        centres[1],
        places,
        near.x,
        near.y,
        near.starts,
        near.shape[0],
        near.shape[1],
        near.low[0],
        near.low[1],
        near.side,
        weights,
        distances,
        bandwidth,
    )


def totals_of(cells: Cells, weights: Any, distances: Any, bandwidth: float) -> Any:
    """:func:`sums_about` of every point with every point as a neighbour."""
    everyone = np.arange(len(cells.x))
    return sums_about(np.stack([cells.x, cells.y]), cells, everyone, weights, distances, bandwidth)


def ratios(
    cells: Cells, focus: Any, near: Any, weights: Any, distances: Any, bandwidth: float, totals: Any = None
) -> Any:
    """Mean local over mean global ratio at each of *distances*; NaN where no centre has a neighbour.

    *focus*, *near*: boolean, *weights*: in the cells' order. *totals*: :func:`totals_of` when weights are
    alike.
    """
    chosen = np.flatnonzero(focus)
    centres = np.stack([cells.x[chosen], cells.y[chosen]])
    ranks = np.where(near, np.cumsum(near) - 1, -1)[chosen]
    kind = sums_about(centres, cells.part(near), ranks, weights[near], distances, bandwidth)
    if totals is None:
        everybody = sums_about(centres, cells, chosen, weights, distances, bandwidth)
    else:
        everybody = totals[chosen]
    own = weights[focus]
    others = weights[near].sum() - np.where(near[focus], own, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        globe = others / (weights.sum() - own)
        counted = everybody > 0
        has = counted.sum(0)
        local_mean = np.where(counted, kind / everybody, 0.0).sum(0) / has
        global_mean = np.where(counted, globe[:, None], 0.0).sum(0) / has
        return local_mean / global_mean


@numba.njit(cache=True, nogil=True)
def _sums(
    centre_x: Any, centre_y: Any, places: Any, x: Any, y: Any, starts: Any, rows: int, columns: int,
    low_x: float, low_y: float, side: float, weights: Any, distances: Any, bandwidth: float,
) -> Any:  # fmt: skip
    width = len(distances)
    sums = np.zeros((len(centre_x), width))
    squares = distances**2
    reach = distances[-1] + 5 * bandwidth
    far = reach * reach
    scale = (_LOOKUP - 1) / far if far > 0 else 0.0
    # The first distance whose square may hold a squared distance of this size; no root is taken.
    edges = np.arange(_LOOKUP + 1) / max(scale, 1e-300) * (1 - 1e-12)
    first_of = np.minimum(np.searchsorted(squares, edges), width - 1)
    span = int(reach / side) + 1
    for i in range(len(centre_x)):
        own = sums[i]
        row = int((centre_x[i] - low_x) / side)
        for cell_row in range(max(0, row - span), min(rows - 1, row + span) + 1):
            edge = low_x + cell_row * side
            aside = max(0.0, edge - centre_x[i], centre_x[i] - edge - side)
            half = math.sqrt(max(0.0, far - aside * aside)) * (1 + 1e-12) + 1e-9
            first = max(0, int((centre_y[i] - half - low_y) / side))
            last = min(columns - 1, int((centre_y[i] + half - low_y) / side))
            for j in range(starts[cell_row * columns + first], starts[cell_row * columns + last + 1]):
                apart = (centre_x[i] - x[j]) ** 2 + (centre_y[i] - y[j]) ** 2
                if apart > far or j == places[i]:
                    continue
                if bandwidth > 0:
                    _smooth(own, math.sqrt(apart), distances, bandwidth, weights[j])
                    continue
                k = first_of[int(apart * scale)]
                while apart > squares[k]:
                    k += 1
                own[k] += weights[j]
        if bandwidth == 0:
            for k in range(1, width):
                own[k] += own[k - 1]
    return sums


@numba.njit(cache=True, nogil=True)
def _smooth(own: Any, apart: float, distances: Any, bandwidth: float, weight: float) -> None:
    for k in range(len(distances)):
        ahead, behind = (distances[k] - apart) / bandwidth, (distances[k] + apart) / bandwidth
        if abs(ahead) <= 5:
            own[k] += weight * (math.exp(-0.5 * ahead * ahead) + math.exp(-0.5 * behind * behind))
