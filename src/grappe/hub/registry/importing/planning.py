"""A list already read → the plan of what it changes (see ``plans``). Nothing but files is written."""

from typing import TYPE_CHECKING

from grappe.editions.comparing import compare_editions
from grappe.editions.reading import STATEMENTS
from grappe.hub.journal.queries import count_entries
from grappe.hub.registry.importing.derived import Derived, Overlay, derive_beside
from grappe.hub.registry.importing.editions import (
    changed_records,
    fill_after,
    fill_differences,
    load_brought,
    load_edition,
)
from grappe.hub.registry.importing.files import fingerprint, folder_of, parquet, plan_of
from grappe.hub.registry.importing.linking import (
    judgement_tables,
    link_edition,
    record_tables,
    redirect_tables,
)
from grappe.hub.registry.importing.plans import ASIDE, Plan, Tell, empty_folder, keep_plan, write_tables
from grappe.hub.registry.importing.snapshot import (
    known_records,
    text_table,
    working_tables,
)
from grappe.hub.registry.models import Import, Source
from grappe.linkage.recognising import recognise_rows
from grappe.statements import Judgement

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: What people are shown of a plan, in the order they are shown it.
_SHOWN = {
    "rows": "position NULLS LAST, entity",
    "changes": "entity, property, qualifier, language, value, former",
    "conflicts": "entity, property, language, value, rival, source, asserted_by",
}


def plan_import(brought: Import, day: str, tell: Tell) -> Plan:
    """Plan what the list of *brought*, already read, changes on *day*; returns what ``kept_plan`` will."""
    folder, seen = empty_folder(plan_of(brought)), count_entries(but=ASIDE)
    source = Source.objects.filter(pk=brought.source_key).first()
    position = source.position if source else _next_position()
    with working_tables() as connection:
        tell("comparing", 30)
        load_edition(connection, brought.source_key)
        load_brought(connection, folder_of(brought) / STATEMENTS)
        recognise_rows(connection)
        tell("linking", 40)
        records = known_records()
        linking = link_edition(connection, brought.source_key, records)
        tell("deriving", 60)
        fill_after(connection, day)
        fill_differences(connection)
        overlay = Overlay(
            source=brought.source_key,
            is_standing=source is None or not source.retracted_at,
            position=position,
            links={entity: linked for entity, linked, _ in linking.relinked.links},
            made=linking.made,
            unmade=frozenset(linking.unmade),
        )
        derived = derive_beside(connection, overlay, changed_records(connection), records, folder)
        tell("comparing", 80)
        counts = _compare(connection, derived, linking.made)
        record_tables(connection, derived)
        judgement_tables(connection, linking.made, linking.unmade, day)
        redirect_tables(connection, linking.relinked)
        counts["written"] = write_tables(connection, folder)
        shown = [folder / f"{table}.parquet" for table in _SHOWN]
        for path, (table, order) in zip(shown, _SHOWN.items(), strict=True):
            parquet(connection, table, order, path)
    plan = Plan(
        source={**brought.described, "cluster": brought.cluster, "position": position},
        is_new=source is None,
        day=day,
        counts=counts,
        digest=fingerprint(shown),
        seen_entries=seen,
        touched=sorted(derived.touched),
        gone=sorted(derived.gone),
        redirects=dict(derived.redirects),
    )
    return keep_plan(folder, plan)


def _next_position() -> int:
    """The place of a new source: after all others but the secretariat's own."""
    last = Source.objects.exclude(origin="hub").order_by("-position").values_list("position", flat=True)
    return (last.first() or 0) + 1


def _compare(connection: "DuckDBPyConnection", derived: Derived, made: list[Judgement]) -> dict[str, int]:
    """Fill the tables that people are shown; returns how many rows there are of each kind."""
    about = connection.execute("SELECT entity FROM brought UNION SELECT entity FROM former").fetchall()
    concerned = sorted({entity for (entity,) in about} | set(derived.owners))
    owners = [(each, derived.owner_after(each), derived.owner_before(each)) for each in concerned]
    reasons = [
        (entity, judgement.who.removeprefix("rule:"), judgement.why)
        for judgement in made
        for entity in (judgement.left, judgement.right)
    ]
    text_table(connection, "owners", ("entity", "organisation", "before"), owners)
    text_table(connection, "reasons", ("entity", "rule", "why"), reasons)
    for table, ids in (("present", derived.present_before), ("standing", derived.present_after)):
        text_table(connection, table, ("organisation",), [(each,) for each in sorted(ids)])
    counts = compare_editions(connection)
    found = connection.execute("""
        SELECT (SELECT count(*) FROM inverse_statements_keys),
               (SELECT count(*) FROM statements_rows WHERE retracted_at <> '')
    """).fetchall()[0]
    return {**counts, "added": int(found[0]), "retracted": int(found[1])}
