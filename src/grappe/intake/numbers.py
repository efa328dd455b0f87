"""Printed numbers, French and English: « 1 234,5 », "1,234.5", « −12 », with any kind of space."""

import re

_SPACE = "[ \u00a0\u2007\u2009\u202f']"
_GROUPED_BY_SPACE = re.compile(rf"\d{{1,3}}(?:{_SPACE}\d{{3}})+")
_MINUS = str.maketrans({"−": "-", "–": "-", "\u2011": "-"})


def read_number(text: str, *, language: str | None = None, whole: bool = False) -> str | None:
    """The number with a decimal point, no grouping and no superfluous zero (``"1234.5"``), or None.

    *language* settles a lone comma before three digits: « 1,234 » is 1.234 in French, 1234 in English and
    None when nobody says; when a *whole* number is wanted it is 1234, and « 1,5 » is None.
    """
    sign, digits = _sign_and_digits(text)
    whole_part, fraction = _parts(digits, language, whole) or ("", "")
    if not whole_part.isdecimal() or not (fraction.isdecimal() or not fraction):
        return None
    fraction = fraction.rstrip("0")
    if whole and fraction:
        return None
    number = str(int(whole_part)) + (f".{fraction}" if fraction else "")
    return number if number == "0" else sign + number


def _sign_and_digits(text: str) -> tuple[str, str]:
    stripped = text.strip().translate(_MINUS)
    if stripped[:1] in ("-", "+"):
        return stripped[0].removeprefix("+"), stripped[1:].strip()
    return "", stripped


def _parts(digits: str, language: str | None, whole: bool) -> tuple[str, str] | None:
    """(whole part, fraction) as ASCII digits; None when the separators don't fit any reading."""
    if not digits.isascii() and not re.fullmatch(rf"(?:[0-9.,]|{_SPACE})+", digits):
        return None
    head, mark, tail = _cut_at_decimal_mark(digits, language, whole)
    if mark and not tail:
        return None
    grouping = "," if mark != "," else None
    whole_part = _without_grouping(head, grouping)
    return None if whole_part is None else (whole_part, tail)


def _cut_at_decimal_mark(digits: str, language: str | None, whole: bool) -> tuple[str, str, str]:
    if "." in digits:
        return digits.rpartition(".")
    if digits.count(",") != 1:
        return digits, "", ""
    head, mark, tail = digits.partition(",")
    if len(tail) != 3 or len(head) > 3 or head.startswith("0"):
        return head, mark, tail
    if whole or language == "en":
        return digits, "", ""
    # Nobody says whether the comma groups or divides: an empty tail refuses it.
    return (head, mark, tail) if language == "fr" else (head, mark, "")


def _without_grouping(head: str, comma: str | None) -> str | None:
    if head.isdecimal():
        return head
    if _GROUPED_BY_SPACE.fullmatch(head):
        return re.sub(r"\D", "", head)
    if comma and re.fullmatch(r"\d{1,3}(?:,\d{3})+", head):
        return head.replace(",", "")
    return None
