"""The only file that chains the rooms: a workspace of files → an ecosystem folder.

Each source is read whole or refused whole; when one is refused nothing is written and the former folder
stays as it was. The same input gives the same bytes.
"""

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grappe import __version__
from grappe.intake import Record
from grappe.intake.workspace import SourceFile, Workspace
from grappe.statements import Document, GrappeError, Judgement, Passage, Problem, Statement
from grappe.statements.ecosystem import (
    MANIFEST,
    TableWriter,
    read_manifest,
    read_rows,
    replacing,
    settle,
    write_database,
    write_manifest,
    write_rows,
)
from grappe.statements.figure_reviews import review_rows
from grappe.statements.figures import figure_row, read_figures
from grappe.statements.records import as_row
from grappe.statements.tables import TABLES, columns_sql, select_sql

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Called with what is being done, how far it is and out of how much (0: unknown).
Progress = Callable[[str, int, int], None]

_TABLE_OF = {Statement: "statements", Document: "documents", Passage: "passages"}
_ORDER = {
    "statements": "entity, property, qualifier, language, value, valid_from, id",
    "identities": "entity",
    "redirects": "former",
    "organisations": "id",
}
MOST_PROBLEMS = 1_000
_TELL_EVERY = 100_000


@dataclass
class Summary:
    """What a build or a check came to: counts by table, and the problems met, by source."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    rows_by_source: dict[str, int] = field(default_factory=dict)

    @property
    def errors(self) -> list[Problem]:
        """The problems that refuse something."""
        return [problem for _, problem in self.problems if problem.severity == "error"]


def build(workspace: Workspace, out: Path, *, progress: Progress | None = None) -> Summary:
    """Build the ecosystem folder *out* from *workspace*; a folder already there gives its canonical ids.

    Raises GrappeError with every problem of every refused source; then *out* is as it was.
    """
    tell = progress or _silent
    with replacing(out) as staging:
        parts = staging / "parts"
        parts.mkdir()
        summary = read_sources(workspace, parts, progress=tell)
        if refused := _refused(workspace, summary):
            raise GrappeError(*refused)
        with _connect(staging) as connection:
            _derive(connection, workspace, parts, out, tell)
            _write_tables(connection, workspace, staging, summary)
        _remove_working_files(staging)
        tell("figures", 0, 0)
        summary.counts["figures"] = write_rows(staging, "figures", propose_figures(staging))
        summary.counts["figure_reviews"] = _write_reviews(staging, workspace, summary)
        tell("database", 0, 0)
        write_database(staging)
        write_manifest(staging, _manifest(workspace, summary))
    return summary


def check(workspace: Workspace, scratch: Path, *, progress: Progress | None = None) -> Summary:
    """Read every source and say what is wrong, using *scratch* for working files; writes nothing else."""
    return read_sources(workspace, scratch, progress=progress or _silent)


def read_sources(workspace: Workspace, parts: Path, *, progress: Progress) -> Summary:
    """Read each source into Parquet parts of its own; problems are gathered, not raised."""
    summary = Summary()
    writers = {table: TableWriter(parts / f"{table}.parquet", table) for table in _TABLE_OF.values()}
    for number, file in enumerate(workspace.sources):

        def tell(rows: int, name: str = file.source.id, done: int = number) -> None:
            progress(f"{name} · {rows:,}" if rows else name, done, len(workspace.sources))

        try:
            rows = _read_source(file, workspace, writers, summary, tell)
        except GrappeError as error:
            rows = 0
            summary.problems.extend((file.source.id, problem) for problem in error.problems)
        summary.rows_by_source[file.source.id] = rows
    for writer in writers.values():
        writer.close()
    return summary


def _read_source(
    file: SourceFile,
    workspace: Workspace,
    writers: Mapping[str, TableWriter],
    summary: Summary,
    tell: Callable[[int], None],
) -> int:
    rows = 0
    tell(rows)
    for record in _records(file, workspace):
        if isinstance(record, Problem):
            if len(summary.problems) < MOST_PROBLEMS:
                summary.problems.append((file.source.id, record))
            continue
        writers[_TABLE_OF[type(record)]].write(as_row(record))
        rows += 1
        if rows % _TELL_EVERY == 0:
            tell(rows)
    return rows


def _records(file: SourceFile, workspace: Workspace) -> Iterator[Record]:
    if file.reader == "spreadsheet":
        from grappe.intake.spreadsheets import load_mapping, read_spreadsheet

        mapping = load_mapping(file.mapping) if file.mapping else None
        return read_spreadsheet(file.path, file.source, mapping=mapping, codes=workspace.code_labels())
    if file.reader == "document":
        from grappe.intake.documents import read_document

        return read_document(file.path, file.source)
    from grappe.intake.recipes import load_recipe
    from grappe.intake.registers import read_register

    return read_register(file.path, file.source, load_recipe(file.recipe or ""))


def _refused(workspace: Workspace, summary: Summary) -> list[Problem]:
    refused: list[Problem] = []
    for file in workspace.sources:
        errors = [p for source, p in summary.problems if source == file.source.id and p.severity == "error"]
        if len(errors) > file.tolerate_refused:
            refused.extend(errors)
    return refused


def _connect(staging: Path) -> Any:
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1,
        "memory_limit": "700MB",
        "temp_directory": str(staging / "spill"),
    }
    return duckdb.connect(staging / "working.duckdb", config=settings)


def _derive(
    connection: "DuckDBPyConnection", workspace: Workspace, parts: Path, out: Path, tell: Progress
) -> None:
    from grappe.intake.stated_places import resolve_places
    from grappe.linkage.identity import resolve_identities
    from grappe.linkage.organisations import project_organisations

    for table in TABLES:
        connection.execute(f"CREATE TABLE {table} ({columns_sql(table)})")
    positions = [(file.source.id, place) for place, file in enumerate(workspace.sources)]
    connection.execute("CREATE TABLE source_positions (source VARCHAR, position INTEGER)")
    if positions:
        connection.executemany("INSERT INTO source_positions VALUES (?, ?)", positions)
    _fill(connection, "sources", (as_row(file.source) for file in workspace.sources))
    _load_statements(connection, parts)
    _load_former(connection, out)
    tell("places", 0, 0)
    resolve_places(connection, workspace.place)
    tell("identities", 0, 0)
    people = list(read_judgements(workspace.judgements)) if workspace.judgements else []
    made = resolve_identities(connection, people, _code_sources(workspace))
    _fill(connection, "judgements", (_judgement_row(judgement) for judgement in [*people, *made]))
    _leave_unmatched_out(connection, workspace)
    tell("organisations", 0, 0)
    project_organisations(connection)


def _load_statements(connection: "DuckDBPyConnection", parts: Path) -> None:
    connection.execute(
        f"INSERT INTO statements SELECT * FROM read_parquet('{parts}/statements.parquet') "  # noqa: S608
        "QUALIFY row_number() OVER (PARTITION BY id ORDER BY locator) = 1"
    )
    for table in ("documents", "passages"):
        connection.execute(f"INSERT INTO {table} FROM read_parquet('{parts}/{table}.parquet')")


def _load_former(connection: "DuckDBPyConnection", out: Path) -> None:
    settle(out)
    if (out / MANIFEST).is_file():
        for table in ("identities", "redirects"):
            connection.execute(f"INSERT INTO {table} FROM read_parquet('{out / table}.parquet')")


def _code_sources(workspace: Workspace) -> list[str]:
    from grappe.intake.recipes import load_recipe

    registers = [file for file in workspace.sources if file.recipe]
    return [f.source.id for f in registers if load_recipe(f.recipe or "").yields == "codes"]


def _leave_unmatched_out(connection: "DuckDBPyConnection", workspace: Workspace) -> None:
    """Records of a source with ``include = "matched"`` count only where another source knows them."""
    matched = [file.source.id for file in workspace.sources if file.include == "matched"]
    if not matched:
        return
    connection.execute(
        """
        CREATE TABLE unmatched AS SELECT entity FROM clusters WHERE root NOT IN (
            SELECT root FROM clusters JOIN (
                SELECT DISTINCT entity FROM statements WHERE NOT list_contains(?, source)) USING (entity))
        """,
        [matched],
    )
    connection.execute("DELETE FROM clusters WHERE entity IN (FROM unmatched)")
    connection.execute("DELETE FROM identities WHERE entity IN (FROM unmatched)")


def read_judgements(path: Path) -> Iterator[Judgement]:
    """People's judgements kept beside the workspace: a CSV with left, right, relation, who, why, at."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield Judgement(
                left=row["left"],
                right=row["right"],
                relation=row["relation"],  # type: ignore[arg-type]
                who=row["who"],
                why=row["why"],
                at=row.get("at") or None,
            )


