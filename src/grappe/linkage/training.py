"""Labelled links → models, and what they are worth on rows that they did not learn from.

Rows are parted in five by a hash of their answer, so that no organisation is on both sides. Each fifth is
scored by forests grown on the others (whose second stage saw first scores made the same way); a threshold
is chosen on the other four fifths' scores and measured on the fifth: three sets, none seen twice. What
ships is grown on all rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import sqrt
from typing import Any

from grappe.linkage.forest import Forest, grow
from grappe.linkage.linking import Compared, Register, score
from grappe.linkage.model import (
    AMONG_COLUMNS,
    AMONG_GROWTH,
    MANY,
    PAIR_COLUMNS,
    PAIR_GROWTH,
    Kind,
    Model,
    among_table,
    probability,
)
from grappe.linkage.parties import Party

FOLDS = 5
#: Least precisions of which a model keeps the score that reaches them.
PRECISIONS = (0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.985, 0.99)
#: Fewer accepted rows than this say nothing of a precision.
_LEAST_ACCEPTED = 20
_LEAST_SPREAD = 2
#: One-sided 80 %: what is accepted keeps the promised precision four times in five.
_Z = 0.84


@dataclass(frozen=True)
class Labelled:
    """One left row compared: *truth* of each candidate, how many right answers it has, its fold;
    *source*: the list it comes from; *weight*: what it counts for in learning; *measured*: whether thresholds
    are chosen and measured on it, or it is only learnt from.
    """

    compared: Compared
    truth: tuple[bool, ...]
    answers: int
    fold: int
    source: str = ""
    weight: float = 1.0
    measured: bool = True


def label(
    left: Sequence[Party], right: Sequence[Party], answers: Mapping[str, frozenset[str]], kind: Kind,
    **given: Any,
) -> list[Labelled]:  # fmt: skip
    """The rows of *left* that *answers* (left id → right ids, none: no answer) speaks of, compared. *given*
    are arguments of :class:`Register`.
    """
    register = Register(right, **given)
    asked = [one for one in left if one.id in answers]
    rows = []
    for one, compared in register.compare(asked):
        true = answers[one.id]
        truth = tuple(register.parties[at].id in true for at in compared.right)
        count = len(true) if kind in MANY else int(bool(true))
        rows.append(Labelled(compared, truth, count, fold_of(min(true, default=one.id))))
    return rows


def fold_of(answer: str) -> int:
    """0 to ``FOLDS`` - 1, by hash."""
    return blake2b(answer.encode(), digest_size=8).digest()[0] % FOLDS


def train(kind: Kind, rows: Sequence[Labelled], *, precision: float | None) -> Model:
    """The model of *kind*, grown on all *rows*, with thresholds chosen and measured by cross-validation.

    It accepts at *precision* or better; None: from the score of best F1. Raises ValueError when the rows
    can't be parted: too few answers.
    """
    if len({row.fold for row in rows}) < _LEAST_SPREAD or not any(row.answers for row in rows):
        raise ValueError("too few labelled rows: at least two organisations are needed")
    scored = _cross_scores(kind, rows)
    measured = [(row, logits) for row, logits in zip(rows, scored, strict=True) if row.measured]
    curve = _curve(kind, measured)
    accepting = {f"{least:g}": at for least in PRECISIONS if (at := _reach(curve, least)) is not None}
    match = _best(curve) if precision is None else (_reach(curve, precision) or 1.01)
    found = _measure(kind, measured, precision)
    by_list = {
        source: _measure(kind, measured, precision, source)
        for source in sorted({row.source for row, _ in measured})
        if source
    }
    pair, among = _grow(kind, rows)
    review = _review(curve)
    return Model(
        kind, pair, among, round(match, 4), round(min(review, match), 4), accepting,
        {"rows": len(measured), "accepts_at": precision or "best F1", **found, "lists": by_list},
    )  # fmt: skip


def _cross_scores(kind: Kind, rows: Sequence[Labelled]) -> list[Sequence[float]]:
    """The log-odds of each row that is measured, by forests that did not see its fold."""
    scored: list[Sequence[float]] = [()] * len(rows)
    for fold in sorted({row.fold for row in rows if row.measured}):
        pair, among = _grow(kind, [row for row in rows if row.fold != fold])
        held = [i for i, row in enumerate(rows) if row.fold == fold and row.measured]
        model = Model(kind, pair, among, 1, 1, {}, {})
        for i, logits in zip(held, score(model, [rows[i].compared for i in held]), strict=True):
            scored[i] = logits
    return scored


def _grow(kind: Kind, rows: Sequence[Labelled]) -> tuple[Forest, Forest]:
    """The two forests; the second learns from first scores of folds that the first did not see."""
    import numpy as np

    pair = _grow_pair(rows)
    if kind == "records":
        return pair, Forest((), ())
    tables: list[Any] = []
    start: list[float] = []
    truth: list[bool] = []
    ordered: list[Labelled] = []
    for fold in sorted({row.fold for row in rows}):
        seen = [row for row in rows if row.fold != fold]
        here = [row for row in rows if row.fold == fold]
        ordered += here
        first = _grow_pair(seen) if any(any(row.truth) for row in seen) else pair
        model = Model(kind, first, Forest((), ()), 1, 1, {}, {})
        for row, logits in zip(here, score(model, [row.compared for row in here]), strict=True):
            tables.append(among_table(logits, row.compared.table, row.compared.spans))
            start += logits
            truth += row.truth
    table = np.concatenate(tables)
    return pair, grow(
        AMONG_COLUMNS,
        table,
        np.array(truth, float),
        AMONG_GROWTH,
        start=np.array(start),
        weights=_weights(ordered),
    )


def _grow_pair(rows: Sequence[Labelled]) -> Forest:
    import numpy as np

    truth = np.concatenate([np.array(row.truth, float) for row in rows])
    table = np.concatenate([row.compared.table for row in rows])
    return grow(PAIR_COLUMNS, table, truth, PAIR_GROWTH, weights=_weights(rows))


def _weights(rows: Sequence[Labelled]) -> Any:
    import numpy as np

    return np.repeat([row.weight for row in rows], [len(row.truth) for row in rows])


#: Probability, whether right, and how many right answers lie at or above it, of all.
_Curve = list[tuple[float, float, float]]


def _claims(kind: Kind, row: Labelled, logits: Sequence[float]) -> list[tuple[float, bool]]:
    """What a row would accept: of a kind that links to several every candidate, of others the best one."""
    found = sorted(zip(logits, row.truth, strict=True), key=lambda x: (-x[0], x[1]))
    return [(probability(logit), true) for logit, true in (found if kind in MANY else found[:1])]


def _curve(kind: Kind, scored: Sequence[tuple[Labelled, Sequence[float]]]) -> _Curve:
    """(probability, precision, recall) when all claims at or above it are accepted, from the surest down."""
    claims = sorted(
        (claim for row, logits in scored for claim in _claims(kind, row, logits)), key=lambda x: -x[0]
    )
    total = sum(row.answers for row, _ in scored) or 1
    curve, right = [], 0
    for count, (value, true) in enumerate(claims, 1):
        right += true
        curve.append((value, right / count, right / total))
    return curve


def _reach(curve: _Curve, least: float) -> float | None:
    """The lowest probability at which the precision is still *least*, by the lower end of its interval
    (Wilson, 1927): the best of many points, taken as it is, would promise too much.
    """
    reached = [
        value
        for count, (value, precision, _) in enumerate(curve, 1)
        if count >= _LEAST_ACCEPTED and _wilson_low(precision, count) >= least
    ]
    return round(min(reached), 4) if reached else None


def _wilson_low(share: float, count: int) -> float:
    spread = _Z * sqrt((share * (1 - share) + _Z * _Z / (4 * count)) / count)
    return (share + _Z * _Z / (2 * count) - spread) / (1 + _Z * _Z / count)


def _best(curve: _Curve) -> float:
    return max(curve, key=lambda point: _f1(point[1], point[2]))[0] if curve else 1.01


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _review(curve: _Curve) -> float:
    """The probability above which all but two in a hundred of the right answers that were found lie."""
    wanted = 0.98 * curve[-1][2] if curve else 0.0
    return next((value for value, _, recall in curve if recall >= wanted), 0.5)


def _measure(
    kind: Kind, scored: Sequence[tuple[Labelled, Sequence[float]]], precision: float | None, source: str = ""
) -> dict[str, float]:
    """Precision, recall and F1 of each fold at the threshold chosen on the other folds; recall@1 of all.

    *source*: of the rows of one list only, thresholds chosen on all.
    """
    ours = [(row, logits) for row, logits in scored if source in ("", row.source)]
    claimed = right = 0
    for fold in range(FOLDS):
        curve = _curve(kind, [each for each in scored if each[0].fold != fold])
        least = _best(curve) if precision is None else _reach(curve, precision)
        for row, logits in ours:
            if row.fold == fold and least is not None:
                accepted = [true for value, true in _claims(kind, row, logits) if value >= least]
                claimed += len(accepted)
                right += sum(accepted)
    total = sum(row.answers for row, _ in ours)
    asked = [(row, logits) for row, logits in ours if row.answers]
    first = sum(bool(found) and found[0][1] for found in (_claims(kind, *each) for each in asked))
    p, r = right / (claimed or 1), right / (total or 1)
    return {
        "recall_at_1": round(first / (len(asked) or 1), 4),
        "precision": round(p, 4),
        "recall": round(r, 4),
        "f1": round(_f1(p, r), 4),
        "accepted": claimed,
    }
