"""Plain text: headings, lists, paragraphs and footers inferred from typography alone.

The rules are those of any typed text: a heading is short, unpunctuated, and leads to a paragraph or a list;
an item has a bullet, or follows a line that ends with a colon; a footer says « Source : » or is a footnote.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from grappe.intake.documents.passages import (
    MOST_PASSAGES,
    Draft,
    Reading,
    TooManyPassagesError,
    stripped,
)
from grappe.intake.encodings import detect_encoding
from grappe.statements.records import PassageKind

_BULLET = re.compile(
    r"(?:(?:[•·▪◦‣●○■►–—*-]|\uf0b7)[ \t\u00a0]+)+(?=\S)|(?:\d{1,2}[.)]|[a-z]\))[ \t\u00a0]+(?=\S)"
)
_FOOTER = re.compile(r"(?:sources?|notes?|crédits?|credits?)\s*:|©|\(c\) ", re.IGNORECASE)
_NOTE_MARK = re.compile(r"\*{1,4}(?=\s|[“\"«\w])|\[\d{1,3}\]|\(\d{1,3}\)|[¹²³⁴⁵⁶⁷⁸⁹]")
_TRAILING_NOTE = re.compile(r"\[\d{1,3}:\s+([^][]+?)\s*\]\s*$")
_RULE = re.compile(r"[-=_*~#.\s]{3,}")
_LABEL = re.compile(
    r"(?:(?:press|news|media) release|communiqué(?: de presse)?|(?:for|pour) .*immédiate?\b.*"
    r"|for immediate release|(?:for more information|learn more|read more|find out more|see also)\b.*"
    r"|(?:pour (?:en savoir plus|plus d.information|de plus amples)|en savoir plus|lire la suite)\b.*"
    r"|voir aussi\b.*"
    r"|embargo\b.*|-?\s*\d+\s*-?|\S*https?://\S+|www\.\S+)\W*",
    re.IGNORECASE,
)
_FIGURE_FIRST = re.compile(r"[+~$€£±≈>]|\d[\d\s.,\u00a0]*(?:%|\$|\w)")
#: « Emplois : 184 300 »
_LABELLED_FIGURE = re.compile(r"[^.:;]{2,60}\s?:\s*[+~≈$€]?\s?\d[\d\s.,]*(?:[%$€+kMG]|\w+)?")
_COUNTED = re.compile(r"\d\s?[%$€]|\d\s?[kMG]\$|\d{1,3}[\s,]\d{3}")
_SENTENCE_END = re.compile(r"[.!?…;][»”\"’')\]*\d]*(?:\s+(?:https?://|www\.)\S+)?$")
_QUOTE_END = re.compile(r"[»”\"“]\s*\W?$")
_LONGEST_HEADING = 110
_MOST_HEADING_WORDS = 16
_LONGEST_RUN = 3
_MOST_TITLE_WORDS = 8


@dataclass(frozen=True)
class Line:
    """A line that holds something: its offsets without bullet (*mark*) and white space, and its looks."""

    start: int
    end: int
    text: str
    first: bool
    last: bool
    indent: int
    mark: str
    kind: PassageKind = "paragraph"
    level: int | None = None

    @property
    def is_short(self) -> bool:
        """Whether it has the shape of a heading."""
        return (
            len(self.text) <= _LONGEST_HEADING
            and len(self.text.split()) <= _MOST_HEADING_WORDS
            and not self.mark
            and not re.search(r"[.;:,…]$|(?:https?://|www\.)\S+$", self.text.rstrip("*"))
            and not self.text[0].islower()
        )


def read_plain(path: Path) -> Reading:
    """The file's text, unchanged, and its passages. Raises GrappeError ``unknown_encoding``."""
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, newline="") as handle:
        text = handle.read()
    return Reading(text, tuple(infer_passages(text)), "text/plain", encoding=encoding)


def infer_passages(text: str) -> Iterator[Draft]:
    """The passages of a plain *text*, in order, without overlap. Raises TooManyPassagesError."""
    lines = list(islice(_lines(text), MOST_PASSAGES + 1))
    if len(lines) > MOST_PASSAGES:
        raise TooManyPassagesError
    if _is_hard_wrapped(lines):
        lines = _unwrapped(lines, text)
    for line in _with_headings(_with_lists_and_footers(lines)):
        yield from _split_note(line)


def _lines(text: str) -> Iterator[Line]:
    offset, blank_before = 0, True
    pending: Line | None = None
    for raw in io.StringIO(text, newline=""):
        start, end = stripped(text, offset, offset + len(raw))
        offset += len(raw)
        blank = start >= end or _RULE.fullmatch(text[start:end]) is not None
        if pending:
            yield replace(pending, last=blank)
            pending = None
        if not blank:
            indent = start - (offset - len(raw))
            mark = _BULLET.match(text, start, end)
            begin = mark.end() if mark else start
            pending = Line(begin, end, text[begin:end], blank_before, False, indent, text[start:begin])
        blank_before = blank
    if pending:
        yield replace(pending, last=True)


def _is_hard_wrapped(lines: Sequence[Line]) -> bool:
    """Whether paragraphs run over several lines: no line is long, and most that go on are nearly full."""
    longest = max((len(line.text) for line in lines), default=0)
    going_on = [line for line in lines if not line.last and not line.mark]
    full = sum(len(line.text) > 0.6 * longest for line in going_on)
    return 30 <= longest <= 100 and len(going_on) >= 2 and full >= 0.6 * len(going_on)


