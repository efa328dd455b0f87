"""The database → DuckDB tables: what a plan needs of the registry, streamed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django.db import models

from grappe.hub.registry.models import Judgement, Record, Redirect, Statement
from grappe.statements.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Record → its organisation (none while no source stands) and the canonical id that the rules gave it.
Records = Mapping[str, tuple[str | None, str]]
_BATCH = 20_000
_MEMORY = "200MB"
#: The columns of a stored statement, as the database names them.
STORED = tuple(str(field.column) for field in Statement._meta.concrete_fields)
#: The stored columns as a core table has them: empty texts are null.
AS_CORE = ", ".join(
    {"confidence": "confidence", "source": "source_id AS source"}.get(name, f"nullif({name}, '') AS {name}")
    for name in TABLES["statements"]
)


@contextmanager
def working_tables() -> Iterator["DuckDBPyConnection"]:
    """A DuckDB connection to a file deleted after: one core, bounded memory, for the site has the rest."""
    import duckdb

    config: dict[str, Any] = {"threads": 1, "memory_limit": _MEMORY, "preserve_insertion_order": False}
    with TemporaryDirectory(prefix="grappe-import-") as folder:
        config["temp_directory"] = folder
        with duckdb.connect(Path(folder) / "working.duckdb", config=config) as connection:
            yield connection


def create_stored(connection: "DuckDBPyConnection", table: str) -> None:
    """Create an empty *table* of stored statements."""
    columns = ", ".join(f"{name} {'DOUBLE' if name == 'confidence' else 'VARCHAR'}" for name in STORED)
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")


def copy_statements(
    connection: "DuckDBPyConnection",
    table: str,
    statements: models.QuerySet[Statement],
    columns: Sequence[str] = STORED,
) -> None:
    """Append *columns* of *statements* to *table*, a table of stored statements."""
    import pyarrow as pa

    names = {str(field.column): field.attname for field in Statement._meta.concrete_fields}
    types = pa.schema([(n, pa.float64() if n == "confidence" else pa.string()) for n in columns])
    found = statements.order_by().values_list(*(names[name] for name in columns)).iterator(_BATCH)
    connection.execute("BEGIN")
    while batch := list(islice(found, _BATCH)):
        values = zip(*batch, strict=True)
        arrays = [pa.array(each, kind) for each, kind in zip(values, types.types, strict=True)]
        append(connection, table, pa.Table.from_arrays(arrays, schema=types))
    connection.execute("COMMIT")


def append(connection: "DuckDBPyConnection", table: str, content: Any) -> None:
    """Append an Arrow table to *table*, by the names of its columns."""
    connection.register("incoming_rows", content)
    connection.execute(f"INSERT INTO {table} BY NAME FROM incoming_rows")
    connection.unregister("incoming_rows")


def text_table(
    connection: "DuckDBPyConnection", table: str, names: Sequence[str], rows: Sequence[Sequence[str | None]]
) -> None:
    """Create *table* of text columns *names* that holds *rows*."""
    import pyarrow as pa

    columns = ", ".join(f'"{name}" VARCHAR' for name in names)
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")
    values = zip(*rows, strict=True) if rows else ((),) * len(names)
    arrays = [pa.array(column, pa.string()) for column in values]
    append(connection, table, pa.Table.from_arrays(arrays, names=list(names)))


def known_records() -> dict[str, tuple[str | None, str]]:
    """Every record as it is stored."""
    rows = Record.objects.values_list("entity", "organisation_id", "linked")
    return {entity: (organisation, linked) for entity, organisation, linked in rows.iterator(_BATCH)}


def known_redirects() -> dict[str, str]:
    """Canonical id no longer used → the one instead, but for what people judged here."""
    return dict(Redirect.objects.exclude(origin="hub").values_list("former", "current"))


def standing_judgements() -> models.QuerySet[Judgement]:
    """What the rules and the workspace's people judged, and stands."""
    return Judgement.objects.filter(retracted_at="").exclude(origin="hub")
