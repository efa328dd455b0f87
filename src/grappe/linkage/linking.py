"""Two lists → links: for each row of the left, its candidates on the right, ranked, decided, with reasons.

Identifiers decide first: an equal strong identifier is a match, a contradictory one is none. Else the
model scores.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from grappe.linkage.candidates import Nearness, candidates
from grappe.linkage.evidence import Comparer
from grappe.linkage.lexicon import Lexicon, shipped_lexicon
from grappe.linkage.model import Kind, Model, among_features, shipped_models
from grappe.linkage.parties import Party
from grappe.linkage.scorecard import Scorecard, probability
from grappe.linkage.weights import shipped_weights

Decision = Literal["match", "review", "none"]
#: How many candidates of a row are handed out.
MOST_SHOWN = 5
_IDENTIFIED = 40.0


@dataclass(frozen=True)
class Link:
    """One candidate pair: *rank* from 1, *score* a probability, *reasons* the largest terms, signed, in
    log-odds.
    """

    left_id: str
    right_id: str
    rank: int
    score: float
    decision: Decision
    reasons: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Compared:
    """The candidates of one left row: right positions, features, spans in its text, and what identifiers say
    (1: equal, -1: contradictory, 0: nothing)."""

    right: tuple[int, ...]
    features: tuple[Mapping[str, float], ...]
    spans: tuple[tuple[int, int], ...]
    identified: tuple[int, ...]


def kind_of(left: Sequence[Party], right: Sequence[Party]) -> Kind:
    """Which model fits two lists, by what most of their rows hold."""
    if sum(not _named(one) for one in left) * 2 > len(left):
        return "text"
    placed = [
        sum(bool(one.postal or one.street[0]) for one in side) * 2 > len(side) for side in (left, right)
    ]
    return "addressed" if all(placed) else "names"


def _named(one: Party) -> bool:
    return any(name.kind in ("name", "alias") for name in one.names)


def compare(
    left: Sequence[Party], right: Sequence[Party], *, lexicon: Lexicon | None = None, near: Nearness | None = None  # noqa: E501
) -> Iterator[Compared]:  # fmt: skip
    """The candidates of each left row, in order, each pair compared."""
    words = shipped_lexicon() if lexicon is None else lexicon
    weights = shipped_weights()
    comparer = Comparer(weights, words)
    at_address = Counter(one.address_key for one in right if one.address_key)
    at_postal = Counter(one.postal for one in right if one.postal)
    for one, others in zip(left, candidates(left, right, weights, words, near or Nearness()), strict=True):
        neighbours = at_address[one.address_key] or at_postal[one.postal]
        yield Compared(
            tuple(others),
            tuple(comparer.features(one, right[other], neighbours) for other in others),
            tuple(comparer.phrase(one, right[other]) for other in others),
            tuple(_identified(one, right[other]) for other in others),
        )


def _identified(left: Party, right: Party) -> int:
    known, other = dict(left.identifiers), dict(right.identifiers)
    shared = known.keys() & other.keys()
    if not shared:
        return 0
    return 1 if all(known[scheme] == other[scheme] for scheme in shared) else -1


def score(model: Model, rows: Sequence[Compared]) -> list[list[float]]:
    """The log-odds of each candidate of each row."""
    alone = _in_rows(model.pair, [row.features for row in rows])
    logits = [_capped(values, row.identified) for values, row in zip(alone, rows, strict=True)]
    if model.among is None:
        return logits
    among = [among_features(v, row.features, row.spans) for v, row in zip(logits, rows, strict=True)]
    return [_capped(v, row.identified) for v, row in zip(_in_rows(model.among, among), rows, strict=True)]


def _in_rows(card: Scorecard, rows: Sequence[Sequence[Mapping[str, float]]]) -> list[list[float]]:
    flat = [features for row in rows for features in row]
    if not flat:
        return [[] for _ in rows]
    values = iter(card.logits(_columns(flat)).tolist())
    return [[next(values) for _ in row] for row in rows]


def _capped(logits: Sequence[float], identified: Sequence[int]) -> list[float]:
    return [_IDENTIFIED * said if said else value for value, said in zip(logits, identified, strict=True)]


def _columns(rows: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    import numpy as np

    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def link(
    left: Sequence[Party], right: Sequence[Party], *, models: Mapping[str, Model] | None = None,
    kind: Kind | None = None, lexicon: Lexicon | None = None,
) -> Iterator[Link]:  # fmt: skip
    """The best candidates of each left row, best first, at most ``MOST_SHOWN`` (free texts: a match each
    mention).

    Rows come in the order of *left*; the same two lists in any order give the same links.
    """
    model = (models or shipped_models())[kind or kind_of(left, right)]
    ordered = sorted(right, key=lambda one: one.id)
    pairs = zip(left, compare(left, ordered, lexicon=lexicon), strict=True)
    while batch := list(islice(pairs, 1000)):
        scored = score(model, [compared for _, compared in batch])
        for (one, compared), logits in zip(batch, scored, strict=True):
            yield from _decide(model, one, ordered, compared, logits)


def _decide(
    model: Model, one: Party, right: Sequence[Party], compared: Compared, logits: Sequence[float]
) -> Iterator[Link]:
    order = sorted(range(len(logits)), key=lambda i: (-logits[i], right[compared.right[i]].id))
    for rank, i in enumerate(order[:MOST_SHOWN], 1):
        value = probability(logits[i])
        decision = decide(model, value, first=rank == 1)
        reasons = _reasons(model, compared, i)
        yield Link(one.id, right[compared.right[i]].id, rank, round(value, 4), decision, reasons)


def decide(model: Model, value: float, *, first: bool) -> Decision:
    """What a probability comes to; only a free text may match several."""
    if value >= model.match and (first or model.kind == "text"):
        return "match"
    return "review" if value >= model.review else "none"


def _reasons(model: Model, compared: Compared, i: int, most: int = 4) -> tuple[tuple[str, float], ...]:
    if compared.identified[i]:
        return (("identifier", _IDENTIFIED * compared.identified[i]),)
    terms = [term for term in model.pair.contributions(compared.features[i]) if abs(term[1]) >= 0.05]
    return tuple(sorted(terms, key=lambda term: -abs(term[1]))[:most])
