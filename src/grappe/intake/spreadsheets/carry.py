"""Cells merged downwards say the same on each of their rows."""

from collections import defaultdict
from collections.abc import Iterator

from grappe.intake.spreadsheets.sheets import Merge, Row, Sheet


def carry_down(sheet: Sheet) -> Iterator[Row]:
    """The rows with the value of a vertically merged block repeated in its first column on each row."""
    starting: dict[int, list[Merge]] = defaultdict(list)
    for merge in sheet.facts.merges:
        if merge.bottom > merge.top:
            starting[merge.top].append(merge)
    active: list[tuple[Merge, str]] = []
    for row in sheet.rows:
        active = [(merge, text) for merge, text in active if merge.bottom >= row.number]
        yield _filled(row, active) if active else row
        active += [(merge, row.cell(merge.left)) for merge in starting.pop(row.number, ())]


def _filled(row: Row, active: list[tuple[Merge, str]]) -> Row:
    width = max(len(row.cells), *(merge.left + 1 for merge, _ in active))
    cells = list(row.cells) + [""] * (width - len(row.cells))
    carried = set()
    for merge, text in active:
        if text.strip() and not cells[merge.left].strip():
            cells[merge.left] = text
            carried.add(merge.left)
    return Row(row.number, tuple(cells), frozenset(carried), row.printed)
