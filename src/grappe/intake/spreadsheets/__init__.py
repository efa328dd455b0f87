"""Member lists as secretariats keep them → statements, with a mapping that a person can correct."""

from grappe.intake.spreadsheets.amending import Amendments
from grappe.intake.spreadsheets.mapping import (
    Column,
    Mapping,
    SheetMapping,
    first_rows,
    guess_mapping,
    guess_sheet,
    load_mapping,
    mapping_content,
    read_mapping,
    recall_mapping,
    write_mapping,
)
from grappe.intake.spreadsheets.reader import read_spreadsheet
from grappe.intake.spreadsheets.sheets import Row

__all__ = [
    "Amendments",
    "Column",
    "Mapping",
    "Row",
    "SheetMapping",
    "first_rows",
    "guess_mapping",
    "guess_sheet",
    "load_mapping",
    "mapping_content",
    "read_mapping",
    "read_spreadsheet",
    "recall_mapping",
    "write_mapping",
]
