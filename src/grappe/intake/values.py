"""One cell's text → the normalised value of a property; what can't be read without a guess is refused.

Nothing is interpreted beyond doubt: « 03/05/2016 » may be March or May and is refused, « 12a » is no
number, an identifier whose check digit is wrong is no identifier.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from grappe.intake.dates import read_date
from grappe.intake.numbers import read_number
from grappe.statements.identifiers import STRONG
from grappe.statements.text import clean, fold
from grappe.statements.vocabulary import Property, code_labels

Codes = Mapping[str, Mapping[str, str]]

_SEPARATORS = re.compile(r"[;|\n\r\v]+")
_NOTHING = frozenset([*"-–—?", "", "--", *["n/a", "n.a.", "n/d", "n.d.", "s.o.", "s/o", "#n/a", "#n/d"]])
_EMAIL = re.compile(r"[^\s@<>,;:\"()]+@([\w-]+(?:\.[\w-]+)+)")
_HOST = re.compile(r"(?:[\w](?:[\w-]*[\w])?\.)+[^\W\d_][\w-]*[\w]")
_EXTENSION = re.compile(r"[\s,;]*(?:poste|ext(?:ension)?\.?|p\.|x|#)\s*(\d{1,6})$", re.IGNORECASE)
_POSTAL_CODE = re.compile(r"([A-CEGHJ-NPR-TVXY]\d[A-CEGHJ-NPR-TV-Z])[\s-]?(\d[A-CEGHJ-NPR-TV-Z]\d)")


class UnreadableValue(ValueError):  # noqa: N818 -- a refusal, worded as one
    """A text that is no value of its property. *expected* is worded by ``Problem.expected`` (a key of the
    ``[expected]`` table of ``problems.toml``, with its detail)."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is no value: empty, a dash, « n/d », « s.o. », "N/A"."""
    return text.isspace() or text.strip().lower() in _NOTHING


def split_values(prop: Property, text: str) -> tuple[str, ...]:
    """The values one cell holds, trimmed, without repeats: cut at ``;`` ``|`` and line breaks, never at a
    comma; a property that an organisation has one at a time is not cut."""
    if prop.single:
        return () if is_nothing(text) else (text.strip(),)
    parts = (part.strip(" \t•·") for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(part for part in parts if not is_nothing(part)))


def read_value(prop: Property, text: str, *, language: str | None, codes: Codes | None = None) -> str:
    """The normalised value that *text* states for *prop*.

    Dates are ISO 8601 of the precision given; numbers have a point and no grouping; phones are E.164 with
    ``;ext=``; URLs have their scheme; codes are those of the closed list, of *codes* (code → labels) or,
    for a workspace list nobody gave, the text itself. *language* settles what « 1,234 » is.
    Raises :class:`UnreadableValue`.
    """
    cleaned = clean(text, keep_no_break=prop.type == "text" and prop.language)
    if not cleaned:
        raise UnreadableValue(prop.type if prop.type in _READERS else "text")
    if prop.type == "code":
        return _read_code(prop, cleaned, codes)
    if prop.type == "identifier":
        return _read_identifier(prop, cleaned)
    if prop.code == "postal_code":
        return _read_postal_code(cleaned)
    if prop.code == "municipality":
        return official_name(cleaned)
    value: str | None = cleaned
    if prop.type in ("integer", "decimal"):
        value = read_number(cleaned, language=language, whole=prop.type == "integer")
    elif prop.type in _READERS:
        value = _READERS[prop.type](cleaned)
    if value is None:
        raise UnreadableValue(prop.type)
    return value


def read_url(text: str) -> str | None:
    """The http(s) address with a lower-case host, ``https://`` added when no scheme is given, or None."""
    candidate = text.strip()
    if re.search(r"\s", candidate):
        return None
    candidate = candidate if re.match(r"[a-zA-Z][\w+.-]*://", candidate) else f"https://{candidate}"
    try:
        parts = urlsplit(candidate)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    netloc = f"{host}:{port}" if port else host
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, parts.fragment))


def read_email(text: str) -> str | None:
    """The address with its domain in lower case, ``mailto:`` taken off, or None."""
    match = _EMAIL.fullmatch(re.sub(r"^mailto:", "", text.strip(), flags=re.IGNORECASE))
    if not match or match[0].startswith(".") or ".." in match[0]:
        return None
    return match[0][: match.start(1) - match.start()] + match[1].lower()


def read_phone(text: str) -> str | None:
    """``+14185550100`` or ``+14185550100;ext=12``; a number of another country needs its ``+``; or None."""
    extension = _EXTENSION.search(text)
    number = text[: extension.start()] if extension else text
    if not re.fullmatch(r"\+?[\d\s().\-–‑/]+", number.strip()):
        return None
    digits = re.sub(r"\D", "", number)
    suffix = f";ext={extension[1]}" if extension else ""
    if number.strip().startswith("+") and not digits.startswith("1"):
        return f"+{digits}{suffix}" if 8 <= len(digits) <= 15 else None
    national = re.fullmatch(r"1?([2-9]\d{2}[2-9]\d{6})", digits)
    return f"+1{national[1]}{suffix}" if national else None


_READERS = {"date": read_date, "url": read_url, "email": read_email, "phone": read_phone}


def _read_code(prop: Property, text: str, codes: Codes | None) -> str:
    if codes is None and prop.codes == "naics":
        if re.fullmatch(r"\d{2,6}|\d{2}-\d{2}", text):
            return text
        raise UnreadableValue("naics")
    if codes is None and prop.codes == "workspace":
        return text
    labels = codes if codes is not None else code_labels(prop.codes or "")
    wanted = fold(text)
    for code, names in labels.items():
        if wanted == fold(code) or any(wanted == fold(name) for name in names.values()):
            return code
    raise UnreadableValue(_one_of(labels))


def _one_of(labels: Codes) -> str:
    fr = ", ".join(names.get("fr", code) for code, names in labels.items())
    en = ", ".join(names.get("en", code) for code, names in labels.items())
    return f"one_of:{fr}|{en}"


def _read_identifier(prop: Property, text: str) -> str:
    normalise = STRONG.get(prop.code)
    if normalise is None:
        return text
    value = normalise(text)
    if value is None:
        raise UnreadableValue(prop.code)
    return value


def official_name(municipality: str) -> str:
    """The official spelling of a municipality's name (« Quebec City », « Montreal »); *municipality* itself
    when the gazetteer knows no such place, or several."""
    from grappe.intake.places import resolve_place

    place = resolve_place(municipality=municipality)
    return place.municipality if place and place.municipality else municipality


def _read_postal_code(text: str) -> str:
    """Foreign postal codes have their own forms: only a Canadian one is set in order."""
    match = _POSTAL_CODE.fullmatch(text.upper())
    return f"{match[1]} {match[2]}" if match else text
