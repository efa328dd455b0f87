"""What speaks for and against two parties being one: named features, each a number a person can read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from grappe.linkage.acronyms import acronym_fit
from grappe.linkage.alignment import Comparer
from grappe.linkage.mentions import Mention, find_mention, mention_features
from grappe.linkage.parties import Party
from grappe.linkage.texts import Text
from grappe.linkage.weights import STOP_WORDS

Features = Mapping[str, float]


#: The features of a pair, in the order that tables have them.
COLUMNS = (
    "left", "right", "both", "common", "left_over", "right_over", "translated", "in_order", "sorted",
    "run_in",
    "same", "first", "numbers", "kinds", "unplaced", "segment", "acronym", "acronym_letters", "code", "site",
    "phone", "numbered", "length", "held", "unheld", "namesakes", "known_place", "near_words", "near_letters",
    "named", "named_whole", "named_weight", "foreign", "before", "after", "rest", "alone_in_text",
    "segment_at",
    "segments_after", "short_name", "sort", "text_words", "city_named", "region_named", "country_named",
    "postal", "street", "city", "country", "region", "alone_there",
)  # fmt: skip


def as_table(rows: Sequence[Features]) -> Any:
    """The features of several pairs, an array with a column each of ``COLUMNS``."""
    import numpy as np

    return np.array([[row[name] for name in COLUMNS] for row in rows]).reshape(len(rows), len(COLUMNS))


@dataclass(frozen=True)
class Ground:
    """What the whole right side tells about one pair: how many hold an address or a name, and its cities."""

    at_address: Counter[str]
    at_postal: Counter[str]
    named: Counter[str]
    cities: frozenset[tuple[str, ...]]

    def neighbours(self, left: Party) -> int:
        """How many right parties share the left one's address, else its postal code."""
        return self.at_address[left.address_key] or self.at_postal[left.postal]

    def cities_in(self, text: Text) -> frozenset[str]:
        """The cities of the right side that a text names."""
        found = {
            text.words[a : a + size] for size in (1, 2, 3) for a in range(len(text.words) - size + 1)
        } & self.cities
        return frozenset(" ".join(city) for city in found)


def survey(right: Sequence[Party]) -> Ground:
    """The ground that *right* makes."""
    return Ground(
        Counter(one.address_key for one in right if one.address_key),
        Counter(one.postal for one in right if one.postal),
        Counter(key for one in right for key in {name.compact for name in one.own_names}),
        frozenset(tuple(one.city.split()) for one in right if len(one.city) > 2),
    )


@dataclass(frozen=True)
class Evidence:
    """One pair compared: its features and where the left text names the right party."""

    features: Features
    mention: Mention


def weigh(
    comparer: Comparer, ground: Ground, left: Party, right: Party, near: tuple[float, float],
    cities: frozenset[str],
) -> Evidence:  # fmt: skip
    """Every feature of the pair. *near*: the nearest cosines by words and by letters; *cities*: those that
    the left text names.
    """
    mention = find_mention(comparer, left.text, right)
    found = {
        **_names(comparer, ground, left, right),
        "near_words": near[0],
        "near_letters": near[1],
        **mention_features(comparer, left.text, right, mention),
        **_places_named(left.text, right, mention, cities),
        **_places(left, right, ground.neighbours(left)),
    }
    return Evidence(found, mention)


def _names(comparer: Comparer, ground: Ground, left: Party, right: Party) -> dict[str, float]:
    from rapidfuzz import fuzz

    aligned, here, there = comparer.best_alignment(left, right)
    words = [word for word in here.tokens if word not in STOP_WORDS]
    others = [word for word in there.tokens if word not in STOP_WORDS]
    place = set(right.city.split()) | {right.region}
    unplaced = [w for w in here.tokens if w not in there.tokens and w not in place and w not in STOP_WORDS]
    first = left.names[0].tokens[:20] if left.names else ()
    short, letters = acronym_fit(left, right)
    held, unheld = comparer.covered(first, right.all_words | right.place_words)
    return {
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
        "kinds": float((here.kind == "site") + (there.kind == "site")),
        "unplaced": float(min(len(unplaced), 6)),
        "segment": float(here.kind == "segment"),
        "acronym": short,
        "acronym_letters": float(min(letters, 8)) if short >= 0.5 else 0.0,
        "code": _code(first, right),
        "site": _site(left, right),
        "phone": _agree(left.phone, right.phone),
        "numbered": float(left.numbered) + float(right.numbered),
        "length": float(min(len(words), 10)),
        "held": held,
        "unheld": unheld,
        "namesakes": log(1 + ground.named[there.compact]),
        "known_place": float(bool(right.city)) + float(bool(right.country)),
    }


def _places_named(text: Text, right: Party, mention: Mention, cities: frozenset[str]) -> dict[str, float]:
    """Whether the text, outside the name, names the party's city (1, -1: another), region and country."""
    inside = frozenset(text.words[mention.start : mention.end])
    city = 0.0
    if right.city and right.city in cities:
        city = 0.5 if set(right.city.split()) <= inside else 1.0
    elif right.city and any(not set(other.split()) <= inside for other in cities):
        city = -1.0
    region = 0.0
    ours = {code for country, code in text.regions if country == right.country}
    if right.region and ours:
        region = 1.0 if right.region in ours else -1.0
    named = text.countries or text.hinted
    country = 0.0
    if named and right.country:
        country = 1.0 if right.country in named | text.hinted else -1.0
    return {"city_named": city, "region_named": region, "country_named": country}


def _numbers(left: Sequence[str], right: Sequence[str]) -> float:
    """1: the same numbers; 0: none; -1: a number that the other lacks."""
    here, there = ({w for w in side if any(c.isdigit() for c in w)} for side in (left, right))
    if not here and not there:
        return 0.0
    return 1.0 if here == there else (-0.5 if not here or not there else -1.0)


def _code(left: Sequence[str], right: Party) -> float:
    """1: a number of three digits or more of the left name stands in a right one; -1: the right ones have
    others.
    """
    wanted = {word for word in left if word.isdigit() and len(word) > 2}
    there = {word for word in right.all_words if word.isdigit() and len(word) > 2}
    if not wanted or not there:
        return 0.0
    return 1.0 if wanted & there else -1.0


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
