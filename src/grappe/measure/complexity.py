"""Economic complexity and relatedness from a table of regions and industries."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from grappe.measure.tables import LONG, as_table, require_value
from grappe.statements.problems import GrappeError, Problem


@dataclass(frozen=True)
class Matrix:
    """Values of regions (rows) × industries (columns): *values* float64, 0 where a cell is absent or
    suppressed.
    """

    regions: tuple[str, ...]
    industries: tuple[str, ...]
    values: Any = field(repr=False)


@dataclass(frozen=True)
class Complexity:
    """*eci* of regions and *pci* of industries (mean 0, population sd 1; NaN for those without any
    advantage), *diversity* of regions and *ubiquity* of industries: arrays in the order of *regions* and
    *industries*.
    """

    regions: tuple[str, ...]
    industries: tuple[str, ...]
    eci: Any = field(repr=False)
    pci: Any = field(repr=False)
    diversity: Any = field(repr=False)
    ubiquity: Any = field(repr=False)


def matrix_of(data: Any, period: str | None = None) -> Matrix:
    """The table of *data* (region, industry, value, period) as a matrix; several periods are added."""
    table = as_table(data, LONG)
    if period is not None:
        require_value(table, "period", period)
        table = table.filter(table.period == period)
    cells = table.group_by("region", "industry").agg(value=table.value.sum()).to_pyarrow()
    regions, rows = np.unique(
        np.asarray(cells["region"].to_pylist(), object).astype(str), return_inverse=True
    )
    industries, columns = np.unique(
        np.asarray(cells["industry"].to_pylist(), object).astype(str), return_inverse=True
    )
    values = np.zeros((len(regions), len(industries)))
    values[rows, columns] = np.nan_to_num(cells["value"].to_numpy(zero_copy_only=False).astype(float))
    return Matrix(tuple(regions.tolist()), tuple(industries.tolist()), values)


def advantages(matrix: Matrix, threshold: float = 1.0) -> Any:
    """1.0 where a region's location quotient (Balassa's index) is *threshold* or more, else 0.0.

    Source: Balassa (1965).
    """
    rows, columns = matrix.values.sum(1, keepdims=True), matrix.values.sum(0, keepdims=True)
    expected = rows * columns
    total = matrix.values.sum()
    found = np.divide(matrix.values * total, expected, out=np.zeros_like(matrix.values), where=expected > 0)
    return (found >= threshold).astype(float)


def complexity(data: Any, *, period: str | None = None, threshold: float = 1.0) -> Complexity:
    """ECI and PCI by eigenvectors, from *data* (rows, or a :class:`Matrix`).

    ECI: the eigenvector of the second largest eigenvalue of M̃ = D⁻¹ M U⁻¹ Mᵀ, standardised by its population
    standard deviation, with the sign that correlates with diversity; PCI: the same of U⁻¹ Mᵀ D⁻¹ M, with the
    sign that correlates with the mean ECI of those who have the advantage. Regions and industries outside the
    largest group that advantages tie together are NaN: between groups the eigenvalue 1 is not single, and no
    order follows. Raises GrappeError when that group has fewer than two of either.
    Sources: Hidalgo and Hausmann (2009); Hausmann, Hidalgo et al. (2014), technical box 2.1; Mealy, Farmer
    and Teytelboym (2019) on the eigenvectors.
    """
    matrix = data if isinstance(data, Matrix) else matrix_of(data, period)
    m = advantages(matrix, threshold)
    diversity, ubiquity = m.sum(1), m.sum(0)
    rows, columns = _largest_group(m)
    if rows.sum() < 2 or columns.sum() < 2:
        raise GrappeError(Problem("undefined_spectrum", found=f"{int(rows.sum())} × {int(columns.sum())}"))
    kept = m[np.ix_(rows, columns)]
    # D^-1/2 M U^-1/2 has the eigenvectors of both operators as singular vectors, and is well conditioned.
    d, u = np.sqrt(kept.sum(1)), np.sqrt(kept.sum(0))
    left, values, right = np.linalg.svd(kept / d[:, None] / u[None, :], full_matrices=False)
    if values[1] > 1 - 1e-9:
        raise GrappeError(Problem("undefined_spectrum", found="σ₂ = 1"))
    region_score, industry_score = left[:, 1] / d, right[1] / u
    spread = kept.sum(1) - kept.sum(1).mean()
    if region_score @ spread < 0:
        region_score = -region_score
    exporters = (kept.T @ region_score) / kept.sum(0)
    if (industry_score - industry_score.mean()) @ (exporters - exporters.mean()) < 0:
        industry_score = -industry_score
    eci, pci = np.full(len(rows), np.nan), np.full(len(columns), np.nan)
    eci[rows], pci[columns] = _standardised(region_score), _standardised(industry_score)
    return Complexity(matrix.regions, matrix.industries, eci, pci, diversity, ubiquity)


def _largest_group(m: Any) -> tuple[Any, Any]:
    """Which regions and industries are in the largest group that advantages tie together (booleans)."""
    count = m.shape[0]
    tied = coo_array(m)
    whole = coo_array((tied.data, (tied.row, tied.col + count)), shape=(sum(m.shape), sum(m.shape)))
    _, labels = connected_components(whole, directed=False)
    of_regions = np.bincount(labels[:count], minlength=labels.max() + 1)
    inside = labels == of_regions.argmax()
    return inside[:count], inside[count:]


def proximity(matrix: Matrix, threshold: float = 1.0) -> Any:
    """φ_ij = min(P(i | j), P(j | i)) of industries: (industries, industries), NaN for those nobody has.

    Source: Hidalgo, Klinger, Barabási and Hausmann (2007), equation 1.
    """
    m = advantages(matrix, threshold)
    together, ubiquity = m.T @ m, m.sum(0)
    larger = np.maximum.outer(ubiquity, ubiquity)
    found = np.divide(together, larger, out=np.full_like(together, np.nan), where=larger > 0)
    found[ubiquity == 0, :] = np.nan
    found[:, ubiquity == 0] = np.nan
    return found


def relatedness_density(matrix: Matrix, threshold: float = 1.0) -> Any:
    """ω_ri = Σ_j M_rj φ_ij / Σ_j φ_ij over the other industries j: (regions, industries), 0 to 1.

    Source: Hidalgo et al. (2007), supporting text; j ≠ i as in Boschma, Balland and Kogler (2015).
    """
    m = advantages(matrix, threshold)
    near = np.nan_to_num(proximity(matrix, threshold))
    np.fill_diagonal(near, 0.0)
    whole = near.sum(0)
    return np.divide(m @ near, whole, out=np.full_like(m, np.nan), where=whole > 0)


def locational_correlation(matrix: Matrix) -> Any:
    """LC_ij: the correlation over regions of two industries' values: (industries, industries).

    NaN where an industry is the same everywhere. Source: Delgado, Porter and Stern (2016), LC-Employment (or
    LC-Establishments, when values count plants).
    """
    centred = matrix.values - matrix.values.mean(0)
    size = np.sqrt((centred**2).sum(0))
    scale = np.outer(size, size)
    return np.divide(centred.T @ centred, scale, out=np.full_like(scale, np.nan), where=scale > 0)


def flow_similarity(flows: Any) -> Any:
    """IO_ij = max of the four shares of inputs and outputs that i and j have in each other: (n, n).

    *flows*: (n, n) float64, what row i sells to column j. Source: Ellison, Glaeser and Kerr (2010); Delgado
    et al. (2016).
    """
    values = np.asarray(flows, float)
    sold, bought = values.sum(1, keepdims=True), values.sum(0, keepdims=True)
    out = np.divide(values, sold, out=np.zeros_like(values), where=sold > 0)
    into = np.divide(values, bought, out=np.zeros_like(values), where=bought > 0)
    return np.maximum.reduce([out, out.T, into, into.T])


def profile_similarity(profiles: Any) -> Any:
    """The correlation of two industries' shares by occupation: (industries, industries).

    *profiles*: (industries, occupations). Source: Delgado, Porter and Stern (2016), Occ.
    """
    values = np.asarray(profiles, float)
    whole = values.sum(1, keepdims=True)
    shares = np.divide(values, whole, out=np.zeros_like(values), where=whole > 0)
    return locational_correlation(Matrix((), (), shares.T))


def _standardised(values: Any) -> Any:
    sd = values.std()
    return (values - values.mean()) / sd if sd > 0 else np.zeros_like(values)
