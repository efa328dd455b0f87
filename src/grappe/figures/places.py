"""Where a figure holds: places named in a sentence, those that are only the whole of a share, a section's
place."""

from collections import Counter
from dataclasses import dataclass

from grappe.figures.lexicon import Language, PlaceName, lexicon
from grappe.figures.mentions import Mention, Reading
from grappe.figures.tokens import Tokens
from grappe.figures.wordsets import word_set

_BODIES = word_set("places.bodies")
_SMALL = word_set("places.small")
_LEVELS = {"city": 0, "region": 1, "province": 2, "country": 3, "continent": 4, "world": 5}
_HEADS = word_set("places.heads")
_FAINT = frozenset(
    {
        "national",
        "nationale",
        "nationaux",
        "provincial",
        "provinciale",
        "global",
        "internationalement",
        "globally",
    }
)


@dataclass(slots=True)
class Spot:
    """A place named from token *at* for *size* tokens; *adjective* for « québécoise »; *possessive*
    « Québec's »."""

    at: int
    size: int
    place: PlaceName
    adjective: bool
    possessive: bool = False


def spots(tokens: Tokens, first: int, last: int) -> list[Spot]:
    """The places named between tokens *first* and *last*, in order; names of bodies (« Aéro Montréal ») left
    out."""
    words = lexicon()
    keys = tokens.keys
    found: list[Spot] = []
    taken = first
    starts = words.places.first_words()
    for at in range(first, last):
        key = keys[at]
        if at < taken:
            continue
        if key in starts:
            hit = words.places.at(keys, at)
            if (
                hit
                and at + hit[0] <= last
                and not _in_a_name(tokens, at, hit[0])
                and _is_place(tokens, at, hit[1])
            ):
                possessive = at + hit[0] < len(keys) and keys[at + hit[0]] == "'s"
                found.append(Spot(at, hit[0], hit[1], False, possessive))
                taken = at + hit[0]
                continue
        if key in words.adjectives and not _names_a_body(tokens, at):
            found.append(Spot(at, 1, words.adjectives[key], True))
    return found


def _is_place(tokens: Tokens, at: int, place: PlaceName) -> bool:
    """« pays », « province », « monde » speak of a place only in the singular, after a determiner."""
    word = tokens.words[at]
    if word[0].isupper() or not word.isalpha():
        return not (word.isupper() and len(word) < 3)
    before = tokens.keys[at - 1] if at else ""
    if tokens.keys[at] in (
        "pays",
        "country",
        "province",
        "monde",
        "world",
        "metropole",
        "globe",
        "planet",
        "planete",
    ):
        return before in ("le", "la", "du", "au", "the", "l'", "ce", "cette", "this", "a") or tokens.keys[
            at + 1 : at + 2
        ] == ["'s"]
    return place.level in ("region", "city", "world", "province") and before != "une"


def _in_a_name(tokens: Tokens, at: int, size: int) -> bool:
    """« Aéro Montréal », « Montréal International », « Université de Montréal », « Statistique Canada »."""
    if _opens_a_name(tokens, at + size):
        return True
    before = at - 1
    if before < 0 or tokens.starts[at] - tokens.ends[before] > 2:
        return False
    return _is_name_word(tokens, before) or _ends_a_body(tokens, before)


def _opens_a_name(tokens: Tokens, after: int) -> bool:
    """Whether the word right after a place goes on as a name (« Montréal International »)."""
    words, keys = tokens.words, tokens.keys
    if after >= len(words) or not (words[after][0].isupper() and words[after].isalpha()):
        return False
    if keys[after] in lexicon().adjectives or keys[after] in _SMALL or keys[after] in _HEADS:
        return False
    return tokens.starts[after] - tokens.ends[after - 1] <= 1 and not lexicon().places.at(keys, after)


