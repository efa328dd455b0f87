"""Location quotients of plants, with intervals by resampling the plants themselves."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from grappe.measure.tables import PLANTS, as_table


@dataclass(frozen=True)
class Quotient:
    """LQ of one *region* and *industry* with its percentile interval; NaN where a total is 0."""

    region: str
    industry: str
    value: float
    lq: float
    lower: float
    upper: float


def bootstrap_quotients(
    data: Any, *, resamples: int = 1000, level: float = 0.95, seed: int = 1
) -> list[Quotient]:
    """LQ of every region and industry that has a plant, by resampling whole plants with replacement.

    *data*: industry, region, size. Jobs of one plant come and go together, so this interval is wider, and
    more honest, than the delta method's. Source: Efron and Tibshirani (1993), percentile interval; the plants
    are the sample.
    """
    rows = as_table(data, PLANTS).select("industry", "region", "size").to_pyarrow()
    industries, i = np.unique(
        np.asarray(rows["industry"].to_pylist(), object).astype(str), return_inverse=True
    )
    regions, r = np.unique(np.asarray(rows["region"].to_pylist(), object).astype(str), return_inverse=True)
    size = np.asarray(rows["size"].to_numpy(), float)
    shape = len(regions), len(industries)
    cell = r * shape[1] + i
    present = np.unique(cell)
    values = _cells(cell, size, shape)
    rng = np.random.default_rng(seed)
    draws = np.empty((resamples, len(present)))
    for number in range(resamples):
        times = np.bincount(rng.integers(0, len(size), len(size)), minlength=len(size))
        draws[number] = _quotients(_cells(cell, size * times, shape)).ravel()[present]
    lq = _quotients(values).ravel()[present]
    tail = (1 - level) / 2
    with np.errstate(invalid="ignore"):
        lower, upper = np.nanquantile(np.nan_to_num(draws), (tail, 1 - tail), axis=0)
    return [
        Quotient(
            str(regions[k // shape[1]]),
            str(industries[k % shape[1]]),
            float(values.ravel()[k]),
            *map(float, told),
        )
        for k, *told in zip(present, lq, lower, upper, strict=True)
    ]


def _cells(cell: Any, size: Any, shape: tuple[int, int]) -> Any:
    return np.bincount(cell, weights=size, minlength=shape[0] * shape[1]).reshape(shape)


def _quotients(values: Any) -> Any:
    expected = values.sum(1, keepdims=True) * values.sum(0, keepdims=True)
    return np.divide(values * values.sum(), expected, out=np.full_like(values, np.nan), where=expected > 0)
