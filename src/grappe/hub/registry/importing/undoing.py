"""The plan that brings the registry back to how it was before an import (see ``plans``)."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from grappe.hub.journal.queries import count_entries
from grappe.hub.registry.deriving import written_about
from grappe.hub.registry.importing.derived import Overlay, derive_beside
from grappe.hub.registry.importing.editions import changed_records, fill_differences, load_edition
from grappe.hub.registry.importing.files import undoing_of
from grappe.hub.registry.importing.linking import record_tables
from grappe.hub.registry.importing.plans import (
    ASIDE,
    WRITTEN,
    Plan,
    Tell,
    empty_folder,
    keep_plan,
    write_tables,
)
from grappe.hub.registry.importing.snapshot import Records, known_records, working_tables
from grappe.hub.registry.models import Import, Judgement, Source
from grappe.hub.registry.projecting import core_judgement
from grappe.statements import Judgement as CoreJudgement

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def plan_undoing(brought: Import, tell: Tell) -> Plan:
    """Plan the inverse of *brought*, as it was kept when it was applied; returns what ``kept_plan`` will.

    What was done since to other rows stays: a record that people wrote about, or judged, is kept.
    """
    folder, seen = empty_folder(undoing_of(brought)), count_entries(but=ASIDE)
    source = Source.objects.get(pk=brought.source_key)
    with working_tables() as connection:
        tell("undoing", 20)
        _unfold(connection, brought, folder)
        load_edition(connection, brought.source_key)
        connection.execute("""
            CREATE TABLE after_rows AS
                FROM edition_rows WHERE id NOT IN (SELECT id FROM kept_statements_rows)
                    AND id NOT IN (SELECT key FROM kept_statements_keys)
                UNION ALL BY NAME FROM kept_statements_rows
        """)
        fill_differences(connection)
        records = known_records()
        made, unmade = _judgements(connection)
        overlay = Overlay(
            source=brought.source_key,
            is_standing=not source.retracted_at,
            position=source.position,
            links=_links(connection, records),
            made=made,
            unmade=frozenset(unmade),
        )
        tell("deriving", 50)
        derived = derive_beside(connection, overlay, changed_records(connection), records, folder)
        record_tables(connection, derived)
        for table in ("judgements", "redirects"):
            for part in ("rows", "keys"):
                connection.execute(
                    f"CREATE TABLE {table}_{part} AS FROM kept_{table}_{part};"
                    f"CREATE TABLE inverse_{table}_{part} AS FROM kept_{table}_{part} LIMIT 0"
                )
        write_tables(connection, folder)
    plan = Plan(
        source={},
        is_new=False,
        counts=brought.counts,
        seen_entries=seen,
        touched=sorted(derived.touched),
        gone=sorted(derived.gone),
        redirects=dict(derived.redirects),
    )
    return keep_plan(folder, plan)


def _unfold(connection: "DuckDBPyConnection", brought: Import, folder: Path) -> None:
    """The kept inverse as tables ``kept_<table>_rows`` and ``kept_<table>_keys``."""
    for kept in brought.inverses.filter(table__in=WRITTEN):
        for part, content in (("rows", kept.rows), ("keys", kept.keys)):
            path = folder / f"kept.{kept.table}.{part}.parquet"
            path.write_bytes(bytes(content))
            connection.execute(
                f"CREATE TABLE kept_{kept.table}_{part} AS FROM read_parquet(?)",
                [str(path)],
            )


def _links(connection: "DuckDBPyConnection", records: Records) -> dict[str, str | None]:
    """Records as the rules had linked them; None for those that were not there, unless written about."""
    rows = connection.execute("SELECT entity, linked FROM kept_records_rows").fetchall()
    added = {key for (key,) in connection.execute("SELECT key FROM kept_records_keys").fetchall()}
    gone = {entity for entity in added - written_about() if entity in records}
    return {**dict(rows), **dict.fromkeys(gone)}


def _judgements(connection: "DuckDBPyConnection") -> tuple[list[CoreJudgement], list[str]]:
    """The judgements that stand again, and the ids of those that go."""
    names = [column[0] for column in connection.execute("FROM kept_judgements_rows LIMIT 0").description]
    made, unmade = [], []
    for row in connection.execute("FROM kept_judgements_rows").fetchall():
        values = dict(zip(names, row, strict=True))
        values["features"] = json.loads(values["features"])
        if values["retracted_at"]:
            unmade.append(values["id"])
        else:
            made.append(core_judgement(Judgement(**values)))
    unmade += [key for (key,) in connection.execute("SELECT key FROM kept_judgements_keys").fetchall()]
    return made, unmade
