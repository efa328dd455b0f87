"""The records of an ecosystem → pairs worth a person's look, each with its score and what speaks for and
against it.

For the review queue: nothing is decided here. A pair is proposed once, whatever the order of records; pairs
already judged, pairs of one organisation, pairs whose strong identifiers contradict one another, and
namesakes of two places with nothing else in common are not proposed. Adding an unrelated record changes no
other proposal's pair.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice, pairwise
from typing import Any, NamedTuple, TypeVar

from grappe.linkage.alignment import Comparer
from grappe.linkage.evidence import Ground, as_table, survey, weigh
from grappe.linkage.lexicon import shipped_lexicon
from grappe.linkage.linking import identified
from grappe.linkage.model import PAIR_COLUMNS, Model, behind_best, probability, shipped_models
from grappe.linkage.parties import Party, party
from grappe.linkage.relations import Related, relate
from grappe.linkage.reviewing import AS_IS, Calibration
from grappe.linkage.weights import STOP_WORDS, WordWeights, shipped_weights
from grappe.statements import Judgement

_T = TypeVar("_T")
#: A key that more records share proposes none of them.
MOST_SHARING = 40
#: Names of one record that keys are made of.
_MOST_NAMES = 8
#: Pairs weighed at once.
_BATCH = 4000
#: Below, pairs of a register were firms of one building and one trade: not worth a person's look.
_WORTH_A_LOOK = 0.15
#: A word this telling is a key alone.
_VERY_TELLING = 8.5


@dataclass(frozen=True)
class Record:
    """What is known of one record: its *names* (the main one first, French and English alike), *acronyms*,
    place, site, phone and *identifiers* (scheme → value: neq, bn, lei, ror…). Empty texts are unknown.
    """

    id: str
    names: tuple[str, ...]
    acronyms: tuple[str, ...] = ()
    address: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    website: str = ""
    phone: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)

    def as_row(self) -> dict[str, str]:
        """The record under canonical headers."""
        return {
            "id": self.id, "name": self.names[0] if self.names else "", "aliases": "|".join(self.names[1:]),
            "acronyms": "|".join(self.acronyms), "address": self.address, "city": self.city,
            "region": self.region, "postal_code": self.postal_code, "country": self.country,
            "website": self.website, "phone": self.phone, **self.identifiers,
        }  # fmt: skip


@dataclass(frozen=True)
class Feature:
    """One reason: the *name* of the feature (``explaining.feature_label`` says it in words), its *value*
    for this pair, and its *weight*: what it adds to the log-odds.
    """

    name: str
    value: float
    weight: float


@dataclass(frozen=True)
class Proposal:
    """A pair to review, ``left < right``. *score*: probability that both are one; *features*: the reasons,
    the largest first, whose weights and *constant* sum to the log-odds before calibration; *related*: what
    the names say they are to one another.
    """

    left: str
    right: str
    score: float
    constant: float
    features: tuple[Feature, ...]
    related: Related


def propose_pairs(
    records: Iterable[Record], judgements: Iterable[Judgement] = (), *, linked: Mapping[str,
    str] | None = None,
    model: Model | None = None, calibration: Calibration = AS_IS, least: float | None = None,
) -> list[Proposal]:  # fmt: skip
    """The pairs of *records* worth a look, the surest first, then by id.

    *judgements* that stand settle their pair. *linked* (record → organisation): of the pairs of two
    organisations only the best is proposed, of one none. *least*: the least score proposed; unless given, the
    model's own or ``_WORTH_A_LOOK``. Raises ValueError when two records have one id.
    """
    parties = sorted((party(record.as_row()) for record in records), key=lambda one: one.id)
    if twice := next((one.id for one, other in pairwise(parties) if one.id == other.id), None):
        raise ValueError(f"two records have the id {twice}")
    weigher = _Weigher(model or shipped_models()["records"], survey(parties))
    floor = max(weigher.model.review, _WORTH_A_LOOK) if least is None else least
    settled = {frozenset((j.left, j.right)) for j in judgements if j.retracted_at is None}
    home = linked or {}
    best: dict[frozenset[str], _Found] = {}
    pairs = (
        (left, right) for left, right in _pairs(parties, weigher.weights)
        if frozenset((left.id, right.id)) not in settled and not _one(home, left,
             right) and not apart(left, right)
    )  # fmt: skip
    for left, right, logit, table in weigher.weighed(pairs):
        score = round(calibration.probability(logit), 4)
        if score >= floor:
            key = frozenset((home.get(left.id, left.id), home.get(right.id, right.id)))
            found = _Found(-score, left.id, right.id, left, right, table)
            best[key] = min(best.get(key, found), found, key=lambda one: one[:3])
    return weigher.explained(sorted(best.values(), key=lambda one: one[:3]))


def _one(home: Mapping[str, str], left: Party, right: Party) -> bool:
    known = home.get(left.id)
    return known is not None and known == home.get(right.id)


def apart(left: Party, right: Party) -> bool:
    """Whether two records can't be one: contradictory strong identifiers, or two cities and nothing else in
    common.
    """
    said = identified(left, right)
    if said:
        return said < 0
    if not (left.city and right.city) or left.city == right.city:
        return False
    in_common = (
        (left.domain and left.domain == right.domain)
        or (left.phone and left.phone == right.phone)
        or (left.postal and left.postal[:3] == right.postal[:3])
    )
    return not in_common


def _pairs(parties: Sequence[Party], weights: WordWeights) -> Iterator[tuple[Party, Party]]:
    """Pairs that share a key, each once, in order."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for position, one in enumerate(parties):
        for key in keys_of(one, weights):
            held = blocks[key]
            if len(held) <= MOST_SHARING:
                held.append(position)
    seen: set[tuple[int, int]] = set()
    for held in blocks.values():
        if len(held) <= MOST_SHARING:
            seen.update(combinations(held, 2))
    for left, right in sorted(seen):
        yield parties[left], parties[right]


