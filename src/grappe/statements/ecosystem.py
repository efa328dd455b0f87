"""The ecosystem folder: Parquet tables and one DuckDB file, the same bytes for the same input.

A folder is replaced whole: written beside, then renamed, so that a killed build leaves
the former one.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grappe.statements.tables import BOOL, FLOAT, INT, INTS, LIST, PAIRS, TABLES, TEXT, VIEWS, columns_sql

FORMAT = 1
DATABASE = "ecosystem.duckdb"
MANIFEST = "manifest.json"


def arrow_schema(table: str) -> Any:
    """The pyarrow schema of *table*."""
    import pyarrow as pa

    kinds = {
        TEXT: pa.string(),
        LIST: pa.list_(pa.string()),
        INT: pa.int32(),
        FLOAT: pa.float64(),
        BOOL: pa.bool_(),
        INTS: pa.list_(pa.int32()),
        PAIRS: pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())])),
    }
    return pa.schema([(name, kinds[kind]) for name, (kind, _) in TABLES[table].items()])


class TableWriter:
    """Writes rows of one table to one Parquet file, in batches: memory does not grow with the rows."""

    def __init__(self, path: Path, table: str, *, batch: int = 20_000) -> None:
        import pyarrow.parquet as pq

        self._schema = arrow_schema(table)
        self._columns: dict[str, list[Any]] = {name: [] for name in TABLES[table]}
        self._batch, self.rows, self._pending = batch, 0, 0
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")

    def write(self, row: Mapping[str, Any]) -> None:
        """Add one row; missing columns are null."""
        for name, values in self._columns.items():
            values.append(row.get(name))
        self.rows += 1
        self._pending += 1
        if self._pending >= self._batch:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._pending:
            self._writer.write_table(pa.table(self._columns, schema=self._schema))
        for values in self._columns.values():
            values.clear()
        self._pending = 0

    def close(self) -> None:
        """Write what is left and close the file."""
        self._flush()
        self._writer.close()


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A fresh folder to write in; on success it takes the place of *out*, on failure *out* is untouched."""
    settle(out)
    staging = out.with_name(f".{out.name}.building")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        yield staging
        former = _former(out)
        if out.exists():
            out.rename(former)
        staging.rename(out)
        shutil.rmtree(former, ignore_errors=True)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def settle(out: Path) -> None:
    """Finish or undo a replacement that was killed between its two renames; otherwise does nothing."""
    former = _former(out)
    if not former.exists():
        return
    if out.exists():
        shutil.rmtree(former)
    else:
        former.rename(out)


def _former(out: Path) -> Path:
    return out.with_name(f".{out.name}.former")


def write_database(folder: Path) -> None:
    """Write ``ecosystem.duckdb`` from the Parquet files of *folder*: all tables and views.

    DuckDB leaves what the allocator gave it in the unused bytes of its pages; a process of its own with a
    zeroing allocator makes the file the same at each build (docs/decisions/0004).
    """
    env = {**os.environ, "DUCKDB_JE_MALLOC_CONF": "zero:true", "MALLOC_PERTURB_": "85"}
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "grappe.statements.ecosystem", str(folder.absolute())], check=True, env=env
    )


def _write_database_here(folder: Path) -> None:
    import duckdb

    from grappe.statements.vocabulary import properties

    single = ", ".join(f"('{code}')" for code, prop in properties().items() if prop.single and code != "name")
    with duckdb.connect(config={"threads": 1, "memory_limit": "800MB"}) as connection:
        connection.execute(f"ATTACH '{folder / DATABASE}' AS eco (STORAGE_VERSION 'v1.3.0')")
        connection.execute("USE eco")
        for table in TABLES:
            connection.execute(f"CREATE TABLE {table} ({columns_sql(table)})")
            connection.execute(f"INSERT INTO {table} FROM read_parquet('{folder / table}.parquet')")
        connection.execute(f"CREATE TABLE single_properties AS FROM (VALUES {single}) AS p(code)")
        for name, (meaning, query) in VIEWS.items():
            connection.execute(f"CREATE VIEW {name} AS {query}")
            connection.execute(f"COMMENT ON VIEW {name} IS '{meaning}'")
        connection.execute("USE memory")
        connection.execute("DETACH eco")


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write ``manifest.json``: format, counts, what the build was made from, and each table's SHA-256."""
    hashes = {table: _sha256(folder / f"{table}.parquet") for table in TABLES}
    text = json.dumps(
        {"format": FORMAT, "tables": hashes, **content}, ensure_ascii=False, indent=2, sort_keys=True
    )
    (folder / MANIFEST).write_text(text + "\n", "utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an ecosystem folder.

    Raises FileNotFoundError when *folder* is not one.
    """
    settle(folder)
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    return manifest


def read_rows(folder: Path, table: str, *, batch: int = 10_000) -> Iterator[dict[str, Any]]:
    """The rows of one table of an ecosystem folder, streamed."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(folder / f"{table}.parquet") as file:
        for record_batch in file.iter_batches(batch_size=batch):
            yield from record_batch.to_pylist()


def write_rows(folder: Path, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write a small table whole; returns the number of rows."""
    writer = TableWriter(folder / f"{table}.parquet", table)
    for row in rows:
        writer.write(row)
    writer.close()
    return writer.rows


if __name__ == "__main__":
    _write_database_here(Path(sys.argv[1]))
