"""A row of a list to link, as it is compared: its names in parts, its place, its identifiers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from grappe.linkage.parts import abbreviated, compact, fold_code, name_words, split_name, strip_form
from grappe.linkage.texts import NO_TEXT, Text, country_code, read_text, region_code, segments_of, windows_of
from grappe.linkage.weights import STOP_WORDS
from grappe.statements.identifiers import STRONG, normalise_domain
from grappe.statements.text import words

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

    *text*: its name or free text as it is searched for others' names; *form*: the legal form stated with
    its name.
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
    phone: str = ""
    form: str = ""
    text: Text = NO_TEXT

    @property
    def address_key(self) -> str:
        """Postal code and street number, or "" when either is unknown."""
        return f"{self.postal} {self.street[0]}" if self.postal and self.street[0] else ""

    @cached_property
    def own_names(self) -> tuple[Name, ...]:
        """Its names, without the segments that free text is cut into, unless there are no others."""
        return tuple(name for name in self.names if name.kind != "segment") or self.names

    @cached_property
    def place_words(self) -> frozenset[str]:
        """The words of its city, region and country."""
        named = " ".join((self.city, self.region, self.country)).lower()
        return frozenset((*named.split(), *_COUNTRY_WORDS.get(self.country, ())))

    @cached_property
    def all_words(self) -> frozenset[str]:
        """The words of all its names, its acronyms, the labels of its site and the numbers in them."""
        named = (word for name in self.own_names for word in name.tokens)
        numbers = (number for label in self.site for number in _UNIT_NUMBER.findall(label))
        return frozenset((*named, *self.acronyms, *self.site, *numbers))


#: The number of a research unit, as its site writes it: umr1168.uvsq.fr.
_UNIT_NUMBER = re.compile(r"(?<!\d)\d{3,5}(?!\d)")
_COUNTRY_WORDS = {
    "US": ("usa", "united", "states", "u", "s"), "GB": ("uk", "u", "k", "united", "kingdom", "england",
         "scotland"),
    "CN": ("china", "p", "r", "prc", "people", "republic"), "CA": ("canada",), "DE": ("germany",
         "deutschland"),
    "FR": ("france",), "JP": ("japan",), "KR": ("korea", "south", "republic"), "IT": ("italy", "italia"),
    "ES": ("spain", "espana"), "BR": ("brazil", "brasil"), "AU": ("australia",), "IN": ("india",),
    "CH": ("switzerland", "suisse", "schweiz"), "NL": ("netherlands", "the"), "BE": ("belgium", "belgique"),
}  # fmt: skip


def party(row: Mapping[str, str]) -> Party:
    """The party that a row with canonical headers describes."""
    written = [("name", row.get("name", "")), *(("alias", text) for text in _listed(row, "aliases"))]
    names: dict[tuple[str, ...], Name] = {}
    numbered, form = False, ""
    for kind, text in written[:MOST_NAMES]:
        parts = split_name(text)
        if kind == "name":
            numbered, form = parts.numbered, parts.form
        _add(names, kind, parts.core)
        for other in parts.others:
            _add(names, "second", strip_form(name_words(other.replace("&", " & ")))[0])
    for tokens in [other for name in names for other in abbreviated(name)]:
        _add(names, "second", tokens)
    free = row.get("text", "") or row.get("name", "")
    read = read_text(free)
    _add_segments(names, free, read, alone=not any(text for _, text in written))
    acronyms = {compact(name_words(text)) for text in _listed(row, "acronyms")} - {""}
    site, domain = _site(row.get("website", ""))
    for label in site:
        _add(names, "site", (label,))
    for acronym in sorted(acronyms):
        _add(names, "acronym", (acronym,))
    kept = tuple(names.values())
    country = country_code(row.get("country", ""))
    return Party(
        id=row["id"], shown=row.get("name", "") or row.get("text", ""), names=kept,
        initials=frozenset(letters for name in kept if name.kind in ("name", "alias", "second")
                           for letters in initials_of(name.tokens)),
        acronyms=frozenset(acronyms), site=site, domain=domain, numbered=numbered,
        street=street_parts(row.get("address", "")), city=" ".join(words(row.get("city", ""))),
        region=region_code(country, row.get("region", "")), postal=fold_code(row.get("postal_code", "")),
        country=country, identifiers=strong_identifiers(row), phone=phone_digits(row.get("phone", "")),
        form=form, text=read,
    )  # fmt: skip


def _add_segments(names: dict[tuple[str, ...], Name], free: str, text: Text, *, alone: bool) -> None:
    """The segments of a free text as names of their own; *alone*: the text is all there is."""
    for segment in segments_of(free):
        _add(names, "segment", strip_form(name_words(segment))[0])
    if alone:
        _add(names, "segment", text.words)
        for window in windows_of(text):
            _add(names, "segment", window)


def phone_digits(text: str) -> str:
    """The last ten digits of a phone number, or "" when it has fewer than seven."""
    digits = re.sub(r"\D", "", text)
    return digits[-10:] if len(digits) >= 7 else ""


def _add(names: dict[tuple[str, ...], Name], kind: str, core: tuple[str, ...]) -> None:
    kept = core[:MOST_WORDS]
    if kept and kept not in names and len(names) < 2 * MOST_NAMES:
        names[kept] = Name(kind, kept, compact(kept)[:200], frozenset(kept) - STOP_WORDS)


def _listed(row: Mapping[str, str], header: str) -> list[str]:
    return [text for text in row.get(header, "").split("|") if text.strip()]


def strong_identifiers(row: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """(scheme, value) of the identifiers of a row that hold, normalised."""
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
