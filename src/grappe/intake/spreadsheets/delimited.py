"""Delimited text as it comes: any of four delimiters, any usual encoding, read as a stream."""

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from grappe.intake.encodings import detect_encoding
from grappe.intake.spreadsheets.headers import recognise
from grappe.intake.spreadsheets.sheets import Row, Sheet, SheetFacts
from grappe.statements import GrappeError, Problem

SHEET_NAME = "csv"
_DELIMITERS = (";", ",", "\t", "|")
_SAMPLE_LINES = 60
_LONGEST_LINE = 10_000_000


def open_delimited(path: Path) -> Sheet:
    """The one sheet, named ``csv``; a row's number is that of the record, as a spreadsheet shows it.

    Raises GrappeError ``unknown_encoding``; running through the rows raises ``damaged_file`` where a record
    can't be (a quote never closed).
    """
    encoding = detect_encoding(path)
    with path.open(encoding=encoding, newline="") as handle:
        sample = [line[:10_000] for line in islice(_lines(path, handle), _SAMPLE_LINES)]
    delimiter, announced = _delimiter(sample)
    return Sheet(SheetFacts(SHEET_NAME), _rows(path, encoding, delimiter, skip_first=announced))


def _lines(path: Path, handle: TextIO) -> Iterator[str]:
    while line := handle.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            found, expected = f"> {_LONGEST_LINE:,}", f"{_LONGEST_LINE:,} c."
            raise GrappeError(Problem("too_large", file=path.name, found=found, expected=expected))
        yield line


def _delimiter(sample: list[str]) -> tuple[str, bool]:
    """The delimiter, and whether the file's first line is Excel's own ``sep=;``."""
    first = sample[0].strip().lower() if sample else ""
    if first.startswith("sep=") and len(first) == 5:
        return first[4], True
    return max(_DELIMITERS, key=lambda delimiter: _fitness(sample, delimiter)), False


def _fitness(sample: list[str], delimiter: str) -> tuple[int, float]:
    """How many header cells are recognised in the best row, then how alike the rows' widths are."""
    rows = [row for row in csv.reader(sample, delimiter=delimiter) if any(row)]
    recognised = max((sum(recognise(cell) is not None for cell in row) for row in rows), default=0)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    alike = max(widths.values(), default=0) / max(1, len(rows))
    return recognised, alike


def _rows(path: Path, encoding: str, delimiter: str, *, skip_first: bool) -> Iterator[Row]:
    number = 0
    with path.open(encoding=encoding, newline="") as handle:
        try:
            for number, cells in enumerate(csv.reader(_lines(path, handle), delimiter=delimiter), start=1):
                if any(cells) and not (skip_first and number == 1):
                    yield Row(number, tuple(cells))
        except csv.Error as error:
            raise GrappeError(
                Problem("damaged_file", file=path.name, sheet=SHEET_NAME, row=number + 1, found=str(error))
            ) from error
