"""PostgreSQL: ``pg_dump`` of one snapshot; without its tools, every table by COPY in one transaction."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

_TABLES = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = current_schema() ORDER BY 1"""
_PIECE = 1 << 20
#: Whose tables they are is this deployment's affair.
_PLAIN = ("--no-owner", "--no-privileges")


def has_tools() -> bool:
    """Whether ``pg_dump`` and ``pg_restore`` are on this machine."""
    return bool(shutil.which("pg_dump") and shutil.which("pg_restore"))


class _Postgres:
    def is_empty(self) -> bool:
        """Whether the schema has no table."""
        with _connected() as found:
            return not _tables(found)


class DumpCopies(_Postgres):
    """By PostgreSQL's own tools, in their custom format."""

    name = "database.dump"

    def copy(self, target: Path) -> dict[str, int]:
        """Write the database as it is at one moment to *target*; returns table → rows of that moment."""
        with _snapshot() as (found, snapshot):
            counts = _count(found)
            _run(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={target}",
            )
        return counts

    def put_back(self, copy: Path) -> None:
        """Replace what is in the schema, all or nothing. Raises CalledProcessError."""
        connection.close()
        whole = ("--clean", "--if-exists", "--single-transaction", "--exit-on-error")
        _run("pg_restore", *whole, *_PLAIN, f"--dbname={connection.settings_dict['NAME']}", str(copy))


class TableCopies(_Postgres):
    """Without tools: the rows of each table, put back into tables made by the migrations."""

    name = "database.copy.zip"

    def copy(self, target: Path) -> dict[str, int]:
        """Write the rows of every table at one moment to *target*; returns table → rows of that moment."""
        with _snapshot() as (found, _), ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            columns = {name: _columns(found, name) for name in _tables(found)}
            archive.writestr("columns.json", json.dumps(columns))
            for name, names in columns.items():
                statement = sql.SQL("COPY {} ({}) TO STDOUT").format(*_named(name, names))
                with (
                    archive.open(name, "w", force_zip64=True) as member,
                    found.cursor().copy(statement) as rows,
                ):
                    for piece in rows:
                        member.write(piece)
            return _count(found)

    def put_back(self, copy: Path) -> None:
        """Empty the tables and fill them, in one transaction; those that are missing are made first."""
        call_command("migrate", interactive=False, verbosity=0)
        connection.close()
        with _connected() as found, ZipFile(copy) as archive:
            found.execute("SET CONSTRAINTS ALL DEFERRED")
            columns: dict[str, list[str]] = json.loads(archive.read("columns.json"))
            emptied = sql.SQL(", ").join(map(sql.Identifier, _tables(found)))
            found.execute(sql.SQL("TRUNCATE {} CASCADE").format(emptied))
            for name, names in columns.items():
                statement = sql.SQL("COPY {} ({}) FROM STDIN").format(*_named(name, names))
                with archive.open(name) as member, found.cursor().copy(statement) as rows:
                    while piece := member.read(_PIECE):
                        rows.write(piece)
            _set_sequences(found)


@contextmanager
def _connected() -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own; what is done in the block is done at its end, or not at all."""
    params = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "options")
    with psycopg.connect(**{name: params[name] for name in names if params.get(name)}) as found:
        yield found


@contextmanager
def _snapshot() -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A connection that sees one moment, and the name by which others see the same."""
    with _connected() as found:
        found.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = found.execute("SELECT pg_export_snapshot()").fetchone()
        yield found, str(row[0]) if row else ""


def _tables(found: psycopg.Connection[Any]) -> list[str]:
    return [row[0] for row in found.execute(_TABLES)]


def _columns(found: psycopg.Connection[Any], table: str) -> list[str]:
    rows = found.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return [row[0] for row in rows]


def _count(found: psycopg.Connection[Any]) -> dict[str, int]:
    counts = {}
    for name in _tables(found):
        row = found.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts


def _named(table: str, columns: list[str]) -> tuple[sql.Identifier, sql.Composed]:
    return sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))


def _set_sequences(found: psycopg.Connection[Any]) -> None:
    """Let each identity go on after the largest one that was put back."""
    rows = found.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND is_identity = 'YES'"
    ).fetchall()
    for table, column in rows:
        go_on = sql.SQL(
            "SELECT setval(pg_get_serial_sequence(%s, %s), max({c})) FROM {t} HAVING max({c}) IS NOT NULL"
        )
        named = go_on.format(c=sql.Identifier(column), t=sql.Identifier(table))
        found.execute(named, [f'"{table}"', column])


def _run(tool: str, *options: str) -> None:
    database = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": str(database["HOST"]),
        "PGPORT": str(database["PORT"] or ""),
        "PGUSER": str(database["USER"]),
        "PGPASSWORD": str(database["PASSWORD"]),
        "PGDATABASE": str(database["NAME"]),
    }
    known = {name: value for name, value in environment.items() if value or not name.startswith("PG")}
    subprocess.run([shutil.which(tool) or tool, *options], env=known, check=True)  # noqa: S603