def keys_of(one: Party, weights: WordWeights) -> set[str]:
    """The keys of which one in common makes two records worth weighing."""
    keys = {f"{scheme}:{value}" for scheme, value in one.identifiers}
    keys |= {f"@{one.domain}" if one.domain else "", f"+{one.phone}" if one.phone else ""}
    keys.add(f"#{one.address_key}" if one.address_key else "")
    keys |= {f"a:{short}" for short in one.acronyms | one.initials if len(short) > 2}
    lexicon = shipped_lexicon()
    for name in one.own_names[:_MOST_NAMES]:
        if name.kind == "site":
            continue
        keys.add("=" + name.compact)
        keys.add("a:" + name.compact if len(name.tokens) == 1 and len(name.compact) < 9 else "")
        keys.add(f"^{name.compact[:6]} {one.city}" if len(name.compact) > 5 else "")
        telling = sorted(
            ((weights.weight(word), word) for word in name.tokens if word not in STOP_WORDS), reverse=True
        )[:4]
        meanings = sorted({_meaning(word, lexicon) for _, word in telling})
        keys |= {f"w:{a} {b}" for a, b in combinations(meanings, 2)}
        keys |= {f"w:{word}" for weight, word in telling if weight >= _VERY_TELLING}
    return keys - {""}


def _meaning(word: str, lexicon: Mapping[str, Mapping[str, float]]) -> str:
    """A word or the likeliest of its translations, the same for both languages' words; a long word by its
    beginning, a plural by its singular.
    """
    others = lexicon.get(word)
    likeliest = max(others, key=lambda other: (others[other], other)) if others else word
    back = lexicon.get(likeliest)
    mutual = bool(back) and max(back, key=lambda other: (back[other], other)) == word if back else False
    meant = min(word, likeliest) if mutual else word
    return meant.rstrip("sx")[:7] or meant


class _Found(NamedTuple):
    """A pair that may be proposed, the surest first in order, with the table that it was weighed by."""

    against: float
    left_id: str
    right_id: str
    left: Party
    right: Party
    table: Any


class _Weigher:
    """Weighs pairs in both directions and averages: a pair has one score, whichever comes first."""

    def __init__(self, model: Model, ground: Ground) -> None:
        self.model = model
        self.weights = shipped_weights()
        self._constant = round(model.pair.constant, 4)
        self._ground = ground
        self._comparer = Comparer(self.weights, shipped_lexicon())

    def weighed(self, pairs: Iterable[tuple[Party, Party]]) -> Iterator[tuple[Party, Party, float, Any]]:
        """Each pair with its log-odds and the table that they come from: a row a direction."""
        import numpy as np

        for batch in _batches(pairs):
            tables = [self._table(left, right) for left, right in batch]
            logits = self.model.pair.logits(np.concatenate(tables), PAIR_COLUMNS)
            means = logits.reshape(-1, 2).mean(axis=1).tolist()
            for (left, right), logit, table in zip(batch, means, tables, strict=True):
                yield left, right, logit, table

    def _table(self, left: Party, right: Party) -> "np.ndarray":  # type: ignore[name-defined] # noqa: F821
        import numpy as np

        return np.concatenate([behind_best(as_table([
            weigh(self._comparer, self._ground, one, other, (0.0, 0.0),
                 self._ground.cities_in(one.text)).features
        ])) for one, other in ((left, right), (right, left))])  # fmt: skip

    def explained(self, found: Sequence[_Found]) -> list[Proposal]:
        """The pairs with their reasons, each the mean of both directions; in the order given."""
        import numpy as np

        names = self.model.pair.features
        proposals = []
        for batch in _batches(found):
            parts = self.model.pair.explained(np.concatenate([one.table for one in batch]), PAIR_COLUMNS)
            weights = ((parts[::2] + parts[1::2]) / 2).tolist()
            for one, row in zip(batch, weights, strict=True):
                values = dict(zip(PAIR_COLUMNS, one.table[0].tolist(), strict=True))
                features = [
                    Feature(name, round(values[name], 4), round(weight, 4))
                    for name, weight in zip(names, row, strict=True)
                ]
                speaking = (feature for feature in features if feature.weight)
                told = tuple(sorted(speaking, key=lambda each: (-abs(each.weight), each.name)))
                proposals.append(Proposal(
                    one.left_id, one.right_id, -one.against, self._constant, told, relate(one.left, one.right)
                ))  # fmt: skip
        return proposals


def score_of(proposal: Proposal) -> float:
    """The probability that the weights of a proposal come to, before calibration: what its waterfall ends
    with.
    """
    return probability(proposal.constant + sum(feature.weight for feature in proposal.features))


def _batches(many: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(many)
    while batch := list(islice(rest, _BATCH)):
        yield batch
