"""Markdown, by its own structure; the text is the file's, unchanged, so that offsets lead back into it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from grappe.intake.documents.passages import Draft, Reading
from grappe.intake.encodings import detect_encoding
from grappe.intake.values import is_nothing
from grappe.statements.text import clean

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(r"^(title|titre|date|published|lang|language|langue)[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_SOURCE_LINE = re.compile(r"(?:sources?|notes?)\s*:", re.IGNORECASE)


def read_markdown(path: Path) -> Reading:
    """The file's text and its passages; title, date and language from a front matter if there is one.

    Raises GrappeError ``unknown_encoding``.
    """
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, newline="") as handle:
        text = handle.read()
    front = _FRONT_MATTER.match(text)
    said = (
        {key: clean(value.strip().strip("\"'")) for key, value in _ENTRY.findall(front[1])} if front else {}
    )
    return Reading(
        text=text,
        drafts=tuple(_passages(text, front.end() if front else 0)),
        media_type="text/markdown",
        title=_first(said, "title", "titre"),
        published=_first(said, "published", "date"),
        language=_first(said, "lang", "language", "langue"),
        encoding=encoding,
    )


def _first(said: dict[str, str], *keys: str) -> str | None:
    return next((said[key] for key in keys if not is_nothing(said.get(key, ""))), None)


def _passages(text: str, body_at: int) -> Iterator[Draft]:
    from markdown_it import MarkdownIt

    # The front matter is blanked, not cut: offsets stay those of the file.
    blanked = re.sub(r"[^\r\n]", " ", text[:body_at]) + text[body_at:]
    starts = _line_starts(blanked)
    walk = _Walk(text, starts)
    for token in MarkdownIt("commonmark").enable("table").parse(blanked):
        draft = walk.follow(token)
        if draft:
            yield draft


def _line_starts(text: str) -> list[int]:
    """Where the parser's lines start: it takes CR LF, CR and LF each as one line end."""
    return [0] + [match.end() for match in re.finditer(r"\r\n|\r|\n", text)]


class _Walk:
    """Follows the flat list of tokens and keeps what stands open around each inline one."""

    def __init__(self, text: str, starts: list[int]) -> None:
        self.text = text
        self.starts = starts
        self.at = 0
        self.heading = 0
        self.lists = 0
        self.table = self.row = self.column = -1
        self.in_table = False

    def follow(self, token: "Token") -> Draft | None:
        """The passage that *token* is, or None."""
        if token.type in ("inline", "code_block", "fence"):
            return self._draft(token)
        if token.type == "heading_open":
            self.heading = int(token.tag[1:])
        elif token.type == "heading_close":
            self.heading = 0
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            self.lists += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self.lists -= 1
        else:
            self._follow_table(token.type)
        return None

    def _follow_table(self, kind: str) -> None:
        if kind == "table_open":
            self.table, self.row, self.in_table = self.table + 1, -1, True
        elif kind == "table_close":
            self.in_table = False
        elif kind == "tr_open":
            self.row, self.column = self.row + 1, -1
        elif kind in ("th_open", "td_open"):
            self.column += 1

    def _draft(self, token: "Token") -> Draft | None:
        lines = [line.strip() for line in re.split(r"\r\n|\r|\n", token.content) if line.strip()]
        if not lines or not token.map:
            return None
        start = self.text.find(lines[0], max(self.at, self._start(token.map[0])))
        if start < 0:
            return None
        end = start + len(lines[0])
        for line in lines[1:]:
            found = self.text.find(line, end, self._start(token.map[1]) or None)
            end = found + len(line) if found >= 0 else end
        self.at = end
        return self._kind(start, end, lines[0])

    def _start(self, line: int) -> int:
        return self.starts[line] if line < len(self.starts) else len(self.text)

    def _kind(self, start: int, end: int, opening: str) -> Draft:
        if self.heading:
            return Draft("heading", start, end, self.heading)
        if self.in_table:
            return Draft("cell", start, end, table=self.table, row=self.row, column=self.column)
        if _SOURCE_LINE.match(opening):
            return Draft("footer", start, end)
        return Draft("item", start, end, self.lists) if self.lists else Draft("paragraph", start, end)
