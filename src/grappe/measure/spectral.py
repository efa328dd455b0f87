"""Σ over pairs of a smooth ring kernel by Fourier modes on a padded torus: n log n instead of n².

Σ_{i≠j} w_i w_j k_d(|x_i − x_j|) = (1/A) Σ_m k̂_d(|q_m|) (|F(q_m)|² − Σ w²), where F is the Fourier sum of the
weights (a non-uniform FFT), k_d(r) = φ_h(d − r) + φ_h(d + r) the reflected Gaussian ring, k̂_d its Hankel
transform, and A the area of a torus wide enough that no copy of a point is within d_max + 6h of another.
Self-pairs are taken out mode by mode. k̂_d falls as exp(−h²q²/2): modes beyond √(2 ln 1/tolerance)/h are left
out.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numba
import numpy as np
from scipy.special import j0

from grappe.statements.problems import GrappeError, Problem

try:
    import finufft
except ModuleNotFoundError:  # the grid FFT below does the same, more slowly
    finufft = None

_PADDING = 6.0
_MOST_RINGS, _MOST_MODES = 500, 1e8  # beyond, the tables take gigabytes


@dataclass(frozen=True)
class Accuracy:
    """*tolerance*: what the kernel's spectrum may lose; *precision*: what the non-uniform FFT may err by, of
    its largest mode; *turn*: how far J0(q d) turns between two radial bins (cubic weights err by turn⁴/50);
    *single*: whether sums are in single precision.
    """

    tolerance: float
    precision: float
    turn: float
    single: bool


#: For a thousand relabellings: some 1e-6 of the peak.
QUICK = Accuracy(1e-4, 2e-5, 0.1, single=True)
#: For the one observed curve: some 1e-9 of the peak.
PRECISE = Accuracy(1e-10, 1e-11, 0.04, single=False)


@dataclass(frozen=True)
class Torus:
    """Where sites lie on the padded torus, and how its modes become a curve.

    *angles*: (2, n) in [−π, π). *modes*: (K_x, K_y), the largest mode of each axis. *curve*: (distances,
    bins) float64, so that ``curve @ bins`` is Σ_{i≠j}.
    """

    angles: Any = field(repr=False)
    sides: tuple[float, float]
    modes: tuple[int, int]
    bin_width: float
    bins: int
    curve: Any = field(repr=False)
    accuracy: Accuracy


def lay_out(x: Any, y: Any, distances: Any, bandwidth: float, accuracy: Accuracy = QUICK) -> Torus:
    """The torus for sites at *x*, *y* (km) and a curve at *distances* (km, ascending)."""
    pad = float(distances[-1]) + _PADDING * bandwidth
    lows = float(np.min(x)), float(np.min(y))
    sides = float(np.max(x)) - lows[0] + pad, float(np.max(y)) - lows[1] + pad
    highest = math.sqrt(2 * math.log(1 / accuracy.tolerance)) / bandwidth
    _refuse_too_fine(float(distances[-1]) / bandwidth, [highest * side / math.pi for side in sides])
    modes = tuple(max(1, math.ceil(highest * side / (2 * math.pi))) for side in sides)
    angles = np.empty((2, len(x)), np.float32 if accuracy.single else np.float64)
    for axis, (values, low, side) in enumerate(zip((x, y), lows, sides, strict=True)):
        angles[axis] = (np.asarray(values) - low) * (2 * math.pi / side) - math.pi
    # A long curve of narrow rings would need a table of gigabytes to be precise: it is quick instead.
    turn = accuracy.turn if distances[-1] <= 200 * bandwidth else QUICK.turn
    width = turn / (float(distances[-1]) + bandwidth)
    bins = int(highest / width) + 4
    rings = (np.arange(bins) - 1) * width
    curve = _hankel(distances, bandwidth, np.abs(rings)) / (sides[0] * sides[1])
    return Torus(angles, sides, (modes[0], modes[1]), width, bins, curve, accuracy)


def _refuse_too_fine(rings: float, modes: list[float]) -> None:
    if rings > _MOST_RINGS or modes[0] * modes[1] > _MOST_MODES:
        found = f"d / h = {rings:.0f}, {modes[0]:.0f} × {modes[1]:.0f}"
        raise GrappeError(
            Problem("too_fine", found=found, expected=f"d / h ≤ {_MOST_RINGS}, {_MOST_MODES:.0e}")
        )


def ring_sums(torus: Torus, chosen: Any, weights: Any) -> Any:
    """Σ_{i≠j} w_i w_j k_d at the torus's distances, for *weights* at the sites *chosen* (indices):
    (distances,).
    """
    squares = float((np.asarray(weights, np.float64) ** 2).sum())
    packed = np.asarray(weights).astype(np.complex64 if torus.accuracy.single else np.complex128)
    return torus.curve @ radial_power(torus, chosen, packed, squares, 0.0)[0]


def radial_power(torus: Torus, chosen: Any, packed: Any, first: float, second: float) -> Any:
    """|F|² − Σw² gathered by |q|, for two sets of real weights in one transform: (2, bins) float64.

    *packed*: complex64 (complex128 when precise), one set in the real part and another in the imaginary part;
    *first*, *second*: their Σw². ``torus.curve`` @ each row is the curve of Σ_{i≠j}.
    """
    spectrum = _fourier(torus, chosen, packed)
    return _radial(spectrum, *torus.modes, *torus.sides, torus.bin_width, torus.bins, first, second)


def _fourier(torus: Torus, chosen: Any, packed: Any) -> Any:
    """Σ_j c_j exp(i k·x_j) for −K ≤ k ≤ K: (2K_x + 1, 2K_y + 1) complex."""
    x, y = torus.angles[0][chosen], torus.angles[1][chosen]
    shape = (2 * torus.modes[0] + 1, 2 * torus.modes[1] + 1)
    if finufft is None:
        return _grid_fourier(x, y, packed, shape)
    return finufft.nufft2d1(
        x, y, packed, shape, eps=torus.accuracy.precision, isign=1, nthreads=1, spread_sort=0,
        upsampfac=1.25 if torus.accuracy.single else 2.0,
    )  # fmt: skip


def _grid_fourier(x: Any, y: Any, packed: Any, shape: tuple[int, int]) -> Any:
    """The same by spreading Gaussians on a grid twice as fine (Greengard and Lee 2004)."""
    from scipy.fft import fft2, next_fast_len

    half, fine = 13, tuple(next_fast_len(2 * size) for size in shape)
    widths = [math.pi * half / (ratio * (ratio - 0.5)) / size**2 for size, ratio in
              ((size, grid / size) for size, grid in zip(shape, fine, strict=True))]  # fmt: skip
    grid = np.zeros(fine, np.complex128)
    _spread(grid, x.astype(np.float64), y.astype(np.float64), packed.astype(np.complex128), *widths, half)
    whole = fft2(grid)
    ks = [np.arange(-(size // 2), size // 2 + 1) for size in shape]
    # exp(+ikx): the transform of the conjugate frequency.
    part = whole[np.ix_(-ks[0] % fine[0], -ks[1] % fine[1])]
    undo = [np.exp(width * k**2) * math.sqrt(math.pi / width) / size for k, width, size in
            zip(ks, widths, fine, strict=True)]  # fmt: skip
    return (part * undo[0][:, None] * undo[1][None, :]).astype(packed.dtype)


@numba.njit(cache=True, nogil=True)
def _spread(grid: Any, x: Any, y: Any, packed: Any, wide: float, high: float, half: int) -> None:
    rows, columns = grid.shape
    step_x, step_y = 2 * math.pi / rows, 2 * math.pi / columns
    for j in range(len(x)):
        near_x, near_y = math.floor(x[j] / step_x), math.floor(y[j] / step_y)
        for p in range(near_x - half + 1, near_x + half + 1):
            along = packed[j] * math.exp(-((x[j] - p * step_x) ** 2) / (4 * wide))
            for q in range(near_y - half + 1, near_y + half + 1):
                grid[p % rows, q % columns] += along * math.exp(-((y[j] - q * step_y) ** 2) / (4 * high))


@numba.njit(cache=True, nogil=True, fastmath=True)
def _radial(
    spectrum: Any, most_x: int, most_y: int, side_x: float, side_y: float, width: float, bins: int,
    first: float, second: float,
) -> Any:  # fmt: skip
    """|F_a|² − Σa² and |F_b|² − Σb² of a packed spectrum F_a + iF_b, gathered by |q| with cubic weights."""
    sums = np.zeros((2, bins))
    per_x, per_y = 2 * math.pi / side_x, 2 * math.pi / side_y
    highest = (bins - 4) * width
    for m in range(most_x + 1):
        for n in range(most_y + 1):
            q = math.sqrt((m * per_x) ** 2 + (n * per_y) ** 2)
            if q > highest:
                break
            power, cross, copies = 0.0, 0.0, 0
            for sign in range(2 if m > 0 and n > 0 else 1):
                up = n if sign == 0 else -n
                z = spectrum[most_x + m, most_y + up]
                mirrored = spectrum[most_x - m, most_y - up]
                power += 0.25 * (z.real**2 + z.imag**2 + mirrored.real**2 + mirrored.imag**2)
                cross += 0.5 * (z.real * mirrored.real - z.imag * mirrored.imag)
                copies += 1
            twice = 1.0 if m == 0 and n == 0 else 2.0
            one = twice * (power + cross - copies * first)
            two = twice * (power - cross - copies * second)
            place = q / width
            k = int(place)
            t = place - k
            for offset, weight in (
                (0, -t * (t - 1) * (t - 2) / 6),
                (1, (t + 1) * (t - 1) * (t - 2) / 2),
                (2, -(t + 1) * t * (t - 2) / 2),
                (3, (t + 1) * t * (t - 1) / 6),
            ):
                sums[0, k + offset] += weight * one
                sums[1, k + offset] += weight * two
    return sums


def _hankel(distances: Any, bandwidth: float, rings: Any) -> Any:
    """k̂_d(q) = 2π ∫ [φ_h(d − r) + φ_h(d + r)] J0(q r) r dr, by Gauss–Legendre panels one bandwidth wide."""
    nodes, weights = np.polynomial.legendre.leggauss(8)
    panels = math.ceil(float(distances[-1]) / bandwidth) + 8
    r = (bandwidth * (np.arange(panels)[:, None] + (nodes + 1) / 2)).ravel()
    measure = np.tile(weights, panels) * bandwidth / 2 * 2 * math.pi * r
    scale = 1 / (bandwidth * math.sqrt(2 * math.pi))
    ring = np.exp(-0.5 * ((distances[:, None] - r) / bandwidth) ** 2)
    ring += np.exp(-0.5 * ((distances[:, None] + r) / bandwidth) ** 2)
    weighted = scale * ring * measure
    found = np.empty((len(distances), len(rings)))
    for start in range(0, len(rings), 1024):
        part = slice(start, start + 1024)
        waves = j0(np.outer(r, rings[part]))
        for first in range(0, len(distances), 16):
            some = slice(first, first + 16)
            near = _near(r, distances[some], bandwidth)
            found[some, part] = weighted[some, near] @ waves[near]
    return found


def _near(r: Any, distances: Any, bandwidth: float) -> slice:
    """The nodes within eight bandwidths of some of *distances*: the others weigh nothing."""
    low, high = np.searchsorted(r, (distances[0] - 8 * bandwidth, distances[-1] + 8 * bandwidth))
    return slice(int(low), int(high))
