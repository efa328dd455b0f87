"""Last year's rows in this year's list: by the list's own number, an identifier, or the name.

A record keeps its id when its row is recognised, however it is now spelled: what people said of it stays
said of it, and its organisation keeps its canonical id. A row is recognised only when it can be no other.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from grappe.linkage.names import normalise_name
from grappe.statements import Statement
from grappe.statements.identifiers import STRONG

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STRONG_LIST = ", ".join(f"'{scheme}'" for scheme in STRONG)
#: In which order a row is recognised; the list's own number (the same record id) goes before.
RULES = ("identifier", "name+place", "name")
_DISTINCT = ("source", "asserted_by", "property", "qualifier", "value", "language", "valid_from", "valid_to")


def recognise_rows(connection: "DuckDBPyConnection") -> int:
    """Give rows of ``brought`` that were in ``former`` under another id that id again; returns how many.

    Both tables hold statements; those of ``former`` stand. Leaves ``recognised`` (entity as read, former
    entity, rule, what agreed). A rule recognises a row when one row of each list, of those not met so far,
    has its key; rows whose strong identifiers differ are never one.
    """
    connection.execute("""
        CREATE OR REPLACE TABLE recognised (entity VARCHAR, former VARCHAR, rule VARCHAR, detail VARCHAR);
        CREATE OR REPLACE TABLE unmet AS
            SELECT entity, true AS is_new FROM (SELECT DISTINCT entity FROM brought)
                WHERE entity NOT IN (SELECT entity FROM former)
            UNION ALL SELECT entity, false FROM (SELECT DISTINCT entity FROM former)
                WHERE entity NOT IN (SELECT entity FROM brought)
    """)
    sides = connection.execute("SELECT count(DISTINCT is_new) FROM unmet").fetchall()[0][0]
    if sides == 2:
        _fill_keys(connection)
        for rule in RULES:
            _recognise_by(connection, rule)
        _rename(connection)
    return int(connection.execute("SELECT count(*) FROM recognised").fetchall()[0][0])


def _fill_keys(connection: "DuckDBPyConnection") -> None:
    import pyarrow as pa

    connection.execute(f"""
        CREATE OR REPLACE TABLE unmet_statements AS
            SELECT entity, is_new, property, qualifier, value
                FROM unmet JOIN brought USING (entity) WHERE is_new
            UNION ALL
            SELECT entity, is_new, property, qualifier, value
                FROM unmet JOIN former USING (entity) WHERE NOT is_new;
        CREATE OR REPLACE TABLE unmet_identifiers AS
            SELECT DISTINCT entity, property AS scheme, value FROM unmet_statements
            WHERE property IN ({_STRONG_LIST});
        CREATE OR REPLACE TABLE row_keys AS
            SELECT DISTINCT entity, 'identifier' AS rule, property || ' ' || value AS key
            FROM unmet_statements WHERE property IN ({_STRONG_LIST})
    """)  # noqa: S608
    # What a new row says it was called counts; what a former row was called before does not.
    names = connection.execute("""
        SELECT DISTINCT entity, value FROM unmet_statements WHERE property = 'name'
            AND coalesce(qualifier, '') <> 'acronym' AND (is_new OR coalesce(qualifier, '') <> 'former')
    """).fetchall()
    keys = pa.table(
        {
            "entity": pa.array([entity for entity, _ in names], pa.string()),
            "key": pa.array([normalise_name(name) for _, name in names], pa.string()),
        }
    )
    connection.register("names_as_keys", keys)
    connection.execute("""
        INSERT INTO row_keys SELECT DISTINCT entity, 'name', key FROM names_as_keys WHERE key <> '';
        INSERT INTO row_keys
            SELECT DISTINCT entity, 'name+place', key || ' @ ' || lower(strip_accents(town))
            FROM names_as_keys JOIN (SELECT entity, min(value) AS town FROM unmet_statements
                WHERE property = 'municipality' GROUP BY entity) USING (entity) WHERE key <> ''
    """)
    connection.unregister("names_as_keys")


def _recognise_by(connection: "DuckDBPyConnection", rule: str) -> None:
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE met AS
            SELECT key, min(entity) FILTER (is_new) AS entity, min(entity) FILTER (NOT is_new) AS former
            FROM row_keys JOIN unmet USING (entity) WHERE rule = '{rule}'
            GROUP BY key HAVING count(*) FILTER (is_new) = 1 AND count(*) FILTER (NOT is_new) = 1;
        DELETE FROM met WHERE
            entity IN (SELECT entity FROM met GROUP BY entity HAVING count(DISTINCT former) > 1)
            OR former IN (SELECT former FROM met GROUP BY former HAVING count(DISTINCT entity) > 1);
        DELETE FROM met WHERE (entity, former) IN (
            SELECT (m.entity, m.former) FROM met m
            JOIN unmet_identifiers a ON a.entity = m.entity JOIN unmet_identifiers b ON b.entity = m.former
            WHERE a.scheme = b.scheme AND a.value <> b.value);
        INSERT INTO recognised
            SELECT entity, former, '{rule}', min(key) FROM met GROUP BY entity, former ORDER BY entity;
        DELETE FROM unmet WHERE entity IN (SELECT entity FROM met UNION SELECT former FROM met)
        """  # noqa: S608
    )


def _rename(connection: "DuckDBPyConnection") -> None:
    """The id of a statement follows the record it is about."""
    import pyarrow as pa

    columns = ", ".join(f"b.{name}" for name in _DISTINCT)
    reading = connection.cursor()
    rows = reading.execute(
        f"SELECT b.id, r.former, {columns} FROM brought b JOIN recognised r USING (entity) ORDER BY b.id"  # noqa: S608
    )
    ids, now = [], []
    for former_id, entity, *values in _rows(rows):
        ids.append(former_id)
        now.append(Statement(entity=entity, **dict(zip(_DISTINCT, values, strict=True))).id)
    connection.register(
        "renamed", pa.table({"id": pa.array(ids, pa.string()), "now": pa.array(now, pa.string())})
    )
    connection.execute("""
        UPDATE brought SET id = renamed.now, entity = recognised.former FROM renamed, recognised
            WHERE brought.id = renamed.id AND brought.entity = recognised.entity
    """)
    connection.unregister("renamed")


def _rows(result: "DuckDBPyConnection", batch: int = 10_000) -> Iterator[tuple]:  # type: ignore[type-arg]
    while rows := result.fetchmany(batch):
        yield from rows
