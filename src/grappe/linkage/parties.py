"""A row of a list to link, as it is compared: its names in parts, its place, its identifiers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from grappe.linkage.parts import compact, fold_code, split_name, strip_form
from grappe.linkage.weights import STOP_WORDS
from grappe.statements.identifiers import STRONG, normalise_domain
from grappe.statements.text import fold, words

#: Names beyond this number are not compared; registers repeat themselves.
MOST_NAMES = 24
#: Words beyond this number in one name are not compared.
MOST_WORDS = 60
_GENERIC_SITE = frozenset(
    [
        "www",
        "www2",
        "www6",
        "web",
        "site",
        "home",
        "index",
        "html",
        "htm",
        "php",
        "fr",
        "en",
        "ca",
        "com",
        "org",
        "net",
        "edu",
        "gov",
        "gouv",
        "gc",
        "qc",
        "on",
        "ab",
        "bc",
        "mb",
        "ns",
        "nb",
        "sk",
        "nl",
        "pe",
        "yt",
        "nt",
        "ac",
        "uk",
        "us",
        "de",
        "ch",
        "be",
        "lu",
        "it",
        "es",
        "eu",
        "int",
        "info",
        "biz",
        "co",
        "cfm",
        "asp",
        "aspx",
        "default",
        "accueil",
    ]
)
#: Sites that many share: they identify nobody.
_SHARED_SITES = frozenset(
    [
        "facebook.com",
        "linkedin.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "youtube.com",
        "wixsite.com",
        "wordpress.com",
        "blogspot.com",
        "google.com",
        "gmail.com",
        "hotmail.com",
        "yahoo.com",
        "yahoo.ca",
        "videotron.ca",
        "sympatico.ca",
        "outlook.com",
        "weebly.com",
        "shopify.com",
        "wikipedia.org",
        "github.io",
        "geocities.com",
    ]
)


@dataclass(frozen=True)
class Name:
    """One name of a party: its *kind* (name, alias, second, segment, acronym, site), folded words,
    compact form and telling words."""

    kind: str
    tokens: tuple[str, ...]
    compact: str
    full: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Party:
    """One row, ready to compare. Every text is folded; an empty text means unknown.

    *text*: all words of its name or free text, in order, with the countries and the region codes they name.
    """

    id: str
    shown: str
    names: tuple[Name, ...]
    initials: frozenset[str]
    acronyms: frozenset[str]
    site: tuple[str, ...]
    domain: str
    numbered: bool
    street: tuple[str, tuple[str, ...]]
    city: str
    region: str
    postal: str
    country: str
    identifiers: tuple[tuple[str, str], ...]
    text: tuple[str, ...] = ()
    countries_named: frozenset[str] = frozenset()
    codes_named: frozenset[str] = frozenset()

    @property
    def address_key(self) -> str:
        """Postal code and street number, or "" when either is unknown."""
        return f"{self.postal} {self.street[0]}" if self.postal and self.street[0] else ""


def party(row: Mapping[str, str]) -> Party:
    """The party that a row with canonical headers describes."""
    written = [("name", row.get("name", "")), *(("alias", text) for text in _listed(row, "aliases"))]
    names: dict[tuple[str, ...], Name] = {}
    numbered = False
    for kind, text in written[:MOST_NAMES]:
        parts = split_name(text)
        numbered = numbered or (kind == "name" and parts.numbered)
        _add(names, kind, parts.core)
        for other in parts.others:
            _add(names, "second", strip_form(words(other.replace("&", " & ")))[0])
    free = row.get("text", "") or row.get("name", "")
    for segment in segments_of(free):
        _add(names, "segment", strip_form(words(segment))[0])
    whole = words(_EMAIL.sub(" ", free[:4000]))
    if not any(text for _, text in written):
        _add(names, "segment", whole)
    acronyms = {compact(words(text)) for text in _listed(row, "acronyms")} - {""}
    site, domain = _site(row.get("website", ""))
    for label in site:
        _add(names, "site", (label,))
    for acronym in sorted(acronyms):
        _add(names, "acronym", (acronym,))
    kept = tuple(names.values())
    return Party(
        id=row["id"], shown=row.get("name", "") or row.get("text", ""), names=kept,
        initials=frozenset(letters for name in kept if name.kind in ("name", "alias", "second")
                           for letters in initials_of(name.tokens)),
        acronyms=frozenset(acronyms), site=site, domain=domain, numbered=numbered,
        street=street_parts(row.get("address", "")), city=" ".join(words(row.get("city", ""))),
        region=fold(row.get("region", "")), postal=fold_code(row.get("postal_code", "")),
        country=country_code(row.get("country", "")), identifiers=_identifiers(row),
        text=whole[:400], countries_named=countries_in(whole[:400]), codes_named=frozenset(_CODE.findall(free[:4000])),  # noqa: E501
    )  # fmt: skip


def _add(names: dict[tuple[str, ...], Name], kind: str, core: tuple[str, ...]) -> None:
    kept = core[:MOST_WORDS]
    if kept and kept not in names and len(names) < 2 * MOST_NAMES:
        names[kept] = Name(kind, kept, compact(kept)[:200], frozenset(kept) - STOP_WORDS)


_CODE = re.compile(r"(?<![\w.])[A-Z]{2,3}(?![\w.])")
_BREAKS = re.compile(
    r"[,;:|\n•/()\[\]]+|\.\s+|\s[-–—]\s|&#x?\w+;|\s&\s|\b(?:and|et|und|y)\b(?=\s+[A-Z\u00c0-\u00de])"
)
_EMAIL = re.compile(r"\S+@\S+|https?://\S+")


def segments_of(text: str) -> list[str]:
    """The stretches of a free text that may each name an organisation, at most 40, in order.

    « Dept. of Physics, Université Laval, Québec » → three; a text without commas → none but itself.
    """
    shown = _EMAIL.sub(" ", text[:4000])
    pieces = [piece.strip() for piece in _BREAKS.split(shown)]
    pieces = [piece for piece in pieces if piece and any(char.isalpha() for char in piece)][:40]
    return pieces if len(pieces) != 1 or pieces[0] != text.strip() else []


@cache
def _country_names() -> Mapping[tuple[str, ...], str]:
    lines = files("grappe.linkage").joinpath("countries.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {tuple(name.split()): code for code, names in rows for name in names.split("|")}


@cache
def country_code(text: str) -> str:
    """ISO 3166-1 alpha-2 code of a country given by code or by name in a large language; else as folded."""
    return _country_names().get(words(text), fold_code(text)) if len(text) != 2 else fold_code(text)


def countries_in(tokens: Sequence[str]) -> frozenset[str]:
    """Codes of the countries that a text names."""
    known = _country_names()
    return frozenset(
        code
        for size in (1, 2, 3, 4)
        for start in range(len(tokens) - size + 1)
        if (code := known.get(tuple(tokens[start : start + size])))
    )


def _listed(row: Mapping[str, str], header: str) -> list[str]:
    return [text for text in row.get(header, "").split("|") if text.strip()]


def _identifiers(row: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    found = ((scheme, clean(row.get(scheme, ""))) for scheme, clean in STRONG.items())
    return tuple((scheme, value) for scheme, value in found if value)


def initials_of(tokens: Sequence[str]) -> frozenset[str]:
    """The acronyms that the words of a name may give, with and without its small words (3 letters or
    more).
    """
    full = [word for word in tokens if word not in STOP_WORDS]
    if len(full) < 2:
        return frozenset()
    ways = {"".join(word[0] for word in full), "".join(word[0] for word in tokens)}
    if len(full) > 3:
        ways |= {"".join(word[0] for word in full[1:]), "".join(word[0] for word in full[:-1])}
    return frozenset(way for way in ways if 3 <= len(way) <= 12)


def _site(text: str) -> tuple[tuple[str, ...], str]:
    domain = normalise_domain(text) or ""
    if not domain or domain in _SHARED_SITES:
        return (), ""
    path = text.split(domain, 1)[-1]
    labels = [*domain.split(".")[:-1], *re.split(r"[/._~?=]+", path)]
    found = dict.fromkeys("".join(words(label)) for label in labels if 2 <= len(label) <= 40)
    return tuple(label for label in found if label and label not in _GENERIC_SITE)[:6], domain


_UNIT = re.compile(r"^\s*(?:#|unit|suite|bureau|app\.?|apt\.?)?\s*\w{1,5}\s*-\s*(?=\d)", re.IGNORECASE)


def street_parts(address: str) -> tuple[str, tuple[str, ...]]:
    """The civic number and the telling words of an address: « 12-603 Millway Rd » → ``("603",
    ("millway",))``.
    """
    first = address.split(";")[0]
    bare = _UNIT.sub("", first)
    number = re.search(r"\d+", bare)
    found = tuple(
        word for word in words(bare) if len(word) > 3 and not word.isdigit() and word not in _STREETS
    )
    return (number.group() if number else "", found[:3])


_STREETS = frozenset(
    [
        "street",
        "avenue",
        "road",
        "boul",
        "boulevard",
        "blvd",
        "drive",
        "cres",
        "crescent",
        "court",
        "place",
        "lane",
        "highway",
        "chemin",
        "route",
        "rang",
        "montee",
        "north",
        "south",
        "east",
        "west",
        "nord",
        "ouest",
        "suite",
        "bureau",
        "unit",
        "floor",
        "building",
        "parkway",
    ]
)
