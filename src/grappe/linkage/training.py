"""Labelled links → models: scorecards fitted on half of the labels, thresholds chosen and measured on
the other.

Which half a row falls in is a hash of its answer, so that no organisation is on both sides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from grappe.linkage.linking import Compared, compare, score
from grappe.linkage.model import AMONG_TERMS, PAIR_TERMS, Kind, Model, among_features
from grappe.linkage.parties import Party
from grappe.linkage.scorecard import Scorecard, fit_scorecard, probability

#: Candidates of a row that the fit looks at: its right answers and the best of the others.
_MOST_OTHERS = 12


@dataclass(frozen=True)
class Labelled:
    """One left row compared, *truth* of each candidate, how many right answers it has, and its half (0
    or 1).
    """

    compared: Compared
    truth: tuple[bool, ...]
    answers: int
    half: int


def label(
    left: Sequence[Party], right: Sequence[Party], answers: Mapping[str, frozenset[str]], kind: Kind
) -> list[Labelled]:
    """The rows of *left* that *answers* (left id → right ids, none: no answer) speaks of, compared."""
    ordered = sorted(right, key=lambda one: one.id)
    asked = [one for one in left if one.id in answers]
    rows = []
    for one, compared in zip(asked, compare(asked, ordered), strict=True):
        true = answers[one.id]
        truth = tuple(ordered[at].id in true for at in compared.right)
        count = len(true) if kind == "text" else int(bool(true))
        rows.append(Labelled(compared, truth, count, half_of(min(true, default=one.id))))
    return rows


def half_of(answer: str) -> int:
    """0 or 1, by hash."""
    return blake2b(answer.encode(), digest_size=1).digest()[0] % 2


def train(kind: Kind, rows: Sequence[Labelled], *, precision: float, least_f1: bool = False) -> Model:
    """The model of *kind*: fitted on half 0, thresholds on half 1 at *precision* or better, then fitted
    on all.

    *least_f1*: among the thresholds at *precision*, the one of best F1 rather than of most recall.
    """
    held = _fit(kind, [row for row in rows if row.half == 0])
    measured = _choose(held, [row for row in rows if row.half == 1], precision, least_f1)
    fitted = _fit(kind, rows)
    return Model(kind, fitted.pair, fitted.among, measured["match"], measured["review"], measured)


def _fit(kind: Kind, rows: Sequence[Labelled]) -> Model:
    kept = [_shortened(row) for row in rows]
    pair = _fit_terms(
        PAIR_TERMS, [(f, t) for row in kept for f, t in zip(row.compared.features, row.truth, strict=True)]
    )
    among: list[tuple[Mapping[str, float], bool]] = []
    alone = score(Model(kind, pair, None, 1, 1, {}), [row.compared for row in kept])
    for row, logits in zip(kept, alone, strict=True):
        among += zip(
            among_features(logits, row.compared.features, row.compared.spans), row.truth, strict=True
        )
    return Model(kind, pair, _fit_terms(AMONG_TERMS, among), 1.0, 1.0, {})


def _shortened(row: Labelled) -> Labelled:
    """The right answers and the likest others: far pairs teach nothing and cost much."""
    likest = sorted(range(len(row.truth)), key=lambda i: -_likeness(row.compared.features[i]))[:_MOST_OTHERS]
    kept = sorted({*likest, *(i for i, true in enumerate(row.truth) if true)})
    c = row.compared
    compared = Compared(
        tuple(c.right[i] for i in kept), tuple(c.features[i] for i in kept),
        tuple(c.spans[i] for i in kept), tuple(c.identified[i] for i in kept),
    )  # fmt: skip
    return Labelled(compared, tuple(row.truth[i] for i in kept), row.answers, row.half)


def _likeness(features: Mapping[str, float]) -> float:
    return (
        features["both"] + features["right"] + 0.3 * features["acronym"] + 0.3 * features["site"]
        + 0.05 * features["phrase"] + 0.4 * (features["postal"] == 1) + 0.2 * features["country_named"]
    )  # fmt: skip


def _fit_terms(terms: Iterable[Any], rows: Sequence[tuple[Mapping[str, float], bool]]) -> Scorecard:
    import numpy as np

    columns = {name: np.array([features[name] for features, _ in rows]) for name in rows[0][0]}
    telling = [term for term in terms if all(float(columns[name].std()) > 0 for name in term.features)]
    return fit_scorecard(telling, columns, np.array([truth for _, truth in rows]), ridge=2.0)


def _choose(model: Model, rows: Sequence[Labelled], precision: float, least_f1: bool) -> dict[str, Any]:
    scored: list[tuple[float, bool]] = []
    for row, logits in zip(rows, score(model, [row.compared for row in rows]), strict=True):
        found = sorted(zip(logits, row.truth, strict=True), key=lambda x: -x[0])
        scored += [
            (probability(logit), true) for logit, true in (found if model.kind == "text" else found[:1])
        ]
    scored.sort(key=lambda x: -x[0])
    total = sum(row.answers if model.kind == "text" else row.answers > 0 for row in rows)
    best, review, right = (0.0, 1.0, 0.0, 0.0), 0.5, 0
    reached = 0.98 * sum(true for _, true in scored) / total
    for count, (value, true) in enumerate(scored, 1):
        right += true
        p, r = right / count, right / total
        worth = (2 * p * r / (p + r) if p + r else 0.0) if least_f1 else r
        if p >= precision and worth > best[0] and count >= 20:
            best = (worth, value, p, r)
        if r <= reached:
            review = value
    return {"match": round(best[1], 4), "review": round(min(review, best[1]), 4), "precision": round(best[2], 4),  # noqa: E501
            "recall": round(best[3], 4), "rows": len(rows)}  # fmt: skip
