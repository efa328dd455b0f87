"""Which pairs are worth comparing: nearest names by words and by letters, same keys, same address, same
site.

The right side is indexed once; left parties are then looked up batch by batch, each alone: what one is
given does not depend on the others.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grappe.linkage.acronyms import spelt_share
from grappe.linkage.lexicon import Lexicon
from grappe.linkage.parties import Name, Party
from grappe.linkage.vectors import Nearest, letter_features, word_features
from grappe.linkage.weights import WordWeights

#: A key shared by more right parties than this proposes none of them.
MOST_SHARING = 60
_ACRONYM_LETTERS = range(2, 13)
_SHORT_LETTERS = range(4, 13)
_LONGEST_SPAN = 14
#: Sides with more names or short names than these are not searched for what letters may spell: it costs too
#: much.
_MOST_SPELT = 400_000
_MOST_SHORT = 40_000
_LEAST_SPELT = 0.75
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True)
class Nearness:
    """How many nearest names each channel keeps."""

    by_words: int = 32
    by_letters: int = 16


@dataclass(frozen=True)
class Met:
    """The candidates of one left party: right positions, in order, with the nearest cosines by words and by
    letters (0: not among the nearest)."""

    right: tuple[int, ...]
    near: tuple[tuple[float, float], ...]


class Index:
    """A right side, ready to give the candidates of any left party."""

    def __init__(
        self, right: Sequence[Party], weights: WordWeights, lexicon: Lexicon, near: Nearness = Nearness()
    ) -> None:
        names, self._owners = _names(right, lambda one: one.own_names)
        by_words = (
            word_features(weights, lexicon, translated=True),
            word_features(weights, lexicon, translated=False),
        )
        self._channels = (
            Nearest(names, by_words, near.by_words, 0.12),
            Nearest(names, (letter_features, letter_features), near.by_letters, 0.3),
        )
        self._holders = _grouped(right, keys_of)
        self._whole = _grouped(right, _whole_names)
        self._longest = min(_LONGEST_SPAN, max((len(tokens) for tokens in self._whole), default=0))
        self._spelling = _Spelling(right)

    def candidates(self, left: Sequence[Party]) -> list[Met]:
        """For each left party, the right parties to compare it with."""
        found = [{*self._by_keys(one), *self._named_whole(one), *self._spelling.of(one)} for one in left]
        return [
            _met(others | cosines.keys(), cosines)
            for others, cosines in zip(found, self._near(left), strict=True)
        ]

    def _near(self, left: Sequence[Party]) -> list[dict[int, list[float]]]:
        names, owners = _names(left, lambda one: one.names)
        cosines: list[dict[int, list[float]]] = [{} for _ in left]
        for channel, nearest in enumerate(self._channels):
            found: list[dict[int, float]] = [{} for _ in left]
            for here, there, cosine in nearest.ask(names):
                best, other = found[owners[here]], self._owners[there]
                best[other] = max(best.get(other, 0.0), cosine)
            # A party of many names, as a free text is, brings no more candidates than two would.
            for met, kept in zip(found, cosines, strict=True):
                for other, cosine in sorted(met.items(), key=lambda x: (-x[1], x[0]))[: 2 * nearest.most]:
                    kept.setdefault(other, [0.0, 0.0])[channel] = min(1.0, cosine)
        return cosines

    def _by_keys(self, one: Party) -> Iterator[int]:
        for key in keys_of(one):
            held = self._holders.get(key, ())
            if len(held) <= MOST_SHARING:
                yield from held

    def _named_whole(self, one: Party) -> Iterator[int]:
        """Those one of whose names stands word for word in the left text."""
        text = one.text.words
        for start in range(len(text)):
            for end in range(start + 1, min(start + self._longest, len(text)) + 1):
                held = self._whole.get(text[start:end], ())
                if len(held) <= MOST_SHARING:
                    yield from held


def _met(others: set[int], near: Mapping[int, Sequence[float]]) -> Met:
    ordered = tuple(sorted(others))
    nowhere = (0.0, 0.0)
    return Met(ordered, tuple((near[one][0], near[one][1]) if one in near else nowhere for one in ordered))


def _grouped(right: Sequence[Party], keys: Callable[[Party], set]) -> dict:  # type: ignore[type-arg]
    """Key → positions of the parties that have it, those too common cut short."""
    holders: dict = defaultdict(list)  # type: ignore[type-arg]
    for position, one in enumerate(right):
        for key in keys(one):
            held = holders[key]
            if len(held) <= MOST_SHARING:
                held.append(position)
    return dict(holders)


def _whole_names(one: Party) -> set[tuple[str, ...]]:
    return {name.tokens for name in one.own_names if name.kind != "site" and len(name.compact) > 2}


def keys_of(one: Party) -> set[str]:
    """Keys of which one in common is worth a look: names run in, initials, acronyms, site, phone, address,
    ids.
    """
    keys = {name.compact for name in one.own_names if len(name.compact) >= 2} | one.initials | one.acronyms
    keys |= {f"@{label}" for label in (one.domain,) if label} | {f"+{one.phone}" for _ in (1,) if one.phone}
    keys |= {f"{scheme}:{value}" for scheme, value in one.identifiers}
    keys |= {f"n:{word}" for word in one.all_words if word.isdigit() and len(word) > 2}
    if one.postal:
        keys.add(f"{one.postal} {one.street[0]}")
    if one.street[0] and one.street[1]:
        keys.add(f"{one.street[0]} {one.street[1][0]} {one.city}")
    return keys


def _names(
    parties: Sequence[Party], names: Callable[[Party], Sequence[Name]]
) -> tuple[list[Name], list[int]]:
    """Every name with the position of its party; each distinct list of words once a party."""
    pairs = [(name, position) for position, one in enumerate(parties) for name in names(one)]
    return [name for name, _ in pairs], [position for _, position in pairs]


def looks_like_acronym(one: Party) -> str:
    """The acronym that a party is named by, or ""."""
    first = one.names[0] if one.names else None
    if first is None or len(first.tokens) > 2 or len(first.compact) not in _ACRONYM_LETTERS:
        return ""
    return first.compact


class _Spelling:
    """Right names by the letters that begin their words, and short names that words may spell."""

    def __init__(self, right: Sequence[Party]) -> None:
        import numpy as np

        long = [(i, n) for i, one in enumerate(right) for n in one.own_names if len(n.tokens) > 1]
        long = long if len(long) <= _MOST_SPELT else []
        self._owners = [owner for owner, _ in long]
        self._begins = np.zeros((len(_LETTERS), len(long)), np.int8)
        for column, (_, name) in enumerate(long):
            for word in name.tokens:
                if word[0] in _LETTERS:
                    self._begins[_LETTERS.index(word[0]), column] += 1
        self._sizes = self._begins.sum(axis=0, dtype=np.int32)
        self._shorts = _short_names(right)

    def of(self, one: Party) -> set[int]:
        """The right parties whose name an acronym stands for, or which a long name spells."""
        acronym = looks_like_acronym(one)
        return self._spelt(acronym) if acronym and self._owners else self._shortened(one)

    def _spelt(self, acronym: str, most: int = 25) -> set[int]:
        """The names whose words begin with most of the letters of *acronym*."""
        import numpy as np

        met = np.zeros(len(self._owners), np.int32)
        for letter in sorted(set(acronym)):
            if letter in _LETTERS:
                met += np.minimum(self._begins[_LETTERS.index(letter)], acronym.count(letter))
        score = met / len(acronym) - 0.05 * np.maximum(0, self._sizes - met)
        chosen = np.argpartition(-score, min(most, len(score) - 1))[:most]
        return {self._owners[i] for i in chosen.tolist() if met[i] >= 2}

    def _shortened(self, one: Party) -> set[int]:
        """The short names that the words of a long one spell: Lamsade, ABSys."""
        tokens = one.names[0].tokens[:20] if one.names else ()
        if len(tokens) < 3:
            return set()
        return {
            owner
            for letter in sorted({word[0] for word in tokens[:4]})
            for short, owner in self._shorts.get(letter, ())
            if spelt_share(short, tokens) >= _LEAST_SPELT
        }


def _short_names(right: Sequence[Party]) -> dict[str, list[tuple[str, int]]]:
    shorts: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for position, one in enumerate(right):
        for name in one.own_names:
            if len(name.tokens) == 1 and len(name.compact) in _SHORT_LETTERS and name.compact.isalpha():
                shorts[name.compact[0]].append((name.compact, position))
    return dict(shorts) if sum(map(len, shorts.values())) <= _MOST_SHORT else {}
