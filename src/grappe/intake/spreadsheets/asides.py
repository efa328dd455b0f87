"""Rows that stand among organisations and are none: totals, notes, section titles, repeated titles."""

import re

from grappe.intake.numbers import read_number
from grappe.intake.spreadsheets.sheets import Row, SheetFacts
from grappe.statements.text import fold

_TOTAL = re.compile(r"(?:grand[- ])?(?:total|totaux|sous[- ]?total|subtotal|sub-total|somme|sum)\b.*")
_NOTE = re.compile(
    r"(?:\*|\(\d\)|notes?\s*(?:[:\d.(]|$)|nota\b|n\.b\.|sources?\s*:|legende\s*:|legend\s*:|remarques?\s*:|©"
    r"|mis(?:e)? a jour\b|derniere mise a jour\b|(?:last )?updated?\b|liste (?:mise|au)\b).*"
)
_SECTION_WIDTH = 3


class Asides:
    """Tells the rows of one sheet that are obviously no organisations."""

    def __init__(self, facts: SheetFacts, titles: Row) -> None:
        self._titles = tuple(fold(cell) for cell in titles.cells)
        self._sections = {
            merge.top
            for merge in facts.merges
            if merge.top == merge.bottom and merge.right - merge.left + 1 >= _SECTION_WIDTH
        }

    def repeats_titles(self, row: Row) -> bool:
        """Whether the row is the titles again: a second line of merged titles, or a printed page's."""
        cells = [(at, fold(cell)) for at, cell in enumerate(row.cells) if cell.strip()]
        return all(at < len(self._titles) and cell == self._titles[at] for at, cell in cells)

    def is_aside(self, row: Row) -> bool:
        """Whether the row is a total, a note or a section's title. In doubt it is an organisation."""
        filled = [cell.strip() for cell in row.cells if cell.strip()]
        first = fold(filled[0])
        if _TOTAL.fullmatch(first):
            return all(read_number(cell, language="fr") is not None for cell in filled[1:])
        if len(filled) > 1:
            return False
        return bool(_NOTE.fullmatch(first)) or row.number in self._sections
