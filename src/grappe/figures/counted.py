"""The thing that a number counts: the head of the noun phrase after it, in either language."""

from dataclasses import dataclass

from grappe.figures.lexicon import Noun
from grappe.figures.mentions import Numeral, Reading
from grappe.figures.wordsets import word_set

_MEASURES = frozenset(
    {"km", "metres", "nm", "mm", "m2", "square feet", "hectares", "MW", "GWh", "minutes", "tonnes"}
)
_TIMES = frozenset({"hours", "days", "weeks", "months", "years"})
_IRREGULAR = frozenset(
    {
        "people",
        "staff",
        "personnel",
        "aircraft",
        "women",
        "men",
        "youth",
        "consortia",
        "pays",
        "fonds",
        "gens",
        "teus",
        "evp",
        "tpe",
        "pme",
        "prix",
        "cours",
    }
)
_STOP = word_set("counted.stop")
_BEFORE_NOUN = word_set("counted.before_noun")
_NEVER = word_set("counted.never")
#: French words that an English reader would take for jobs.
_RANKS_FR = frozenset({"position", "positions"})
#: Things too vague to be a figure when their number is spelled: « two players », « les trois volets ».
_VAGUE = word_set("counted.vague")
_DEFINITE = frozenset(
    {
        "the",
        "les",
        "ces",
        "these",
        "those",
        "both",
        "ses",
        "leurs",
        "its",
        "their",
        "deux",
        "aux",
        "des",
        "nos",
        "our",
        "last",
        "past",
        "derniers",
        "dernieres",
        "prochaines",
        "prochains",
    }
)


@dataclass(frozen=True, slots=True)
class Counted:
    """The noun at token *at*, the unit it means, and one past its last token; *measure* for km, tonnes…"""

    at: int
    last: int
    unit: str
    indicator: str | None
    measure: bool = False


def read_noun(reading: Reading, start: int, numeral: Numeral) -> Counted | None:
    """What the number that ends before *start* counts or measures, or None when it counts nothing known."""
    start = _after_links(reading, start)
    if reading.language == "fr" and reading.key(start) in _RANKS_FR:
        return None
    found = _french(reading, start) if reading.language == "fr" else _english(reading, start)
    if found is None:
        found = _english(reading, start) if reading.language == "fr" else _french(reading, start)
    if found is None:
        return None if numeral.spelled else _unknown(reading, start)
    noun, at, last = found
    if noun.unit in _TIMES and not _is_about_time(reading, start):
        return None
    if numeral.spelled and not numeral.collective and numeral.power == 0 and _is_vague(reading, at, numeral):
        return None
    measure = noun.unit in _MEASURES
    return Counted(at, last, noun.unit, noun.indicator, measure)


def _after_links(reading: Reading, start: int) -> int:
    if reading.key(start) == "-" and reading.glued(start):
        start += 1
    if reading.key(start) in ("le", "the") and reading.key(start + 1) in ("nombre", "number"):
        # « on estime à 13 000 le nombre de professionnels »
        start += 2
    if reading.key(start) in ("de", "d'", "of", "des"):
        start += 1
    return start


def _is_about_time(reading: Reading, start: int) -> bool:
    """Durations only frame other figures, but an average age is a figure."""
    keys = reading.tokens.keys
    around = keys[max(0, start - 8) : start + 6]
    if {"dernieres", "derniers", "last", "past", "prochaines", "prochains", "next", "depuis"} & set(
        keys[max(0, start - 3) : start + 3]
    ):
        return False
    return any(
        key in ("moyen", "moyenne", "average", "mean", "median", "mediane", "moyens") for key in around
    ) and not any(key in ("croissance", "growth", "annuelle", "annuel", "annual") for key in around)


def _is_vague(reading: Reading, at: int, numeral: Numeral) -> bool:
    key = reading.key(at)
    if key in _VAGUE or numeral.value < 2:
        return True
    before = reading.key(numeral.last - 2) if numeral.last >= 2 else ""
    return before in _DEFINITE and numeral.value <= 3


def _noun_at(reading: Reading, index: int) -> tuple[Noun, int] | None:
    """The noun that starts at token *index*, one word or several, and one past it."""
    keys = reading.tokens.keys
    if index >= len(keys):
        return None
    found = reading.words.noun_phrases.at(keys, index)
    if found:
        return found[1], index + found[0]
    noun = reading.words.nouns.get(keys[index])
    return (noun, index + 1) if noun else None