def _ends_a_body(tokens: Tokens, before: int) -> bool:
    """Whether a body's word stands before, joined to the place (« Université de », « Institute of the »)."""
    keys, linked = tokens.keys, before
    while linked >= 0 and keys[linked] in _LINKS:
        linked -= 1
    if linked == before:
        return False
    for at in range(linked, max(-1, linked - 10), -1):
        if keys[at] in _BODIES and tokens.words[at][0].isupper():
            return True
        if not (keys[at].isalpha() or keys[at] in ("'", "-")) or keys[at] in _VERBS:
            return False
    return False


def _is_name_word(tokens: Tokens, index: int) -> bool:
    """Whether the word right before a place is a capital that opens a name rather than a sentence."""
    word, key = tokens.words[index], tokens.keys[index]
    if not word[0].isupper() or not word.isalpha() or key in _SMALL or key in _FUNCTION:
        return False
    if index in tokens.sentences and key not in _BODIES and len(word) > 4:
        return not key.endswith(("e", "es", "nt", "ing")) and key not in lexicon().qualifiers.first_words()
    return True


_FUNCTION = word_set("places.function")


def _names_a_body(tokens: Tokens, at: int) -> bool:
    return (
        tokens.words[at][0].isupper()
        and at + 1 < len(tokens.words)
        and tokens.words[at + 1][0].isupper()
        and tokens.keys[at] != "north-american"
        and tokens.keys[at + 1].isalpha()
        and tokens.words[at + 1].isalpha()
        and at not in tokens.sentences
    )


def place_of(
    reading: Reading, mention: Mention, near: list[Spot], wholes: list[tuple[int, int]], next_first: int
) -> PlaceName | None:
    """The place that the sentence itself gives the mention, or None; *wholes* are the spans of what shares
    are of and of what ranks are among: the places in them are not where the figure holds."""
    candidates = [
        spot
        for spot in near
        if not any(start <= spot.at < end for start, end in wholes) and _holds(reading, mention, spot)
    ]
    rivalless = [spot for spot in candidates if not _compared(reading, spot)]
    if mention.form == "rank":
        before = [spot for spot in candidates if spot.at < mention.first]
        subject = before or [spot for spot in rivalless if spot.at > mention.last]
        return _widest(subject[-1:], subject) if subject else None
    after = [spot for spot in rivalless if mention.last <= spot.at < next_first]
    before = [spot for spot in rivalless if spot.at < mention.first]
    # « les Prairies contribuent à 3 %, l'Ontario à 7 % »: what a comma parts belongs to the next number.
    parts = reading.key(mention.last) in (",", ";", "et", "and")
    if after and not (parts and before and mention.first - before[-1].at <= _CLAUSE):
        return _widest(after[:1], after)
    if before:
        return before[-1].place
    later = [spot for spot in rivalless if spot.at >= next_first]
    return later[0].place if later else None


def _holds(reading: Reading, mention: Mention, spot: Spot) -> bool:
    """Whether a figure may hold at *spot*, rather than be ranked there, praised there, or called so."""
    level = spot.place.level
    if level == "world":
        if mention.form == "rank" or any(reading.key(at) in _BEST for at in range(spot.at - 4, spot.at)):
            return False
        return _is_market(reading, spot) or (
            not spot.adjective
            and 0 <= spot.at - mention.last <= (8 if mention.form == "amount" else 5)
            and reading.key(mention.last) not in (",", "-")
        )
    if spot.adjective and (reading.key(spot.at) in _FAINT or level == "continent"):
        return False
    among = mention.form == "rank" and level in ("continent", "country")
    return not (among and (spot.possessive or spot.at > mention.first or spot.adjective))


def _is_market(reading: Reading, spot: Spot) -> bool:
    """« the global semiconductor market », « le marché mondial »."""
    near = [reading.key(at) for at in range(spot.at - 3, spot.at + 5)]
    return spot.adjective and any(key in ("market", "marche", "demand", "demande") for key in near)


def _widest(chosen: list[Spot], among: list[Spot]) -> PlaceName:
    """« Bromont, Québec »: the nearer one is more precise; an adjective yields to a name beside it."""
    best = chosen[0]
    if best.adjective:
        for spot in among:
            if not spot.adjective and _LEVELS[spot.place.level] < _LEVELS[best.place.level]:
                return spot.place
    return best.place


