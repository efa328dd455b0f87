"""Any spreadsheet file → its sheets. What the file is, its content says, not its extension."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.parsers.expat import ExpatError

from grappe.intake.archives import UNFOLDED_LIMIT, check_archive
from grappe.intake.spreadsheets.calamine_rows import rows_of
from grappe.intake.spreadsheets.delimited import open_delimited
from grappe.intake.spreadsheets.html_tables import open_html_tables
from grappe.intake.spreadsheets.old_excel import open_old_excel
from grappe.intake.spreadsheets.scan_ods import scan_ods
from grappe.intake.spreadsheets.scan_xlsx import UnsafeXmlError, scan_xlsx
from grappe.intake.spreadsheets.sheets import Sheet, SheetFacts, column_letters
from grappe.statements import GrappeError, Problem

FORMATS = ".xlsx, .xls, .ods, .csv, .tsv"
#: calamine lays a sheet out as a full rectangle, some 30 bytes a cell.
AREA_LIMIT = 20_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def open_sheets(
    path: Path, *, unfolded_limit: int = UNFOLDED_LIMIT, area_limit: int = AREA_LIMIT
) -> Iterator[Sheet]:
    """The sheets of *path*, each to be read before the next is asked for.

    Raises GrappeError: ``file_missing``, ``file_empty``, ``unknown_format``, ``protected_file``,
    ``damaged_file``, ``archive_too_large`` (beyond *unfolded_limit* bytes), ``area_too_large`` (the rectangle
    of a sheet in use beyond *area_limit* cells), ``unknown_encoding``.
    """
    kind = sniff(path)
    if kind == "text":
        yield open_delimited(path)
    elif kind == "html":
        yield from open_html_tables(path)
    elif kind == "xls":
        yield from open_old_excel(path)
    else:
        facts = _scan(path, kind, unfolded_limit)
        for sheet in facts:
            _check_area(path, sheet, area_limit)
        yield from _open_calamine(path, facts)


def sniff(path: Path) -> str:
    """``xlsx``, ``ods``, ``xls``, ``html`` or ``text``, by content. Raises GrappeError for anything else."""
    if not path.is_file():
        raise GrappeError(Problem("file_missing", file=path.name))
    with path.open("rb") as handle:
        head = handle.read(4096)
    if not head.strip():
        raise GrappeError(Problem("file_empty", file=path.name, expected="table"))
    if head.startswith(b"PK"):
        return _sniff_zip(path)
    if head.startswith(_OLE):
        return _sniff_ole(path)
    return _sniff_text(path, head)


def _sniff_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            encrypted = _ods_is_encrypted(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise GrappeError(Problem("damaged_file", file=path.name, found=str(error))) from error
    if encrypted:
        raise GrappeError(Problem("protected_file", file=path.name))
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise _unknown(path, "zip")


def _ods_is_encrypted(archive: zipfile.ZipFile) -> bool:
    try:
        with archive.open("META-INF/manifest.xml") as manifest:
            return b"encryption-data" in manifest.read(1 << 20)
    except KeyError:
        return False


def _sniff_ole(path: Path) -> str:
    tail = b""
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            if _ENCRYPTED in tail + block:
                raise GrappeError(Problem("protected_file", file=path.name))
            tail = block[-len(_ENCRYPTED) :]
    return "xls"


def _sniff_text(path: Path, head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise _unknown(path, "Excel 2003 XML")
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        return "html"
    if start.startswith(b"%pdf"):
        raise _unknown(path, "PDF")
    binary = sum(byte < 9 or 13 < byte < 32 for byte in head if byte) > 0.02 * len(head)
    if binary:
        raise _unknown(path, path.suffix or "?")
    return "text"


def _scan(path: Path, kind: str, unfolded_limit: int) -> list[SheetFacts]:
    check_archive(path, limit=unfolded_limit)
    try:
        return list(scan_xlsx(path)) if kind == "xlsx" else scan_ods(path)
    except (ExpatError, UnsafeXmlError, KeyError, ValueError) as error:
        raise GrappeError(Problem("damaged_file", file=path.name, found=str(error))) from error


def _check_area(path: Path, facts: SheetFacts, area_limit: int) -> None:
    if facts.last_row * (facts.last_column + 1) > area_limit:
        last = f"{column_letters(facts.last_column)}{facts.last_row}"
        raise GrappeError(
            Problem(
                "area_too_large", file=path.name, sheet=facts.name, found=last, expected=f"{area_limit:,}"
            )
        )


def _open_calamine(path: Path, facts: list[SheetFacts]) -> Iterator[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_path(path) as workbook:
            names = set(workbook.sheet_names)
            for known in facts:
                used = known.cells and known.name in names
                yield Sheet(known, rows_of(workbook.get_sheet_by_name(known.name)) if used else iter(()))
    except PasswordError as error:
        raise GrappeError(Problem("protected_file", file=path.name)) from error
    except CalamineError as error:
        raise GrappeError(Problem("damaged_file", file=path.name, found=str(error))) from error


def _unknown(path: Path, found: str) -> GrappeError:
    return GrappeError(Problem("unknown_format", file=path.name, found=found, expected=FORMATS))
