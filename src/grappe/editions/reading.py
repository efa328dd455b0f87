"""A list read into working files: its statements and its problems, streamed as they come."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grappe.intake.spreadsheets import Amendments, read_spreadsheet
from grappe.intake.spreadsheets import Mapping as ColumnMapping
from grappe.intake.values import Codes
from grappe.statements import GrappeError, Problem, Source, Statement
from grappe.statements.ecosystem import TableWriter
from grappe.statements.records import as_row

STATEMENTS = "statements.parquet"
PROBLEMS = "problems.parquet"
_TELL_EVERY = 20_000


@dataclass(frozen=True)
class Edition:
    """How a list was read: how many statements about how many records, how many errors and warnings."""

    records: int = 0
    statements: int = 0
    errors: int = 0
    warnings: int = 0


def read_edition(
    path: Path,
    source: Source,
    folder: Path,
    *,
    mapping: ColumnMapping,
    codes: Mapping[str, Codes],
    amendments: Amendments | None = None,
    rows_limit: int | None = None,
    tell: Callable[[int], None] | None = None,
) -> Edition:
    """Read the list *path* into ``statements.parquet`` and ``problems.parquet`` of *folder*, in its order.

    A list that can't be read at all is one that has errors. *tell* hears of the statements read so far.
    Raises what *tell* raises.
    """
    statements = TableWriter(folder / STATEMENTS, "statements")
    problems = TableWriter(folder / PROBLEMS, "refusals")
    records: set[str] = set()
    severities = {"error": 0, "warning": 0}

    def keep(problem: Problem) -> None:
        severities[problem.severity] += 1
        problems.write({"source": source.id, **as_row(problem)})

    try:
        for record in read_spreadsheet(
            path, source, mapping=mapping, codes=codes, amendments=amendments, rows_limit=rows_limit
        ):
            if isinstance(record, Statement):
                records.add(record.entity)
                statements.write(as_row(record))
                if tell and statements.rows % _TELL_EVERY == 0:
                    tell(statements.rows)
            elif isinstance(record, Problem):
                keep(record)
    except GrappeError as refusal:
        for problem in refusal.problems:
            keep(problem)
    finally:
        statements.close()
        problems.close()
    return Edition(len(records), statements.rows, severities["error"], severities["warning"])


def keep_problems(folder: Path, source: str, problems: Iterable[Problem]) -> int:
    """Write the *problems* of a list that could not even be opened where a reading would; how many."""
    writer = TableWriter(folder / PROBLEMS, "refusals")
    for problem in problems:
        writer.write({"source": source, **as_row(problem)})
    writer.close()
    return writer.rows
