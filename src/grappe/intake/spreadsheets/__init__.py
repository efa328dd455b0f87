"""Member lists as secretariats keep them → statements, with a mapping that a person can correct."""

from grappe.intake.spreadsheets.mapping import (
    Column,
    Mapping,
    SheetMapping,
    guess_mapping,
    load_mapping,
    write_mapping,
)
from grappe.intake.spreadsheets.reader import read_spreadsheet

__all__ = [
    "Column",
    "Mapping",
    "SheetMapping",
    "guess_mapping",
    "load_mapping",
    "read_spreadsheet",
    "write_mapping",
]