_RIVALS = frozenset({"derriere", "behind", "ahead", "devant", "apres", "after", "contre", "versus"})
#: Tokens that a place and its number may stand apart in one clause.
_CLAUSE = 6
#: « parmi les meilleurs au monde » praises, it does not say where.
_BEST = frozenset({"meilleurs", "meilleures", "best", "parmi", "leaders", "plus", "among"})
_LISTING = word_set("places.listing")
#: Small words between a body's word and the place in its name; verbs where a name ends.
_LINKS = frozenset({"du", "de", "d'", "la", "le", "l'", "des", "of", "and", "et", "the"})
_VERBS = frozenset({"sont", "est", "a", "au", "in", "are", "is"})
_AGAINST = frozenset(
    {
        "derriere",
        "behind",
        "apres",
        "after",
        "devant",
        "ahead",
        "avant",
        "contre",
        "versus",
        "vs",
        "que",
        "qu'",
        "than",
        "from",
        "vers",
        "to",
        "aux",
        "via",
        "hors",
        "outside",
        "along",
        "proximity",
        "rivalisant",
        "with",
        "avec",
    }
)


def _compared(reading: Reading, spot: Spot) -> bool:
    """« après Seattle », « qu'en Ontario », « vers les États-Unis »: places the figure is not about."""
    before = [reading.key(at) for at in range(max(0, spot.at - 3), spot.at)]
    if any(key in _AGAINST for key in before[-2:]) or "compared" in before or "comparativement" in before:
        return True
    return is_listed_against(reading.tokens, spot)


def is_listed_against(tokens: Tokens, spot: Spot) -> bool:
    """« derrière Dallas et Toronto », « ahead of markets such as Boston and Seattle »: every one of them."""
    for at in range(spot.at - 1, max(-1, spot.at - 20), -1):
        key = tokens.keys[at]
        if key in _RIVALS:
            return True
        if not (key in (",", "'s") or key in _LISTING or tokens.words[at][0].isupper()):
            return False
    return False


class SectionPlaces:
    """Votes of a section's earlier sentences for its place: a sector's own (« Québec's industry ») count
    double."""

    def __init__(self) -> None:
        self.votes: Counter[str] = Counter()
        self.last: dict[str, int] = {}
        self.places: dict[str, PlaceName] = {}
        self._turn = 0

    def add(self, tokens: Tokens, found: list[Spot]) -> None:
        """Count the places *found* in *tokens*."""
        for spot in found:
            self._turn += 1
            if spot.place.level in ("world", "continent") or (
                spot.adjective and tokens.keys[spot.at] in _FAINT
            ):
                continue
            if (spot.adjective and spot.place.level == "country") or is_listed_against(tokens, spot):
                continue
            name = spot.place.en
            weight = 1 if spot.place.level == "country" else 2
            self.votes[name] += 2 * weight if _owns_a_sector(tokens, spot) else weight
            self.last[name] = self._turn
            self.places[name] = spot.place

    def winner(self) -> PlaceName | None:
        """The place with most votes, the latest of equals; None when nothing was named."""
        if not self.votes:
            return None
        return self.places[max(self.votes, key=lambda name: (self.votes[name], self.last[name]))]


def _owns_a_sector(tokens: Tokens, spot: Spot) -> bool:
    keys = tokens.keys
    after = keys[spot.at + spot.size : spot.at + spot.size + 7]
    before = keys[max(0, spot.at - 6) : spot.at]
    if spot.possessive:
        return any(key in _HEADS for key in after)
    if spot.adjective:
        return any(key in _HEADS for key in before[-3:])
    return bool(before) and before[-1] in ("du", "de", "d'", "of") and any(key in _HEADS for key in before)


def shown(place: PlaceName | None, language: Language) -> str | None:
    """The place's name in the page's language."""
    return place.name(language) if place else None
