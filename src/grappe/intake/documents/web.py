"""Web pages: what a reader of the page sees, without scripts, styles, menus and hidden parts."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grappe.intake.documents.passages import Composer, Reading
from grappe.intake.encodings import encoding_or_none
from grappe.statements import GrappeError, Problem
from grappe.statements.records import PassageKind
from grappe.statements.text import clean

#: The parser's own ceiling; it stops reading the page there.
_DEEPEST = 2048
_DROPPED = re.compile(
    r"script|style|noscript|template|nav|svg|math|iframe|object|embed|canvas|audio|video|map|form|button|select"
    r"|input|textarea|dialog|head"
)
_BLOCK = re.compile(
    r"address|article|aside|blockquote|body|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer"
    r"|h[1-6]|header|hr|html|legend|li|main|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DATES = (
    "article:published_time", "datepublished", "date", "dcterms.issued", "dcterms.date", "dc.date.issued",
    "dc.date", "citation_publication_date", "pubdate",
)  # fmt: skip
_TITLES = ("og:title", "dcterms.title", "dc.title", "twitter:title")
_SOURCE_LINE = re.compile(r"(?:sources?|notes?)\s*:", re.IGNORECASE)


def read_html(path: Path) -> Reading:
    """The page's text; title, date and language from its head. Raises GrappeError: ``damaged_file``,
    ``too_deep``."""
    from lxml import etree, html

    encoding = encoding_or_none(path)
    parser = html.HTMLParser(
        encoding=encoding, huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = html.document_fromstring(path.read_bytes(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise GrappeError(Problem("damaged_file", file=path.name, found=str(error))) from error
    if any("depth" in entry.message for entry in parser.error_log):
        found, expected = f"> {_DEEPEST}", str(_DEEPEST)
        raise GrappeError(Problem("too_deep", file=path.name, found=found, expected=expected))
    composer = _Page().compose(root)
    declared = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:2].lower()
    return Reading(
        text=composer.text,
        drafts=tuple(composer.drafts),
        media_type="text/html",
        title=_title(root),
        published=_meta(root, _DATES) or _time(root),
        language=declared or None,
        encoding=encoding,
    )


def _meta(root: Any, names: tuple[str, ...]) -> str | None:
    said = {
        (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): meta.get(
            "content", ""
        )
        for meta in root.iter("meta")
    }
    return next((clean(said[name]) for name in names if clean(said.get(name, ""))), None)


def _title(root: Any) -> str | None:
    told = _meta(root, _TITLES)
    if told:
        return told
    return next((clean(title.text_content()) for title in root.iter("title")), None) or None


def _time(root: Any) -> str | None:
    """The first <time> that says it is the publication's."""
    for time in root.iter("time"):
        if time.get("pubdate") is not None or time.get("itemprop", "").lower() == "datepublished":
            return time.get("datetime") or clean(time.text_content())
    return None


@dataclass
class _Open:
    """A block that is open: what its text is."""

    tag: str
    kind: PassageKind
    level: int | None = None
    cell: tuple[int, int, int] | None = None


class _Page:
    """Walks the tree without recursion; text gathers until a block starts or ends."""

    def __init__(self) -> None:
        self.composer = Composer()
        self.open = [_Open("html", "paragraph")]
        self.gathered: list[str] = []
        self.lists = 0
        self.tables = -1
        self.grid: list[list[int]] = []

    def compose(self, root: Any) -> Composer:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        dropped: Any = None
        for event, element in walk:
            if event == "start" and dropped is None:
                if _is_dropped(element):
                    dropped = element
                    walk.skip_subtree()
                else:
                    self._start(element)
            elif event == "end":
                if dropped is None:
                    self._end(element)
                elif element is dropped:
                    dropped = None
                if element is not root:
                    self._gather(element.tail)
        self._flush()
        return self.composer

    def _gather(self, text: str | None) -> None:
        if text:
            self.gathered.append(text)

    def _start(self, element: Any) -> None:
        tag = element.tag
        if tag == "br":
            self._gather("\n")
        elif _BLOCK.fullmatch(tag):
            self._flush()
            if tag in ("ul", "ol"):
                self.lists += 1
            elif tag == "table":
                self._start_table(element)
            elif tag == "tr" and self.grid:
                self.grid[-1][1:] = [self.grid[-1][1] + 1, -1]
            self.open.append(self._block(element))
        self._gather(element.text)

    def _end(self, element: Any) -> None:
        tag = element.tag
        if not _BLOCK.fullmatch(tag):
            return
        self._flush()
        self.open.pop()
        if tag in ("ul", "ol"):
            self.lists -= 1
        elif tag == "table":
            self.grid.pop()

    def _start_table(self, element: Any) -> None:
        """A table for layout (it holds headings or tables) is none: its number is -1."""
        layout = element.get("role") == "presentation" or any(
            inner is not element for inner in element.iter("table", "h1", "h2", "h3", "h4")
        )
        self.tables += 0 if layout else 1
        self.grid.append([-1 if layout else self.tables, -1, -1])

    def _block(self, element: Any) -> _Open:
        tag, around = element.tag, self.open[-1]
        if re.fullmatch(r"h[1-6]", tag):
            return _Open(tag, "heading", int(tag[1]))
        if tag in ("td", "th") and self.grid:
            return self._cell(element)
        if around.kind in ("cell", "footer"):
            return around
        if tag == "footer" or element.get("role") == "contentinfo":
            return _Open(tag, "footer")
        if tag in ("li", "dd"):
            return _Open(tag, "item", max(1, self.lists))
        if tag == "p" and around.kind == "item":
            return around
        return (
            _Open(tag, "paragraph")
            if tag not in ("ul", "ol", "dl")
            else _Open(tag, around.kind, around.level)
        )

    def _cell(self, element: Any) -> _Open:
        grid = self.grid[-1]
        grid[2] += 1
        table, row, column = grid
        span = element.get("colspan", "1").strip()
        grid[2] += min(int(span[:4]), 1000) - 1 if re.fullmatch(r"[1-9]\d{0,3}", span) else 0
        return _Open("td", "paragraph") if table < 0 else _Open("td", "cell", cell=(table, row, column))

    def _flush(self) -> None:
        text = "".join(self.gathered)
        self.gathered.clear()
        block = self.open[-1]
        kind = block.kind
        if kind == "paragraph" and _SOURCE_LINE.match(text.lstrip()):
            kind = "footer"
        self.composer.add(kind, text, level=block.level, cell=block.cell)


def _is_dropped(element: Any) -> bool:
    return (
        _DROPPED.fullmatch(element.tag) is not None
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or element.get("role") == "navigation"
        or bool(_HIDDEN.search(element.get("style", "")))
    )
