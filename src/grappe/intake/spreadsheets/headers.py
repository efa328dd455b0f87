"""Column titles → what they say, by the synonyms of ``columns.toml``; and which row holds the titles."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from grappe.intake.spreadsheets.sheets import Row
from grappe.statements.text import fold, words
from grappe.statements.vocabulary import properties

#: What a column may say of the row rather than of the organisation.
ROLES = frozenset(
    {"key", "source", "source_url", "stated_on", "licence", "cluster_role", "person_role", "ignore"}
)
_LANGUAGE_OF = {
    **dict.fromkeys(("fr", "francais", "francaise", "french"), "fr"),
    **dict.fromkeys(("en", "anglais", "anglaise", "english"), "en"),
}
_LONGEST_TITLE = 80


@dataclass(frozen=True)
class Meaning:
    """A property of the vocabulary, or one of :data:`ROLES`, with its qualifier and language."""

    property: str
    qualifier: str | None = None
    language: str | None = None


@lru_cache(maxsize=4096)
def recognise(title: str) -> Meaning | None:
    """What a column of this title says, or None: « Nom (anglais) » is the name, in English."""
    if not title or len(title) > _LONGEST_TITLE:
        return None
    known = _synonyms()
    plain = re.sub(r"\((s|es|e|x)\)", r"\1", title.replace("_", " "), flags=re.IGNORECASE)
    for wording in (plain, re.sub(r"\([^)]*\)|\[[^]]*\]", " ", plain)):
        title_words = words(wording)
        meaning = known.get(title_words)
        if meaning:
            return meaning
        rest, language = _without_language(words(plain))
        if language and rest in known and _has_language(known[rest]):
            return replace(known[rest], language=language)
    return None


def header_row(rows: Sequence[Row]) -> Row | None:
    """The row of *rows* that holds the titles: the one where most are recognised, a name or key among them;
    None when there is none. A lone recognised cell counts only in a list of one column, and a word that comes
    back below in its column is a value, not a title."""
    best: tuple[int, Row | None] = (0, None)
    widest = max((_filled(row) for row in rows), default=0)
    for row in rows:
        meanings = [meaning for meaning in map(recognise, row.cells) if meaning]
        identifies = any(meaning.property in ("name", "key") for meaning in meanings)
        lonely = _filled(row) == 1 and widest > 1
        if identifies and not lonely and len(meanings) > best[0] and not _comes_back(row, rows):
            best = (len(meanings), row)
    return best[1]


def _comes_back(titles: Row, rows: Sequence[Row]) -> bool:
    recognised = [at for at, cell in enumerate(titles.cells) if recognise(cell) and at not in titles.carried]
    others = [row for row in rows if row is not titles and row.cells != titles.cells]
    return any(
        fold(row.cell(at)) == fold(titles.cells[at]) and at not in row.carried
        for at in recognised
        for row in others
    )


def _filled(row: Row) -> int:
    return sum(1 for cell in row.cells if cell.strip())


def _has_language(meaning: Meaning) -> bool:
    known = properties().get(meaning.property)
    return known is not None and known.language


def _without_language(title: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    if len(title) > 1 and title[-1] in _LANGUAGE_OF:
        rest = title[:-1]
        return (rest[:-1] if rest[-1] in ("en", "in", "version") else rest), _LANGUAGE_OF[title[-1]]
    if len(title) > 1 and title[0] in _LANGUAGE_OF:
        return title[1:], _LANGUAGE_OF[title[0]]
    return title, None


@cache
def _synonyms() -> dict[tuple[str, ...], Meaning]:
    text = files("grappe.intake.spreadsheets").joinpath("columns.toml").read_text("utf-8")
    known = {
        words(title): Meaning(block["property"], block.get("qualifier"))
        for block in tomllib.loads(text)["column"]
        for title in block["headers"]
    }
    for prop in properties().values():
        for title in (prop.code, prop.fr, prop.en):
            known.setdefault(words(title.replace("_", " ")), Meaning(prop.code))
    return known
