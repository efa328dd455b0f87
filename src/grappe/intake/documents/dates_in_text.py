"""When a document says it was published: a dateline, or « Publié le … », among its first passages."""

import re

from grappe.intake.dates import MONTH, read_date
from grappe.statements.text import fold

_DAY = r"\d{1,2}(?:er|st|nd|rd|th)?"
_DATE = rf"(?:{_DAY} {MONTH},? \d{{4}}|{MONTH} {_DAY},? \d{{4}}|\d{{4}}-\d{{2}}-\d{{2}})"
_PUBLISHED = re.compile(
    rf"\b(?:publi(?:e|ee|shed|cation)|date|released?|posted|diffuse|paru|mis en ligne)s?(?: (?:le|on|du|of))?"
    rf"(?: publication)? ?:? ?(?:le |on )?({_DATE})"
)
_ALONE = re.compile(rf"(?:le )?({_DATE})\.?")
_DATELINE = re.compile(rf"[a-z][a-z .,'()-]{{1,60}}? ?\(?(?:le |on )?({_DATE})\)? ?(?:[-–—:/]|$)")
_LOOKED_AT = 12
_LINE_CHARACTERS = 200


def find_publication_date(passages: list[str]) -> str | None:
    """The ISO date of the dateline in the first or last *passages*, or None (no date in running text)."""
    for passage in passages[:_LOOKED_AT] + passages[-3:]:
        line = fold(passage[:_LINE_CHARACTERS])
        match = _ALONE.fullmatch(line) or _DATELINE.match(line) or _PUBLISHED.search(line)
        if match:
            return read_date(match[1])
    return None
