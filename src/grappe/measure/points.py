"""Points of plants: read, checked, and put on a plane with what the projection errs by."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from grappe.measure.pairs import all_distances
from grappe.measure.tables import Columns, as_table, read_table, source_of
from grappe.statements.problems import GrappeError, Problem

EARTH_KM = 6371.0088  # mean radius, IUGG
_SAMPLE = 600
_PLANE = Columns(("industry",), ("x_km", "y_km", "weight"), ("industry", "weight"), None, blank=False)
_SPHERE = Columns(("industry",), ("lat", "lon", "weight"), ("industry", "weight"), None, blank=False)


@dataclass(frozen=True)
class Points:
    """Plants in space: *x*, *y* in km on a plane, *weight* (jobs, or 1), *industry*: arrays of one length.

    *latitude*, *longitude*: degrees WGS84, when the points came so; then x and y are a Lambert conformal
    conic projection of the sphere and *projection_error* is the largest relative error of a planar distance
    over a sample of pairs (0 when points came on a plane).
    """

    x: Any = field(repr=False)
    y: Any = field(repr=False)
    weight: Any = field(repr=False)
    industry: Any = field(repr=False)
    latitude: Any = field(default=None, repr=False)
    longitude: Any = field(default=None, repr=False)
    projection_error: float = 0.0

    def __len__(self) -> int:
        return len(self.x)

    def of(self, industry: str) -> Any:
        """Which points are of *industry*: a boolean array. Raises GrappeError when none is."""
        found = self.industry == industry
        if not found.any():
            known = sorted(set(self.industry.tolist()))[:12]
            expected = f"one_of:{', '.join(known)}"
            raise GrappeError(Problem("bad_value", column="industry", found=industry, expected=expected))
        return found


def read_points(path: Path) -> Points:
    """The points of a CSV, TSV or Parquet file: x_km, y_km or lat, lon (degrees); industry; weight.

    Without an industry column every point is of the industry ""; without weights each weighs 1. Raises
    GrappeError for every coordinate that is missing or not a number, and every weight that is negative or
    missing.
    """
    import duckdb

    _, titles = source_of(path, duckdb.connect())
    known = {title.strip().lower() for title in titles}
    columns = _SPHERE if known & {"lat", "latitude"} else _PLANE
    table = read_table(path, columns).to_pyarrow()
    return _points(
        {name: table[name].to_numpy(zero_copy_only=False) for name in columns.text + columns.numbers},
        columns,
        path.name,
    )


def as_points(data: Any) -> Points:
    """Points of *data*: a table (pandas, Polars, Arrow, Ibis) or rows with the columns of
    :func:`read_points`.
    """
    if isinstance(data, Points):
        return data
    if isinstance(data, Iterable) and not hasattr(data, "columns"):
        data = [dict(row) for row in data]
        names = set(data[0]) if data else set()
    else:
        names = set(getattr(data, "column_names", None) or data.columns)
    columns = _SPHERE if "lat" in {str(name).lower() for name in names} else _PLANE
    table = as_table(data, columns).to_pyarrow()
    return _points(
        {name: table[name].to_numpy(zero_copy_only=False) for name in columns.text + columns.numbers},
        columns,
        None,
    )


def great_circles(latitude: Any, longitude: Any, to_latitude: float, to_longitude: float) -> Any:
    """Great-circle distances in km from points to one place, all in degrees (haversine formula)."""
    phi, lam = np.radians(latitude), np.radians(longitude)
    to_phi, to_lam = math.radians(to_latitude), math.radians(to_longitude)
    half = np.sin((phi - to_phi) / 2) ** 2 + np.cos(phi) * math.cos(to_phi) * np.sin((lam - to_lam) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(1.0, half)))


def project(latitude: Any, longitude: Any) -> tuple[Any, Any, float]:
    """x, y in km and the largest relative error of a distance between sampled points.

    Lambert conformal conic on the sphere, standard parallels at a sixth of the range of latitudes from its
    ends (Snyder 1987, equations 15-1 to 15-5), centred on the middle of the points.
    """
    phi, lam = np.radians(latitude), np.radians(longitude)
    low, high = float(phi.min()), float(phi.max())
    middle, centre = (low + high) / 2, _middle_longitude(lam)
    lam = (lam - centre + math.pi) % (2 * math.pi) - math.pi
    one, two = low + (high - low) / 6, high - (high - low) / 6
    if abs(one + two) < 1e-9:  # about the equator the cone is a cylinder
        one, two = one + 1e-6, two + 1e-6
    n = _cone(one, two)
    scale = EARTH_KM * math.cos(one) * math.tan(math.pi / 4 + one / 2) ** n / n
    rho = scale / np.tan(math.pi / 4 + phi / 2) ** n
    x = rho * np.sin(n * lam)
    y = scale / math.tan(math.pi / 4 + middle / 2) ** n - rho * np.cos(n * lam)
    chosen = np.random.default_rng(0).permutation(len(x))[:_SAMPLE]
    flat = all_distances(x[chosen], y[chosen], False)
    true = all_distances(phi[chosen], lam[chosen], True)
    apart = true > 1e-3
    error = float(np.max(np.abs(flat[apart] / true[apart] - 1))) if apart.any() else 0.0
    return x, y, error


def _middle_longitude(lam: Any) -> float:
    return float(np.arctan2(np.sin(lam).mean(), np.cos(lam).mean()))


def _cone(one: float, two: float) -> float:
    if abs(one - two) < 1e-6:
        return math.sin(one)
    ratio = math.tan(math.pi / 4 + two / 2) / math.tan(math.pi / 4 + one / 2)
    return math.log(math.cos(one) / math.cos(two)) / math.log(ratio)


def _points(columns: Mapping[str, Any], kind: Columns, file: str | None) -> Points:
    weight = np.asarray(columns["weight"], np.float64)
    _refuse(weight < 0, weight, file, "weight", "not_negative")
    industry = np.asarray(columns["industry"], object).astype(str)
    if kind is _PLANE:
        x, y = (np.asarray(columns[name], np.float64) for name in ("x_km", "y_km"))
        return Points(x, y, weight, industry)
    latitude, longitude = (np.asarray(columns[name], np.float64) for name in ("lat", "lon"))
    _refuse(np.abs(latitude) > 89.9, latitude, file, "lat", "latitude")
    _refuse(np.abs(longitude) > 360, longitude, file, "lon", "longitude")
    x, y, error = project(latitude, longitude)
    return Points(x, y, weight, industry, latitude, longitude, error)


def _refuse(bad: Any, values: Any, file: str | None, column: str, expected: str) -> None:
    if bad.any():
        row = int(np.argmax(bad))
        raise GrappeError(
            Problem(
                "bad_value", file, row=row + 2, column=column, found=f"{values[row]:g}", expected=expected
            )
        )
