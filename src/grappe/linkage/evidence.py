"""What speaks for and against two parties being one: named features, each a number a person can read.

Names are aligned word by word: a word meets itself, its translation, its abbreviation, or a word spelt nearly
the same; each counts by its weight (after Monge and Elkan, 1996, with TF-IDF weights as in Cohen,
Ravikumar and Fienberg, 2003).
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grappe.linkage.lexicon import Lexicon
from grappe.linkage.parties import Name, Party
from grappe.linkage.weights import STOP_WORDS, WordWeights

Features = Mapping[str, float]


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
    """Compares parties with fixed word weights and a lexicon."""

    def __init__(self, weights: WordWeights, lexicon: Lexicon) -> None:
        self._weights = weights
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
            if len(shorter) >= 4:
                ratio = Levenshtein.normalized_similarity(left, right, score_cutoff=0.7)
                spelt = max(0.0, (ratio - 0.6) / 0.4)
            if len(shorter) >= 2 and longer.startswith(shorter):
                spelt = max(spelt, min(0.9, 0.45 + 0.1 * len(shorter)))
            elif len(shorter) >= 6 and longer[:6] == shorter[:6]:
                spelt = max(spelt, 0.7)
        return max(translated, spelt), translated > spelt

    def align(self, left: Sequence[str], right: Sequence[str]) -> Alignment:
        """The best partner of each word of each name."""
        weight = self._weights.weight
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
        for here, there in _worth(left.names, right.names):
            aligned = self.align(here.tokens, there.tokens)
            if best is None or aligned.quality > best[0].quality:
                best = aligned, here, there
        if best is None:
            nothing = Name("name", (), "")
            return Alignment(0, 0, 0, 0, 0, 0, 0), nothing, nothing
        return best

    def features(self, left: Party, right: Party, neighbours: int = 1) -> dict[str, float]:
        """Every feature of the pair. *neighbours*: how many right parties share the left one's address."""
        from rapidfuzz import fuzz

        aligned, here, there = self.best_alignment(left, right)
        words = [word for word in here.tokens if word not in STOP_WORDS]
        others = [word for word in there.tokens if word not in STOP_WORDS]
        place = set(right.city.split()) | {right.region}
        unplaced = [
            w for w in here.tokens if w not in there.tokens and w not in place and w not in STOP_WORDS
        ]
        found = {
            "left": aligned.left,
            "right": aligned.right,
            "both": min(aligned.left, aligned.right),
            "common": min(aligned.common, 25.0),
            "left_over": aligned.left_over,
            "right_over": aligned.right_over,
            "translated": aligned.translated,
            "in_order": aligned.in_order,
            "sorted": fuzz.token_sort_ratio(" ".join(words), " ".join(others)) / 100,
            "run_in": fuzz.ratio(here.compact, there.compact) / 100,
            "same": float(here.compact == there.compact),
            "first": float(words[:1] == others[:1]) if words and others else 0.0,
            "numbers": _numbers(here.tokens, there.tokens),
            "kinds": _KINDS.get((here.kind == "site") + (there.kind == "site"), 0.0),
            "unplaced": float(min(len(unplaced), 6)),
            "segment": float(here.kind == "segment"),
            "acronym": _acronym(left, right),
            "site": _site(left, right),
            "numbered": float(left.numbered) + float(right.numbered),
            "length": float(min(len(words), 10)),
        }
        return found | self._mention(left, right) | _places(left, right, neighbours)

    def _mention(self, left: Party, right: Party) -> dict[str, float]:
        """How the left text names the right party: as a phrase, with its city, its country."""
        phrase = self.phrase(left, right)
        mass = sum(self._weights.weight(word) for word in left.text[phrase[0] : phrase[1]])
        own = set(left.text)
        city = 1.0 if right.city and set(right.city.split()) <= own else 0.0
        if not city and right.region.upper() in left.codes_named:
            city = 0.5
        country = 0.0
        if left.countries_named:
            country = 1.0 if right.country in left.countries_named else -1.0
        return {"phrase": min(mass, 25.0), "city_named": city, "country_named": country}

    def phrase(self, left: Party, right: Party) -> tuple[int, int]:
        """Where the left text holds the longest of the right party's names word for word; (0, 0): nowhere."""
        best = (0, 0)
        text = left.text
        where: dict[str, list[int]] = {}
        for place, word in enumerate(text):
            where.setdefault(word, []).append(place)
        for name in right.names:
            size = len(name.tokens)
            if size <= best[1] - best[0] or name.kind == "site" or name.tokens[0] not in where:
                continue
            for start in where[name.tokens[0]]:
                if text[start : start + size] == name.tokens:
                    best = (start, start + size)
                    break
        return best


