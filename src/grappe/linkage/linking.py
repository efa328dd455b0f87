"""Two lists → links: for each row of the left, its candidates on the right, ranked, decided, with reasons.

Identifiers decide first: an equal strong identifier is a match, a contradictory one is none. Else the
model scores.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from grappe.linkage.alignment import Comparer
from grappe.linkage.candidates import Index, Nearness
from grappe.linkage.evidence import as_table, survey, weigh
from grappe.linkage.forest import Forest
from grappe.linkage.lexicon import Lexicon, shipped_lexicon
from grappe.linkage.model import (
    AMONG_COLUMNS,
    MANY,
    PAIR_COLUMNS,
    Kind,
    Model,
    among_table,
    behind_best,
    probability,
    shipped_models,
)
from grappe.linkage.parties import Party
from grappe.linkage.relations import SAME, Related, relate
from grappe.linkage.weights import shipped_weights

Decision = Literal["match", "review", "none"]
#: How many candidates of a row are handed out.
MOST_SHOWN = 5
#: Left rows looked up and scored at once.
_BATCH = 1000
#: Distinct left rows whose links are kept, should they come again.
_MOST_REMEMBERED = 5000
#: Log-odds that an equal strong identifier speaks for, and a contradictory one against.
IDENTIFIED = 40.0


@dataclass(frozen=True)
class Link:
    """One candidate pair: *rank* from 1, *score* a probability, *reasons* the largest terms, signed, in
    log-odds; *related*: what the two are to one another, if they are linked at all.
    """

    left_id: str
    right_id: str
    rank: int
    score: float
    decision: Decision
    reasons: tuple[tuple[str, float], ...]
    related: Related = SAME


@dataclass(frozen=True)
class Compared:
    """The candidates of one left row: right positions, their features (an array, a column each of
    ``PAIR_COLUMNS``), spans in its text, and what identifiers say (1: equal, -1: contradictory, 0:
    nothing).
    """

    right: tuple[int, ...]
    table: Any
    spans: tuple[tuple[int, int], ...]
    identified: tuple[int, ...]


def kind_of(left: Sequence[Party], right: Sequence[Party]) -> Kind:
    """Which model fits two lists, by what most of their rows hold."""
    if sum(not _named(one) for one in left) * 2 > len(left):
        return "text"
    placed = [
        sum(bool(one.postal or one.street[0]) for one in side) * 2 > len(side) for side in (left, right)
    ]
    if all(placed):
        return "addressed"
    # Nothing but a name: what people type, which may well have no answer.
    told = sum(
        bool(one.city or one.country or one.region or (len(one.names) > 1 and one.acronyms)) for one in left
    )
    return "names" if told * 2 > len(left) else "query"


def _named(one: Party) -> bool:
    return any(name.kind in ("name", "alias") for name in one.names)


class Register:
    """A right side, ordered by id and indexed once, to which any number of left parties is compared."""

    def __init__(
        self, right: Sequence[Party], *, lexicon: Lexicon | None = None, near: Nearness | None = None
    ) -> None:
        self.parties = sorted(right, key=lambda one: one.id)
        words = shipped_lexicon() if lexicon is None else lexicon
        weights = shipped_weights()
        self._comparer = Comparer(weights, words)
        self._ground = survey(self.parties)
        self._index = Index(self.parties, weights, words, near or Nearness())

    def compare(self, left: Iterable[Party]) -> Iterator[tuple[Party, Compared]]:
        """Each left party with its candidates, compared, in order; memory is bounded by a batch."""
        waiting = iter(left)
        while batch := list(islice(waiting, _BATCH)):
            for one, met in zip(batch, self._index.candidates(batch), strict=True):
                yield one, self.compare_to(one, met.right, met.near)

    def compare_to(
        self, one: Party, positions: Sequence[int], near: Sequence[tuple[float, float]]
    ) -> Compared:
        """One left party compared to the right ones at *positions*."""
        cities = self._ground.cities_in(one.text)
        weighed = [
            weigh(self._comparer, self._ground, one, self.parties[other], cosines, cities)
            for other, cosines in zip(positions, near, strict=True)
        ]
        return Compared(
            tuple(positions),
            behind_best(as_table([each.features for each in weighed])),
            tuple((each.mention.start, each.mention.end) for each in weighed),
            tuple(identified(one, self.parties[other]) for other in positions),
        )


def identified(left: Party, right: Party) -> int:
    """1: an equal strong identifier and no other; -1: a contradictory one; 0: none that both have."""
    known, other = dict(left.identifiers), dict(right.identifiers)
    shared = known.keys() & other.keys()
    if not shared:
        return 0
    return 1 if all(known[scheme] == other[scheme] for scheme in shared) else -1


def score(model: Model, rows: Sequence[Compared]) -> list[list[float]]:
    """The log-odds of each candidate of each row."""
    alone = _in_rows(model.pair, PAIR_COLUMNS, [row.table for row in rows])
    logits = [_capped(values, row.identified) for values, row in zip(alone, rows, strict=True)]
    if not model.among.trees:
        return logits
    among = [among_table(v, row.table, row.spans) for v, row in zip(logits, rows, strict=True)]
    corrections = _in_rows(model.among, AMONG_COLUMNS, among)
    return [
        _capped([value + change for value, change in zip(values, changes, strict=True)], row.identified)
        for values, changes, row in zip(logits, corrections, rows, strict=True)
    ]


def _in_rows(forest: Forest, names: Sequence[str], tables: Sequence[Any]) -> list[list[float]]:
    import numpy as np

    if not tables:
        return []
    values = forest.logits(np.concatenate(tables), names).tolist()
    ends = np.cumsum([len(table) for table in tables]).tolist()
    return [values[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _capped(logits: Sequence[float], identified: Sequence[int]) -> list[float]:
    return [IDENTIFIED * said if said else value for value, said in zip(logits, identified, strict=True)]


def link(
    left: Iterable[Party], right: Sequence[Party], *, models: Mapping[str, Model] | None = None,
    kind: Kind | None = None, lexicon: Lexicon | None = None, precision: float | None = None,
) -> Iterator[Link]:  # fmt: skip
    """The best candidates of each left row, best first, at most ``MOST_SHOWN`` (free texts: a match each
    mention).

    Rows come in the order of *left*; the same two lists in any order give the same links. *kind*: guessed
    from the first rows unless given. *precision*: accept at this measured precision or better instead of
    the model's own. Memory is that of the right side and of a batch of the left one.
    """
    waiting = iter(left)
    first = list(islice(waiting, _BATCH))
    model = (models or shipped_models())[kind or kind_of(first, right)]
    if precision is not None:
        model = model.at_precision(precision)
    register = Register(right, lexicon=lexicon)
    answered: OrderedDict[Party, tuple[Link, ...]] = OrderedDict()
    while first:
        _answer(model, register, first, answered)
        for one in first:
            yield from (replace(found, left_id=one.id) for found in answered[_nameless(one)])
        while len(answered) > _MOST_REMEMBERED:
            answered.popitem(last=False)
        first = list(islice(waiting, _BATCH))


def _answer(
    model: Model, register: Register, batch: Sequence[Party], answered: "OrderedDict[Party, tuple[Link, ...]]"
) -> None:
    """Add to *answered* the links of the rows of *batch* that it lacks: a row that says the same as another
    is looked up once.
    """
    new = list(dict.fromkeys(each for one in batch if (each := _nameless(one)) not in answered))
    compared = list(register.compare(new))
    scored = score(model, [found for _, found in compared])
    for (one, found), logits in zip(compared, scored, strict=True):
        answered[one] = tuple(_decide(model, one, register.parties, found, logits))


def _nameless(one: Party) -> Party:
    return replace(one, id="")


def _decide(
    model: Model, one: Party, right: Sequence[Party], compared: Compared, logits: Sequence[float]
) -> Iterator[Link]:
    order = sorted(range(len(logits)), key=lambda i: (-logits[i], right[compared.right[i]].id))
    for rank, i in enumerate(order[:MOST_SHOWN], 1):
        value = probability(logits[i])
        decision = decide(model, value, first=rank == 1)
        reasons = _reasons(model, compared, i, logits[i])
        other = right[compared.right[i]]
        related = relate(one, other) if decision != "none" else SAME
        yield Link(one.id, other.id, rank, round(value, 4), decision, reasons, related)


def decide(model: Model, value: float, *, first: bool) -> Decision:
    """What a probability comes to; only a free text may match several."""
    if value >= model.match and (first or model.kind in MANY):
        return "match"
    return "review" if value >= model.review else "none"


def _reasons(
    model: Model, compared: Compared, i: int, total: float, most: int = 4
) -> tuple[tuple[str, float], ...]:
    """The largest terms of the pair alone, and what its rivals change."""
    if compared.identified[i]:
        return (("identifier", IDENTIFIED * compared.identified[i]),)
    terms = model.pair.contributions(dict(zip(PAIR_COLUMNS, compared.table[i].tolist(), strict=True)))
    told = sorted(terms.items(), key=lambda term: (-abs(term[1]), term[0]))[:most]
    rivals = total - model.pair.constant - sum(terms.values())
    return tuple((name, value) for name, value in (*told, ("rivals", rivals)) if abs(value) >= 0.05)
