"""All that one source says, before and after: the rows to store, and those that bring the former back."""

from pathlib import Path
from typing import TYPE_CHECKING

from grappe.hub.registry.importing.snapshot import AS_CORE, STORED, copy_statements, create_stored
from grappe.hub.registry.models import Statement

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: The columns of a statement that nothing derived depends on.
_ASIDE = {
    *("locator", "original_value", "extractor", "extractor_version", "first_seen", "last_seen"),
    *("licence", "digest", "origin"),
}
_SEEN = ", ".join(name for name in STORED if name not in _ASIDE)


def load_edition(connection: "DuckDBPyConnection", source: str) -> None:
    """Fill ``edition_rows`` with all that *source* brought, and ``former`` with what stands of it."""
    create_stored(connection, "edition_rows")
    said = Statement.objects.filter(source=source).exclude(origin="hub")
    copy_statements(connection, "edition_rows", said)
    connection.execute(
        f"CREATE OR REPLACE TABLE former AS SELECT {AS_CORE} FROM edition_rows WHERE retracted_at = ''"  # noqa: S608
    )


def load_brought(connection: "DuckDBPyConnection", path: Path) -> None:
    """Fill ``brought`` with the statements of an edition, as it was read, with their ``position`` in it."""
    connection.execute(
        """
        CREATE TABLE brought AS SELECT * RENAME (file_row_number AS position)
            FROM read_parquet(?, file_row_number = true)
            QUALIFY row_number() OVER (PARTITION BY id ORDER BY locator, position) = 1
        """,
        [str(path)],
    )


def fill_after(connection: "DuckDBPyConnection", day: str) -> None:
    """``after_rows``: all that the source will have said once the edition is stored.

    A statement said again keeps the day it was first seen; one that is not any more is retracted on *day*.
    """
    given = {"source_id": "source", "origin": "'import'", "digest": "''", "confidence": "confidence"}
    texts = {name: f"coalesce({name}, '')" for name in STORED}
    values = ", ".join(f"{said} AS {name}" for name, said in {**texts, **given}.items())
    same = " AND ".join(
        f"b.{name} = e.{name}" for name in STORED if name not in ("first_seen", "origin", "digest")
    )
    connection.execute(f"""
        CREATE TABLE brought_rows AS SELECT {values} FROM brought;
        CREATE TABLE said_the_same AS
            SELECT b.id FROM brought_rows b JOIN edition_rows e USING (id) WHERE {same};
        CREATE TABLE after_rows AS
            SELECT e.* FROM edition_rows e JOIN said_the_same USING (id)
            UNION ALL BY NAME
            SELECT b.* REPLACE (coalesce(nullif(e.first_seen, ''), b.first_seen) AS first_seen)
                FROM brought_rows b LEFT JOIN edition_rows e USING (id)
                WHERE b.id NOT IN (FROM said_the_same)
            UNION ALL BY NAME
            SELECT * FROM edition_rows WHERE retracted_at <> '' AND id NOT IN (SELECT id FROM brought_rows)
            UNION ALL BY NAME
            SELECT * REPLACE ('{day}' AS retracted_at, '' AS digest) FROM edition_rows
                WHERE retracted_at = '' AND id NOT IN (SELECT id FROM brought_rows)
    """)  # noqa: S608


def fill_differences(connection: "DuckDBPyConnection") -> None:
    """From ``edition_rows`` and ``after_rows``: what is to be stored or deleted, and so to undo it."""
    connection.execute("""
        CREATE OR REPLACE TABLE statements_rows AS FROM after_rows EXCEPT FROM edition_rows;
        CREATE OR REPLACE TABLE statements_keys AS
            SELECT id AS key FROM edition_rows ANTI JOIN after_rows USING (id);
        CREATE OR REPLACE TABLE inverse_statements_rows AS
            FROM edition_rows WHERE id IN (SELECT id FROM statements_rows) OR id IN (FROM statements_keys);
        CREATE OR REPLACE TABLE inverse_statements_keys AS
            SELECT id AS key FROM statements_rows ANTI JOIN edition_rows USING (id)
    """)


def changed_records(connection: "DuckDBPyConnection") -> set[str]:
    """The records of which the source says something otherwise, as far as anything is derived from it."""
    before = f"(SELECT {_SEEN} FROM edition_rows WHERE retracted_at = '')"  # noqa: S608
    after = f"(SELECT {_SEEN} FROM after_rows WHERE retracted_at = '')"  # noqa: S608
    rows = connection.execute(f"""
        SELECT DISTINCT entity FROM
            ((FROM {before} EXCEPT FROM {after}) UNION (FROM {after} EXCEPT FROM {before}))
    """).fetchall()  # noqa: S608
    return {entity for (entity,) in rows}