def _judgement_row(judgement: Judgement) -> dict[str, Any]:
    features = [{"name": name, "value": value} for name, value in judgement.features]
    return {**as_row(judgement), "features": features}


def _fill(connection: "DuckDBPyConnection", table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    import pyarrow as pa

    from grappe.statements.ecosystem import arrow_schema

    schema = arrow_schema(table)
    content = [{name: row.get(name) for name in TABLES[table]} for row in rows]
    connection.register("incoming", pa.Table.from_pylist(content, schema=schema))
    connection.execute(f"INSERT INTO {table} SELECT {select_sql(table)} FROM incoming")  # noqa: S608
    connection.unregister("incoming")


def _write_tables(
    connection: "DuckDBPyConnection", workspace: Workspace, staging: Path, summary: Summary
) -> None:
    for table in ("sources", "documents", "passages", "judgements", *_ORDER):
        order = f"ORDER BY {_ORDER[table]}" if table in _ORDER else ""
        target = staging / f"{table}.parquet"
        connection.execute(
            f"COPY (SELECT {select_sql(table)} FROM {table} {order}) TO '{target}' "  # noqa: S608
            "(FORMAT parquet, COMPRESSION zstd)"
        )
        count = connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]  # noqa: S608
        summary.counts[table] = int(count)
    refusals = ({"source": source, **as_row(problem)} for source, problem in summary.problems)
    summary.counts["refusals"] = write_rows(staging, "refusals", refusals)
    summary.counts["codes"] = write_rows(staging, "codes", _code_rows(workspace))


