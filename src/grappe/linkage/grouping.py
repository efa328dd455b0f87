"""One list → groups of rows that name one organisation.

Every decision looks at two rows alone, with fixed word weights: adding an unrelated row changes no group.
Two rows whose strong identifiers contradict one another, or that lie in two cities, never share a group.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from grappe.linkage.brands import TELLING, brand_of, brand_weight, name_tokens, numbers_in
from grappe.linkage.clusters import Clusters
from grappe.linkage.parties import MOST_WORDS, strong_identifiers
from grappe.linkage.parts import fold_code, name_words, split_name
from grappe.linkage.weights import WordWeights, shipped_weights
from grappe.statements.text import words

#: A block shared by more distinct names than this is not compared pair by pair.
MOST_IN_BLOCK = 300
#: Least likeness of two whole names spelt alike, and least letters of names so compared.
_ALIKE = 0.9
_LEAST_LETTERS = 8
_LEAST_BRAND = 6
#: A row whose group is larger than this already has its own brand: it is not given to another.
_MOST_LEAF = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as it is grouped: *tokens* of its name, *brand*, whether the brand *tells*, postal area and
    city.
    """

    id: str
    key: tuple[str, str, str]
    tokens: tuple[str, ...]
    brand: tuple[str, ...]
    tells: bool
    area: str
    city: str

    @property
    def run_in(self) -> str:
        """The brand without spaces."""
        return "".join(self.brand)


