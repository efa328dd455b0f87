"""A score as a sum of evidence: an additive logistic model whose every term is a bar of the waterfall.

logit P(same) = constant + Σ terms; each term is a step-wise linear function of one feature, or a table of two
(Hastie and Tibshirani, 1986, Generalized additive models). Fitted by iteratively reweighted least squares
with a ridge, in numpy; the same rows give the same model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from grappe.linkage.evidence import Features


@dataclass(frozen=True)
class Term:
    """One feature, or two, and the values between which the term is linear. Two features: a table of
    cells.
    """

    features: tuple[str, ...]
    knots: tuple[tuple[float, ...], ...]

    @property
    def name(self) -> str:
        """What the waterfall calls it."""
        return " × ".join(self.features)

    @property
    def width(self) -> int:
        """How many coefficients it has."""
        width = 1
        for knots in self.knots:
            width *= len(knots)
        return width

    def basis(self, columns: Mapping[str, Any]) -> Any:
        """The rows of hat functions (rows × width) at the features' values."""
        import numpy as np

        made = None
        for feature, knots in zip(self.features, self.knots, strict=True):
            values = np.clip(columns[feature], knots[0], knots[-1])
            hats = np.stack([np.interp(values, knots, unit) for unit in np.eye(len(knots))], axis=1)
            made = hats if made is None else (made[:, :, None] * hats[:, None, :]).reshape(len(values), -1)
        return made


@dataclass(frozen=True)
class Scorecard:
    """A fitted model: the constant, the terms and their coefficients."""

    constant: float
    terms: tuple[Term, ...]
    coefficients: tuple[tuple[float, ...], ...]

    def logits(self, columns: Mapping[str, Any]) -> Any:
        """The log-odds of each row, from feature → values."""
        import numpy as np

        size = len(next(iter(columns.values())))
        total = np.full(size, self.constant)
        for term, values in zip(self.terms, self.coefficients, strict=True):
            total += term.basis(columns) @ np.array(values)
        return total

    def contributions(self, features: Features) -> list[tuple[str, float]]:
        """Term → its part of the log-odds for one pair; their sum and the constant make the score."""
        import numpy as np

        columns = {name: np.array([value]) for name, value in features.items()}
        return [
            (term.name, float((term.basis(columns) @ np.array(values))[0]))
            for term, values in zip(self.terms, self.coefficients, strict=True)
        ]

    def as_record(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        terms = [
            {"features": t.features, "knots": t.knots, "coefficients": c}
            for t, c in zip(self.terms, self.coefficients, strict=True)
        ]
        return {"constant": self.constant, "terms": terms}


def read_scorecard(record: Mapping[str, Any]) -> Scorecard:
    """The scorecard that :meth:`Scorecard.as_record` described."""
    terms = tuple(Term(tuple(t["features"]), tuple(map(tuple, t["knots"]))) for t in record["terms"])
    return Scorecard(
        float(record["constant"]), terms, tuple(tuple(t["coefficients"]) for t in record["terms"])
    )


def fit_scorecard(
    terms: Sequence[Term], columns: Mapping[str, Any], truth: Any, *, weights: Any = None, ridge: float = 1.0
) -> Scorecard:
    """The scorecard of least penalised deviance. *truth*: 0/1 a row; *weights*: of rows, 1 unless given."""
    import numpy as np

    design = np.concatenate([np.ones((len(truth), 1)), *(term.basis(columns) for term in terms)], axis=1)
    outcome = np.asarray(truth, float)
    rows = np.ones(len(outcome)) if weights is None else np.asarray(weights, float)
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 1e-6
    beta = np.zeros(design.shape[1])
    for _ in range(30):
        odds = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        curve = rows * odds * (1 - odds)
        gradient = design.T @ (rows * (outcome - odds)) - penalty * beta
        hessian = (design * curve[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step
        if float(np.abs(step).max()) < 1e-4:
            break
    kept = [round(float(value), 4) for value in beta]
    cut, coefficients = 1, []
    for term in terms:
        coefficients.append(tuple(kept[cut : cut + term.width]))
        cut += term.width
    return Scorecard(kept[0], tuple(terms), tuple(coefficients))


def probability(logit: float) -> float:
    """1 / (1 + e^-x), without overflow."""
    return 1 / (1 + exp(-max(-40.0, min(40.0, logit))))
