"""A spreadsheet → statements: sheets, titles, rows, and everything that was left out said aloud."""

from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from itertools import chain, islice
from pathlib import Path

from grappe.intake import Record
from grappe.intake.archives import UNFOLDED_LIMIT
from grappe.intake.spreadsheets.amending import Amendments
from grappe.intake.spreadsheets.asides import Asides
from grappe.intake.spreadsheets.carry import carry_down
from grappe.intake.spreadsheets.mapping import LOOKED_AT, Column, Mapping, SheetMapping, guess_sheet
from grappe.intake.spreadsheets.rows import Columns, Place, RowReader
from grappe.intake.spreadsheets.sheets import Row, Sheet, SheetFacts, column_letters, ranges
from grappe.intake.spreadsheets.workbook import AREA_LIMIT, open_sheets
from grappe.intake.values import Codes
from grappe.statements import GrappeError, Problem, Source
from grappe.statements.text import clean, fold


def read_spreadsheet(
    path: Path,
    source: Source,
    *,
    mapping: Mapping | None = None,
    codes: AbstractMapping[str, Codes] | None = None,
    amendments: Amendments | None = None,
    rows_limit: int | None = None,
    unfolded_limit: int = UNFOLDED_LIMIT,
    area_limit: int = AREA_LIMIT,
) -> Iterator[Record]:
    """The statements and problems of an .xlsx, .xls, .ods, .csv or .tsv file, in its order.

    *mapping* says what the columns are (guessed from their titles when None); *codes* gives the workspace's
    lists, by property: code → labels; *amendments* what a person changed. The entity is ``source:key``: the
    key column's text, else a hash of the folded name and municipality. Locators read ``Sheet!B12``, and
    ``csv!B12`` for delimited text. A row's source (or its address) becomes ``asserted_by``; its address is
    also stated as ``mentioned_in``.

    Raises GrappeError when nothing can be read: see :func:`~.workbook.open_sheets`, and ``file_empty``,
    ``no_header``, ``missing_column``, ``too_many_rows`` (beyond *rows_limit*). A bad cell is a Problem, and
    reading goes on.
    """
    reading = _Reading(path, source, mapping, codes or {}, amendments or Amendments(), rows_limit)
    for sheet in open_sheets(path, unfolded_limit=unfolded_limit, area_limit=area_limit):
        yield from reading.read(sheet)
    yield from reading.close()