def group(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Row id → cluster id, the smallest id of its group, from rows under canonical headers (id, name, city,
    postal_code, identifiers).

    The order of rows does not matter. Rows of one name and place are held once: a million alike cost their
    ids.
    """
    ids: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    identifiers: dict[str, dict[str, str]] = {}
    for row in rows:
        ids[_key(row)].append(row["id"])
        if known := strong_identifiers(row):
            identifiers[row["id"]] = dict(known)
    clusters = Clusters(identifiers)
    by_identifier = _grouped((pair, id_) for id_, known in identifiers.items() for pair in known.items())
    for _, held in sorted((*by_identifier.items(), *ids.items())):
        clusters.gather(held)
    weights = shipped_weights()
    joined = _Joined(
        clusters, sorted((_entry(weights, key, min(held)) for key, held in ids.items()), key=_by_id)
    )
    _gather_brands(joined)
    _join_misspelt(joined)
    _give_leaves(joined, weights)
    _join_alike(joined, weights)
    return {id_: clusters.root(id_) for held in ids.values() for id_ in held}


def _key(row: Mapping[str, str]) -> tuple[str, str, str]:
    """The name as it is compared, the postal code and the city of a row; a row without a name has its id."""
    parts = split_name(row.get("name", "") or row.get("text", ""))
    name = [*parts.core, *(word for other in parts.others for word in name_words(other))]
    city = " ".join(words(row.get("city", "")))
    return (" ".join(name) or "#" + row["id"], fold_code(row.get("postal_code", "")), city)


def _entry(weights: WordWeights, key: tuple[str, str, str], id_: str) -> Entry:
    tokens = name_tokens(tuple(key[0].split())[:MOST_WORDS])
    brand, tells = brand_of(weights, tokens)
    return Entry(id_, key, tokens, brand, tells, key[1][:3], key[2])


def _by_id(one: Entry) -> str:
    return one.id


def _grouped(pairs: Iterable[tuple[tuple[str, str], str]]) -> dict[tuple[str, ...], list[str]]:
    held: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, id_ in pairs:
        held[key].append(id_)
    return held


class _Joined:
    """Clusters of entries that refuse a union across two cities."""

    def __init__(self, clusters: Clusters, entries: Sequence[Entry]) -> None:
        self.clusters = clusters
        self.entries = entries

    def join(self, left: Entry, right: Entry) -> None:
        if _near(left, right) and self.clusters.may_join(left.id, right.id):
            self.clusters.join(left.id, right.id)

    def gather(self, entries: Iterable[Entry]) -> None:
        """Join the entries of each place; those without a place only when there is one place."""
        by_place: dict[str, list[Entry]] = defaultdict(list)
        for one in entries:
            by_place[one.city].append(one)
        unplaced = by_place.pop("", [])
        rooms = list(by_place.values())
        if len(rooms) == 1:
            rooms[0].extend(unplaced)
        else:
            rooms.append(unplaced)
        for room in rooms:
            for other in room[1:]:
                self.join(room[0], other)


def _near(left: Entry, right: Entry) -> bool:
    """Whether nothing says that two rows lie in two cities: cities differ, and no postal area in common."""
    if left.area and left.area == right.area:
        return True
    return not (left.city and right.city) or left.city == right.city


def _gather_brands(joined: _Joined) -> None:
    """Rows of one brand, written in one word or several; a brand that tells little needs its whole name."""
    blocks: dict[str, list[Entry]] = defaultdict(list)
    for one in joined.entries:
        blocks[one.run_in if one.tells else "=" + "".join(one.tokens)].append(one)
        blocks["".join(one.tokens)].append(one)
    for _, entries in sorted(blocks.items()):
        joined.gather(entries)


def _join_misspelt(joined: _Joined) -> None:
    """Brands one letter apart, two when they are long."""
    from rapidfuzz.distance import Levenshtein

    keys: dict[str, list[Entry]] = defaultdict(list)
    for one in joined.entries:
        if one.tells and len(one.run_in) >= _LEAST_BRAND and not numbers_in(one.brand):
            keys[one.run_in].append(one)
    blocks: dict[str, list[str]] = defaultdict(list)
    for key in sorted(keys):
        for block in {key[:3], "$" + key[-4:], "~" + key[:1] + key[2:4]}:
            blocks[block].append(key)
    for left, right in _pairs(blocks):
        allowed = 1 if min(len(left), len(right)) < 9 else 2
        if Levenshtein.distance(left, right, score_cutoff=allowed) <= allowed:
            joined.gather([*keys[left], *keys[right]])


def _pairs(blocks: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    for _, keys in sorted(blocks.items()):
        seen.update(combinations(keys[:MOST_IN_BLOCK], 2))
    yield from sorted(seen)


def _give_leaves(joined: _Joined, weights: WordWeights) -> None:
    """A name that nothing else resembles goes to the brand that stands later in it: « division of Toromont
    ».
    """
    known: dict[tuple[str, ...], Entry] = {}
    for one in reversed(joined.entries):
        if one.tells:
            known[one.brand] = one
    roots = {one.id: joined.clusters.root(one.id) for one in joined.entries}
    sizes = Counter(roots.values())
    for one in joined.entries:
        if sizes[roots[one.id]] <= _MOST_LEAF:
            held = _brands_within(weights, one, known)
            others = [(value, other) for value, other in held if roots[other.id] != roots[one.id]]
            if others:
                joined.join(one, max(others, key=lambda x: (x[0], x[1].id))[1])


def _brands_within(
    weights: WordWeights, one: Entry, known: dict[tuple[str, ...], Entry]
) -> Iterator[tuple[float, Entry]]:
    for start in range(1, len(one.tokens)):
        for size in (1, 2, 3):
            run = one.tokens[start : start + size]
            if run in known and run != one.brand:
                value = sum(brand_weight(weights, word) for word in run)
                if value >= TELLING:
                    yield value, known[run]


def _join_alike(joined: _Joined, weights: WordWeights) -> None:
    """Whole names spelt nearly the same, with the same numbers."""
    from rapidfuzz import fuzz

    by_id = {one.id: one for one in joined.entries if sum(map(len, one.tokens)) >= _LEAST_LETTERS}
    texts = {id_: " ".join(one.tokens) for id_, one in by_id.items()}
    blocks: dict[str, list[str]] = defaultdict(list)
    for id_, one in by_id.items():
        for key in _alike_keys(weights, one.tokens):
            blocks[key].append(id_)
    for left, right in _pairs(blocks):
        if (
            numbers_in(by_id[left].tokens) == numbers_in(by_id[right].tokens)
            and fuzz.ratio(texts[left], texts[right], score_cutoff=100 * _ALIKE) > 0
        ):
            joined.join(by_id[left], by_id[right])


def _alike_keys(weights: WordWeights, tokens: Sequence[str]) -> set[str]:
    keys = {"".join(tokens)[:4]} | {"w" + word[:5] for word in tokens if brand_weight(weights, word) > 5}
    if len(tokens) > 1:
        keys |= {" ".join(tokens[:2]), f"{tokens[0][:3]} {tokens[1][:3]}"}
    return keys
