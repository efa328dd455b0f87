"""The rows of a sheet that calamine opened, as texts."""

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING

from grappe.intake.spreadsheets.sheets import Row

if TYPE_CHECKING:
    from python_calamine import CalamineSheet


def rows_of(sheet: "CalamineSheet") -> Iterator[Row]:
    """The rows that hold something, columns from A whatever the sheet's first one in use."""
    if sheet.start is None:
        return
    offset = ("",) * sheet.start[1]
    for number, values in enumerate(sheet.iter_rows(), start=1):
        if any(value not in ("", None) for value in values):
            yield Row(number, offset + tuple(_text(value) for value in values))


def _text(value: object) -> str:
    """A value as its owner would type it; a date at midnight is a date."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(value, ".0f") if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return "" if value is None else str(value)
