"""Tables of regions, industries and plants: read, checked, and handed on as Ibis tables.

A cell that is empty or holds a statistical office's mark (``x``, ``..``, ``(D)``, ``:c`` …) is *suppressed*:
a null value, never zero. Rows of the same region, industry and period are added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis
from ibis import Table

from grappe.statements.problems import GrappeError, Problem

#: Marks of a value that exists and is not told: Statistics Canada, BLS, Eurostat, R.
SUPPRESSED = (
    *("", "x", "X", "F", "..", "...", "*", "**", "(D)", "D", "(S)", "S", "(N)", "N", ":", "c", ":c", ": c"),
    *("NA", "n/a", "null", "None"),
)
#: Canonical column → other titles it is known by, lower case.
TITLES: Mapping[str, tuple[str, ...]] = {
    "region": ("région", "area", "territoire", "territory"),
    "industry": ("industrie", "sector", "secteur", "naics", "scian", "type"),
    "value": ("valeur", "employment", "emploi", "emplois", "jobs"),
    "period": ("période", "year", "année", "date"),
    "size": ("taille", "employment", "emploi", "emplois", "jobs", "employees"),
    "organisation": ("organization", "entreprise", "company", "id"),
    "stage": ("maillon", "étape"),
    "partner": ("partenaire", "with", "avec"),
    "weight": ("poids", "employment", "emploi"),
    "x_km": ("x",),
    "y_km": ("y",),
    "lat": ("latitude",),
    "lon": ("lng", "longitude"),
    "code": (),
    "cluster": ("grappe",),
}


@dataclass(frozen=True)
class Columns:
    """What a kind of table holds: columns of text and of numbers; *optional* ones may be absent.

    *at_least*: the least number allowed (None: any); *blank*: numbers may be suppressed.
    """

    text: tuple[str, ...]
    numbers: tuple[str, ...]
    optional: tuple[str, ...] = ()
    at_least: float | None = 0.0
    blank: bool = True


LONG = Columns(("region", "industry", "period"), ("value",), ("period",))
PLANTS = Columns(("industry", "region"), ("size",), blank=False)
TOTALS = Columns(("region",), ("value",), blank=False)
STAGES = Columns(("organisation", "stage", "region"), (), ("region",))
LINKS = Columns(("organisation", "partner"), ("weight",), ("weight",))


def connect(engine: str = "duckdb") -> Any:
    """An Ibis backend: ``duckdb`` in memory, or ``spark`` on this machine (the extra ``spark``)."""
    if engine == "duckdb":
        return ibis.duckdb.connect()
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("grappe").config("spark.driver.host", "127.0.0.1")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.ui.enabled", "false")
    return ibis.pyspark.connect(builder.getOrCreate())


def read_table(path: Path, columns: Columns = LONG, *, engine: str = "duckdb") -> Table:
    """The checked rows of a CSV, TSV or Parquet file, under canonical columns, as an Ibis table of *engine*.

    Numbers are float64, null where suppressed; an optional column that is absent is "" (text) or 1 (numbers).
    Raises GrappeError naming the row, column, what was found and what was expected.
    """
    database = connect()
    _load(database.con, path, columns)
    table: Table = database.table("given")
    return table if engine == "duckdb" else _on_spark(path, columns)


def _on_spark(path: Path, columns: Columns) -> Table:
    """The same rows, read by Spark; DuckDB has checked them."""
    spark = connect("spark")
    name = str(path.resolve())
    if path.suffix.lower() == ".parquet":
        raw = spark.read_parquet(name)
    else:
        separator = _delimiter(_first_line(path))
        raw = spark.read_csv(name, header=True, inferSchema=False, sep=separator, quote='"', escape='"')
    titles = pick_columns(path, list(raw.columns), columns)
    picked: dict[str, Any] = {}
    for column in (*columns.text, *columns.numbers):
        if column not in titles:
            picked[column] = ibis.literal("") if column in columns.text else ibis.literal(1.0)
            continue
        text = raw[titles[column]].cast("string").strip()
        if column in columns.numbers:
            text = text.isin(SUPPRESSED).ifelse(ibis.null("string"), text).cast("float64")
        picked[column] = text
    return raw.select(**picked)


def as_table(data: Any, columns: Columns = LONG) -> Table:
    """*data* (Ibis, pandas, Polars, Arrow, or a list of mappings) as an Ibis table with the wanted columns.

    Raises GrappeError when a column is missing, and for a number that is negative or not a number.
    """
    if isinstance(data, list):
        import pyarrow as pa

        data = pa.Table.from_pylist([dict(row) for row in data])
    if type(data).__module__.partition(".")[0] == "pandas":
        import pyarrow as pa

        data = pa.Table.from_pandas(data, preserve_index=False)
    table: Table = data if isinstance(data, Table) else ibis.memtable(data)
    found = {name.lower(): name for name in table.columns}
    picked: dict[str, Any] = {}
    for name in (*columns.text, *columns.numbers):
        if name in found:
            kind = "float64" if name in columns.numbers else "string"
            picked[name] = table[found[name]].cast(kind)
        elif name in columns.optional:
            picked[name] = ibis.literal(1.0 if name in columns.numbers else "")
        else:
            raise GrappeError(Problem("missing_column", found=", ".join(table.columns), expected=name))
    table = table.select(**picked)
    _refuse_numbers(table, columns)
    return table


def rows_of(table: Table, *order: str) -> list[dict[str, Any]]:
    """The rows of an Ibis table as mappings, in the order of its *order* columns."""
    ordered = table.order_by(list(order)) if order else table
    rows: list[dict[str, Any]] = ordered.to_pyarrow().to_pylist()
    return rows


def require_value(table: Table, column: str, wanted: str) -> None:
    """Raise GrappeError unless some row of *table* has *wanted* in *column*."""
    if rows_of(table.filter(table[column] == wanted).select(column).limit(1)):
        return
    known = sorted(str(row[column]) for row in rows_of(table.select(column).distinct().limit(12)))
    expected = f"one_of:{', '.join(known)}"
    raise GrappeError(Problem("bad_value", column=column, found=wanted, expected=expected))


def _refuse_numbers(table: Table, columns: Columns) -> None:
    for name in columns.numbers:
        value = table[name]
        bad = value.isnan() | value.isinf()
        if columns.at_least is not None:
            bad = bad | (value < columns.at_least)
        if not columns.blank:
            bad = bad | value.isnull()
        found = rows_of(table.filter(bad).select(name).limit(1))
        if found:
            raise GrappeError(
                Problem("bad_value", column=name, found=str(found[0][name]), expected="not_negative")
            )


def _load(database: Any, path: Path, columns: Columns) -> None:
    """Make the DuckDB table ``given`` from *path*; every row that can't be read is a problem."""
    source, titles = source_of(path, database)
    picked = pick_columns(path, titles, columns)
    marks = ", ".join(f"'{mark}'" for mark in SUPPRESSED)
    parts, wrong = [], []
    for name in columns.text:
        title = picked.get(name)
        parts.append(f"trim({quoted(title)}) AS {name}" if title else f"'' AS {name}")
        if title and name not in columns.optional:
            wrong.append((name, title, f"{name} IS NULL OR {name} = ''", "text"))
    for name in columns.numbers:
        title = picked.get(name)
        if not title:
            parts.append(f"1.0::DOUBLE AS {name}")
            continue
        raw = f"trim({quoted(title)})"
        parts.append(f"TRY_CAST({raw} AS DOUBLE) AS {name}, coalesce({raw}, '') IN ({marks}) AS _{name}")
        least = "" if columns.at_least is None else f"OR {name} < {columns.at_least}"
        blank = f"AND NOT _{name}" if columns.blank else ""
        test = f"(({name} IS NULL {blank}) OR NOT isfinite({name}) {least})"
        wrong.append((name, title, test, "decimal" if columns.at_least is None else "not_negative"))
    try:
        _ask(database, f"CREATE TABLE given AS SELECT {', '.join(parts)} FROM {source}")
    except duckdb.Error as error:
        raise GrappeError(unreadable(path, error)) from error
    refuse_rows(database, path, source, wrong)