def _french(reading: Reading, start: int) -> tuple[Noun, int, int] | None:
    for at in range(start, start + 3):
        found = _noun_at(reading, at)
        if found:
            return found[0], at, found[1]
        key = reading.key(at)
        if key not in _BEFORE_NOUN and not (key in ("et", "ou") and at > start):
            return None
    return None


def _english(reading: Reading, start: int) -> tuple[Noun, int, int] | None:
    best: tuple[Noun, int, int] | None = None
    for at in range(start, start + 8):
        key = reading.key(at)
        if not key or (not key[0].isalpha() and key not in ("-", "&", "/", "²")):
            break
        found = _noun_at(reading, at)
        if found and (_is_plural(reading.key(found[1] - 1)) or found[0].unit in _MEASURES):
            best = (found[0], at, found[1])
            continue
        if best or (key in _STOP and key not in ("and", "or")):
            break
    return best


def _is_plural(key: str) -> bool:
    return key.endswith(("s", "x")) or key in _IRREGULAR


def _unknown(reading: Reading, start: int) -> Counted | None:
    """A plural the lexicon does not have, in lower case: its own word is the unit."""
    english = reading.language == "en"
    for at in range(start, start + (4 if english else 1)):
        key, word = reading.key(at), reading.word(at)
        if not key.isalpha() or key in _STOP or word[0].isupper() or key in _NEVER:
            return None
        if (
            len(key) > 3
            and key.endswith(("s", "x"))
            and not key.endswith(("ous", "ss", "ics"))
            and key not in _BEFORE_NOUN
        ):
            return Counted(at, at + 1, key, f"number of {key}")
    return None


_CARRIES = frozenset(
    {
        "dont",
        "soit",
        "(",
        "including",
        "plus",
        "et",
        "and",
        "avait",
        "compte",
        "of",
        "about",
        "environ",
        "pres",
        "over",
        "passant",
        "passe",
        "from",
        "de",
        "a",
        "to",
        "comptait",
        "atteint",
        "atteignait",
        "totalise",
        ":",
        "est",
        "etait",
        "is",
        "was",
        "reached",
        "reaching",
        "sur",
        "pour",
        "with",
        "en",
    }
)


def read_ellipsis(reading: Reading, index: int, last: int, numeral: Numeral) -> Counted | None:
    """The noun said before and left out here: « 58 800 emplois, dont près de 8 900 … », « le nombre d'emplois
    est passé de 43 700 à 54 100 », « Emplois : 12 000 », « 1500 C'est le nombre d'entreprises »."""
    if numeral.spelled or numeral.decimals or numeral.value < 10:
        return None
    grouped = len(reading.word(index)) > 4 or numeral.power > 0
    after = reading.key(last)
    if after and (
        after[0].isalpha() and after not in _STOP and after not in ("of", "sont", "c'") and not grouped
    ):
        return None
    if index == 0 and after in ("c'", "est", "it", "nombre", "is"):
        return _counted_near(reading, range(last, min(last + 8, len(reading.tokens.keys))), last)
    first, _ = reading.tokens.sentence_at(index)
    if reading.counted and reading.counted[0] >= first and reading.key(index - 1) not in ("a", "to", "from"):
        if not (grouped or reading.key(index - 1) == "("):
            return None
        return Counted(last - 1, last, reading.counted[1], reading.counted[2])
    moves = reading.key(index - 1) in ("de", "a", "from", "to")
    if not (grouped or moves or reading.key(index - 1) in (":", "(")) or (
        reading.key(index - 1) not in _CARRIES | {"les", ",", "|"} and not grouped
    ):
        return None
    start = first if not grouped else max(0, first - 30)
    return _counted_near(reading, range(index - 1, start - 1, -1), last)


def _counted_near(reading: Reading, positions: range, last: int) -> Counted | None:
    """The nearest counted noun in *positions*, one that « nombre de » introduces before any other."""
    nearest = None
    for at in positions:
        noun = reading.words.nouns.get(reading.key(at))
        if noun is None or noun.unit in _TIMES or noun.unit in _MEASURES or not _is_plural(reading.key(at)):
            continue
        if reading.key(at - 1) in ("de", "d'", "of") and reading.key(at - 2) in ("nombre", "number"):
            return Counted(last - 1, last, noun.unit, noun.indicator)
        nearest = nearest or Counted(last - 1, last, noun.unit, noun.indicator)
    return nearest
