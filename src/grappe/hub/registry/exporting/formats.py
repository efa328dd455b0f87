"""Batches of rows → the bytes of a file, piece by piece: an export of any length takes little memory."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any

from grappe.hub.registry.exporting.rows import Row
from grappe.hub.registry.exporting.tables import FLOAT, INT, LIST
from grappe.statements.export import defuse_formula

Columns = Mapping[str, tuple[str, str]]
Batches = Iterable[Sequence[Row]]
#: The last row a sheet has, less its head.
MOST_SHEET_ROWS = 1_048_575
_ROW_GROUP = 50_000
_PIECE = 1 << 18
_SUSPECT = frozenset("=+-@\t\r")


class TooManyRows(Exception):  # noqa: N818
    """A sheet does not hold so many rows."""


@dataclass(frozen=True)
class Format:
    """A format: how it is called in an address, its media type, what it is called."""

    ending: str
    media_type: str
    label: str


FORMATS: Mapping[str, Format] = {
    each.ending: each
    for each in (
        Format("csv", "text/csv; charset=utf-8", "CSV"),
        Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
        Format("parquet", "application/vnd.apache.parquet", "Parquet"),
        Format("jsonl", "application/jsonl; charset=utf-8", "JSON Lines"),
    )
}


def write_table(ending: str, name: str, columns: Columns, batches: Batches) -> Iterator[bytes]:
    """The pieces of the file of a table in the format *ending*. Raises TooManyRows (a sheet only)."""
    if ending == "csv":
        return _csv(columns, batches)
    if ending == "jsonl":
        return _json_lines(columns, batches)
    if ending == "parquet":
        return _parquet(columns, batches)
    return _xlsx(name, columns, batches)


class Spool:
    """A file that only goes forward: what is written to it is taken out and sent on."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._position = 0
        self.closed = False

    def write(self, piece: bytes) -> int:
        """Keep *piece* until it is taken; returns its length."""
        self._pieces.append(bytes(piece))
        self._position += len(piece)
        return len(piece)

    def tell(self) -> int:
        """How much was written."""
        return self._position

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Say that no more comes."""
        self.closed = True

    def writable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Never."""
        return False

    def readable(self) -> bool:
        """Never."""
        return False

    def take(self) -> bytes:
        """What was written since it was last taken."""
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def _csv(columns: Columns, batches: Batches) -> Iterator[bytes]:
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(columns)
    # The mark tells spreadsheets that the accents are UTF-8.
    yield "\ufeff".encode()
    for batch in batches:
        sheet.writerows([_csv_cell(value) for value in row] for row in batch)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _csv_cell(value: Any) -> Any:
    if value.__class__ is str:
        return defuse_formula(value) if value and value[0] in _SUSPECT else value
    return defuse_formula("; ".join(value)) if isinstance(value, list) else value


def _json_lines(columns: Columns, batches: Batches) -> Iterator[bytes]:
    names = tuple(columns)
    for batch in batches:
        lines = (
            json.dumps(dict(zip(names, map(_known, row), strict=True)), ensure_ascii=False) for row in batch
        )
        yield "".join(f"{line}\n" for line in lines).encode()


def _known(value: Any) -> Any:
    """What is not known is null."""
    return None if value == "" else value


def _parquet(columns: Columns, batches: Batches) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import parquet

    types = {LIST: pa.list_(pa.string()), FLOAT: pa.float64(), INT: pa.int64()}
    schema = pa.schema([(name, types.get(kind, pa.string())) for name, (kind, _) in columns.items()])
    spool = Spool()
    waiting: list[Row] = []
    writer = parquet.ParquetWriter(pa.PythonFile(spool, mode="w"), schema, compression="zstd")

    def flush() -> bytes:
        if waiting:
            columns_of = zip(*waiting, strict=True)
            arrays = [_array(each, kind) for each, kind in zip(columns_of, schema.types, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            waiting.clear()
        return spool.take()

    for batch in batches:
        waiting.extend(batch)
        if len(waiting) >= _ROW_GROUP:
            yield flush()
    flushed = flush()
    writer.close()
    yield flushed + spool.take()


def _array(cells: Sequence[Any], kind: Any) -> Any:
    """A column, null where nothing is known."""
    import pyarrow as pa
    from pyarrow import compute

    column = pa.array(cells, kind)
    if not pa.types.is_string(kind):
        return column
    return compute.if_else(compute.equal(column, ""), pa.scalar(None, kind), column)


def _xlsx(name: str, columns: Columns, batches: Batches) -> Iterator[bytes]:
    with TemporaryFile() as file:
        _write_book(file, name, columns, batches)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _write_book(file: IO[bytes], name: str, columns: Columns, batches: Batches) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet(name[:31])
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, columns, book.add_format({"bold": True}))
    number = 0
    for number, row in enumerate(chain.from_iterable(batches), start=1):
        if number > MOST_SHEET_ROWS:
            # Closed, or its temporary files stay.
            book.close()
            raise TooManyRows
        _write_row(sheet, number, row)
    sheet.autofilter(0, 0, number, len(columns) - 1)
    book.close()


def _write_row(sheet: Any, number: int, row: Row) -> None:
    for place, value in enumerate(row):
        if isinstance(value, list):
            sheet.write_string(number, place, "; ".join(value)[:32_767])
        elif isinstance(value, str):
            if value:
                # As a string, whatever it begins with: no formula, no link, no number.
                sheet.write_string(number, place, value[:32_767])
        elif value is not None:
            sheet.write_number(number, place, value)
