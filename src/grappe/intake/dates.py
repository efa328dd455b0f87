"""Printed dates, French and English → ISO 8601 of the precision given: « 3 mai 2016 », "May 2016"."""

import re
from datetime import date

from grappe.statements.text import fold

_MONTHS = (
    ("janvier", "january", "janv", "jan"),
    ("fevrier", "february", "fevr", "fev", "feb"),
    ("mars", "march", "mar"),
    ("avril", "april", "avr", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "july", "juil", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "september", "sept", "sep"),
    ("octobre", "october", "oct"),
    ("novembre", "november", "nov"),
    ("decembre", "december", "dec"),
)
_NUMBER_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
#: A month by name, longest first so that « mars » is not read as « mar » + s.
MONTH = "(?:" + "|".join(sorted(_NUMBER_OF, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"(?P<y>\d{4})"
_DAY = r"(?P<d>\d{1,2})(?:er|st|nd|rd|th)?"
_WEEKDAYS_FR = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
_WEEKDAY = rf"(?:(?:{_WEEKDAYS_FR}|(?:mon|tues|wednes|thurs|fri|satur|sun)day),? )?"
_TIME = r"(?:[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?z|[+-]\d{2}:?\d{2})?)?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        _YEAR,
        rf"{_YEAR}[-/.](?P<m>\d{{1,2}})",
        rf"{_YEAR}[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){_TIME}",
        r"(?P<y>(?:1[6-9]|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)",
        rf"{_WEEKDAY}(?:le )?{_DAY}(?: |-)(?P<name>{MONTH})(?:,? |-){_YEAR}",
        rf"{_WEEKDAY}(?P<name>{MONTH}) {_DAY},? {_YEAR}",
        rf"(?P<name>{MONTH}),? {_YEAR}",
    )
)
_NUMERIC = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})" + _TIME)


def read_date(text: str) -> str | None:
    """``2016``, ``2016-05`` or ``2016-05-03``; None when it is no date, or when day and month could be
    exchanged (« 03/05/2016 »)."""
    folded = fold(text)
    numeric = _NUMERIC.fullmatch(folded)
    if numeric:
        return _read_numeric(*(int(part) for part in numeric.groups()))
    for form in _FORMS:
        match = form.fullmatch(folded)
        if match:
            found = match.groupdict()
            month = _NUMBER_OF[found["name"].rstrip(".")] if found.get("name") else found.get("m")
            return _iso(int(found["y"]), _number(month), _number(found.get("d")))
    return None


def _read_numeric(first: int, second: int, year: int) -> str | None:
    readings = {_iso(year, second, first), _iso(year, first, second)} - {None}
    return readings.pop() if len(readings) == 1 else None


def _number(text: str | int | None) -> int | None:
    return None if text is None else int(text)


def _iso(year: int, month: int | None, day: int | None) -> str | None:
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    if month is None:
        return f"{year:04d}"
    if month == 0 or day == 0:
        return None
    return f"{year:04d}-{month:02d}" + ("" if day is None else f"-{day:02d}")