_KINDS = {0: 0.0, 1: 1.0, 2: 2.0}


def _worth(left: Sequence[Name], right: Sequence[Name], most: int = 4) -> list[tuple[Name, Name]]:
    """The pairs of names worth aligning: the first two, and those with the most words in common."""
    if len(left) * len(right) <= most:
        return [(here, there) for here in left for there in right]
    ranked = sorted(
        (-2 * len(here.full & there.full) / (len(here.full) + len(there.full) + 1e-9), i, j)
        for i, here in enumerate(left)
        for j, there in enumerate(right)
    )
    chosen = {(i, j) for _, i, j in ranked[:most]} | {(0, 0)}
    return [(left[i], right[j]) for i, j in sorted(chosen)]


def _numbers(left: Sequence[str], right: Sequence[str]) -> float:
    """1: the same numbers; 0: none; -1: a number that the other lacks."""
    here, there = ({w for w in side if any(c.isdigit() for c in w)} for side in (left, right))
    if not here and not there:
        return 0.0
    return 1.0 if here == there else (-0.5 if not here or not there else -1.0)


def _acronym(left: Party, right: Party) -> float:
    """How well one party's short name stands for the other: stated, spelt by initials, or in its site."""
    best = 0.0
    for one, other in ((left, right), (right, left)):
        short = {
            name.compact for name in one.names[:2] if len(name.tokens) <= 2 and 2 <= len(name.compact) <= 12
        }
        short |= one.acronyms
        if short & other.acronyms:
            return 1.0
        if short & set(other.site):
            best = max(best, 0.9)
        if short & other.initials:
            best = max(best, 0.8)
        if best < 0.7 and short:
            fits = (spelt_share(s, n.tokens) for s in short for n in other.names if len(n.tokens) > 1)
            best = max(best, 0.7 * max(fits, default=0.0))
    if best < 0.6 and left.initials & right.initials:
        best = 0.6
    return best


def spelt_share(acronym: str, tokens: Sequence[str]) -> float:
    """How well the words, in order, begin with the letters of *acronym*: 1 when they spell it and
    nothing else.

    Each full word may give its first letters; 0 when the letters can't all be found in order.
    """
    place = used = skipped = 0
    for word in tokens:
        taken = 0
        while place < len(acronym) and taken < len(word) and taken < 4 and word[taken] == acronym[place]:
            # Later letters of a word are taken only when the next word does not begin with them.
            place, taken = place + 1, taken + 1
        if taken:
            used += 1
        elif word not in STOP_WORDS:
            skipped += 1
    if place < len(acronym):
        return 0.6 * place / len(acronym) if place >= 3 and place >= len(acronym) - 1 else 0.0
    return max(0.0, min(1.0, 1.0 - 0.12 * skipped - 0.1 * (used == 1)))


def _site(left: Party, right: Party) -> float:
    """1: the same site; else how far a label of one's site is the other's name run together."""
    if left.domain and left.domain == right.domain:
        return 1.0
    best = 0.0
    for one, other in ((left, right), (right, left)):
        for label in one.site:
            if len(label) < 4:
                continue
            for name in other.names:
                best = max(best, _label_fit(label, name.compact))
    return best


def _label_fit(label: str, name: str) -> float:
    if label == name:
        return 0.95
    if name.startswith(label) and len(label) >= 5:
        return 0.85
    if label.startswith(name) and len(name) >= 5:
        return 0.75
    if len(label) >= 6 and label in name:
        return 0.6
    from rapidfuzz import fuzz

    return 0.6 * max(0.0, fuzz.ratio(label, name) / 100 - 0.5) * 2


def _places(left: Party, right: Party, neighbours: int) -> dict[str, float]:
    street = 0.0
    if left.street[0] and right.street[0]:
        same_words = bool(set(left.street[1]) & set(right.street[1]))
        same_number = left.street[0] == right.street[0]
        street = 2.0 if same_number and same_words else 1.0 if same_number or same_words else -1.0
    postal = _agree(left.postal, right.postal)
    if postal < 0 and left.postal[:3] == right.postal[:3]:
        postal = 0.5
    together = postal == 1 and street == 2
    city = _agree(left.city, right.city)
    return {
        "postal": postal,
        "street": street,
        "city": city,
        "country": _agree(left.country, right.country),
        "region": _agree(left.region, right.region),
        "alone_there": float(min(neighbours, 6)) if together or (postal == 1 and street >= 0) else 0.0,
    }


def _agree(left: str, right: str) -> float:
    """1: same; -1: different; 0: one is unknown."""
    if not left or not right:
        return 0.0
    return 1.0 if left == right else -1.0
