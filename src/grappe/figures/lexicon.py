"""The words that figures are read with, from ``words.toml``, ``nouns.tsv`` and ``places.tsv``."""

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

from grappe.figures.tokens import phrase

Value = TypeVar("Value")
Language = str


class Phrases(Generic[Value]):
    """Phrases found by their first (or last) word, the longest first."""

    def __init__(self, pairs: Iterator[tuple[str, Value]], *, backwards: bool = False) -> None:
        self.backwards = backwards
        self._by_word: dict[str, list[tuple[tuple[str, ...], Value]]] = {}
        for text, value in pairs:
            keys = phrase(text)
            entry = self._by_word.setdefault(keys[-1] if backwards else keys[0], [])
            entry.append((keys, value))
        for entries in self._by_word.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry[0]))
        self._first_words = frozenset(self._by_word)

    def at(self, keys: list[str], index: int) -> tuple[int, Value] | None:
        """How many tokens the longest phrase takes from *index* (or up to it), and its value; None."""
        for words, value in self._by_word.get(keys[index], ()):
            size = len(words)
            start = index - size + 1 if self.backwards else index
            if start >= 0 and (size == 1 or tuple(keys[start : start + size]) == words):
                return size, value
        return None

    def first_words(self) -> frozenset[str]:
        """The words that begin (or end) a phrase."""
        return self._first_words

    def within(self, keys: list[str], first: int, last: int) -> Iterator[tuple[int, int, Value]]:
        """Every phrase between tokens *first* and *last*: where, how long, its value."""
        by_word = self._by_word
        for index in range(first, last):
            if keys[index] in by_word:
                found = self.at(keys, index)
                if found and index + found[0] <= last:
                    yield index, *found


@dataclass(frozen=True)
class Noun:
    """What a counted noun counts: *unit* and *indicator*, in English."""

    unit: str
    indicator: str


@dataclass(frozen=True)
class Indicator:
    """What an amount or a share is of, in English; *money* when it is counted in a currency."""

    name: str
    money: bool


@dataclass(frozen=True)
class PlaceName:
    """A place by its two names; *level* from city to world; *inside* is the English name of the next larger
    one."""

    level: str
    en: str
    fr: str
    inside: str = ""

    def name(self, language: Language) -> str:
        """Its name in the page's language."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True)
class Lexicon:
    """Everything, ready to look up by folded word."""

    qualifiers: Phrases[str]
    qualifiers_after: Phrases[str]
    numerals: Mapping[str, int]
    collectives: Mapping[str, int]
    ordinals: Mapping[str, int]
    fractions: Mapping[str, int]
    multiples: Mapping[str, int]
    magnitudes: Mapping[str, Mapping[str, int]]
    currencies: Phrases[str]
    percents: Phrases[str]
    kinds: Phrases[str]
    nouns: Mapping[str, Noun]
    noun_phrases: Phrases[Noun]
    indicators: Phrases[Indicator]
    places: Phrases[PlaceName]
    adjectives: Mapping[str, PlaceName]
    place_names: tuple[PlaceName, ...]


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with the package."""
    words = tomllib.loads(_read("words.toml"))
    nouns = dict(_nouns())
    return Lexicon(
        qualifiers=Phrases(_pairs(words["qualifier"]), backwards=True),
        qualifiers_after=Phrases(_pairs(words["qualifier_after"])),
        numerals=_numbers(words["numeral"]),
        collectives=_plural(_numbers(words["collective"])),
        ordinals=_plural(_numbers(words["ordinal"])),
        fractions=_numbers(words["fraction"]),
        multiples=_numbers(words["multiple"]),
        magnitudes={language: _magnitudes(words["magnitude"], language) for language in ("fr", "en")},
        currencies=Phrases(_pairs(words["currency"])),
        percents=Phrases(_pairs(words["percent"])),
        kinds=Phrases(_merged(words["kind"])),
        nouns={word: noun for word, noun in nouns.items() if len(phrase(word)) == 1},
        noun_phrases=Phrases(iter(pair for pair in nouns.items() if len(phrase(pair[0])) > 1)),
        indicators=Phrases(_indicators()),
        places=Phrases(_places()),
        adjectives=dict(_adjectives()),
        place_names=tuple(dict.fromkeys(place for _, place in _places())),
    )


