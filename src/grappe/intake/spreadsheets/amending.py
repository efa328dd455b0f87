"""What a person amends in a list without touching the file: cells said anew, rows left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from grappe.intake.spreadsheets.sheets import Row, Sheet, column_number


@dataclass(frozen=True)
class Amendments:
    """*cells*: (sheet, row from 1, column letters) → what is read there instead; *rows*: (sheet, row) that
    are not read. What the file says in an amended cell stays the original value of its statements."""

    cells: Mapping[tuple[str, int, str], str] = field(default_factory=dict)
    rows: frozenset[tuple[str, int]] = frozenset()

    def amend(self, sheet: Sheet) -> Sheet:
        """*sheet* as amended; itself when nothing in it is. Raises ValueError for letters of no column."""
        cells: dict[int, dict[int, str]] = {}
        for (name, row, letters), text in self.cells.items():
            if name == sheet.name:
                cells.setdefault(row, {})[column_number(letters)] = text
        left_out = {row for name, row in self.rows if name == sheet.name}
        if not cells and not left_out:
            return sheet
        given = {(row, at) for row, texts in cells.items() for at in texts}
        valueless = {
            place: formula
            for place, formula in sheet.facts.valueless.items()
            if place not in given and place[0] not in left_out
        }
        return Sheet(replace(sheet.facts, valueless=valueless), _amended(sheet.rows, cells, left_out))


def _amended(
    rows: Iterator[Row], cells: Mapping[int, Mapping[int, str]], left_out: set[int]
) -> Iterator[Row]:
    for row in rows:
        if row.number in left_out:
            continue
        given = cells.get(row.number)
        yield _with_cells(row, given) if given else row


def _with_cells(row: Row, given: Mapping[int, str]) -> Row:
    width = max(len(row.cells), *(at + 1 for at in given))
    texts = [given.get(at, row.cell(at)) for at in range(width)]
    return replace(row, cells=tuple(texts), printed={at: row.cell(at) for at in given})
