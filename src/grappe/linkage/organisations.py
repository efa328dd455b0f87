"""Accepted statements → organisations: which value a page shows first, decided by one written order.

The order between rivals is: rank; then people's corrections before declarations, imports, computations and
extractions; then the kind of name; then the latest period; then the order of sources in the workspace. What
is not shown first is not dropped: the statements remain, and pages show them as rivals.
"""

from typing import TYPE_CHECKING

from grappe.statements.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: ``s`` is a statement; ``p.position`` the order of its source in the workspace.
PREFERENCE = """
    CASE s.rank WHEN 'preferred' THEN 0 WHEN 'normal' THEN 1 ELSE 2 END,
    list_position(['curated', 'declared', 'imported', 'computed', 'extracted'], s.method),
    coalesce(list_position(['trade', 'legal', 'translation', 'other'], s.qualifier), 0),
    s.valid_from DESC NULLS LAST, p.position, s.id
"""

_RANKS = ("preferred", "normal", "deprecated")
_METHODS = ("curated", "declared", "imported", "computed", "extracted")
_NAME_KINDS = ("trade", "legal", "translation", "other")

_FIRST_VALUES = ("kind", "status", "website")

#: The size class of an organisation that states how many people it employs, but no class.
_SIZE = """CASE WHEN e.people < 5 THEN 'micro' WHEN e.people < 100 THEN 'small'
    WHEN e.people < 500 THEN 'medium' WHEN e.people >= 500 THEN 'large' END"""


def preference_key(
    *,
    rank: str,
    method: str,
    qualifier: str | None,
    valid_from: str | None,
    position: int,
    id: str,  # noqa: A002
) -> tuple[int, int, int, tuple[int, ...], int, str]:
    """The same order as ``PREFERENCE``, for statements at hand: the one to show first sorts first."""
    kind = _NAME_KINDS.index(qualifier) + 1 if qualifier in _NAME_KINDS else 0
    # A later date sorts first, none sorts last.
    latest = (*(-ord(char) for char in valid_from), 0) if valid_from else (1,)
    return _RANKS.index(rank), _METHODS.index(method), kind, latest, position, id


def project_organisations(connection: "DuckDBPyConnection") -> int:
    """Fill ``organisations`` from ``statements``, ``identities``, ``public_places`` and ``source_positions``.

    Returns the number of organisations.
    """
    connection.execute(f"""
        CREATE OR REPLACE TABLE candidates AS
            SELECT i.organisation, s.property, s.value, s.qualifier, s.language, s.source, s.valid_from,
                   CASE WHEN s.property <> 'name' THEN coalesce(s.language, '')
                        WHEN s.qualifier = 'former' THEN 'former'
                        WHEN s.qualifier = 'acronym' THEN 'acronym'
                        ELSE coalesce(s.language, '') END AS slot,
                   row_number() OVER (PARTITION BY i.organisation, s.property, slot
                                      ORDER BY {PREFERENCE}) AS preference
            FROM statements s JOIN identities i USING (entity) JOIN source_positions p USING (source)
            WHERE s.retracted_at IS NULL AND s.visibility = 'public'
              AND s.entity IN (SELECT entity FROM clusters)
    """)  # noqa: S608
    connection.execute(_projection_sql())
    return int(connection.execute("SELECT count(*) FROM organisations").fetchall()[0][0])


def _projection_sql() -> str:
    columns = ", ".join(f'"{name}"' for name in TABLES["organisations"])
    firsts = ", ".join(f"{_first(name)} AS {name}" for name in _FIRST_VALUES)
    return f"""
        CREATE OR REPLACE TABLE best_places AS
            SELECT i.organisation, e.* EXCLUDE (entity, place_key) FROM public_places e
            JOIN identities i USING (entity) WHERE e.precision IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY i.organisation ORDER BY list_position(
                ['point', 'postal_area', 'municipality', 'region', 'province', 'country'], e.precision),
                e.municipality IS NULL, e.entity) = 1;
        CREATE OR REPLACE TABLE projected AS
            SELECT c.organisation AS id,
                coalesce({_first("name", "fr")}, {_first("name", "")}) AS name_fr,
                coalesce({_first("name", "en")}, {_first("name", "")}) AS name_en,
                {_first("name", "acronym")} AS acronym, {firsts},
                {_first("size")} AS stated_size, try_cast({_first("employees")} AS BIGINT) AS people,
                {_first("description", "fr")} AS description_fr,
                {_first("description", "en")} AS description_en,
                {_all("sector")} AS sectors, {_all("stage")} AS stages, {_all("cluster")} AS clusters,
                count(*)::INTEGER AS statement_count, count(DISTINCT c.source)::INTEGER AS source_count,
                max(c.valid_from) AS last_stated
            FROM candidates c GROUP BY c.organisation;
        DELETE FROM organisations;
        INSERT INTO organisations
            SELECT {columns} FROM (SELECT e.*, coalesce(e.stated_size, {_SIZE}) AS size FROM projected e)
            LEFT JOIN best_places b ON b.organisation = id
    """  # noqa: S608


def _first(prop: str, slot: str | None = None) -> str:
    chosen = f"c.property = '{prop}' AND c.preference = 1"
    chosen += "" if slot is None else f" AND c.slot = '{slot}'"
    return f"min(c.value) FILTER ({chosen})"


def _all(prop: str) -> str:
    return f"coalesce(list(DISTINCT c.value ORDER BY c.value) FILTER (c.property = '{prop}'), [])"