def _read(name: str) -> str:
    return files("grappe.figures").joinpath(name).read_text("utf-8")


def _pairs(block: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    return ((text, name) for name, texts in block.items() for text in texts)


def _merged(block: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Phrases with every kind they speak for, kinds joined by spaces."""
    kinds: dict[str, list[str]] = {}
    for text, name in _pairs(block):
        kinds.setdefault(text, []).append(name)
    return ((text, " ".join(names)) for text, names in kinds.items())


def _numbers(block: Mapping[str, str]) -> dict[str, int]:
    return {word: int(number) for number, words in block.items() for word in words.split()}


def _plural(words: Mapping[str, int]) -> dict[str, int]:
    return {form: number for word, number in words.items() for form in (word, f"{word}s")}


def _magnitudes(block: Mapping[str, str], language: Language) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, words in block.items():
        power, _, only = name.partition("_")
        if only in ("", language):
            found |= {word: int(power) for word in words.split()}
    return found


def _rows(name: str) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(io.StringIO(_read(name)), delimiter="\t", quoting=csv.QUOTE_NONE))


def _nouns() -> Iterator[tuple[str, Noun]]:
    for row in reversed(list(_rows("nouns.tsv"))):
        noun = Noun(row["unit"], row["indicator"])
        for words in (row["english"], row["french"]):
            yield from ((" ".join(phrase(word)), noun) for word in words.split("|") if word)


def _indicators() -> Iterator[tuple[str, Indicator]]:
    known: dict[str, Indicator] = {}
    for row in _rows("indicators.tsv"):
        for words in (row["english"], row["french"]):
            for word in words.split("|"):
                known.setdefault(" ".join(phrase(word)), Indicator(row["indicator"], row["money"] == "1"))
    return iter(known.items())


def _places() -> Iterator[tuple[str, PlaceName]]:
    for row in _rows("places.tsv"):
        place = PlaceName(row["level"], row["en"], row["fr"], row["in"] or "")
        names = {row["en"], row["fr"], *(row["also"] or "").split("|")} - {""}
        yield from ((name, place) for name in sorted(names))


def _adjectives() -> Iterator[tuple[str, PlaceName]]:
    for row in _rows("places.tsv"):
        place = PlaceName(row["level"], row["en"], row["fr"], row["in"] or "")
        yield from ((" ".join(phrase(word)), place) for word in (row["adjectives"] or "").split("|") if word)


@cache
def unit_names() -> Mapping[str, tuple[str, str, str, str]]:
    """Unit → how it is printed: French singular and plural, English singular and plural."""
    return {unit: tuple(names) for unit, names in tomllib.loads(_read("units.toml")).items()}


@cache
def generic_names(unit: str) -> frozenset[str]:
    """The folded words that name the unit itself and no kind of it: « entreprises », « companies »,
    « businesses »."""
    own = {word for name in unit_names().get(unit, (unit,)) for word in phrase(name)}
    return frozenset(own | _GENERIC.get(unit, frozenset()))


_GENERIC = {
    "companies": frozenset(
        {
            "business",
            "businesses",
            "firm",
            "firms",
            "societe",
            "societes",
            "firme",
            "firmes",
            "compagnies",
            "enterprises",
        }
    ),
    "jobs": frozenset({"poste", "postes", "position", "positions"}),
    "organizations": frozenset({"organisation", "organisations", "organisme", "organismes"}),
    "centres": frozenset({"center", "centers"}),
}


def word_lists() -> Mapping[str, Any]:
    """The lists of ``words.toml`` as they are, for the documentation and the tests."""
    return tomllib.loads(_read("words.toml"))
