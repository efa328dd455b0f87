"""Where a free text names an organisation: the run of words that fits one of its names best, and what
stands around.

A name is searched word by word: the heaviest of its words that the text holds are anchors, and around each
the other words are sought where the name has them, a little moved at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grappe.linkage.alignment import Comparer
from grappe.linkage.parties import Name, Party
from grappe.linkage.texts import Text
from grappe.linkage.weights import STOP_WORDS

#: How far from its place in the name a word may stand.
_SLACK = 2
_ANCHORS = 2


@dataclass(frozen=True)
class Mention:
    """A stretch of a text and the name it fits. *cover*: share of the name's weight found; *weight*: that
    weight, in nats; *foreign*: weight of other words inside the stretch; *whole*: the name stands word for
    word.
    """

    start: int = 0
    end: int = 0
    cover: float = 0.0
    weight: float = 0.0
    foreign: float = 0.0
    whole: bool = False
    name: Name | None = None

    @property
    def quality(self) -> float:
        """One number to choose the best of several mentions by."""
        known = self.name is not None and self.name.kind in ("acronym", "site")
        return self.cover * self.weight - 0.4 * self.foreign + 0.5 * self.whole - 2.0 * known


NOWHERE = Mention()


def find_mention(comparer: Comparer, text: Text, party: Party) -> Mention:
    """The stretch of *text* that fits a name of *party* best; ``NOWHERE`` when no word of any is there."""
    where: dict[str, list[int]] = {}
    for place, word in enumerate(text.words):
        where.setdefault(word, []).append(place)
    best = NOWHERE
    for name in party.own_names:
        if name.kind == "site":
            continue
        found = _whole(comparer, text, where, name) or _loose(comparer, text, where, name)
        if found is not None and (best.name is None or found.quality > best.quality):
            best = found
    return best


def _whole(comparer: Comparer, text: Text, where: Mapping[str, Sequence[int]], name: Name) -> Mention | None:
    size = len(name.tokens)
    for start in where.get(name.tokens[0], ()):
        if text.words[start : start + size] == name.tokens:
            weight = sum(map(comparer.weight, name.tokens))
            return Mention(start, start + size, 1.0, weight, 0.0, True, name)
    return None


def _loose(comparer: Comparer, text: Text, where: Mapping[str, Sequence[int]], name: Name) -> Mention | None:
    if name.kind == "acronym":
        return None
    hits = _hits(comparer, where, name.tokens)
    if not hits:
        return None
    values = [comparer.weight(word) for word in name.tokens]
    total = sum(values)
    anchors = sorted(hits, key=lambda i: -values[i] * max(likeness for _, likeness in hits[i]))[:_ANCHORS]
    best: Mention | None = None
    for anchor in anchors:
        for place, _ in hits[anchor][:3]:
            found = _around(comparer, text, name, hits, values, place - anchor)
            if best is None or found.quality > best.quality:
                best = found
    return best if best is not None and best.weight > 0.25 * total else None


def _hits(
    comparer: Comparer, where: Mapping[str, Sequence[int]], tokens: Sequence[str]
) -> dict[int, list[tuple[int, float]]]:
    """Position in the name → places in the text of the word or of one like it, with their likeness."""
    hits: dict[int, list[tuple[int, float]]] = {}
    for i, word in enumerate(tokens):
        if places := where.get(word):
            hits[i] = [(place, 1.0) for place in places]
        elif word not in STOP_WORDS:
            alike = [(place, likeness) for other, places in where.items() if other not in STOP_WORDS
                     and (likeness := comparer.likeness(other,
                          word)[0]) > 0.5 for place in places]  # fmt: skip
            if alike:
                hits[i] = sorted(alike, key=lambda hit: -hit[1])
    return hits if any(tokens[i] not in STOP_WORDS for i in hits) else {}


def _around(
    comparer: Comparer, text: Text, name: Name, hits: Mapping[int, Sequence[tuple[int, float]]],
    values: Sequence[float], offset: int,
) -> Mention:  # fmt: skip
    low, high = offset - _SLACK, offset + len(name.tokens) - 1 + _SLACK
    used: dict[int, float] = {}
    met = 0.0
    for i, places in hits.items():
        near = [(likeness - 0.03 * abs(place - offset - i), place, likeness) for place, likeness in places
                if low <= place <= high and place not in used]  # fmt: skip
        if near:
            _, place, likeness = max(near)
            used[place] = likeness
            met += values[i] * likeness
    telling = [place for place in used if text.words[place] not in STOP_WORDS] or list(used)
    start, end = min(telling), max(telling) + 1
    foreign = sum(comparer.weight(text.words[p]) for p in range(start, end) if p not in used)
    return Mention(start, end, met / (sum(values) or 1.0), met, foreign, False, name)


#: Sorts of organisation by the words that head their names; 0: none of them.
_SORTS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (1, ("universit", "universid", "universidad", "hochschule", "univ", "polytech", "politec", "college",
         "daigaku")),
    (2, ("hospital", "hopita", "klinik", "clinic", "medical", "health", "spital", "ziekenhuis", "ospedale")),
    (3, ("department", "departament", "departement", "faculty", "faculte", "school", "laborator", "division",
         "section", "ecole", "facult")),
    (4, ("institut", "center", "centre", "centro", "academ", "observator", "zentrum", "museum")),
    (5, ("society", "association", "foundation", "fondation", "council", "network", "federation",
         "union", "trust",
         "fund", "program", "project", "fundacao", "fundacion", "societe", "stiftung", "alliance")),
    (6, ("ministry", "ministere", "agency", "agence", "government", "office", "authority", "bureau",
         "commission")),
)  # fmt: skip


def sort_of(tokens: Sequence[str]) -> int:
    """Which sort of organisation a name's words speak of: 1 university, 2 hospital, 3 part of one, 4
    institute, 5 society or fund, 6 authority, 0 unknown (a company, most often).
    """
    found = {sort for word in tokens for sort, heads in _SORTS if word.startswith(heads)}
    return next((sort for sort in (2, 3, 1, 4, 6, 5) if sort in found), 0)


def mention_features(comparer: Comparer, text: Text, right: Party, found: Mention) -> dict[str, float]:
    """What the mention says, and the words around it, as numbers."""
    name = found.name
    if name is None:
        return dict.fromkeys(_NAMES, 0.0) | {
            "sort": float(sort_of(right.names[0].tokens if right.names else ()))
        }
    place = right.place_words
    before, after, rest = _surroundings(comparer, text, found, place)
    segment = text.segments[found.start]
    last = text.segments[-1]
    written = frozenset(text.words[found.start : found.end])
    return {
        "named": found.cover,
        "named_whole": 1.0 + (len(name.tokens) > 1) if found.whole else 0.0,
        "named_weight": min(found.weight, 30.0),
        "foreign": min(found.foreign, 15.0),
        "before": before,
        "after": after,
        "rest": min(rest, 30.0),
        "alone_in_text": float(rest < 1.0) + float(last == 0 and rest < 1.0),
        "segment_at": float(min(segment, 5)),
        "segments_after": float(min(last - segment, 5)),
        "short_name": 0.0 if name.kind != "acronym" else (1.0 if written <= text.capitals else 2.0),
        "sort": float(sort_of(name.tokens)),
        "text_words": float(min(len(text.words), 40)),
    }  # fmt: skip


_NAMES = (
    "named", "named_whole", "named_weight", "foreign", "before", "after", "rest", "alone_in_text",
    "segment_at",
    "segments_after", "short_name", "text_words",
)  # fmt: skip


def _surroundings(
    comparer: Comparer, text: Text, found: Mention, place: frozenset[str]
) -> tuple[float, float, float]:
    """Weights of the telling word just before and just after in the same segment, and of all others there.

    Halved across a link word (« Faculty of Medicine *of* Porto University »); words of the party's own
    place weigh nothing.
    """
    sides = []
    for start, step, stop in ((found.start - 1, -1, -1), (found.end, 1, len(text.words))):
        edge = text.segments[found.start if step < 0 else found.end - 1]
        value, factor = 0.0, 1.0
        for at in range(start, stop, step):
            if text.segments[at] != edge:
                break
            word = text.words[at]
            if word in STOP_WORDS:
                factor = 0.5
                continue
            value = 0.0 if word in place or word.isdigit() else factor * comparer.weight(word)
            break
        sides.append(min(value, 11.0))
    inside = range(found.start, found.end)
    segments = {text.segments[found.start], text.segments[found.end - 1]}
    rest = sum(
        comparer.weight(word)
        for at, word in enumerate(text.words)
        if text.segments[at] in segments and at not in inside and word not in place and not word.isdigit()
    )
    return sides[0], sides[1], rest
