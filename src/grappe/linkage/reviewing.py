"""How good links are, from pairs that people reviewed: precision and recall with intervals, thresholds,
calibration.

Reviewers look at a sample, denser where the model doubts. Pairs are parted in strata by score; in each the
share of true pairs has a Jeffreys posterior (Brown, Cai and DasGupta, 2001, Statistical Science 16(2)), and
what is said of all pairs weighs the strata by how many pairs they hold (Cochran, 1977, ch. 5). Draws have a
fixed seed: the same reviews, the same figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

#: Bounds of the strata, in probability.
STRATA = (0.0, 0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.995)
_DRAWS, _SEED = 4000, 7
_LEAST_REVIEWED = 10


@dataclass(frozen=True)
class Estimate:
    """A share in 0–1 with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Quality:
    """What accepting every pair at or above *threshold* would be worth: *precision*, *recall* (of the true
    pairs among those scored), from *reviewed* pairs of *pairs*.
    """

    threshold: float
    precision: Estimate
    recall: Estimate
    reviewed: int
    pairs: int


@dataclass(frozen=True)
class Calibration:
    """What turns log-odds of the model into log-odds seen on this registry: ``slope × x + intercept``
    (Platt, 1999).
    """

    slope: float = 1.0
    intercept: float = 0.0

    def probability(self, logit: float) -> float:
        """The calibrated probability of a pair of these log-odds."""
        x = max(-40.0, min(40.0, self.slope * logit + self.intercept))
        return 1 / (1 + exp(-x))


AS_IS = Calibration()


def measure(scores: Sequence[float], reviewed: Sequence[tuple[float, bool]], threshold: float) -> Quality:
    """The quality at *threshold*. *scores*: of every pair that was scored; *reviewed*: (score, whether one)
    of a sample.

    A stratum of which nothing was reviewed may hold any share: the interval says so. Raises ValueError
    without scores.
    """
    import numpy as np

    if not scores:
        raise ValueError("no scored pair")
    bounds = np.array(sorted({*STRATA, threshold}))
    of_all = np.searchsorted(bounds, np.array(scores), side="right") - 1
    sizes = np.bincount(of_all, minlength=len(bounds))
    strata = np.searchsorted(bounds, np.array([score for score, _ in reviewed] or [0.0]), side="right") - 1
    right = np.array([float(true) for _, true in reviewed] or [0.0])
    seen = np.bincount(strata, minlength=len(bounds)) if reviewed else np.zeros(len(bounds), int)
    true = np.bincount(strata, weights=right, minlength=len(bounds)) if reviewed else np.zeros(len(bounds))
    random = np.random.default_rng(_SEED)
    shares = random.beta(true + 0.5, seen - true + 0.5, size=(_DRAWS, len(bounds)))
    accepted = bounds >= threshold
    best = np.where(seen > 0, true / np.maximum(seen, 1), 0.5)[None, :]
    return Quality(
        threshold,
        _estimate(_precision(best, sizes, accepted), _precision(shares, sizes, accepted)),
        _estimate(_recall(best, sizes, accepted), _recall(shares, sizes, accepted)),
        len(reviewed), len(scores),
    )  # fmt: skip


def _precision(shares: Any, sizes: Any, accepted: Any) -> Any:
    return (shares * sizes)[:, accepted].sum(axis=1) / max(1, sizes[accepted].sum())


def _recall(shares: Any, sizes: Any, accepted: Any) -> Any:
    found = shares * sizes
    return found[:, accepted].sum(axis=1) / found.sum(axis=1).clip(1e-9)


def _estimate(best: Any, drawn: Any) -> Estimate:
    import numpy as np

    low, high = np.quantile(drawn, (0.025, 0.975))
    value = float(best[0])
    return Estimate(round(value, 4), round(min(float(low), value), 4), round(max(float(high), value), 4))


def threshold_for(
    scores: Sequence[float], reviewed: Sequence[tuple[float, bool]], least: float = 0.98
) -> Quality | None:
    """The quality at the lowest bound of a stratum whose precision is at least *least*, in the estimate and
    with the lower end of its interval no more than 0.03 under it; None when the reviews do not show one.
    """
    for bound in STRATA[1:]:
        quality = measure(scores, reviewed, bound) if scores else None
        enough = sum(score >= bound for score, _ in reviewed) >= _LEAST_REVIEWED
        if quality and enough and quality.precision.value >= least and quality.precision.low >= least - 0.03:
            return quality
    return None


def calibrate(reviewed: Sequence[tuple[float, bool]]) -> Calibration:
    """The calibration that *reviewed* pairs (log-odds, whether one) show, drawn towards none by a weak
    prior; as is when fewer than ten of either answer were given.
    """
    import numpy as np

    answers = [true for _, true in reviewed]
    if min(sum(answers), len(answers) - sum(answers)) < _LEAST_REVIEWED:
        return AS_IS
    from scipy.optimize import minimize

    x = np.array([logit for logit, _ in reviewed])
    sign = np.where(answers, 1.0, -1.0)

    def lost(beta: Any) -> float:
        """Deviance, and the square of how far the calibration is from none."""
        fit = np.logaddexp(0, -sign * (beta[0] * x + beta[1])).sum()
        return float(fit + ((beta[0] - 1) ** 2 + beta[1] ** 2) / 2)

    slope, intercept = minimize(lost, np.array([1.0, 0.0]), method="L-BFGS-B").x
    return Calibration(round(max(0.05, float(slope)), 4), round(float(intercept), 4))
