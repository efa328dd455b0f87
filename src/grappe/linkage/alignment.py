"""Two names aligned word by word: a word meets itself, its translation, its abbreviation, or one spelt
nearly the same.

Each counts by its weight (after Monge and Elkan, 1996, with TF-IDF weights as in Cohen, Ravikumar and
Fienberg, 2003).
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grappe.linkage.acronyms import contracted
from grappe.linkage.lexicon import Lexicon
from grappe.linkage.parties import Name, Party
from grappe.linkage.weights import STOP_WORDS, WordWeights

#: Pairs of names of two parties that are aligned; those with the most weight in common.
_MOST_ALIGNED = 4


def _plain(word: str) -> str:
    """A word without the e that stands for an umlaut: wuerzburg, würzburg."""
    return word.replace("ue", "u").replace("oe", "o").replace("ae", "a")


@dataclass(frozen=True)
class Alignment:
    """Two names aligned. Shares are of weight, in 0–1; *left_over* and *right_over* are the largest
    weights of words that met nothing, *common* the weight that met, in nats."""

    left: float
    right: float
    common: float
    left_over: float
    right_over: float
    translated: float
    in_order: float

    @property
    def quality(self) -> float:
        """One number to choose the best of several alignments by."""
        return self.left * self.right + 0.02 * min(self.common, 10) - 0.01 * self.translated


class Comparer:
    """Compares names with fixed word weights and a lexicon."""

    def __init__(self, weights: WordWeights, lexicon: Lexicon) -> None:
        self.weight = weights.weight
        self._lexicon = lexicon
        self._likeness: dict[tuple[str, str], tuple[float, bool]] = {}

    def likeness(self, left: str, right: str) -> tuple[float, bool]:
        """How far two words mean the same (0–1), and whether by translation."""
        if left == right:
            return 1.0, False
        pair = (left, right)
        known = self._likeness.get(pair)
        if known is None:
            if len(self._likeness) > 1_000_000:
                self._likeness.clear()
            known = self._likeness[pair] = self._look(left, right)
        return known

    def _look(self, left: str, right: str) -> tuple[float, bool]:
        from rapidfuzz.distance import Levenshtein

        probability = self._lexicon.get(left, {}).get(right, 0.0)
        translated = min(0.95, 0.45 + 0.5 * probability) if probability else 0.0
        shorter, longer = sorted((left, right), key=len)
        spelt = 0.0
        if not (left.isdigit() or right.isdigit()):
            if len(shorter) >= 4 and _plain(left) == _plain(right):
                spelt = 0.97
            elif len(shorter) >= 4:
                ratio = Levenshtein.normalized_similarity(left, right, score_cutoff=0.7)
                spelt = max(0.0, (ratio - 0.6) / 0.4)
            if len(shorter) >= 2 and longer.startswith(shorter):
                spelt = max(spelt, min(0.9, 0.45 + 0.1 * len(shorter)))
            elif len(shorter) >= 6 and longer[:6] == shorter[:6]:
                spelt = max(spelt, 0.7)
        return max(translated, spelt), translated > spelt

    def align(self, left: tuple[str, ...], right: tuple[str, ...]) -> Alignment:
        """The best partner of each word of each name; initials in one meet the words they stand for in the
        other.
        """
        weight = self.weight
        left, right = contracted(left, right), contracted(right, left)
        there = {word: place for place, word in enumerate(right)}
        right_best = [0.0] * len(right)
        met = total = over = by_translation = 0.0
        places: list[int] = []
        for word in left:
            value = weight(word)
            total += value
            best, at, translated = self._partner(word, there, right)
            if at >= 0 and best > right_best[at]:
                right_best[at] = best
            met += value * best
            if best > 0.5:
                places.append(at)
                by_translation += value * best if translated else 0.0
            elif value > over:
                over = value
        values = [weight(word) for word in right]
        right_met = sum(value * best for value, best in zip(values, right_best, strict=True))
        right_over = max((v for v, b in zip(values, right_best, strict=True) if b <= 0.5), default=0.0)
        ordered = sum(a < b for a, b in itertools.pairwise(places))
        return Alignment(
            met / total if total else 0.0, right_met / (sum(values) or 1.0), min(met, right_met), over,
            right_over, by_translation / met if met else 0.0, ordered / max(1, len(places) - 1),
        )  # fmt: skip

    def _partner(self, word: str, there: Mapping[str, int], right: Sequence[str]) -> tuple[float, int, bool]:
        place = there.get(word, -1)
        if place >= 0:
            return 1.0, place, False
        if word in STOP_WORDS:
            return 0.0, -1, False
        best, at, translated = 0.0, -1, False
        for place, other in enumerate(right):
            if other in STOP_WORDS:
                continue
            score, through = self.likeness(word, other)
            if score > best:
                best, at, translated = score, place, through
        return best, at, translated

    def best_alignment(self, left: Party, right: Party) -> tuple[Alignment, Name, Name]:
        """The alignment of the two names, one of each party, that fit best."""
        best: tuple[Alignment, Name, Name] | None = None
        for here, there in self._worth(left.names, right.own_names):
            aligned = self.align(here.tokens, there.tokens)
            if best is None or aligned.quality > best[0].quality:
                best = aligned, here, there
        if best is None:
            nothing = Name("name", (), "")
            return Alignment(0, 0, 0, 0, 0, 0, 0), nothing, nothing
        return best

    def _worth(self, left: Sequence[Name], right: Sequence[Name]) -> list[tuple[Name, Name]]:
        """The pairs of names worth aligning: the first two, and those with the most words in common,
        translated or not.
        """
        if len(left) * len(right) <= _MOST_ALIGNED:
            return [(here, there) for here in left for there in right]
        reached = [
            here.full | {o for word in here.full for o in self._lexicon.get(word, ())} for here in left
        ]
        ranked = sorted(
            (-2 * len(reach & there.full) / (len(here.full) + len(there.full) + 1e-9), i, j)
            for i, (here, reach) in enumerate(zip(left, reached, strict=True))
            for j, there in enumerate(right)
        )
        chosen = {(i, j) for _, i, j in ranked[:_MOST_ALIGNED]} | {(0, 0)}
        return [(left[i], right[j]) for i, j in sorted(chosen)]

    def covered(self, left: Sequence[str], held: frozenset[str]) -> tuple[float, float]:
        """The share of the weight of *left* that *held* words, or their translations, account for; and the
        largest weight that they do not.
        """
        total = met = over = 0.0
        for word in left:
            value = self.weight(word)
            total += value
            best = (
                1.0 if word in held else max((self.likeness(word, other)[0] for other in held), default=0.0)
            )
            met += value * best
            if best <= 0.5:
                over = max(over, value)
        return (met / total if total else 0.0), over
