"""A plan → the database: its rows wait in temporary tables, so that the transaction is short."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.db import connection, models

from grappe.hub.registry.deriving import batches, store_redirects
from grappe.hub.registry.importing.files import stream_rows
from grappe.hub.registry.importing.plans import Plan
from grappe.hub.registry.models import Belonging, Judgement, Organisation, Record, Redirect, Statement
from grappe.hub.registry.projecting import organisation_from

_MODELS: dict[str, type[models.Model]] = {
    "statements": Statement,
    "organisations": Organisation,
    "records": Record,
    "judgements": Judgement,
    "redirects": Redirect,
}
_BELONGING = ("organisation_id", "list", "code", "role", "since")
_TEMPORARY = [f"brought_{name}" for name in (*_MODELS, "belongings", "touched")]
_KEYS = [f"dropped_{name}" for name in _MODELS]


@contextmanager
def staged(folder: Path, plan: Plan) -> Iterator[None]:
    """Hold the rows of the plan in *folder* ready in temporary tables, which take no lock of the database."""
    try:
        with _one_go():
            for table, model in _MODELS.items():
                _stage_rows(table, model, folder)
                _stage_keys(table, folder)
            _create("brought_belongings", Belonging, _BELONGING)
            for batch in stream_rows(folder / "belongings.parquet"):
                _insert("brought_belongings", batch, len(_BELONGING))
            _create("brought_touched", Organisation, ("id",))
            _insert("brought_touched", [(key,) for key in plan.touched], 1)
        yield
    finally:
        with connection.cursor() as cursor:
            for name in (*_TEMPORARY, *_KEYS):
                cursor.execute(f"DROP TABLE IF EXISTS {name}")


def write_staged(plan: Plan) -> None:
    """Store what is staged. Called inside the transaction of the import or of its undoing."""
    with connection.cursor() as cursor:
        _store(cursor, "statements")
        _store(cursor, "organisations")
        _store(cursor, "records")
        _store(cursor, "judgements")
        _store(cursor, "redirects")
        columns = ", ".join(_BELONGING)
        cursor.execute("DELETE FROM hub_belonging WHERE organisation_id IN (SELECT id FROM brought_touched)")
        cursor.execute(
            f"INSERT INTO hub_belonging ({columns}) SELECT {columns} FROM brought_belongings"  # noqa: S608
        )
        cursor.execute("INSERT INTO hub_pending (organisation) SELECT id FROM brought_touched")
    for ids in batches(plan.gone):
        Organisation.objects.filter(id__in=ids).delete()
    store_redirects(plan.redirects)


def _stage_rows(table: str, model: type[models.Model], folder: Path) -> None:
    path = folder / f"{table}.parquet" if table == "organisations" else folder / f"{table}.rows.parquet"
    names = [str(field.column) for field in model._meta.concrete_fields]
    _create(f"brought_{table}", model, names)
    for rows in _stored_rows(table, path, names):
        _insert(f"brought_{table}", rows, len(names))


def _stored_rows(table: str, path: Path, names: Sequence[str]) -> Iterator[list[Sequence[Any]]]:
    """The rows as the database has them, in the order of *names*."""
    written = pq.read_schema(path).names
    for batch in stream_rows(path):
        if table == "organisations":
            yield [_organisation_row(dict(zip(written, row, strict=True)), names) for row in batch]
        elif list(names) == written:
            yield list(batch)
        else:
            at = [written.index(name) for name in names]
            yield [[row[place] for place in at] for row in batch]


def _organisation_row(row: dict[str, Any], names: Sequence[str]) -> list[Any]:
    organisation = organisation_from(row)
    return [
        field.get_db_prep_save(getattr(organisation, field.attname), connection)
        for field in Organisation._meta.concrete_fields
        if field.column in names
    ]


def _stage_keys(table: str, folder: Path) -> None:
    model = _MODELS[table]
    _create(f"dropped_{table}", model, (str(model._meta.pk.column),))
    for batch in stream_rows(folder / f"{table}.keys.parquet"):
        _insert(f"dropped_{table}", batch, 1)


def _create(name: str, model: type[models.Model], columns: Iterable[str]) -> None:
    quoted = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {name} AS SELECT {quoted} FROM {model._meta.db_table} WHERE 1 = 0"  # noqa: S608
        )


def _insert(name: str, rows: Sequence[Sequence[Any]], width: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * width)
            cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608


@contextmanager
def _one_go() -> Iterator[None]:
    """On SQLite, one deferred transaction: it writes temporary tables only, so it locks nobody out."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT staging")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RELEASE SAVEPOINT staging")


def _store(cursor: Any, table: str) -> None:
    """Insert or update the rows staged for *table*, then delete those whose keys are."""
    model = _MODELS[table]
    key = str(model._meta.pk.column)
    names = [str(field.column) for field in model._meta.concrete_fields]
    quoted = ", ".join(f'"{name}"' for name in names)
    updated = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name != key)
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({quoted}) SELECT {quoted} FROM brought_{table} WHERE 1 = 1 "  # noqa: S608
        f"ON CONFLICT ({key}) DO UPDATE SET {updated}"
    )
    cursor.execute(
        f"DELETE FROM {model._meta.db_table} WHERE {key} IN (SELECT {key} FROM dropped_{table})"  # noqa: S608
    )
