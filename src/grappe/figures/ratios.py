"""Multiples and parts in words: « twice », « 2 à 5 fois moins », « la moitié », « une personne sur 54 »."""

from decimal import Decimal

from grappe.figures.mentions import Form, Mention, Reading, set_bounds
from grappe.figures.numerals import read_numeral
from grappe.figures.quantities import opening_of
from grappe.figures.wordsets import word_set

_TIMES = frozenset({"times", "fois", "x"})
_COMPARED = word_set("ratios.compared")
_DOUBLED = word_set("ratios.doubled")
_PART_AFTER = frozenset(
    {
        "of",
        "de",
        "d'",
        "des",
        "du",
        "sont",
        "are",
        "proviennent",
        "provient",
        "work",
        "travaillent",
        "the",
        "its",
        "all",
        "a",
        "est",
        "dans",
        "oeuvrent",
        "exportent",
        "comes",
        "come",
        "is",
        "were",
        "ont",
        "se",
    }
)
_NOT_PART = frozenset(
    {
        "first",
        "second",
        "premiere",
        "deuxieme",
        "seconde",
        "premier",
        "dernier",
        "derniere",
        "last",
        "next",
        "other",
        "autre",
        "latter",
        "the-",
        "better",
        "et",
        "and",
    }
)


def read_ratio(reading: Reading, index: int) -> Mention | None:
    """The multiple or the part in words that starts at token *index*, or None."""
    return (
        _multiple(reading, index)
        or _times(reading, index)
        or _multiplied(reading, index)
        or _one_in(reading, index)
        or _fraction(reading, index)
    )


def _multiple(reading: Reading, index: int) -> Mention | None:
    key = reading.key(index)
    value = reading.words.multiples.get(key)
    if value is None:
        return None
    word = reading.word(index).lower()
    doubled = word in _DOUBLED or key.endswith("fold")
    nxt = reading.key(index + 1)
    told = key in ("twice", "thrice") and (nxt in _COMPARED or nxt == "that")
    noun = (
        key in ("double", "triple", "quadruple")
        and not doubled
        and (
            (
                reading.key(index - 1) in ("le", "du", "au", "the")
                and nxt in ("de", "du", "des", "d'", "of", "the", "que", "qu'", "in", "en", "compared")
            )
            or (reading.language == "en" and nxt in ("the", "that", "its"))
        )
    )
    if not (doubled or told or noun):
        return None
    marks = {"grows"} if doubled else set()
    return _with_opening(reading, index, index + 1, Decimal(value), marks, "times")


def _times(reading: Reading, index: int) -> Mention | None:
    numeral = read_numeral(reading, index)
    if numeral is None or numeral.collective:
        return None
    last, low = numeral.last, None
    if reading.key(last) in ("a", "to", "-", "ou", "or"):
        other = read_numeral(reading, last + 1)
        if other and reading.key(other.last) in _TIMES and other.value > numeral.value:
            low, numeral, last = numeral.value, other, other.last
    if reading.key(last) not in _TIMES or (
        reading.key(last + 1) not in _COMPARED and reading.key(last) != "x"
    ):
        return None
    if reading.key(last + 1) in ("le", "la", "the") and reading.key(last + 2) in (
        "prix",
        "concours",
        "title",
        "titre",
    ):
        return None
    mention = _with_opening(reading, index, last + 1, numeral.value, set(), "times")
    mention.decimals = numeral.decimals
    if low is not None:
        mention.value, mention.lower, mention.upper, mention.qualifier = None, low, numeral.value, "range"
    return mention


def _multiplied(reading: Reading, index: int) -> Mention | None:
    """« multiplié par 14 », « multiplied by three »."""
    if reading.key(index - 1) not in ("par", "by") or not reading.key(index - 2).startswith("multipli"):
        return None
    numeral = read_numeral(reading, index)
    if numeral is None or numeral.power:
        return None
    return _with_opening(reading, index, numeral.last, numeral.value, {"grows"}, "times")


