"""A document's text and its passages, laid down in order by every reader of documents."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from grappe.statements.records import Passage, PassageKind

#: What stands between two passages of a text that the reader composes.
_BETWEEN = "\n\n"
#: Beyond it a file is no document that a person wrote, and would fill the memory.
MOST_PASSAGES = 500_000


class TooManyPassagesError(ValueError):
    """The text falls into more than :data:`MOST_PASSAGES` passages."""


@dataclass(frozen=True)
class Draft:
    """A passage before it has a document and a number: ``text[start:end]``, never empty, stripped."""

    kind: PassageKind
    start: int
    end: int
    level: int | None = None
    page: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Reading:
    """What a reader found in one file; *title*, *published* and *language* as its metadata say."""

    text: str
    drafts: tuple[Draft, ...]
    media_type: str
    title: str | None = None
    published: str | None = None
    language: str | None = None
    pages: int | None = None
    encoding: str | None = None


@dataclass
class Composer:
    """Composes the clean text of a file that isn't plain text, passage after passage."""

    drafts: list[Draft] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0

    def add(
        self,
        kind: PassageKind,
        text: str,
        *,
        level: int | None = None,
        page: int | None = None,
        cell: tuple[int, int, int] | None = None,
    ) -> None:
        """Lay *text* down, its white space made single; nothing when it is blank. *cell* is (table, row,
        column), from 0. Raises TooManyPassagesError."""
        words = " ".join(text.split())
        if not words:
            return
        if len(self.drafts) >= MOST_PASSAGES:
            raise TooManyPassagesError
        if self._pieces:
            self._pieces.append(_BETWEEN)
            self._length += len(_BETWEEN)
        start = self._length
        self._pieces.append(words)
        self._length += len(words)
        table, row, column = cell or (None, None, None)
        self.drafts.append(Draft(kind, start, self._length, level, page, table, row, column))

    @property
    def text(self) -> str:
        """All that was laid down."""
        return "".join(self._pieces)


def numbered(document: str, drafts: tuple[Draft, ...]) -> Iterator[Passage]:
    """The passages with their numbers from 0 and, for each, the numbers of the headings above it."""
    above: list[tuple[int, int]] = []
    for number, draft in enumerate(drafts):
        if draft.kind == "heading":
            level = draft.level or 1
            above = [(depth, at) for depth, at in above if depth < level]
        yield Passage(
            document=document,
            number=number,
            kind=draft.kind,
            start=draft.start,
            end=draft.end,
            level=draft.level,
            page=draft.page,
            headings=tuple(at for _, at in above),
            table=draft.table,
            row=draft.row,
            column=draft.column,
        )
        if draft.kind == "heading":
            above.append((draft.level or 1, number))


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets of ``text[start:end]`` without white space around it."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return start + left, start + max(left, len(piece.rstrip()))
