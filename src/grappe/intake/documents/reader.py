"""A document → its clean text, title, date and language, then its passages."""

from collections.abc import Callable, Iterator
from pathlib import Path

from grappe.intake import Record
from grappe.intake.archives import check_archive
from grappe.intake.dates import read_date
from grappe.intake.documents.dates_in_text import find_publication_date
from grappe.intake.documents.languages import detect_language
from grappe.intake.documents.markdown import read_markdown
from grappe.intake.documents.passages import MOST_PASSAGES, Reading, TooManyPassagesError, numbered
from grappe.intake.documents.pdf import read_pdf
from grappe.intake.documents.plain import read_plain
from grappe.intake.documents.web import read_html
from grappe.intake.documents.word import read_docx
from grappe.statements import Document, GrappeError, Problem, Source
from grappe.statements.text import LANGUAGES, clean

FORMATS = ".txt, .md, .html, .pdf, .docx"
MOST_BYTES = 64 << 20
#: Web pages and Markdown are held as trees, some fifty times their size; pages of a PDF are read one by one.
_SHARE: dict[Callable[[Path], Reading], float] = {read_html: 0.25, read_markdown: 0.0625, read_pdf: 8.0}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LONGEST_TITLE = 300


def read_document(path: Path, source: Source, *, most_bytes: int = MOST_BYTES) -> Iterator[Record]:
    """One Document, whose id is the source's, then its passages in order.

    The text of .txt and .md is the decoded file, unchanged; others are composed, a blank line between
    passages. Language is told from the text (French or English), title from the metadata or the first
    heading, date from the metadata or a dateline.

    Raises GrappeError: ``file_missing``, ``file_empty``, ``too_large``, ``too_deep``, ``unknown_format``,
    ``unknown_encoding``, ``protected_file``, ``damaged_file``, ``archive_too_large``, ``no_text``.
    """
    try:
        reading = _reader_of(path, most_bytes)(path)
    except TooManyPassagesError as error:
        found, expected = f"> {MOST_PASSAGES:,} passages", f"{MOST_PASSAGES:,} passages"
        raise GrappeError(Problem("too_large", file=path.name, found=found, expected=expected)) from error
    if not reading.drafts:
        raise GrappeError(Problem("no_text", file=path.name))
    document = _document(reading, source)
    yield document
    yield from numbered(document.id, reading.drafts)


def _document(reading: Reading, source: Source) -> Document:
    texts = [reading.text[draft.start : draft.end] for draft in reading.drafts]
    declared = reading.language if reading.language in LANGUAGES else source.language
    dated = read_date(reading.published) if reading.published else None
    return Document(
        id=source.id,
        source=source.id,
        title=clean(reading.title or _first_heading(reading) or "")[:_LONGEST_TITLE] or None,
        language=detect_language(" ".join(texts[:400])) or declared,
        published=dated or find_publication_date(texts),
        text=reading.text,
        media_type=reading.media_type,
        pages=reading.pages,
        encoding=reading.encoding,
    )


def _first_heading(reading: Reading) -> str | None:
    """The first heading of the highest level found among the first three."""
    headings = [draft for draft in reading.drafts if draft.kind == "heading"][:3]
    first = min(headings, key=lambda draft: draft.level or 1, default=None)
    return reading.text[first.start : first.end] if first else None


def _reader_of(path: Path, most_bytes: int) -> Callable[[Path], Reading]:
    """The reader that fits the content; the extension only tells plain text, Markdown and HTML apart."""
    if not path.is_file():
        raise GrappeError(Problem("file_missing", file=path.name))
    with path.open("rb") as handle:
        head = handle.read(4096)
    if not head.strip():
        raise GrappeError(Problem("file_empty", file=path.name, expected="document"))
    reader = _fitting(path, head)
    size, most = path.stat().st_size, most_bytes * _SHARE.get(reader, 1.0)
    if size > most:
        found, expected = f"{size / 1e6:.1f} MB", f"{most / 1e6:.1f} MB"
        raise GrappeError(Problem("too_large", file=path.name, found=found, expected=expected))
    return reader


def _fitting(path: Path, head: bytes) -> Callable[[Path], Reading]:
    if head.startswith((b"PK", _OLE)):
        return _check_word(path, head)
    if b"%PDF-" in head[:1024]:
        return read_pdf
    return _text_reader(path, head)


def _check_word(path: Path, head: bytes) -> Callable[[Path], Reading]:
    if head.startswith(_OLE):
        if path.stat().st_size <= 8 * MOST_BYTES and _ENCRYPTED in path.read_bytes():
            raise GrappeError(Problem("protected_file", file=path.name))
        raise GrappeError(Problem("unknown_format", file=path.name, found=path.suffix, expected=FORMATS))
    body = check_archive(path).get("word/document.xml")
    if body is None:
        raise GrappeError(Problem("unknown_format", file=path.name, found=path.suffix, expected=FORMATS))
    if body > MOST_BYTES:
        found, expected = f"{body / 1e6:.0f} MB", f"{MOST_BYTES / 1e6:.0f} MB"
        raise GrappeError(Problem("too_large", file=path.name, found=found, expected=expected))
    return read_docx


def _text_reader(path: Path, head: bytes) -> Callable[[Path], Reading]:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")) or path.suffix.lower() in (".html", ".htm", ".xhtml"):
        return read_html
    control = sum(byte < 9 or 13 < byte < 32 for byte in head if byte)
    if control > 0.02 * len(head):
        raise GrappeError(
            Problem("unknown_format", file=path.name, found=path.suffix or "?", expected=FORMATS)
        )
    return read_markdown if path.suffix.lower() in (".md", ".markdown") else read_plain