def _one_in(reading: Reading, index: int) -> Mention | None:
    """« une personne sur 54 », « one in twelve jobs », « deux entreprises sur trois »."""
    part = Decimal(1) if reading.key(index) in ("un", "une", "one") else None
    last = index + 1
    if part is None:
        numeral = read_numeral(reading, index)
        if numeral is None or numeral.power or numeral.decimals or numeral.value > 99:
            return None
        part, last = numeral.value, numeral.last
    for at in range(last, last + 4):
        key = reading.key(at)
        if key in ("sur", "in") or (key == "out" and reading.key(at + 1) == "of"):
            return _part_of(reading, index, at + (2 if key == "out" else 1), part, key)
        if not key.isalpha() or (key in ("de", "of", "et", "and", "a", "to", "en", "dans")):
            return None
    return None


def _part_of(reading: Reading, index: int, at: int, part: Decimal, link: str) -> Mention | None:
    whole = read_numeral(reading, at + (reading.key(at) == "every"))
    if whole is None or whole.power or whole.decimals or not part < whole.value <= 1000 or whole.collective:
        return None
    told = reading.key(at - 2)
    if link == "in" and (part != 1 or not (told in ("one", "1") or told in reading.words.nouns)):
        return None
    after = reading.key(whole.last)
    if link == "sur" and (
        after in reading.words.nouns
        or after in ("%", "$", "ans", "mois", "km", "-", "jours", "acres", "hectares", "etages")
    ):
        return None
    return _with_opening(reading, index, whole.last, part * 100 / whole.value, {"words"}, "percent")


def _fraction(reading: Reading, index: int) -> Mention | None:
    """« la moitié », « les deux tiers », « three quarters », « un cinquième »."""
    top, last = Decimal(1), index
    key = reading.key(index)
    if "-" in key and key.split("-")[-1] in reading.words.fractions:
        first, _, part = key.rpartition("-")
        number = 1 if first in ("one", "a", "un") else reading.words.numerals.get(first)
        bottom = reading.words.fractions[part]
        top = Decimal(number or 0)
    else:
        numeral = read_numeral(reading, index)
        at = (
            numeral.last
            if numeral
            else index + 1
            if key in ("un", "une", "one", "a", "le", "la", "the", "du")
            else index
        )
        if reading.key(at) not in reading.words.fractions or (reading.key(at) in ("demi", "demie")):
            return None
        top, last, bottom = (
            (numeral.value if numeral else Decimal(1)),
            at,
            reading.words.fractions[reading.key(at)],
        )
        if bottom > 4 and numeral is None and key not in ("un", "one", "a", "le"):
            return None
    if not 0 < top < bottom or not _is_part(reading, index, last):
        return None
    return _with_opening(reading, index, last + 1, top * 100 / bottom, {"words"}, "percent")


def _is_part(reading: Reading, index: int, last: int) -> bool:
    before, after = reading.key(index - 1), reading.key(last + 1)
    if before in _NOT_PART or (
        reading.key(last) in ("third", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
        and reading.key(index) in ("the", "third", "fifth", "le")
        and not (before in ("a", "one") and after == "of")
    ):
        return False
    if (
        reading.key(last) in ("quart", "quarter", "quarters")
        and after in ("de", "of")
        and reading.key(last + 2) in ("travail", "2", "2023", "2024")
    ):
        return False
    if (
        reading.key(last) in ("tiers", "quart", "third", "quarter")
        and index == last
        and before not in ("le", "du", "un", "a", "one", "deux", "trois", "the", "au")
    ):
        return False
    return after in _PART_AFTER


def _with_opening(
    reading: Reading, index: int, last: int, value: Decimal, marks: set[str], form: Form
) -> Mention:
    start = (
        index - 1 if reading.key(index - 1) in ("la", "le", "les", "the", "un", "une", "du", "a") else index
    )
    first, opening, qualifier = opening_of(reading, index)
    if qualifier == "exact" and start < index:
        _, before, qualifier = opening_of(reading, start)
        opening = before if qualifier != "exact" else opening
    if (
        qualifier == "exact"
        and reading.key(index - 1) == "du"
        and reading.key(index - 2) in ("plus", "pres", "moins")
    ):
        qualifier = {"plus": "more_than", "pres": "almost", "moins": "less_than"}[reading.key(index - 2)]
        opening = index - 2
    unit = "percent" if form == "percent" else "times"
    return set_bounds(
        Mention(first, last, opening, last, form, value, qualifier=qualifier, unit=unit, marks=marks)
    )
