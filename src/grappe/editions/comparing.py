"""What a new edition of a list changes, row by row and value by value."""

from typing import TYPE_CHECKING

from grappe.statements.vocabulary import properties

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: What may happen to a row of the list; ``moved``: to a record of another source, linked otherwise.
KINDS = ("new", "changed", "gone", "same", "moved")
_SLOT = "entity, property, coalesce(qualifier, '') AS qualifier, coalesce(language, '') AS language, value"
_FOLDED = "lower(strip_accents(trim({})))"


def compare_editions(connection: "DuckDBPyConnection") -> dict[str, int]:
    """Fill ``rows``, ``changes`` and ``conflicts``; returns how many rows there are of each kind.

    The connection has ``brought`` and ``former`` (statements that stand after and before; *brought* with
    ``position``, its order in the file), ``recognised`` (see ``linkage.recognising``), ``owners`` (entity,
    organisation after, organisation before), ``present`` and ``standing`` (organisations before and after),
    ``others`` (the other standing statements of the organisations concerned; *is_curated*) and ``reasons``
    (entity, rule, why it was linked). A value whose period alone changed is the same value, confirmed.

    ``rows``: one a record: entity, position, kind, name, town, locator, organisation and former one, link
    (``founded`` a new organisation, ``joined`` one that was here, ``kept``, ``vanishes``), rule and why,
    recognised (rule) and detail, former_name, changes, conflicts. ``changes``: values said otherwise, the
    former beside the new on a property that has one value. ``conflicts``: values that another source or a
    correction contradicts, with theirs. Counted besides kinds: rows, conflicting, founded, joined,
    recognised, vanishing.
    """
    single = ", ".join(f"('{code}')" for code, prop in properties().items() if prop.single)
    connection.execute(f"""
        CREATE OR REPLACE TABLE singles AS FROM (VALUES {single}) AS p(property);
        CREATE OR REPLACE TABLE slots_after AS
            SELECT {_SLOT}, min(locator) AS locator FROM brought GROUP BY ALL;
        CREATE OR REPLACE TABLE slots_before AS
            SELECT {_SLOT}, min(locator) AS locator FROM former GROUP BY ALL;
    """)  # noqa: S608
    _fill_changes(connection)
    _fill_conflicts(connection)
    _fill_rows(connection)
    return _count(connection)


def _fill_changes(connection: "DuckDBPyConnection") -> None:
    numbered = """
        SELECT *, row_number() OVER (PARTITION BY entity, property, qualifier, language ORDER BY value)
            + CASE WHEN property IN (FROM singles) THEN 0 ELSE {offset} END AS n
        FROM {side} ANTI JOIN {other} USING (entity, property, qualifier, language, value)
    """
    added = numbered.format(side="slots_after", other="slots_before", offset=0)
    removed = numbered.format(side="slots_before", other="slots_after", offset=1_000_000)
    connection.execute(f"""
        CREATE OR REPLACE TABLE changes AS
            SELECT entity, property, qualifier, language, r.value AS former, a.value AS value, a.locator
            FROM ({added}) a FULL JOIN ({removed}) r USING (entity, property, qualifier, language, n)
            WHERE entity IN (SELECT entity FROM slots_after)
            ORDER BY entity, property, qualifier, language, n
    """)  # noqa: S608


def _fill_conflicts(connection: "DuckDBPyConnection") -> None:
    """Values that are new here, or newly beside those of an organisation that the row joins."""
    connection.execute(f"""
        CREATE OR REPLACE TABLE compared AS
            SELECT DISTINCT s.entity, s.property, s.language, s.value, o.organisation
            FROM slots_after s JOIN owners o USING (entity)
            LEFT JOIN changes c ON (c.entity, c.property, c.language, c.value)
                = (s.entity, s.property, s.language, s.value)
            WHERE s.property IN (FROM singles) AND s.property <> 'name'
              AND (c.value IS NOT NULL OR o.organisation IS DISTINCT FROM o.before);
        CREATE OR REPLACE TABLE conflicts AS
            SELECT DISTINCT c.entity, c.property, c.language, c.value, r.value AS rival, r.source,
                   coalesce(r.asserted_by, '') AS asserted_by, r.is_curated
            FROM compared c JOIN owners o USING (organisation) JOIN others r
              ON r.entity = o.entity AND r.property = c.property AND coalesce(r.language, '') = c.language
            WHERE {_FOLDED.format("r.value")} <> {_FOLDED.format("c.value")}
            ORDER BY c.entity, c.property, c.language, r.is_curated DESC, r.value
    """)  # noqa: S608