class _Reading:
    """What is remembered from one sheet to the next: keys with the cell they first stand in."""

    def __init__(
        self,
        path: Path,
        source: Source,
        mapping: Mapping | None,
        codes: AbstractMapping[str, Codes],
        amendments: Amendments,
        rows_limit: int | None,
    ) -> None:
        self.file = path.name
        self.source = source
        self.mapping = mapping
        self.codes = codes
        self.amendments = amendments
        self.rows_limit = rows_limit
        self.rows_read = 0
        self.sheets_met: list[str] = []
        self.sheets_read = 0
        self.rows_met = False

    def read(self, sheet: Sheet) -> Iterator[Record]:
        self.sheets_met.append(sheet.name)
        sheet = self.amendments.amend(sheet)
        rows = carry_down(sheet)
        head = list(islice(rows, LOOKED_AT))
        if not head:
            return
        self.rows_met = True
        mapped = self.mapping.sheet(sheet.name) if self.mapping else guess_sheet(sheet.name, head)
        if mapped is None:
            found = " | ".join(cell for cell in head[0].cells if cell.strip())
            yield Problem("sheet_not_read", self.file, sheet.name, found=clean(found), severity="warning")
            return
        self.sheets_read += 1
        if mapped.ignore:
            return
        yield from _hidden(self.file, sheet.facts)
        yield from self._read_mapped(sheet, mapped, self._counted(sheet, chain(head, rows)))

    def _counted(self, sheet: Sheet, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self.rows_read += 1
            if self.rows_limit is not None and self.rows_read > self.rows_limit:
                limit = f"{self.rows_limit:,}"
                found = f"{max(self.rows_read, sheet.facts.last_row):,}"
                raise GrappeError(
                    Problem("too_many_rows", self.file, sheet.name, found=found, expected=limit)
                )
            yield row

    def close(self) -> Iterator[Record]:
        if not self.rows_met:
            raise GrappeError(Problem("file_empty", file=self.file, expected="table"))
        for wanted in self.mapping.sheets if self.mapping else ():
            if wanted.name not in self.sheets_met and not wanted.ignore:
                found = ", ".join(self.sheets_met)
                yield Problem("missing_sheet", self.file, found=found, expected=wanted.name)
        if not self.sheets_read:
            raise GrappeError(Problem("no_header", file=self.file, expected="header"))

    def _read_mapped(self, sheet: Sheet, mapped: SheetMapping, rows: Iterator[Row]) -> Iterator[Record]:
        titles = next((row for row in rows if row.number >= mapped.header_row), None)
        if titles is None or titles.number != mapped.header_row:
            raise GrappeError(
                Problem("no_header", self.file, sheet.name, mapped.header_row, expected="header")
            )
        placed = _place_columns(self.file, mapped, titles)
        for _, column in placed:
            if not column.property:
                yield self._unmapped(sheet.name, column)
        defaults = self.mapping.defaults if self.mapping else {}
        place = Place(self.file, sheet.name)
        reader = RowReader(self.source, place, Columns(placed, defaults, self.codes))
        yield from _SheetReading(sheet, titles, reader, place).read(rows)

    def _unmapped(self, sheet: str, column: Column) -> Problem:
        return Problem(
            "unmapped_column",
            self.file,
            sheet,
            column=column.title(),
            found=column.header,
            severity="warning",
        )


class _SheetReading:
    """The rows below the titles of one sheet."""

    def __init__(self, sheet: Sheet, titles: Row, reader: RowReader, place: Place) -> None:
        self.facts = sheet.facts
        self.titles = titles
        self.reader = reader
        self.place = place
        self.asides = Asides(sheet.facts, titles)
        self.columns = dict(reader.columns.placed)
        self.untitled: set[int] = set()
        self.first_at: dict[str, str] = {}

    def read(self, rows: Iterator[Row]) -> Iterator[Record]:
        yield from self._valueless()
        for row in rows:
            if self.asides.repeats_titles(row):
                continue
            if self.asides.is_aside(row) or not self.reader.says_something(row):
                yield from self._left_out(row)
                continue
            yield from self._without_title(row)
            yield from self._organisation(row)

    def _organisation(self, row: Row) -> Iterator[Record]:
        key = self.reader.key(row)
        if isinstance(key, Problem):
            if not self._is_valueless(row, key.column):
                yield key
            return
        name, at = key
        stands_at = f"{self.place.sheet}!{column_letters(at)}{row.number}"
        first_at = self.first_at.setdefault(fold(name), stands_at)
        if first_at != stands_at and at not in row.carried:
            found = clean(row.cell(at))
            yield self.place.problem(
                "duplicate_key", row.number, self.columns[at], found=found, expected=first_at
            )
            return
        yield from self.reader.read(row, name, at)

    def _is_valueless(self, row: Row, column: str | None) -> bool:
        return any(
            title.title() == column and (row.number, at) in self.facts.valueless
            for at, title in self.columns.items()
        )

    def _valueless(self) -> Iterator[Problem]:
        for (row, at), formula in sorted(self.facts.valueless.items()):
            column = self.columns.get(at)
            if row > self.titles.number and column and column.property not in ("", "ignore"):
                yield self.place.problem("formula_without_value", row, column, found=formula)

    def _left_out(self, row: Row) -> Iterator[Problem]:
        own = [clean(cell) for at, cell in enumerate(row.cells) if at not in row.carried]
        found = " | ".join(cell for cell in own if cell)
        if found:
            yield Problem(
                "row_left_out", self.place.file, self.place.sheet, row.number, found=found, severity="warning"
            )

    def _without_title(self, row: Row) -> Iterator[Problem]:
        """Columns that hold values but have no title: said once each, at their first value."""
        for at, cell in enumerate(row.cells):
            if at not in self.columns and at not in self.untitled and cell.strip():
                self.untitled.add(at)
                yield Problem(
                    "unmapped_column",
                    self.place.file,
                    self.place.sheet,
                    row.number,
                    column_letters(at),
                    found=clean(cell),
                    severity="warning",
                )


def _hidden(file: str, facts: SheetFacts) -> Iterator[Problem]:
    if facts.hidden:
        yield Problem("hidden_sheet", file, facts.name, severity="warning")
    rows = [row for row in facts.hidden_rows if row <= facts.last_row]
    if rows:
        yield Problem("hidden_rows", file, facts.name, found=ranges(rows), severity="warning")
    columns = [column for column in facts.hidden_columns if column <= facts.last_column]
    if columns:
        letters = ", ".join(column_letters(column) for column in columns)
        yield Problem("hidden_columns", file, facts.name, found=letters, severity="warning")


def _place_columns(file: str, mapped: SheetMapping, titles: Row) -> list[tuple[int, Column]]:
    """Each mapped column where its title stands today; titles that the mapping doesn't have, undecided."""
    free = {at: fold(title) for at, title in enumerate(titles.cells) if title.strip()}
    placed: dict[int, Column] = {}
    problems = []
    for column in mapped.columns:
        fitting = [at for at, title in free.items() if title == fold(column.header)]
        by_letter = [at for at in fitting if column_letters(at) == column.letter]
        at = next(iter(by_letter or fitting), None)
        if not column.header and column.letter:
            at = column_at(column.letter)
        if at is None:
            found = ", ".join(clean(title) for title in titles.cells if title.strip())
            problems.append(
                Problem(
                    "missing_column", file, mapped.name, titles.number, found=found, expected=column.header
                )
            )
            continue
        free.pop(at, None)
        placed[at] = column
    if problems:
        raise GrappeError(*problems)
    for at in free:
        placed[at] = Column(clean(titles.cells[at]), column_letters(at))
    return sorted(placed.items())


def column_at(letters: str) -> int | None:
    """The column counted from 0 of a mapping's letter, or None when it is none."""
    from grappe.intake.spreadsheets.sheets import column_number

    try:
        return column_number(letters)
    except ValueError:
        return None
