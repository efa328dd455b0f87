"""Records → canonical ids, by strong identifiers, then by exact normalised name and place.

Works on a DuckDB connection that has the tables ``statements``, ``sources``, ``entity_places`` (entity,
place_key) and the former ``identities`` and ``redirects``; leaves ``identities`` and ``redirects`` as they
now are and returns the judgements made. A million records need no more memory than the few that meet.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from grappe.linkage.clusters import Clusters
from grappe.linkage.names import normalise_name
from grappe.statements import Judgement
from grappe.statements.identifiers import STRONG, mint_canonical_id

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: A name shared by more records than this names nothing ("Pharmacie"): it is not an identity.
MOST_NAMESAKES = 50

_STRONG_LIST = ", ".join(f"'{scheme}'" for scheme in STRONG)


def resolve_identities(
    connection: "DuckDBPyConnection", judgements: Iterable[Judgement] = (), codes: Sequence[str] = ()
) -> list[Judgement]:
    """Fill ``identities`` (entity, organisation) and ``redirects``; returns the rules' judgements, sorted.

    *judgements* are people's: ``same_as`` joins without condition, ``different`` keeps apart. *codes* are the
    sources whose records are codes of a list, not organisations.
    """
    people = [judgement for judgement in judgements if judgement.retracted_at is None]
    _prepare_keys(connection, codes)
    clusters = Clusters(
        _strong_identifiers(connection),
        [(j.left, j.right) for j in people if j.relation == "different"],
    )
    for judgement in people:
        if judgement.relation == "same_as":
            clusters.join(judgement.left, judgement.right)
    made = [
        *_join_identifiers(connection, clusters),
        *_join_names(connection, clusters),
        *_join_unplaced(connection, clusters),
    ]
    _store_clusters(connection, clusters)
    _assign_canonical_ids(connection)
    return sorted(made, key=lambda judgement: judgement.id)


def _prepare_keys(connection: "DuckDBPyConnection", codes: Sequence[str]) -> None:
    connection.execute(
        """
        CREATE OR REPLACE TABLE subjects AS
            SELECT DISTINCT entity FROM statements
            WHERE property = 'name' AND retracted_at IS NULL AND NOT list_contains(?, source)
        """,
        [list(codes)],
    )
    connection.execute(f"""
        CREATE OR REPLACE TABLE strong_keys AS
            SELECT DISTINCT entity, property AS scheme, value FROM statements
            WHERE property IN ({_STRONG_LIST}) AND retracted_at IS NULL;
        CREATE OR REPLACE TABLE name_keys (entity VARCHAR, key VARCHAR)
    """)  # noqa: S608
    _fill_name_keys(connection)


def _fill_name_keys(connection: "DuckDBPyConnection") -> None:
    import pyarrow as pa

    reading = connection.cursor()
    names = reading.sql(
        "SELECT DISTINCT entity, value FROM statements WHERE property = 'name' AND retracted_at IS NULL "
        "AND coalesce(qualifier, '') NOT IN ('acronym', 'former') AND entity IN (FROM subjects)"
    )
    for batch in names.to_arrow_reader(50_000):
        entities, values = batch.column(0), batch.column(1).to_pylist()
        keys = pa.table({"entity": entities, "key": [normalise_name(value) for value in values]})
        connection.register("batch_of_keys", keys)
        connection.execute("INSERT INTO name_keys SELECT DISTINCT * FROM batch_of_keys WHERE key <> ''")
        connection.unregister("batch_of_keys")


def _strong_identifiers(connection: "DuckDBPyConnection") -> dict[str, dict[str, str]]:
    """Identifiers of the records that share a key with another record: no others can meet."""
    rows = connection.execute("""
        WITH meeting AS (
            SELECT entity FROM strong_keys WHERE (scheme, value) IN
                (SELECT (scheme, value) FROM strong_keys GROUP BY scheme, value HAVING count(*) > 1)
            UNION SELECT entity FROM name_keys WHERE key IN
                (SELECT key FROM name_keys GROUP BY key HAVING count(*) > 1))
        SELECT entity, scheme, min(value) FROM strong_keys WHERE entity IN (FROM meeting)
        GROUP BY entity, scheme ORDER BY ALL
    """)
    found: dict[str, dict[str, str]] = {}
    for entity, scheme, value in _rows(rows):
        found.setdefault(entity, {})[scheme] = value
    return found


def _join_identifiers(connection: "DuckDBPyConnection", clusters: Clusters) -> Iterator[Judgement]:
    groups = connection.execute("""
        SELECT scheme, value, list(entity ORDER BY entity) FROM strong_keys
        WHERE entity IN (FROM subjects) GROUP BY scheme, value HAVING count(*) > 1 ORDER BY scheme, value
    """)
    for scheme, value, entities in _rows(groups):
        for left, right in clusters.gather(entities):
            yield _same(left, right, "rule:identifier", f"{scheme} {value}", ((scheme, value),))


def _join_names(connection: "DuckDBPyConnection", clusters: Clusters) -> Iterator[Judgement]:
    groups = connection.execute(f"""
        SELECT key, place_key, list(DISTINCT entity ORDER BY entity)
        FROM name_keys JOIN entity_places USING (entity) WHERE place_key IS NOT NULL
        GROUP BY key, place_key HAVING count(DISTINCT entity) BETWEEN 2 AND {MOST_NAMESAKES}
        ORDER BY key, place_key
    """)  # noqa: S608
    for key, place, entities in _rows(groups):
        for left, right in clusters.gather(entities):
            features = (("name", key), ("place", place))
            yield _same(left, right, "rule:name+place", f"{key} @ {place}", features)


def _join_unplaced(connection: "DuckDBPyConnection", clusters: Clusters) -> Iterator[Judgement]:
    """A record without a place joins its namesakes when all those that have a place have the same one."""
    groups = connection.execute(f"""
        SELECT key, list(DISTINCT entity ORDER BY entity) FILTER (place_key IS NULL),
               list(DISTINCT entity ORDER BY entity) FILTER (place_key IS NOT NULL),
               count(DISTINCT place_key)
        FROM name_keys LEFT JOIN entity_places USING (entity)
        GROUP BY key HAVING count(DISTINCT entity) BETWEEN 2 AND {MOST_NAMESAKES}
           AND count(*) FILTER (place_key IS NULL) > 0 ORDER BY key
    """)  # noqa: S608
    for key, unplaced, placed, places in _rows(groups):
        meeting = [*(placed or ()), *unplaced] if places <= 1 else unplaced
        for left, right in clusters.gather(meeting):
            yield _same(left, right, "rule:name", f"{key} (no other place is known)", (("name", key),))


def _same(left: str, right: str, rule: str, why: str, features: tuple[tuple[str, str], ...]) -> Judgement:
    return Judgement(left=left, right=right, relation="same_as", who=rule, why=why, features=features)


def _store_clusters(connection: "DuckDBPyConnection", clusters: Clusters) -> None:
    import pyarrow as pa

    roots = clusters.roots()
    table = pa.table({"entity": pa.array(roots, pa.string()), "root": pa.array(roots.values(), pa.string())})
    connection.register("roots", table)
    connection.execute("""
        CREATE OR REPLACE TABLE clusters AS
            SELECT entity, coalesce(root, entity) AS root FROM subjects LEFT JOIN roots USING (entity)
    """)
    connection.unregister("roots")


def _assign_canonical_ids(connection: "DuckDBPyConnection") -> None:
    """Keep minted ids: an id goes to the cluster with most of its records; those it beat redirect."""
    connection.execute("""
        CREATE OR REPLACE TABLE holds AS
            SELECT root, organisation, count(*) AS records FROM clusters JOIN identities USING (entity)
            GROUP BY root, organisation;
        CREATE OR REPLACE TABLE won AS
            FROM holds QUALIFY row_number() OVER (PARTITION BY organisation ORDER BY records DESC, root) = 1;
        CREATE OR REPLACE TABLE kept AS
            FROM won QUALIFY row_number() OVER (PARTITION BY root ORDER BY records DESC, organisation) = 1;
        CREATE OR REPLACE TABLE minted AS SELECT root, organisation FROM kept
    """)
    _mint_missing(connection)
    connection.execute("""
        CREATE OR REPLACE TABLE now_redirected AS
            SELECT won.organisation AS former, minted.organisation AS current FROM won
            JOIN minted USING (root) WHERE won.organisation <> minted.organisation;
        CREATE OR REPLACE TABLE all_redirects AS
            SELECT former, coalesce(n.current, r.current) AS current FROM redirects r
            LEFT JOIN (SELECT former AS middle, current FROM now_redirected) n ON n.middle = r.current
            UNION FROM now_redirected;
        DELETE FROM redirects;
        INSERT INTO redirects SELECT DISTINCT former, current FROM all_redirects
            WHERE former NOT IN (SELECT organisation FROM minted) ORDER BY former;
        DELETE FROM identities WHERE entity IN (SELECT entity FROM clusters);
        INSERT INTO identities SELECT entity, organisation FROM clusters JOIN minted USING (root)
    """)


def _mint_missing(connection: "DuckDBPyConnection") -> None:
    import pyarrow as pa

    connection.execute("""
        CREATE OR REPLACE TABLE taken AS SELECT DISTINCT organisation FROM identities
    """)
    for attempt in range(1, 10):
        missing = connection.execute(
            "SELECT DISTINCT root FROM clusters WHERE root NOT IN (SELECT root FROM minted) ORDER BY root"
        ).fetchall()
        if not missing:
            return
        suffix = "" if attempt == 1 else f"#{attempt}"
        roots = [root for (root,) in missing]
        ids = [mint_canonical_id(root + suffix) for root in roots]
        connection.register("candidates", pa.table({"root": roots, "organisation": ids}))
        connection.execute("""
            INSERT INTO minted SELECT root, organisation FROM candidates
                WHERE organisation NOT IN (FROM taken)
                QUALIFY row_number() OVER (PARTITION BY organisation ORDER BY root) = 1;
            INSERT INTO taken SELECT organisation FROM candidates
        """)
        connection.unregister("candidates")
    raise AssertionError("canonical ids could not be minted")


def _rows(result: "DuckDBPyConnection", batch: int = 10_000) -> Iterator[tuple]:  # type: ignore[type-arg]
    while rows := result.fetchmany(batch):
        yield from rows
