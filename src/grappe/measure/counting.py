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
    place = (near.starts, near.shape[0], near.shape[1], near.low[0], near.low[1], near.side)
    told = (centres[0], centres[1], places, near.x, near.y, weights, *place)
    if bandwidth > 0:
        return _smoothed(*told, distances, bandwidth)
    # A run of cells in one row is never longer than the row.
    longest = int(np.diff(near.starts[:: near.shape[1]]).max(initial=0))
    return _counted(*told, distances, *_steps(distances), longest)


def _steps(distances: Any) -> tuple[Any, float]:
    """(table, scale): table[⌊d² × scale⌋] is the first distance of at least d, or −1 − k where k is the first
    that may be and the others are to be tried; the last entries stand for all beyond.
    """
    squares = np.asarray(distances, float) ** 2
    scale = (_LOOKUP - 1) / float(squares[-1]) if squares[-1] > 0 else 0.0
    edges = np.arange(_LOOKUP + 3) / max(scale, 1e-300)
    first = np.searchsorted(squares, edges[:-1] * (1 - 1e-12))
    last = np.searchsorted(squares, edges[1:] * (1 + 1e-12))
    return np.where(first == last, first, -1 - first).astype(np.int32), scale


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
        local, whole = _added(kind, everybody, globe)
        return local / whole


@numba.njit(cache=True, nogil=True)
def _added(kind: Any, everybody: Any, globe: Any) -> tuple[Any, Any]:
    """Σ of local and of global ratios over the centres that have a neighbour, at each distance."""
    width = kind.shape[1]
    local, whole = np.zeros(width), np.zeros(width)
    for i in range(kind.shape[0]):
        for k in range(width):
            if everybody[i, k] > 0:
                local[k] += kind[i, k] / everybody[i, k]
                whole[k] += globe[i]
    return local, whole


@numba.njit(cache=True, nogil=True)
def _run(
    px: float, py: float, cell_row: int, starts: Any, columns: int, low_x: float, low_y: float, side: float,
    far: float,
) -> tuple[int, int]:  # fmt: skip
    """The first and the end of the points of a row of cells that may be within √far of (px, py)."""
    edge = low_x + cell_row * side
    aside = max(0.0, edge - px, px - edge - side)
    half = math.sqrt(max(0.0, far - aside * aside)) * (1 + 1e-12) + 1e-9
    first = max(0, int((py - half - low_y) / side))
    last = min(columns - 1, int((py + half - low_y) / side))
    return starts[cell_row * columns + first], starts[cell_row * columns + last + 1]


@numba.njit(cache=True, nogil=True)
def _counted(
    centre_x: Any, centre_y: Any, places: Any, x: Any, y: Any, weights: Any, starts: Any, rows: int,
    columns: int, low_x: float, low_y: float, side: float, distances: Any, table: Any, scale: float,
    longest: int,
) -> Any:  # fmt: skip
    width = len(distances)
    sums = np.empty((len(centre_x), width))
    squares = distances**2
    span = int(distances[-1] / side) + 1
    steps = np.empty(longest, np.int32)
    # Two sums by turns: a processor need not wait for one to add to the other.
    even, odd = np.zeros(width + 1), np.zeros(width + 1)
    for i in range(len(centre_x)):
        even[:] = 0
        odd[:] = 0
        px, py = centre_x[i], centre_y[i]
        row = int((px - low_x) / side)
        for cell_row in range(max(0, row - span), min(rows - 1, row + span) + 1):
            a, b = _run(px, py, cell_row, starts, columns, low_x, low_y, side, squares[-1])
            if a < b:
                own = places[i] - a if a <= places[i] < b else -1
                _count(px, py, own, x[a:b], y[a:b], weights[a:b], squares, table, scale, steps, even, odd)
        total = 0.0
        for k in range(width):
            total += even[k] + odd[k]
            sums[i, k] = total
    return sums


@numba.njit(cache=True, nogil=True)
def _count(
    px: float, py: float, own: int, x: Any, y: Any, weights: Any, squares: Any, table: Any, scale: float,
    steps: Any, even: Any, odd: Any,
) -> None:  # fmt: skip
    """Add the weights of the points (x, y), but that of rank *own*, each to the first distance it is within.

    No root is taken, and the first loop is one that compilers make of whole vectors.
    """
    width, beyond = len(squares), len(table) - 1
    for j in range(len(x)):
        aside, along = px - x[j], py - y[j]
        steps[j] = np.int32(min((aside * aside + along * along) * scale, float(beyond)))
    if own >= 0:
        steps[own] = beyond
    for j in range(len(x)):
        k = table[steps[j]]
        if k < 0:
            aside, along = px - x[j], py - y[j]
            apart = aside * aside + along * along
            k = -1 - k
            while k < width and apart > squares[k]:
                k += 1
        if j & 1:
            odd[k] += weights[j]
        else:
            even[k] += weights[j]


@numba.njit(cache=True, nogil=True)
def _smoothed(
    centre_x: Any, centre_y: Any, places: Any, x: Any, y: Any, weights: Any, starts: Any, rows: int,
    columns: int, low_x: float, low_y: float, side: float, distances: Any, bandwidth: float,
) -> Any:  # fmt: skip
    sums = np.zeros((len(centre_x), len(distances)))
    reach = distances[-1] + 5 * bandwidth
    far = reach * reach
    span = int(reach / side) + 1
    for i in range(len(centre_x)):
        px, py = centre_x[i], centre_y[i]
        row = int((px - low_x) / side)
        for cell_row in range(max(0, row - span), min(rows - 1, row + span) + 1):
            a, b = _run(px, py, cell_row, starts, columns, low_x, low_y, side, far)
            for j in range(a, b):
                apart = (px - x[j]) ** 2 + (py - y[j]) ** 2
                if apart <= far and j != places[i]:
                    _smooth(sums[i], math.sqrt(apart), distances, bandwidth, weights[j])
    return sums


@numba.njit(cache=True, nogil=True)
def _smooth(own: Any, apart: float, distances: Any, bandwidth: float, weight: float) -> None:
    for k in range(len(distances)):
        ahead, behind = (distances[k] - apart) / bandwidth, (distances[k] + apart) / bandwidth
        if abs(ahead) <= 5:
            own[k] += weight * (math.exp(-0.5 * ahead * ahead) + math.exp(-0.5 * behind * behind))