def _fill_rows(connection: "DuckDBPyConnection") -> None:
    named = "property = 'name' AND coalesce(qualifier, '') NOT IN ('acronym', 'former')"
    connection.execute(f"""
        CREATE OR REPLACE TABLE heads_after AS
            SELECT entity, min(position) AS position, arg_min(value, position) FILTER ({named}) AS name,
                   min(value) FILTER (property = 'municipality') AS town,
                   arg_min(locator, position) AS locator
            FROM brought GROUP BY entity;
        CREATE OR REPLACE TABLE heads_before AS
            SELECT entity, arg_min(value, (coalesce(qualifier, ''), language = 'en', value))
                       FILTER ({named}) AS name,
                   min(value) FILTER (property = 'municipality') AS town, min(locator) AS locator
            FROM former GROUP BY entity;
        CREATE OR REPLACE TABLE rows AS
            SELECT entity, a.position, CASE WHEN b.entity IS NULL THEN 'new' WHEN a.entity IS NULL THEN 'gone'
                       WHEN c.changes > 0 THEN 'changed' ELSE 'same' END AS kind,
                   coalesce(a.name, b.name, entity) AS name, coalesce(a.town, b.town) AS town,
                   coalesce(a.locator, b.locator) AS locator, o.organisation, o.before,
                   {_link_sql()} AS link, r.rule, r.why, k.rule AS recognised, k.detail,
                   c.former_name,
                   coalesce(c.changes, 0) AS changes, coalesce(x.conflicts, 0) AS conflicts
            FROM heads_after a FULL JOIN heads_before b USING (entity) LEFT JOIN owners o USING (entity)
            LEFT JOIN (SELECT entity, count(*) AS changes,
                           min(former) FILTER (property = 'name' AND value IS NOT NULL) AS former_name
                       FROM changes GROUP BY entity) c USING (entity)
            LEFT JOIN (SELECT entity, count(*) AS conflicts FROM conflicts GROUP BY entity) x USING (entity)
            LEFT JOIN (SELECT entity, min(rule) AS rule, arg_min(why, rule) AS why FROM reasons
                       GROUP BY entity) r USING (entity)
            LEFT JOIN recognised k ON k.former = entity;
        INSERT INTO rows BY NAME
            SELECT entity, 'moved' AS kind, coalesce(n.name, entity) AS name, o.organisation, o.before,
                   CASE WHEN o.organisation IN (FROM present) THEN 'joined' ELSE 'founded' END AS link,
                   r.rule, r.why, 0 AS changes, 0 AS conflicts
            FROM owners o LEFT JOIN (SELECT entity, min(value) AS name FROM others WHERE property = 'name'
                                     GROUP BY entity) n USING (entity)
            LEFT JOIN (SELECT entity, min(rule) AS rule, arg_min(why, rule) AS why FROM reasons
                       GROUP BY entity) r USING (entity)
            WHERE o.organisation IS DISTINCT FROM o.before AND o.before IS NOT NULL
              AND o.organisation IS NOT NULL AND entity NOT IN (SELECT entity FROM slots_after)
              AND entity NOT IN (SELECT entity FROM slots_before)
    """)  # noqa: S608


def _link_sql() -> str:
    return """CASE
        WHEN a.entity IS NULL THEN CASE WHEN o.before IN (FROM standing) THEN 'kept' ELSE 'vanishes' END
        WHEN o.organisation IS NULL THEN 'none'
        WHEN o.organisation NOT IN (FROM present) THEN 'founded'
        WHEN o.organisation IS DISTINCT FROM o.before THEN 'joined' ELSE 'kept' END"""


def _count(connection: "DuckDBPyConnection") -> dict[str, int]:
    kinds: dict[str, int] = dict(
        connection.execute("SELECT kind, count(*) FROM rows GROUP BY kind").fetchall()
    )
    found = connection.execute("""
        SELECT count(*) FILTER (kind IN ('new', 'changed', 'same')), count(*) FILTER (conflicts > 0),
               count(*) FILTER (kind <> 'moved' AND link = 'founded'),
               count(*) FILTER (kind <> 'moved' AND link = 'joined'),
               count(*) FILTER (recognised IS NOT NULL), count(*) FILTER (link = 'vanishes')
        FROM rows
    """).fetchall()[0]
    besides = ("rows", "conflicting", "founded", "joined", "recognised", "vanishing")
    return {
        **{kind: int(kinds.get(kind, 0)) for kind in KINDS},
        **{name: int(count) for name, count in zip(besides, found, strict=True)},
    }