def _unwrapped(lines: Sequence[Line], text: str) -> list[Line]:
    """Lines of one block as one; a bullet or a footer starts anew."""
    joined: list[Line] = []
    for line in lines:
        starts = line.first or line.mark or _FOOTER.match(line.text) or not joined
        if starts:
            joined.append(line)
        else:
            before = joined[-1]
            joined[-1] = replace(before, end=line.end, text=text[before.start : line.end], last=line.last)
    return joined


def _with_lists_and_footers(lines: Sequence[Line]) -> list[Line]:
    found: list[Line] = []
    indents: list[int] = []
    announced = in_notes = noted = False
    starred = any(line.text.endswith("*") for line in lines)
    for at, line in enumerate(lines):
        in_notes = (in_notes and not line.first) or _FOOTER.match(line.text) is not None
        announced = announced and not line.first
        indents = [indent for indent in indents if indent < line.indent] if line.mark else []
        noted = (line.first or noted) and not line.mark and _NOTE_MARK.match(line.text) is not None
        if in_notes or noted:
            # A footnote keeps its mark: the text above refers to it.
            found.append(_footer(line))
        elif starred and _is_lone_star(lines, at):
            # No list of one: what a star above refers to.
            found.append(_footer(line))
        elif line.mark:
            indents.append(line.indent)
            announced = False
            found.append(replace(line, kind="item", level=len(indents)))
        elif announced and len(line.text) <= _LONGEST_HEADING and not _ends_sentence(line.text):
            found.append(replace(line, kind="item", level=1))
        else:
            announced = line.text.endswith(":")
            found.append(line)
    return found


def _is_lone_star(lines: Sequence[Line], at: int) -> bool:
    around = [lines[near].mark.strip() for near in (at - 1, at + 1) if 0 <= near < len(lines)]
    return lines[at].mark.strip() == "*" and lines[at].first and "*" not in around


def _footer(line: Line) -> Line:
    return replace(line, kind="footer", start=line.start - len(line.mark), text=line.mark + line.text)


def _with_headings(lines: list[Line]) -> Iterator[Line]:
    """Runs of short lines that lead to a paragraph or a list are headings, one level under another."""
    at = 0
    while at < len(lines):
        run = _run(lines, at)
        if not run:
            yield lines[at]
            at += 1
            continue
        following = lines[at + len(run)] if at + len(run) < len(lines) else None
        yield from _levelled(run, following, lines[at - 1] if at else None)
        at += len(run)


def _run(lines: list[Line], at: int) -> list[Line]:
    run: list[Line] = []
    while at < len(lines) and _may_be_heading(lines[at], lines[at - 1] if at else None):
        run.append(lines[at])
        at += 1
    return run


def _may_be_heading(line: Line, before: Line | None) -> bool:
    if (
        line.kind != "paragraph"
        or not line.is_short
        or _trailing_note(line.text)
        or _LABEL.fullmatch(line.text)
    ):
        return False
    if _LABELLED_FIGURE.match(line.text):
        return False
    if before is None:
        return True
    if _FIGURE_FIRST.match(line.text) and not re.match(r"\d+(?:\.\d+)* [A-ZÀ-Ý]", line.text):
        return False
    # The name under a quotation signs it.
    signs = before.kind == "paragraph" and _QUOTE_END.search(before.text[-9:]) and "," in line.text
    # A title would not go on right under an unfinished short line.
    starts = line.first or before.kind != "paragraph" or before.is_short or _is_prose(before)
    return not signs and (starts or _LABEL.fullmatch(before.text) is not None)


def _levelled(run: list[Line], following: Line | None, before: Line | None) -> Iterator[Line]:
    leads_to_text = following is not None and following.kind == "paragraph" and _is_prose(following)
    leads_to_list = following is not None and following.kind == "item" and len(run) == 1
    headings = run if len(run) <= _LONGEST_RUN else run[-1:]
    if not (leads_to_text or leads_to_list or _leads_to_figures(run, following, before)):
        headings = []
    yield from run[: len(run) - len(headings)]
    for level, line in enumerate(headings, start=1):
        yield replace(line, kind="heading", level=level)


def _leads_to_figures(run: list[Line], following: Line | None, before: Line | None) -> bool:
    """Whether key figures, a line each, start after *run*; a label between two of them is no heading."""
    starts = before is None or before.kind == "footer" or _is_prose(before)
    figures = (
        following is not None
        and following.kind == "paragraph"
        and (_FIGURE_FIRST.match(following.text) or _LABELLED_FIGURE.match(following.text))
    )
    names = all(
        len(line.text.split()) <= _MOST_TITLE_WORDS and not _COUNTED.search(line.text) for line in run
    )
    return starts and bool(figures) and names


def _is_prose(line: Line) -> bool:
    note = _trailing_note(line.text)
    text = line.text[: note.start()].rstrip() if note else line.text
    return len(text) > _LONGEST_HEADING or _ends_sentence(text)


def _ends_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text[-160:]) is not None


def _trailing_note(text: str) -> re.Match[str] | None:
    return _TRAILING_NOTE.search(text, max(0, len(text) - 2000))


def _split_note(line: Line) -> Iterator[Draft]:
    """A footnote that a conversion left at the end of its line is a footer of its own."""
    note = _trailing_note(line.text)
    end = line.start + len(line.text[: note.start()].rstrip()) if note else line.end
    if end > line.start:
        yield Draft(line.kind, line.start, end, line.level)
    if note:
        yield Draft("footer", line.start + note.start(1), line.start + note.end(1))
