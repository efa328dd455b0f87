"""Numbers, in digits and in words, of either language."""

import re
from decimal import Decimal

from grappe.figures.lexicon import Language
from grappe.figures.mentions import MOST_DIGITS, Numeral, Reading

_SPACES = re.compile(r"[ \u00a0\u202f\u2009]")
_TYPED = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1"})
_SIGNS = frozenset({"k", "m", "mm", "g", "b", "t", "md", "mds", "mrd", "mrds", "bn", "mln", "mio"})
_JOINS = frozenset({"et", "and"})
_ONES = frozenset({"one", "un", "une", "a", "an"})


def read_numeral(reading: Reading, index: int) -> Numeral | None:
    """The number at token *index*, its magnitude (k, M, milliards…) included; None when it is none."""
    known = reading.numerals
    if index not in known:
        found = _digits(reading, index) if reading.is_number(index) else _words(reading, index)
        known[index] = _with_magnitude(reading, found) if found else None
    return known[index]


def _digits(reading: Reading, index: int) -> Numeral | None:
    text = reading.word(index)
    if len(text) > MOST_DIGITS + 6:
        return None
    typed = not text[-1].isdigit() or any(char in "OoIl" for char in text)
    value = parse_number(
        text.translate(_TYPED) if typed else text, reading.language, counted=_counted(reading, index)
    )
    if value is None:
        return None
    exponent = value.as_tuple().exponent
    return Numeral(value, index + 1, decimals=-min(0, int(exponent)), typed=typed)


def parse_number(text: str, language: Language, *, counted: bool = False) -> Decimal | None:
    """The number printed as *text*: « 1 234,5 », « 1,234.5 », « 5,2 », « 1.400 » when *counted* things
    follow.

    A lone comma or point before three digits groups thousands by the language (English commas, French
    spaces) or when things are counted; else it is a decimal sign. None for a date or more than 18 digits.
    """
    if text.isdecimal() and len(text) <= MOST_DIGITS:
        return Decimal(text)
    bare = _SPACES.sub("", text)
    if sum(char.isdigit() for char in bare) > MOST_DIGITS or re.search(r"[-/]", bare):
        return None
    commas, points = bare.count(","), bare.count(".")
    if commas and points:
        decimal = max(bare.rfind(","), bare.rfind("."))
        bare = re.sub(r"[.,]", "", bare[:decimal]) + "." + bare[decimal + 1 :]
    elif commas + points > 1:
        if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare) is None:
            return None
        bare = re.sub(r"[.,]", "", bare)
    elif commas or points:
        groups = re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", bare) and (
            counted or (bool(commas) and language == "en")
        )
        bare = re.sub(r"[.,]", "" if groups else ".", bare)
    return Decimal(bare) if re.fullmatch(r"\d+(?:\.\d+)?", bare) else None


def _counted(reading: Reading, index: int) -> bool:
    """Whether what follows is a thing rather than a magnitude, a percent or an amount."""
    after = reading.key(index + 1)
    if after in ("%", "pour", "per", "percent", "") or after in reading.words.magnitudes[reading.language]:
        return False
    return (
        reading.key(index - 1) not in ("$", "€", "£")
        and after.isalpha()
        and after not in ("dollars", "euros")
    )


def _words(reading: Reading, index: int) -> Numeral | None:
    """« quatre-vingt-dix », « two hundred and five », « une quarantaine », « half a million »."""
    collective = _collective(reading, index)
    if collective:
        return collective
    total, current, last, seen = 0, 0, index, False
    numerals = reading.words.numerals
    while True:
        at = last
        if seen and reading.key(at) in _JOINS and _parts_known(reading, at + 1):
            at += 1
        if not _parts_known(reading, at):
            break
        for part in reading.key(at).split("-"):
            if part in _JOINS:
                continue
            number = numerals[part]
            if number == 1000:
                total, current = total + max(current, 1) * 1000, 0
            elif number == 100 or (number == 20 and current == 4):
                current = max(current, 1) * number
            else:
                current += number
            seen = True
        last = at + 1
    if not seen or not _stands_alone(reading, index, last):
        return None
    return Numeral(Decimal(total + current), last, spelled=True)


def _parts_known(reading: Reading, index: int) -> bool:
    key = reading.key(index)
    numerals = reading.words.numerals
    if key in numerals:
        return True
    return "-" in key and all(part in numerals or part in _JOINS for part in key.split("-"))


def _stands_alone(reading: Reading, index: int, last: int) -> bool:
    """« un », « one », « cent » in « pour cent » are no numbers by themselves."""
    if last == index + 1 and reading.key(index) in _ONES:
        return reading.key(last) in reading.words.magnitudes[reading.language] and len(reading.key(last)) > 2
    return reading.key(index - 1) not in ("pour", "per")


def _collective(reading: Reading, index: int) -> Numeral | None:
    key = reading.key(index)
    magnitudes = reading.words.magnitudes[reading.language]
    first, _, rest = key.partition("-")
    if first in ("demi", "half") and (rest in magnitudes or rest in reading.words.collectives):
        whole = reading.words.collectives.get(rest) or 10 ** magnitudes[rest]
        return Numeral(
            Decimal(whole) / 2, index + 1, spelled=True, collective=rest in reading.words.collectives
        )
    if key == "half" and reading.key(index + 1) in ("a", "an"):
        unit = reading.key(index + 2)
        if unit in magnitudes and len(unit) > 2:
            return Numeral(Decimal(10 ** magnitudes[unit]) / 2, index + 3, spelled=True)
    before = reading.key(index - 1)
    if (
        key in reading.words.collectives
        and not key.endswith("s")
        and before in ("une", "un", "a", "d'", "la", "cette", "per", "de")
    ):
        if before == "de" and reading.key(index - 2) not in ("plus", "pres", "moins"):
            return None
        return Numeral(Decimal(reading.words.collectives[key]), index + 1, spelled=True, collective=True)
    return None


def _with_magnitude(reading: Reading, found: Numeral) -> Numeral:
    key = reading.key(found.last)
    power = reading.words.magnitudes[reading.language].get(key)
    if power is None or not _is_magnitude(reading, found, key):
        return found
    value = found.value * 10**power
    last = found.last + 1
    if reading.key(last) in ("et", "and") and reading.key(last + 1) in ("demi", "demie", "half"):
        value, last = value + Decimal(10**power) / 2, last + 2
    return Numeral(value, last, found.decimals, power, found.typed, found.spelled, found.collective)


def _is_magnitude(reading: Reading, found: Numeral, key: str) -> bool:
    """« 10 m » is a length, « 250M » and « 10 M$ » are not; « 5G » is a network; « milliers » follow no
    number."""
    if key not in _SIGNS:
        return not (key in ("mille", "thousand") and found.spelled and not reading.is_number(found.last - 1))
    following = reading.key(found.last + 1)
    if following in ("$", "€", "£"):
        return True
    letter = reading.word(found.last)
    dollars = following in ("dollars", "euros") or reading.key(found.last - 2) in ("$", "€", "£")
    if dollars or key in ("md", "mds", "mrd", "mrds", "bn", "mln", "mio"):
        return True
    return reading.glued(found.last) and (letter in ("K", "k", "M") or (letter == "B" and found.decimals > 0))
