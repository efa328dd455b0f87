"""A free text as it is searched for organisations: words in segments, the countries and regions it names.

« 1Dept. of Physics, Université Laval, Québec; INO » has four segments. Words glued together by a lost space
(« UniversityNanchang330031China ») are parted when one of the pieces is a word known to organisations' names.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files
from typing import TypeVar

from grappe.linkage.weights import shipped_weights
from grappe.statements.text import words

_Met = TypeVar("_Met")
#: Words of a text beyond this number are not read.
MOST_TEXT_WORDS = 400
_MOST_LETTERS = 4000
_CODE = re.compile(r"(?<![\w.])[A-Z]{2,3}(?![\w.])")
_BREAKS = re.compile(r"[,;:|\n•/()\[\]]+|\.\s+|\s[-–—]\s|\s&\s|\b(?:and|et|und|y)\b(?=\s+[A-Z\u00c0-\u00de])")
_HARD = re.compile(r"[,;:|\n•/()\[\]]|(?<=[^\W\d_]{5})\.\s|\s[-–—]\s")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+")
_ENTITY = re.compile(r"&#x?\w+;?")
_GLUED = re.compile(r"^(?:at|of)(?=[A-Z])|(?<=[^\W\d_A-Z]{3})(?=[A-Z\u00c0-\u00de][^\W\d_A-Z]{2})|(?<=[^\W\d_]{4})(?=\d)|(?<=\d)(?=[^\W\d_]{4})")  # fmt: skip  # noqa: E501
_WORD = re.compile(r"\w+")
#: Words that lose the space after them: « ofUniversity », « Current addressGoogle ».
_STUCK = frozenset(("at", "of", "the", "with", "address", "and", "from", "in", "for"))
#: A piece of a glued word held by at least this many background names shows where to part it.
_WELL_KNOWN = 40


@dataclass(frozen=True)
class Text:
    """*words* folded, in order, with the *segment* of each; *capitals*: words written in capitals only;
    *countries*: ISO codes named; *regions*: (country, region) named in words or by code; *hinted*:
    countries of the regions named.
    """

    words: tuple[str, ...] = ()
    segments: tuple[int, ...] = ()
    capitals: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    regions: frozenset[tuple[str, str]] = frozenset()
    hinted: frozenset[str] = frozenset()


NO_TEXT = Text()


def read_text(raw: str) -> Text:
    """The words, segments and places of a text; only its first letters and words are read."""
    shown = plain_text(raw)
    found: list[str] = []
    segments: list[int] = []
    capitals: set[str] = set()
    segment = end = 0
    for match in _WORD.finditer(shown):
        segment += bool(found) and bool(_HARD.search(shown[max(0, end - 5) : match.start()], min(5, end)))
        end = match.end()
        for piece in _parted(match.group()):
            for word in words(piece):
                found.append(word)
                segments.append(segment)
                if piece.isupper() and len(word) > 1:
                    capitals.add(word)
        if len(found) >= MOST_TEXT_WORDS:
            break
    kept = tuple(found[:MOST_TEXT_WORDS])
    codes = frozenset(_CODE.findall(shown))
    countries, regions = countries_in(kept), _regions_in(kept, codes)
    return Text(
        kept, tuple(segments[:MOST_TEXT_WORDS]), frozenset(capitals), countries, regions,
        frozenset(country for country, _ in regions),
    )  # fmt: skip


def plain_text(raw: str) -> str:
    """*raw* without e-mail and web addresses, its HTML entities resolved (twice: « &amp;#x26; » is met)."""
    shown = unescape(unescape(raw[:_MOST_LETTERS])) if "&" in raw else raw[:_MOST_LETTERS]
    return _ENTITY.sub(" ", _ADDRESS.sub(" ", shown))


def _parted(word: str) -> Sequence[str]:
    pieces = [piece for piece in _GLUED.split(word) if piece]
    if len(pieces) < 2:
        return pieces
    if pieces[0].lower() in _STUCK:
        return pieces
    known = shipped_weights()
    folded = ["".join(words(piece)) for piece in pieces]
    if any(piece.isdigit() for piece in pieces):
        return pieces
    # AgroParisTech is one word: short pieces are no reason to part it.
    long_enough = all(len(piece) > 4 for piece in folded) and not known.count("".join(folded))
    return pieces if long_enough and any(known.count(piece) >= _WELL_KNOWN for piece in folded) else [word]


def segments_of(text: str) -> list[str]:
    """The stretches of a free text that may each name an organisation, at most 40, in order.

    « Dept. of Physics, Université Laval, Québec » → three; a text without commas → none but itself.
    """
    shown = plain_text(text)
    pieces = [piece.strip() for piece in _BREAKS.split(shown)]
    pieces = [piece for piece in pieces if piece and any(char.isalpha() for char in piece)][:40]
    return pieces if len(pieces) != 1 or pieces[0] != text.strip() else []


#: Words that stand at the head or the end of an organisation's name.
_HEADS = re.compile(
    r"univ.*|hochschule|ecole|school|college|hosp.*|klin.*|clini.*|inst.*|academ.*|cent(er|re|ro|rum)|"
    r"foundation|fondation|council|ministry|agency|laborator.*|corp.*|inc|ltd|gmbh|company|polytech.*|politec.*"
)


def windows_of(text: Text) -> Iterator[tuple[str, ...]]:
    """Short runs of words around those that head names, for texts without commas; at most 24."""
    made = 0
    for place, word in enumerate(text.words):
        if _HEADS.fullmatch(word):
            for start, end in ((place - 3, place + 1), (place - 1, place + 4)):
                run = text.words[max(0, start) : end]
                if len(run) > 1 and made < 24:
                    made += 1
                    yield run


@cache
def _country_names() -> Mapping[tuple[str, ...], str]:
    rows = (line.split("\t") for line in _lines("countries.tsv"))
    return {tuple(name.split()): code for code, names in rows for name in names.split("|")}


@cache
def _region_rows() -> Sequence[tuple[str, str, str, str]]:
    rows = [line.split("\t") for line in _lines("regions.tsv")]
    return [(row[0], row[1], row[2], row[3] if len(row) > 3 else "") for row in rows]


@cache
def _region_names() -> Mapping[tuple[str, ...], tuple[str, str]]:
    return {tuple(name.split()): (country, code)
            for country, code, names, _ in _region_rows() for name in names.split("|") if name}  # fmt: skip


@cache
def _region_codes() -> Mapping[str, tuple[str, str]]:
    return {code: (country, code) for country, code, _, _ in _region_rows() if country != "AU"}


@cache
def region_code(country: str, region: str) -> str:
    """The ISO code of a region given by name, by ISO code or as GeoNames writes it (« CA.10 »); else
    folded.
    """
    bare = region.upper().removeprefix(f"{country}.").removeprefix(f"{country}-")
    for where, code, _, geonames in _region_rows():
        if where == country and bare in (code, geonames):
            return code
    known = _region_names().get(words(region))
    return known[1] if known and known[0] == country else " ".join(words(bare))


def _lines(name: str) -> list[str]:
    text = files("grappe.linkage").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def country_code(text: str) -> str:
    """ISO 3166-1 alpha-2 code of a country given by code or by name in a large language; else as folded."""
    if len(text) == 2:
        return text.upper()
    return _country_names().get(words(text)) or "".join(words(text)).upper()


def names_country(text: str) -> bool:
    """Whether a text is the name of a country, or ends with one after a comma: « Beijing, China »."""
    return words(text.rsplit(",", 1)[-1]) in _country_names()


def countries_in(tokens: Sequence[str]) -> frozenset[str]:
    """Codes of the countries that a text names."""
    found = frozenset(_met(tokens, _country_names(), 4))
    # « Atlanta, Georgia » and « Tbilisi, Georgia »: either.
    return found | {"US"} if "GE" in found else found


def _regions_in(tokens: Sequence[str], codes: frozenset[str]) -> frozenset[tuple[str, str]]:
    by_code = {known for code in codes if (known := _region_codes().get(code))}
    return frozenset({*by_code, *_met(tokens, _region_names(), 4)})


def _met(tokens: Sequence[str], known: Mapping[tuple[str, ...], _Met], longest: int) -> Iterator[_Met]:
    for size in range(1, longest + 1):
        for start in range(len(tokens) - size + 1):
            if (found := known.get(tuple(tokens[start : start + size]))) is not None:
                yield found
