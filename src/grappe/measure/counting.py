"""Points sorted into cells, and sums over the points near each: compiled loops."""

import math
from dataclasses import dataclass, field
from typing import Any

import numba
import numpy as np

_MOST_CELLS = 256
_LOOKUP = 8192


@dataclass(frozen=True)
class Cells:
    """Points (*x*, *y*, sorted by cell) and where each cell begins (*starts*); *order*: their ranks before
    sorting.
    """

    x: Any = field(repr=False)
    y: Any = field(repr=False)
    order: Any = field(repr=False)
    starts: Any = field(repr=False)
    shape: tuple[int, int]
    low: tuple[float, float]
    side: float

    def count_within(self, radius: float) -> Any:
        """How many points, itself among them, are within *radius* of each: in the cells' order."""
        everyone = np.ones(len(self.x), np.bool_)
        weights = np.ones(len(self.x))
        radii = np.array([radius])
        return _sums(*self._parts(), everyone, everyone, weights, radii, 0.0)[0][:, 0] + 1

    def _parts(self) -> tuple[Any, ...]:
        return self.x, self.y, self.starts, *self.shape, *self.low, self.side


def cells_of(x: Any, y: Any, reach: float) -> Cells:
    """Sort points into square cells, an eighth of *reach* wide unless that makes more than 256 a side."""
    low = float(x.min()), float(y.min())
    wide, high = float(np.ptp(x)), float(np.ptp(y))
    side = max(reach / 8, max(wide, high) / _MOST_CELLS, 1e-9)
    shape = int(wide / side) + 1, int(high / side) + 1
    cell = ((x - low[0]) / side).astype(np.int64) * shape[1] + ((y - low[1]) / side).astype(np.int64)
    order = np.lexsort((y, x, cell))
    starts = np.searchsorted(cell[order], np.arange(shape[0] * shape[1] + 1))
    return Cells(
        np.ascontiguousarray(x[order], float),
        np.ascontiguousarray(y[order], float),
        order,
        starts,
        shape,
        low,
        side,
    )


def ratios(cells: Cells, focus: Any, near: Any, weights: Any, distances: Any, bandwidth: float) -> Any:
    """Mean local over mean global ratio at each of *distances*; *focus*, *near*: boolean, *weights*: in cell
    order.
    """
    kind, all_kinds = _sums(
        *cells._parts(), np.ascontiguousarray(focus), np.ascontiguousarray(near),
        np.ascontiguousarray(weights, float), distances, bandwidth,
    )  # fmt: skip
    own = weights[focus]
    rest = weights.sum() - own
    others = weights[near].sum() - np.where(near[focus], own, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        globe = others / rest
        local = kind / all_kinds
        counted = all_kinds > 0
        has = counted.sum(0)
        local_mean = np.where(counted, local, 0.0).sum(0) / has
        global_mean = np.where(counted, globe[:, None], 0.0).sum(0) / has
        return local_mean / global_mean


@numba.njit(cache=True, nogil=True)
def _sums(
    x: Any, y: Any, starts: Any, rows: int, columns: int, low_x: float, low_y: float, side: float,
    focus: Any, near: Any, weights: Any, distances: Any, bandwidth: float,
) -> tuple[Any, Any]:  # fmt: skip
    """Σ w_j of neighbours of a kind, and of all, within each distance of each focus point: (focus, distances)
    twice.

    With a bandwidth, Σ w_j φ_h(r − d_ij) + φ_h(r + d_ij) instead.
    """
    count, width = focus.sum(), len(distances)
    kind, whole = np.zeros((count, width)), np.zeros((count, width))
    squares = distances**2
    of_kind = np.where(near, weights, 0.0)
    reach = distances[-1] + 5 * bandwidth
    far = reach * reach
    scale = (_LOOKUP - 1) / far if far > 0 else 0.0
    # The first distance whose square may hold a squared distance of this size; no root is taken.
    first_of = np.minimum(
        np.searchsorted(squares, np.arange(_LOOKUP + 1) / max(scale, 1e-300) * (1 - 1e-12)), width - 1
    )
    span = int(reach / side) + 1
    place = 0
    for i in range(len(x)):
        if not focus[i]:
            continue
        row = int((x[i] - low_x) / side)
        for cell_row in range(max(0, row - span), min(rows - 1, row + span) + 1):
            edge = low_x + cell_row * side
            aside = max(0.0, edge - x[i], x[i] - edge - side)
            half = math.sqrt(max(0.0, far - aside * aside)) * (1 + 1e-12) + 1e-9
            first = max(0, int((y[i] - half - low_y) / side))
            last = min(columns - 1, int((y[i] + half - low_y) / side))
            for j in range(starts[cell_row * columns + first], starts[cell_row * columns + last + 1]):
                apart = (x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2
                if apart > far or j == i:
                    continue
                if bandwidth > 0:
                    _smooth(kind, whole, place, math.sqrt(apart), distances, bandwidth, weights[j], near[j])
                    continue
                k = first_of[int(apart * scale)]
                while apart > squares[k]:
                    k += 1
                whole[place, k] += weights[j]
                kind[place, k] += of_kind[j]
        place += 1
    if bandwidth == 0:
        for k in range(1, width):
            kind[:, k] += kind[:, k - 1]
            whole[:, k] += whole[:, k - 1]
    return kind, whole


@numba.njit(cache=True, nogil=True)
def _smooth(
    kind: Any,
    whole: Any,
    place: int,
    apart: float,
    distances: Any,
    bandwidth: float,
    weight: float,
    near: bool,
) -> None:
    for k in range(len(distances)):
        ahead, behind = (distances[k] - apart) / bandwidth, (distances[k] + apart) / bandwidth
        if abs(ahead) > 5:
            continue
        value = weight * (math.exp(-0.5 * ahead * ahead) + math.exp(-0.5 * behind * behind))
        whole[place, k] += value
        if near:
            kind[place, k] += value
