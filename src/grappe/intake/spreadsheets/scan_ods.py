"""What the XML of an .ods workbook says beyond its values: repeats are counted, not laid out."""

from pathlib import Path
from xml.parsers import expat

from grappe.intake.archives import unfold
from grappe.intake.spreadsheets.scan_xlsx import parse_stream
from grappe.intake.spreadsheets.sheets import Merge, SheetFacts


def scan_ods(path: Path) -> list[SheetFacts]:
    """The facts of each table, in order. Raises what :func:`~.scan_xlsx.parse_stream` does."""
    scan = _ContentScan()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.text
    parse_stream(unfold(path, "content.xml"), parser)
    return scan.sheets


_MOST_ROWS = 1 << 20


class _ContentScan:
    def __init__(self) -> None:
        self.sheets: list[SheetFacts] = []
        self.row = 1
        self.rows = 1
        self.column = 0
        self.hidden = False
        self.cell: dict[str, str] | None = None
        self.written = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self.sheets.append(SheetFacts(attributes.get("table:name", "")))
            self.row, self.column = 1, 0
        elif not self.sheets:
            return
        elif name == "table:table-row":
            self.rows = int(attributes.get("table:number-rows-repeated", 1))
            self.hidden = attributes.get("table:visibility", "visible") != "visible"
            self.column = 0
        elif name == "table:table-column":
            self._column(attributes)
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.cell, self.written = attributes, False

    def text(self, data: str) -> None:
        if self.cell is not None and not data.isspace():
            self.written = True

    def end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell") and self.cell is not None:
            self._end_cell(self.cell)
            self.cell = None
        elif name == "table:table-row":
            if self.hidden and self.sheets[-1].last_row >= self.row:
                last = min(self.sheets[-1].last_row, self.row + self.rows - 1, _MOST_ROWS)
                self.sheets[-1].hidden_rows.extend(range(self.row, last + 1))
            self.row += self.rows
        elif name == "table:table":
            self.column = 0

    def _column(self, attributes: dict[str, str]) -> None:
        repeated = int(attributes.get("table:number-columns-repeated", 1))
        if attributes.get("table:visibility", "visible") != "visible":
            self.sheets[-1].hidden_columns.extend(range(self.column, self.column + min(repeated, 100)))
        self.column += repeated

    def _end_cell(self, cell: dict[str, str]) -> None:
        facts = self.sheets[-1]
        repeated = int(cell.get("table:number-columns-repeated", 1))
        valued = self.written or "office:value" in cell or "office:date-value" in cell
        if valued:
            facts.extend(self.row + self.rows - 1, self.column + repeated - 1)
        error = cell.get("calcext:value-type") == "error"
        formula = cell.get("table:formula")
        if formula and (error or not (valued or cell.get("office:value-type"))):
            facts.valueless[self.row, self.column] = formula.removeprefix("of:")
        down = int(cell.get("table:number-rows-spanned", 1))
        across = int(cell.get("table:number-columns-spanned", 1))
        if down > 1 or across > 1:
            bottom, right = self.row + down - 1, self.column + across - 1
            facts.merges.append(Merge(self.row, self.column, bottom, right))
        self.column += repeated
