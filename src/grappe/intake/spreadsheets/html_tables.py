"""An ".xls" that is a web page: many systems export so. Each table of the page is a sheet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grappe.intake.encodings import encoding_or_none
from grappe.intake.spreadsheets.sheets import Merge, Row, Sheet, SheetFacts
from grappe.statements import GrappeError, Problem

_MOST_BYTES = 64 << 20
_MOST_SPANNED = 1_000_000


def open_html_tables(path: Path) -> Iterator[Sheet]:
    """The tables, named ``table1``, ``table2``…; spans become merges.

    Raises GrappeError ``too_large`` beyond 64 MB (the page is held in memory) and ``damaged_file``.
    """
    from lxml import etree, html

    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise GrappeError(
            Problem("too_large", file=path.name, found=f"{size / 1e6:.0f} MB", expected="64 MB")
        )
    try:
        parser = html.HTMLParser(encoding=encoding_or_none(path), huge_tree=False, no_network=True)
        root = html.fromstring(path.read_bytes(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise GrappeError(Problem("damaged_file", file=path.name, found=str(error))) from error
    for number, table in enumerate(root.iter("table"), start=1):
        facts = SheetFacts(f"table{number}")
        yield Sheet(facts, iter(_rows(table, facts)))


def _rows(table: Any, facts: SheetFacts) -> list[Row]:
    taken: set[tuple[int, int]] = set()
    rows = []
    for number, line in enumerate(table.iterfind(".//tr"), start=1):
        cells: dict[int, str] = {}
        column = 0
        for cell in line.iterchildren("td", "th"):
            while (number, column) in taken:
                column += 1
            cells[column] = " ".join(cell.text_content().split())
            down, across = _span(cell, "rowspan"), _span(cell, "colspan")
            if (down > 1 or across > 1) and len(taken) < _MOST_SPANNED:
                facts.merges.append(Merge(number, column, number + down - 1, column + across - 1))
                taken |= {(number + d, column + a) for d in range(down) for a in range(across)}
            column += across
        if any(cells.values()):
            rows.append(Row(number, tuple(cells.get(at, "") for at in range(max(cells) + 1))))
    return rows


def _span(cell: Any, name: str) -> int:
    written = (cell.get(name) or "1").strip()
    return min(int(written[:9]), 1000) if written.isdecimal() and written.isascii() and int(written) else 1