def refuse_rows(database: Any, path: Path, source: str, wrong: Sequence[tuple[str, str, str, str]]) -> None:
    """Raise GrappeError for the rows of the table ``given`` that *wrong* finds, each with its row and raw
    text.

    *wrong*: (column, title in *source*, SQL condition, what was expected). *source* has the same rows in
    order.
    """
    problems = []
    for _, title, test, expected in wrong:
        if not _ask(database, f"SELECT count(*) FROM given WHERE {test}")[0][0]:
            continue
        numbered = (
            "SELECT a.row, b.raw FROM "
            f"(SELECT row_number() OVER () AS row, {test} AS bad FROM given) a JOIN "
            f"(SELECT row_number() OVER () AS row, {quoted(title)} AS raw FROM {source}) b USING (row) "
            "WHERE bad ORDER BY row LIMIT 100"
        )
        for row, raw in _ask(database, numbered):
            code = "bad_value" if raw else "missing_value"
            problems.append(Problem(code, path.name, row=row + 1, column=title, found=raw, expected=expected))
    if not _ask(database, "SELECT count(*) FROM given")[0][0]:
        problems.append(Problem("file_empty", path.name, expected=", ".join(t for _, t, _, _ in wrong)))
    if problems:
        raise GrappeError(*sorted(problems, key=lambda one: one.row or 0))


