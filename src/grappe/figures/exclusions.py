"""Numbers that are no figures: years, dates, codes, addresses, telephone numbers, numbers inside names."""

import re

from grappe.figures.mentions import Reading
from grappe.figures.wordsets import word_set

_SPANS = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+\.\w+"
    r"|(?:\+?1[ .-])?(?<!\d)\(?\d{3}\)?[ \u00a0.-]{1,2}\d{3}[-. \u00a0]\d{4}(?!\d)"
    r"|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b|\bISBN\S*[ :]*[\d\- ]+|\b\d{1,2} ?[h:] ?\d{2}\b|\[[a-zA-Z]+:\d+\]"
    r"|\b\d+ ?/ ?7\b|\b\d\.0\b|\d{1,2} ?\$ ?US ?= ?\S+"
)
_MAYBE = re.compile(r"[@:/]|www|ISBN|\d{3}[-. \u00a0)]|[A-Z]\d[A-Z]|\dh|\d h|\d\.0|\[")
_CODES = word_set("exclusions.codes")
_STREETS = word_set("exclusions.streets")
#: Names of months, folded, with their short forms.
MONTHS = word_set("exclusions.months")
_YEAR_BEFORE = word_set("exclusions.year_before")
_MORE = frozenset({"more_than", "at_least", "almost", "approx", "less_than", "up_to"})


def forbidden_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where ``text[start:end]`` has addresses, telephone numbers, codes and hours, in characters."""
    if _MAYBE.search(text, start, end) is None:
        return []
    return [match.span() for match in _SPANS.finditer(text, start, end)]


def is_year(reading: Reading, index: int) -> bool:
    """Whether token *index* is a bare year: four digits between 1500 and 2199, letters typed for digits
    mended."""
    return year_at(reading, index) is not None


def year_at(reading: Reading, index: int) -> int | None:
    """The year that token *index* is, or None. A fifth digit right after « en 2018 » is a footnote's mark."""
    word = reading.word(index)
    if not reading.is_number(index) or len(word) not in (4, 5):
        return None
    digits = word.replace("O", "0").replace("o", "0").replace("l", "1").replace("I", "1")
    if not digits.isdigit():
        return None
    if len(digits) == 5 and not (
        digits[:2] in ("19", "20") and reading.key(index - 1) in ("en", "in", "de", "depuis", "since")
    ):
        return None
    year = int(digits[:4])
    return year if 1500 <= year <= 2199 else None


def year_is_count(reading: Reading, index: int) -> bool:
    """« plus de 2000 emplois », « 2 000 $ »: a number that looks like a year but counts or costs."""
    after = reading.key(index + 1)
    if (
        after in ("$", "€", "%")
        or (reading.key(index - 1) in ("$", "€", "+") and reading.glued(index))
        or after == "+"
    ):
        return True
    if after in reading.words.magnitudes[reading.language] and len(after) > 3:
        return True
    before = reading.words.qualifiers.at(reading.tokens.keys, index - 1) if index else None
    noun = reading.words.nouns.get(after) or (
        reading.words.nouns.get(reading.key(index + 2))
        if reading.key(index + 2).endswith("s") and after not in ("des", "les")
        else None
    )
    if before and before[1] in _MORE and noun:
        return True
    return noun is not None and reading.key(index - 1) not in _YEAR_BEFORE


def is_excluded(reading: Reading, index: int) -> bool:
    """Whether the number at token *index* is part of a name, a code, a date, an address or a mark."""
    before, after = reading.key(index - 1), reading.key(index + 1)
    if reading.glued(index) and _glued_to_name(reading, index):
        return True
    if before in _CODES and not _is_measured(reading, index):
        return before not in (
            "n",
            "point",
            "h",
            "s",
            "t",
            "groupe",
            "zone",
            "programme",
            "cours",
            "type",
        ) or after in (")", ",", ".")
    if (
        before in ("no", "n")
        or (before in ("°", "º", ".") and reading.key(index - 2) in ("n", "no"))
        or before == "#"
    ):
        return True
    if after in MONTHS or (before in MONTHS and not _is_measured(reading, index)):
        return True
    if after in _STREETS or (after == "," and reading.key(index + 2) in _STREETS):
        return True
    if before in ("[", "(") and after in ("]", ")") and reading.word(index).isdigit():
        return before == "[" or len(reading.word(index)) < 3
    return _in_a_name(reading, index)


def _glued_to_name(reading: Reading, index: int) -> bool:
    before = reading.word(index - 1)
    if before[-1].isalpha():
        return before not in ("US", "CA", "CAD", "USD") and before.lower() not in ("d'", "l'")
    return before in (".", ",", "/", "_", "#") or (
        before == "-"
        and index > 1
        and reading.glued(index - 1)
        and reading.word(index - 2)[-1].isalpha()
        and reading.key(index - 2) != "top"
    )


def _is_measured(reading: Reading, index: int) -> bool:
    after = reading.key(index + 1)
    return (
        after in ("%", "$", "€", "+")
        or after in reading.words.nouns
        or (after in reading.words.magnitudes[reading.language] and len(after) > 1)
        or after == "pour"
    )


def _in_a_name(reading: Reading, index: int) -> bool:
    """« Horizon 2020 », « Airbus 320 »: right after a capitalised word, and counting nothing."""
    before = reading.word(index - 1)
    if index == 0 or len(before) < 2 or not before[0].isupper() or _is_measured(reading, index):
        return False
    first, _ = reading.tokens.sentence_at(index)
    if index - 1 == first or reading.key(index - 1) in reading.words.numerals:
        return False
    key = reading.key(index - 1)
    opens = (
        key in reading.words.qualifiers.first_words()
        or key in _YEAR_BEFORE
        or key in reading.words.nouns
        or key in reading.words.adjectives
    )
    return not opens and key not in ("us", "ca", "cad", "usd", "top")
