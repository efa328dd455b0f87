"""Who is who once a list's edition is another: the rules of a build, kept to what the list touches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grappe.intake.stated_places import PLACE_PROPERTIES, resolve_places
from grappe.linkage.identity import resolve_identities
from grappe.linkage.names import normalise_name
from grappe.statements import Judgement
from grappe.statements.identifiers import STRONG

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: The properties whose statements say who is who.
TELLING = ("name", *STRONG, *PLACE_PROPERTIES)


@dataclass(frozen=True)
class Relinked:
    """What linking again changes: *links* (record, canonical id now, canonical id before or None);
    *redirects* (former, current) that now stand, and *unredirected* former ids that are in use again;
    *judgements*, those that the rules now make about the records concerned, and *concerned*, these records.
    """

    links: list[tuple[str, str, str | None]]
    redirects: list[tuple[str, str]]
    unredirected: list[str]
    judgements: list[Judgement]
    concerned: frozenset[str]


def link_again(
    connection: "DuckDBPyConnection",
    *,
    people: Iterable[Judgement],
    codes: Sequence[str],
    province: str | None,
) -> Relinked:
    """What a build would link otherwise, of the organisations that records of one list are, were or meet.

    The connection has ``statements`` (those of ``TELLING``, of all sources, as they will be), ``identities``
    and ``redirects`` as they are, and ``about`` (entity, property, value): what was and what will be told of
    the list's records. *people* are the workspace's judgements, *codes* the sources whose records are no
    organisations, *province* where the workspace is.
    """
    connection.execute("""
        CREATE OR REPLACE TABLE known AS FROM identities;
        CREATE OR REPLACE TABLE known_redirects AS FROM redirects
    """)
    resolve_places(connection, province)
    made = resolve_identities(connection, people, codes)
    _fill_meeting(connection)
    connection.execute("""
        CREATE OR REPLACE TABLE affected AS
            SELECT root FROM clusters WHERE entity IN (FROM meeting)
            UNION SELECT root FROM clusters JOIN known USING (entity) WHERE organisation IN
                (SELECT organisation FROM known WHERE entity IN (FROM meeting));
        CREATE OR REPLACE TABLE relinked AS
            SELECT c.entity, i.organisation AS linked, k.organisation AS former
            FROM clusters c JOIN affected USING (root) JOIN identities i USING (entity)
            LEFT JOIN known k USING (entity) WHERE k.organisation IS DISTINCT FROM i.organisation
    """)
    return _relinked(connection, made)


def _relinked(connection: "DuckDBPyConnection", made: list[Judgement]) -> Relinked:
    concerned = frozenset(
        entity
        for (entity,) in connection.execute(
            "SELECT entity FROM clusters JOIN affected USING (root)"
        ).fetchall()
    )
    return Relinked(
        links=connection.execute("SELECT entity, linked, former FROM relinked ORDER BY entity").fetchall(),
        redirects=connection.execute("""
            SELECT former, current FROM (FROM redirects EXCEPT FROM known_redirects)
            WHERE former IN (SELECT former FROM relinked) ORDER BY former
        """).fetchall(),
        unredirected=[
            former
            for (former,) in connection.execute("""
                SELECT former FROM known_redirects WHERE former NOT IN (SELECT former FROM redirects)
                    AND former IN (SELECT linked FROM relinked) ORDER BY former
            """).fetchall()
        ],
        judgements=[each for each in made if each.left in concerned or each.right in concerned],
        concerned=concerned,
    )


def _fill_meeting(connection: "DuckDBPyConnection") -> None:
    """``meeting``: the list's records, and those that share a name or an identifier with one of them."""
    import pyarrow as pa

    names = connection.execute("SELECT DISTINCT value FROM about WHERE property = 'name'").fetchall()
    keys = pa.array(sorted({normalise_name(name) for (name,) in names}), pa.string())
    connection.register("told_keys", pa.table({"key": keys}))
    connection.execute("""
        CREATE OR REPLACE TABLE meeting AS
            SELECT entity FROM about
            UNION SELECT entity FROM name_keys WHERE key IN (FROM told_keys)
            UNION SELECT entity FROM strong_keys WHERE (scheme, value) IN
                (SELECT (property, value) FROM about WHERE property <> 'name')
    """)
    connection.unregister("told_keys")
