"""Old Excel workbooks (.xls), read by a process of their own.

Their reader can be brought to abort by a damaged file, and would take the build with it. The child writes one
JSON line a sheet (its name, whether it is hidden, its merges) and one a row (its number, its cells).
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grappe.intake.spreadsheets.calamine_rows import rows_of
from grappe.intake.spreadsheets.sheets import Merge, Row, Sheet, SheetFacts
from grappe.statements import GrappeError, Problem

_PROTECTED = 3
_MEMORY_BYTES = 2 << 30
_SECONDS = 600


def open_old_excel(path: Path) -> Iterator[Sheet]:
    """The sheets of an .xls; which of its rows are hidden is not known, nor which formulas lack a value.

    Raises GrappeError: ``protected_file``, ``damaged_file``.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        command = [sys.executable, "-m", "grappe.intake.spreadsheets.old_excel", str(path)]
        try:
            done = subprocess.run(  # noqa: S603 -- our own module, no shell
                command, stdout=output, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise GrappeError(Problem("damaged_file", file=path.name, found=path.suffix)) from error
        if done.returncode:
            code = "protected_file" if done.returncode == _PROTECTED else "damaged_file"
            raise GrappeError(Problem(code, file=path.name, found=path.suffix))
        output.seek(0)
        yield from _sheets(map(json.loads, output))


def _sheets(lines: Iterator[Any]) -> Iterator[Sheet]:
    facts, rows = None, list[Row]()
    for line in lines:
        if isinstance(line, dict):
            if facts:
                yield Sheet(facts, iter(rows))
            facts, rows = _facts(line), []
        else:
            rows.append(Row(line[0], tuple(line[1])))
    if facts:
        yield Sheet(facts, iter(rows))


def _facts(line: dict[str, Any]) -> SheetFacts:
    merges = [Merge(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in line["merges"]]
    return SheetFacts(line["name"], hidden=line["hidden"], merges=merges)


def main(path: str) -> int:
    """Write the workbook as JSON lines; the exit code, 3 when it is protected."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    _limit_memory()
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            for metadata in workbook.sheets_metadata:
                sheet = workbook.get_sheet_by_name(metadata.name)
                hidden = metadata.visible is not SheetVisibleEnum.Visible
                _write({"name": metadata.name, "hidden": hidden, "merges": sheet.merged_cell_ranges or []})
                for row in rows_of(sheet):
                    _write([row.number, row.cells])
    except PasswordError:
        return _PROTECTED
    except CalamineError:
        return 1
    return 0


def _write(line: object) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
