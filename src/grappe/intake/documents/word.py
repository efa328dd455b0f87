"""Word documents: headings by style, lists, tables, page footers and footnotes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from grappe.intake.documents.passages import Composer, Reading
from grappe.statements import GrappeError, Problem

_HEADING = re.compile(r"(?:heading|titre)\s*(\d)", re.IGNORECASE)
_TITLE = re.compile(r"title|titre", re.IGNORECASE)
_LIST = re.compile(r"list|liste|puce", re.IGNORECASE)
_SOURCE_LINE = re.compile(r"(?:sources?|notes?)\s*:", re.IGNORECASE)
#: What the library raises on parts that are missing or are not what they should be.
_MALFORMED = (KeyError, ValueError, AttributeError, TypeError, IndexError, OSError)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(path: Path) -> Reading:
    """The document's text; its title from the properties. Its date of creation is not a publication date.

    The archive is expected to have been checked. Raises GrappeError ``damaged_file``.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml import etree

    try:
        document = docx.Document(str(path))
        composer = Composer()
        _compose_body(document, composer)
        _compose_footers(document, composer)
        for note in _footnotes(document):
            composer.add("footer", note)
        title = document.core_properties.title
    except (PackageNotFoundError, BadZipFile, etree.XMLSyntaxError, *_MALFORMED) as error:
        raise GrappeError(Problem("damaged_file", file=path.name, found=str(error)[:200])) from error
    return Reading(
        text=composer.text,
        drafts=tuple(composer.drafts),
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        title=title or None,
    )


def _compose_body(document: Any, composer: Composer) -> None:
    from docx.text.paragraph import Paragraph

    tables = 0
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            _compose_paragraph(block, composer)
        else:
            _compose_table(block, tables, composer)
            tables += 1


def _compose_paragraph(paragraph: Any, composer: Composer) -> None:
    style = (paragraph.style.name if paragraph.style is not None else "") or ""
    heading = _HEADING.match(style)
    depth = _list_depth(paragraph, style)
    if heading:
        composer.add("heading", paragraph.text, level=int(heading[1]))
    elif _TITLE.fullmatch(style):
        composer.add("heading", paragraph.text, level=1)
    elif depth:
        composer.add("item", paragraph.text, level=depth)
    else:
        footer = _SOURCE_LINE.match(paragraph.text.lstrip())
        composer.add("footer" if footer else "paragraph", paragraph.text)


def _list_depth(paragraph: Any, style: str) -> int | None:
    """1 for an outermost item; None when the paragraph is no item."""
    properties = paragraph._p.pPr
    numbering = properties.numPr if properties is not None else None
    if numbering is not None:
        return (numbering.ilvl.val if numbering.ilvl is not None else 0) + 1
    if not _LIST.match(style):
        return None
    return int(style[-1]) if style[-1:].isdecimal() else 1


def _compose_table(table: Any, number: int, composer: Composer) -> None:
    """Straight from the rows' own cells: the library's grid is quadratic, and repeats merged cells."""
    for row_number, row in enumerate(table._tbl.tr_lst):
        column = 0
        for cell in row.tc_lst:
            text = " ".join(piece for piece in cell.itertext(f"{_W}t") if piece)
            composer.add("cell", text, cell=(number, row_number, column))
            column += cell.grid_span


def _compose_footers(document: Any, composer: Composer) -> None:
    said: set[str] = set()
    for section in document.sections:
        for part in (section.header, section.footer):
            if part.is_linked_to_previous:
                continue
            for paragraph in part.paragraphs:
                if paragraph.text not in said:
                    said.add(paragraph.text)
                    composer.add("footer", paragraph.text)


def _footnotes(document: Any) -> Iterator[str]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/footnotes") and not relation.is_external:
            root = etree.fromstring(relation.target_part.blob, parser)
            for note in root.iterchildren(f"{_W}footnote"):
                if note.get(f"{_W}type") in (None, "normal"):
                    yield "".join(note.itertext(f"{_W}t"))