def source_of(path: Path, database: Any) -> tuple[str, list[str]]:
    """The SQL source that reads *path* as text, and its titles. Raises GrappeError when it can't be read."""
    name = str(path).replace("'", "''")
    if path.suffix.lower() == ".parquet":
        source = f"(SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet('{name}'))"
    else:
        first = _first_line(path)
        if not first.strip():
            raise GrappeError(Problem("file_empty", path.name, expected="table"))
        delimiter = _delimiter(first)
        _refuse_twice(path, _titles(first, delimiter))
        source = (
            f"read_csv('{name}', delim='{delimiter}', header=true, all_varchar=true, quote='\"', "
            "auto_detect=false, strict_mode=true, columns={%s})"
        ) % ", ".join(f"'{_escaped(title)}': 'VARCHAR'" for title in _titles(first, delimiter))
    try:
        titles = [row[0] for row in _ask(database, f"DESCRIBE SELECT * FROM {source}")]
    except duckdb.Error as error:
        raise GrappeError(unreadable(path, error)) from error
    return source, titles


def pick_columns(path: Path, titles: Sequence[str], columns: Columns) -> dict[str, str]:
    """Canonical column → the file's title. Raises GrappeError for a missing column."""
    folded = {title.strip().lower(): title for title in reversed(titles)}
    picked: dict[str, str] = {}
    problems = []
    for name in (*columns.text, *columns.numbers):
        title = next((folded[one] for one in (name, *TITLES[name]) if one in folded), None)
        if title is not None:
            picked[name] = title
        elif name not in columns.optional:
            problems.append(Problem("missing_column", path.name, found=", ".join(titles), expected=name))
    if problems:
        raise GrappeError(*problems)
    return picked


def _ask(database: Any, query: str) -> list[tuple[Any, ...]]:
    """Every row: DuckDB answers nothing else while a result is open."""
    rows: list[tuple[Any, ...]] = database.execute(query).fetchall()
    return rows


def _first_line(path: Path) -> str:
    with path.open("rb") as handle:
        return handle.readline().decode("utf-8-sig", "replace")


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _refuse_twice(path: Path, titles: Sequence[str]) -> None:
    twice = sorted({title for title in titles if titles.count(title) > 1})
    if twice:
        raise GrappeError(Problem("duplicate_column", path.name, found=", ".join(twice)))


def _titles(line: str, delimiter: str) -> list[str]:
    import csv

    titles = next(csv.reader([line], delimiter=delimiter))
    return [title if title.strip() else f"column{number}" for number, title in enumerate(titles, 1)]


def unreadable(path: Path, error: Exception) -> Problem:
    """What DuckDB said of a file, as a problem of the file."""
    text = " ".join(str(error).split())
    if "utf-8" in text.lower() or "unicode" in text.lower():
        return Problem("unknown_encoding", path.name, found=text[:60])
    return Problem("damaged_file", path.name, found=text[:300])


def quoted(title: str) -> str:
    """A column's title as SQL writes it."""
    return '"' + title.replace('"', '""') + '"'


def _escaped(title: str) -> str:
    return title.replace("'", "''")
