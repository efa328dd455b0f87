"""The bilingual terms for processes and materials: a kind of what, under which names; published as SKOS."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Scheme = Literal["processes", "materials"]
#: Where the concepts of both schemes are named.
TERMS = "https://grappe.example/terms/"


@dataclass(frozen=True)
class Term:
    """A process or a material: its code, the code of what it is a kind of, its names, other words for it."""

    code: str
    fr: str
    en: str
    broader: str | None = None
    words_fr: tuple[str, ...] = ()
    words_en: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """Its preferred name in fr or en."""
        return self.fr if language == "fr" else self.en

    @property
    def all_words(self) -> tuple[str, ...]:
        """Every word for it, preferred names first."""
        return (self.fr, self.en, *self.words_fr, *self.words_en, *self.words)


@cache
def terms(scheme: Scheme) -> Mapping[str, Term]:
    """The terms of a scheme by code, in the order of the file."""
    raw = tomllib.loads(files("grappe.fabrication").joinpath(f"{scheme}.toml").read_text("utf-8"))
    lists = ("words", "words_fr", "words_en")
    return {
        code: Term(
            code,
            row["fr"],
            row["en"],
            row.get("broader"),
            **{name: tuple(row.get(name, ())) for name in lists},
        )
        for code, row in raw.items()
    }


@cache
def ancestry(scheme: Scheme, code: str) -> tuple[str, ...]:
    """The term, what it is a kind of, and so on to the top; alone when it is not in the scheme."""
    found = [code]
    known = terms(scheme)
    while (above := known[found[-1]].broader if found[-1] in known else None) and above not in found:
        found.append(above)
    return tuple(found)


def is_a(scheme: Scheme, code: str, other: str) -> bool:
    """Whether *code* is *other* or a kind of it."""
    return other in ancestry(scheme, code)


def term_name(scheme: Scheme, code: str, language: str) -> str:
    """The name of a term, or its code when the scheme does not know it."""
    term = terms(scheme).get(code)
    return term.name(language) if term else code


def fold(text: str) -> str:
    """Letters without case nor accents, apostrophes as one sign: what words are compared by."""
    plain = unicodedata.normalize("NFD", text.replace("’", "'").casefold())
    return "".join(char for char in plain if unicodedata.category(char) != "Mn")


@cache
def _pattern(scheme: Scheme) -> tuple[re.Pattern[str], dict[str, str]]:
    words: dict[str, str] = {}
    for code, term in terms(scheme).items():
        for word in term.all_words:
            words.setdefault(fold(word), code)
    longest_first = sorted(words, key=len, reverse=True)
    joined = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in longest_first)
    return re.compile(rf"(?<![a-z0-9])(?:{joined})(?:e?s)?(?![a-z0-9])"), words


@dataclass(frozen=True)
class Named:
    """A term named in a text, and where."""

    code: str
    start: int
    end: int


def terms_in(scheme: Scheme, text: str) -> Iterator[Named]:
    """The terms that *text* names in either language, the longest words first, in the order of the text.

    Offsets are those of *text* when it is in composed form (NFC).
    """
    pattern, words = _pattern(scheme)
    folded = "".join(fold(char) or " " for char in text)
    if len(folded) != len(text):
        folded = fold(text)
    for match in pattern.finditer(folded):
        plain = re.sub(r"[\s-]+", " ", match[0])
        for spelled in (match[0], plain, match[0].replace(" ", "-")):
            for word in (spelled, spelled.removesuffix("s"), spelled.removesuffix("es")):
                if word in words and not _is_symbol_elsewhere(
                    scheme, words[word], text[slice(*match.span())]
                ):
                    yield Named(words[word], match.start(), match.end())
                    break
            else:
                continue
            break


def _is_symbol_elsewhere(scheme: Scheme, code: str, written: str) -> bool:
    """A short symbol counts as written (Au, not au; W, not w); « or » and « al » are everyday words."""
    symbols = {word for word in terms(scheme)[code].words if len(word) <= 2}
    folded = {fold(word): word for word in symbols}
    return fold(written) in folded and folded[fold(written)] != written


def as_turtle(scheme: Scheme) -> str:
    """The scheme as SKOS in Turtle, names and other words in both languages."""
    title = {"processes": ("Procédés", "Processes"), "materials": ("Matériaux", "Materials")}[scheme]
    lines = [
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        f"@prefix t: <{TERMS}{scheme}/> .",
        "",
        f'<{TERMS}{scheme}> a skos:ConceptScheme ;\n  skos:prefLabel "{title[0]}"@fr, "{title[1]}"@en .',
    ]
    narrower: dict[str, list[str]] = {}
    for code, term in terms(scheme).items():
        if term.broader:
            narrower.setdefault(term.broader, []).append(code)
    for code, term in terms(scheme).items():
        parts = [f"skos:inScheme <{TERMS}{scheme}>", f'skos:prefLabel "{term.fr}"@fr, "{term.en}"@en']
        parts += [f'skos:altLabel "{word}"@fr' for word in term.words_fr]
        parts += [f'skos:altLabel "{word}"@en' for word in term.words_en]
        parts += [f'skos:altLabel "{word}"' for word in term.words]
        parts += (
            [f"skos:broader t:{term.broader}"] if term.broader else [f"skos:topConceptOf <{TERMS}{scheme}>"]
        )
        parts += [f"skos:narrower t:{each}" for each in narrower.get(code, [])]
        lines.append(f"\nt:{code} a skos:Concept ;\n  " + " ;\n  ".join(parts) + " .")
    return "\n".join(lines) + "\n"