def propose_figures(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of ``figures``: what the documents of *folder* (its Parquet tables) say in numbers, for people
    to confirm. Documents come in their order, each with its passages, which stand together in their table."""
    from grappe.figures.extraction import extract_figures

    passages = groupby(read_rows(folder, "passages"), key=lambda row: row["document"])
    of_document = next(passages, None)
    for row in read_rows(folder, "documents", batch=1):
        found: list[Passage] = []
        if of_document and of_document[0] == row["id"]:
            found = [Passage(**{**one, "headings": tuple(one["headings"] or ())}) for one in of_document[1]]
            of_document = next(passages, None)
        for figure in extract_figures(Document(**row), found):
            yield figure_row(figure)


def _write_reviews(staging: Path, workspace: Workspace, summary: Summary) -> int:
    rows, unmatched = review_rows(workspace.figure_reviews, read_figures(staging))
    summary.problems.extend(("figure_reviews", problem) for problem in unmatched)
    return write_rows(staging, "figure_reviews", rows)


def _code_rows(workspace: Workspace) -> Iterator[dict[str, Any]]:
    for code in workspace.codes:
        row = {name: getattr(code, name) for name in TABLES["codes"]}
        extra = json.dumps(dict(code.extra), ensure_ascii=False, sort_keys=True) if code.extra else None
        yield {**row, "extra": extra}


def _remove_working_files(staging: Path) -> None:
    for name in ("parts", "spill"):
        shutil.rmtree(staging / name, ignore_errors=True)
    for file in staging.glob("working.duckdb*"):
        file.unlink()


def _manifest(workspace: Workspace, summary: Summary) -> dict[str, Any]:
    return {
        "grappe": __version__,
        "workspace": {
            "id": workspace.id,
            "title_fr": workspace.title_fr,
            "title_en": workspace.title_en,
            "languages": list(workspace.languages),
            "place": workspace.place,
            "jurisdiction": workspace.jurisdiction,
            "as_of": workspace.as_of,
            "privacy_officer": dict(workspace.privacy_officer),
        },
        "counts": summary.counts,
        "sources": {file.source.id: file.source.content_hash for file in workspace.sources},
    }


def project(
    statements: Iterable[Statement],
    identities: Mapping[str, str],
    positions: Mapping[str, int],
    province: str | None = None,
) -> list[dict[str, Any]]:
    """The rows of ``organisations`` that *statements* come to, without files: the same rules as a build.

    *identities* gives each entity its canonical id; *positions* orders the sources.
    """
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"CREATE TABLE statements ({columns_sql('statements')})")
        _fill(connection, "statements", (as_row(statement) for statement in statements))
        project_tables(connection, identities, positions, province)
        rows: Any = connection.sql(f"SELECT {select_sql('organisations')} FROM organisations")  # noqa: S608
        content: list[dict[str, Any]] = rows.to_arrow_table().to_pylist()
        return content


def project_tables(
    connection: "DuckDBPyConnection",
    identities: Mapping[str, str],
    positions: Mapping[str, int],
    province: str | None = None,
) -> int:
    """The same from the table ``statements`` of *connection* into a new one, ``organisations``; how many."""
    from grappe.intake.stated_places import resolve_places
    from grappe.linkage.organisations import project_organisations

    for table in ("identities", "organisations"):
        connection.execute(f"CREATE TABLE {table} ({columns_sql(table)})")
    pairs = ({"entity": entity, "organisation": found} for entity, found in identities.items())
    _fill(connection, "identities", pairs)
    connection.execute("CREATE TABLE clusters AS SELECT entity, entity AS root FROM identities")
    connection.execute("CREATE TABLE source_positions (source VARCHAR, position INTEGER)")
    connection.executemany("INSERT INTO source_positions VALUES (?, ?)", list(positions.items()))
    resolve_places(connection, province)
    return project_organisations(connection)


def _silent(step: str, done: int, total: int) -> None:
    """Tell nobody."""


__all__ = [
    "Progress",
    "Summary",
    "build",
    "check",
    "project",
    "project_tables",
    "read_manifest",
    "read_sources",
]
