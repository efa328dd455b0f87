"""PDF: lines from the characters, headings from their height, running heads from their return."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grappe.intake.documents.passages import Composer, Reading
from grappe.statements import GrappeError, Problem
from grappe.statements.text import clean, fold

_BULLET = re.compile(r"(?:[•·▪◦‣●○■►–—-]|\uf0b7)\s+(?=\S)|\d{1,2}[.)]\s+(?=[^\W\d])")
_FOOTER = re.compile(r"(?:sources?|notes?)\s*:|©", re.IGNORECASE)
_HYPHENS = ("\x02", "\ufffe", "\u00ad")
_EDGE_LINES = 2
_HEADING_RATIO = 1.15
_LONGEST_HEADING = 200
_COLUMN_POINTS = 60
_EARLY = 0.7
_MOST_CHARACTERS = 20_000_000


@dataclass(frozen=True)
class Line:
    """One line of a page: *height* of its first letter, *top* above the page's foot, *left* and *right*, in
    points; *ends_early* when other lines of its column go much further."""

    page: int
    text: str
    height: float
    top: float
    left: float
    right: float
    edge: bool = False
    ends_early: bool = False


def read_pdf(path: Path) -> Reading:
    """The document's text with the page of each passage; title from its metadata. The day it
    was printed (CreationDate) is not the day it was published.

    Raises GrappeError: ``protected_file``, ``damaged_file``, ``too_large``.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        code = "protected_file" if "assword" in str(error) else "damaged_file"
        raise GrappeError(Problem(code, file=path.name, found=str(error))) from error
    with document:
        try:
            lines = _all_lines(path, document)
            metadata = document.get_metadata_dict()
            pages = len(document)
        except pypdfium2.PdfiumError as error:
            raise GrappeError(Problem("damaged_file", file=path.name, found=str(error))) from error
    composer = Composer()
    for kind, text, level, page in _blocks(_with_edges(lines, pages)):
        composer.add(kind, text, level=level, page=page)  # type: ignore[arg-type]
    return Reading(
        text=composer.text,
        drafts=tuple(composer.drafts),
        media_type="application/pdf",
        title=clean(metadata.get("Title", "")) or None,
        pages=pages,
    )


def _all_lines(path: Path, document: Any) -> list[Line]:
    lines: list[Line] = []
    characters = 0
    for number in range(len(document)):
        page = document[number]
        textpage = page.get_textpage()
        characters += textpage.count_chars()
        if characters > _MOST_CHARACTERS:
            found, expected = f"{characters:,}", f"{_MOST_CHARACTERS:,}"
            raise GrappeError(Problem("too_large", file=path.name, found=found, expected=expected))
        lines += _with_ends(list(_page_lines(textpage, number + 1)))
        textpage.close()
        page.close()
    return lines


def _page_lines(textpage: Any, page: int) -> Iterator[Line]:
    import pypdfium2.raw as pdfium

    letters: list[str] = []
    first: int | None = None
    last = 0
    for at in range(textpage.count_chars()):
        char = chr(pdfium.FPDFText_GetUnicode(textpage, at))
        if char in "\r\n":
            if first is not None:
                yield _line(textpage, page, letters, first, last)
            letters, first = [], None
            continue
        letters.append(char)
        if not char.isspace():
            first = at if first is None else first
            last = at
    if first is not None:
        yield _line(textpage, page, letters, first, last)


def _line(textpage: Any, page: int, letters: list[str], first: int, last: int) -> Line:
    left, bottom, _, top = textpage.get_charbox(first, loose=True)
    right = textpage.get_charbox(last, loose=True)[2]
    text = "".join(letters).strip().translate({0: None})
    return Line(page, text, round(top - bottom, 1), top, left, right)


def _with_ends(lines: list[Line]) -> Iterator[Line]:
    """Mark the lines of one page that end early: where they do, a paragraph or an item ends."""
    furthest: dict[int, float] = {}
    for line in lines:
        column = int(line.left // _COLUMN_POINTS)
        furthest[column] = max(furthest.get(column, 0.0), line.right)
    for line in lines:
        most = furthest[int(line.left // _COLUMN_POINTS)]
        yield replace(line, ends_early=line.right - line.left < _EARLY * (most - line.left))


def _with_edges(lines: Sequence[Line], pages: int) -> list[Line]:
    """Mark running heads and feet: lines at the edge of a page that come back, numbers aside, on others."""
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    edges = {
        (page, id(line)): _without_numbers(line.text)
        for page, of_page in by_page.items()
        for line in of_page[:_EDGE_LINES] + of_page[-_EDGE_LINES:]
    }
    returns = Counter(wording for _, wording in {(page, wording) for (page, _), wording in edges.items()})
    enough = max(2, pages // 2)
    return [
        replace(line, edge=pages > 1 and returns.get(edges.get((line.page, id(line)), "\0"), 0) >= enough)
        for line in lines
    ]


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "#", fold(text))


def _blocks(lines: Sequence[Line]) -> Iterator[tuple[str, str, int | None, int]]:
    """(kind, text, level, page) of each passage: lines that follow closely, of one height, are one."""
    body = _body_height(lines)
    levels = _heading_levels(lines, body)
    gathered: list[Line] = []
    for line in lines:
        if gathered and _starts_block(gathered[-1], line, body):
            yield _block(gathered, levels)
            gathered = []
        gathered.append(line)
    if gathered:
        yield _block(gathered, levels)


def _body_height(lines: Sequence[Line]) -> float:
    """The height that most characters have."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[line.height] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 0.0


def _heading_levels(lines: Sequence[Line], body: float) -> dict[float, int]:
    heights = {line.height for line in lines if line.height >= _HEADING_RATIO * body and not line.edge}
    return {height: min(level, 6) for level, height in enumerate(sorted(heights, reverse=True), start=1)}


def _starts_block(before: Line, line: Line, body: float) -> bool:
    if before.page != line.page or before.edge or line.edge:
        return True
    if abs(before.height - line.height) > 0.1 * max(before.height, line.height):
        return True
    gap = before.top - line.top
    if before.ends_early and line.height < _HEADING_RATIO * body:
        return True
    starts = _BULLET.match(line.text) is not None or _FOOTER.match(line.text) is not None
    return starts or gap > 1.6 * max(line.height, 1.0) or gap < -0.5 * line.height


def _block(lines: Sequence[Line], levels: dict[float, int]) -> tuple[str, str, int | None, int]:
    first = lines[0]
    text = _joined(lines)
    level = levels.get(first.height)
    if first.edge:
        return "footer", text, None, first.page
    if level and len(text) <= _LONGEST_HEADING:
        return "heading", text, level, first.page
    bullet = _BULLET.match(text)
    if bullet:
        return "item", text[bullet.end() :], 1, first.page
    return "footer" if _FOOTER.match(text) else "paragraph", text, None, first.page


def _joined(lines: Sequence[Line]) -> str:
    """The lines as running text; a word cut at the end of a line is whole again."""
    text = ""
    for line in lines:
        cut = text.endswith(_HYPHENS)
        text = text[:-1] + line.text if cut else f"{text} {line.text}" if text else line.text
    return text.translate(dict.fromkeys(map(ord, _HYPHENS)))
