"""What the XML of an .xlsx sheet says beyond its values, read as a stream in bounded memory.

It runs before calamine, which lays a sheet out as a full rectangle: two far-apart cells would ask for
gigabytes.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from posixpath import join, normpath
from xml.parsers import expat

from grappe.intake.archives import unfold
from grappe.intake.spreadsheets.sheets import Merge, SheetFacts, column_number

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_KEPT = 10_000


class UnsafeXmlError(ValueError):
    """The XML declares entities of its own: no spreadsheet program writes that."""


def parse_stream(blocks: Iterable[bytes], parser: expat.XMLParserType) -> None:
    """Feed *blocks* to *parser*. Raises UnsafeXmlError for a document type, ExpatError for broken XML."""

    def refuse(*_: object) -> None:
        raise UnsafeXmlError("DOCTYPE")

    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    for block in blocks:
        parser.Parse(block, False)
    parser.Parse(b"", True)


def scan_xlsx(path: Path) -> Iterator[SheetFacts]:
    """The facts of each worksheet, in the order of the workbook. Raises what :func:`parse_stream` does."""
    targets = _relations(path)
    for name, relation, hidden in _listed_sheets(path):
        target = targets.get(relation)
        facts = SheetFacts(name, hidden=hidden)
        if target and "worksheet" in target:
            _scan_sheet(unfold(path, target), facts)
        yield facts


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _attributes(path: Path, member: str, element: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == element:
            found.append({_local(key): value for key, value in attributes.items()})

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parse_stream(unfold(path, member), parser)
    return found


def _relations(path: Path) -> dict[str, str]:
    relations = _attributes(path, "xl/_rels/workbook.xml.rels", "Relationship")
    return {
        relation.get("Id", ""): normpath(join("xl", relation.get("Target", ""))).lstrip("/")
        if not relation.get("Target", "").startswith("/")
        else relation["Target"].lstrip("/")
        for relation in relations
    }


def _listed_sheets(path: Path) -> Iterator[tuple[str, str, bool]]:
    for sheet in _attributes(path, "xl/workbook.xml", "sheet"):
        yield sheet.get("name", ""), sheet.get("id", ""), sheet.get("state", "visible") != "visible"


def _scan_sheet(blocks: Iterable[bytes], facts: SheetFacts) -> None:
    scan = _SheetScan(facts)
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.text
    parse_stream(blocks, parser)


class _SheetScan:
    """Follows <row>, <c>, <f>, <v>; a cell without reference stands after the one before it."""

    def __init__(self, facts: SheetFacts) -> None:
        self.facts = facts
        self.row = 0
        self.column = -1
        self.kind = ""
        self.formula: list[str] | None = None
        self.value: list[str] = []
        self.into: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "c":
            self._start_cell(attributes)
        elif local == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.facts.hidden_rows.append(self.row)
        elif local == "f":
            self.formula = self.into = []
        elif local in ("v", "t"):
            self.into = self.value
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif local == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", 0)), int(attributes.get("max", 0))
            self.facts.hidden_columns.extend(range(first - 1, min(last, first + 99)))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        self.column = column_number(match[1]) if match else self.column + 1
        self.row = int(match[2]) if match else self.row
        self.kind = attributes.get("t", "")
        self.formula, self.value = None, []

    def text(self, data: str) -> None:
        if self.into is not None:
            self.into.append(data)

    def end(self, name: str) -> None:
        local = _local(name)
        if local in ("v", "t", "f"):
            self.into = None
        elif local == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        written = "".join(self.value)
        if written or self.kind == "inlineStr":
            self.facts.extend(self.row, self.column)
        if len(self.facts.valueless) >= _KEPT:
            return
        if self.kind == "e" and written:
            self.facts.valueless[self.row, self.column] = written
        elif self.formula is not None and not written and self.kind != "str":
            self.facts.valueless[self.row, self.column] = "=" + "".join(self.formula)

    def _merge(self, reference: str) -> None:
        corners = [_REFERENCE.fullmatch(part) for part in reference.split(":")]
        if len(corners) == 2 and corners[0] and corners[1] and len(self.facts.merges) < 10 * _KEPT:
            first, last = corners[0], corners[1]
            self.facts.merges.append(
                Merge(int(first[2]), column_number(first[1]), int(last[2]), column_number(last[1]))
            )
