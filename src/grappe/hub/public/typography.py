"""How numbers, partial dates and addresses are written in French and English."""

import re
from urllib.parse import urlsplit

NBSP = "\u00a0"
_MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:$|T)")
_NO_DATE = {"fr": f"s.{NBSP}d.", "en": "n.d."}


def write_number(number: float, language: str) -> str:
    """*number* with its thousands apart: ``12 345,5`` in French (no-break), ``12,345.5`` in English."""
    text = f"{number:,}" if isinstance(number, int) else f"{number:,.10g}"
    if language == "en":
        return text
    return text.replace(",", NBSP).replace(".", ",")


def write_percent(share: float, language: str) -> str:
    """A share in [0, 1] in whole percent: ``92 %`` in French (no-break), ``92%`` in English."""
    return f"{share * 100:.0f}{NBSP if language == 'fr' else ''}%"


def write_date(iso: str | None, language: str) -> str:
    """An ISO 8601 date of any precision in words; "s. d." / "n.d." when there is none; else *iso* itself."""
    if not iso:
        return _NO_DATE[language]
    match = _ISO.match(iso)
    if not match:
        return iso
    year, month, day = match.groups()
    if month is None or not 1 <= int(month) <= 12:
        return year
    name = _MONTHS[language][int(month) - 1]
    if day is None:
        return f"{name} {year}"
    if language == "en":
        return f"{name} {int(day)}, {year}"
    return f"{'1er' if int(day) == 1 else int(day)}{NBSP}{name} {year}"


def write_period(start: str | None, end: str | None, language: str) -> str:
    """About which period something is said to hold; "" when none is known."""
    if start and end:
        same = start == end
        return (
            write_date(start, language)
            if same
            else f"{write_date(start, language)} – {write_date(end, language)}"
        )
    if start:
        # The date of the statement: neither "since" nor "today" was said.
        return f"{_words('au', 'en', 'as of', start, language)} {write_date(start, language)}"
    if end:
        return f"{_words('jusqu’au', 'jusqu’en', 'until', end, language)} {write_date(end, language)}"
    return ""


def _words(with_day: str, without_day: str, english: str, iso: str, language: str) -> str:
    """French says a day with an article and a month or year without."""
    if language == "en":
        return english
    return with_day if len(iso) >= len("2026-01-01") else without_day


def write_licence(licence: str, language: str) -> str:
    """A licence as people say it; its identifier as it stands otherwise."""
    if licence == "facts":
        return "faits, source citée" if language == "fr" else "facts, source cited"
    return licence


def host_of(address: str) -> str:
    """The host of a web address, without ``www.``; the address itself when it has none."""
    return (urlsplit(address).hostname or address).removeprefix("www.")
