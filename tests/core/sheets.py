"""Workbooks and lists for the tests of the spreadsheet reader, built where they are used."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

from grappe.intake.spreadsheets import Mapping, read_spreadsheet
from grappe.statements import Problem, Source, Statement

SOURCE = Source(
    id="membres",
    title="Liste des membres",
    publisher="Secrétariat",
    licence="CC-BY-4.0",
    published="2025-06",
    accessed="2026-01-15",
    language="fr",
)


def write_xlsx(path: Path, *sheets: tuple[str, Iterable[Sequence[object]]]) -> Path:
    """A workbook with one sheet a pair (name, rows)."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A text file of that encoding, line ends as given."""
    path.write_bytes(text.encode(encoding))
    return path


def read(
    path: Path, mapping: Mapping | None = None, **options: object
) -> tuple[list[Statement], list[Problem]]:
    """What the reader yields, statements apart from problems."""
    records = list(read_spreadsheet(path, SOURCE, mapping=mapping, **options))  # type: ignore[arg-type]
    statements = [record for record in records if isinstance(record, Statement)]
    problems = [record for record in records if isinstance(record, Problem)]
    assert len(statements) + len(problems) == len(records)
    return statements, problems


def said(statements: Iterable[Statement]) -> list[tuple[str | None, str, str]]:
    """(locator, property, value) of each statement."""
    return [(statement.locator, statement.property, statement.value) for statement in statements]


def codes(problems: Iterable[Problem]) -> list[str]:
    """The code of each problem."""
    return [problem.code for problem in problems]
