"""What organisations become once an edition is stored, computed beside the database and before it.

The same rules as ``registry.deriving``: whose each record is comes from links and judgements, what an
organisation says from the statements that stand. Here the change is laid over what is stored.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Q

from grappe.hub.registry.deriving import batches, changed_hands
from grappe.hub.registry.importing.files import parquet
from grappe.hub.registry.importing.snapshot import (
    AS_CORE,
    Records,
    copy_statements,
    create_stored,
    known_redirects,
    standing_judgements,
    text_table,
)
from grappe.hub.registry.models import Judgement, Source, Statement
from grappe.hub.registry.projecting import core_judgement
from grappe.hub.registry.queries import workspace_place
from grappe.linkage.judging import IDENTITY, Judged, judge_identities
from grappe.pipeline import project_tables
from grappe.statements import Judgement as CoreJudgement

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: What is read of a statement that is not the source's: all that a projection or a comparison looks at.
_TOLD = (
    *("id", "entity", "property", "value", "source_id", "qualifier", "language", "valid_from", "method"),
    *("rank", "visibility", "retracted_at", "asserted_by", "origin"),
)
#: Beyond so many records, reading every statement costs less than asking for theirs.
_MANY = 20_000


@dataclass(frozen=True)
class Overlay:
    """A change not stored yet: *source* says ``after_rows``, in its *position* among sources, if
    *is_standing*; *links*: record → canonical id by the rules, None when the record is deleted; judgements
    *made*, and ids of those *unmade*."""

    source: str
    is_standing: bool
    position: int
    links: Mapping[str, str | None]
    made: list[CoreJudgement] = field(default_factory=list)
    unmade: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Derived:
    """What a change comes to. *owners*: record → its organisation, of the records whose organisation is
    derived again; *linked*, what the rules give each record; *touched*, the organisations derived again;
    *gone*, those that are no more; *redirects*, those that judgements made here put out of use."""

    before: Records
    linked: Mapping[str, str]
    owners: Mapping[str, str | None]
    deleted: frozenset[str]
    touched: frozenset[str]
    gone: frozenset[str]
    projected: frozenset[str]
    redirects: Mapping[str, str]

    def owner_after(self, entity: str) -> str | None:
        """The organisation of a record once the change is stored."""
        return self.owners[entity] if entity in self.owners else self.owner_before(entity)

    def owner_before(self, entity: str) -> str | None:
        """The organisation of a record as it is."""
        return self.before[entity][0] if entity in self.before else None

    @property
    def present_before(self) -> set[str]:
        """The organisations there are."""
        return {organisation for organisation, _ in self.before.values() if organisation}

    @property
    def present_after(self) -> set[str]:
        """The organisations there will be."""
        return (self.present_before - self.gone) | self.projected


def derive_beside(
    connection: "DuckDBPyConnection", overlay: Overlay, changed: set[str], records: Records, folder: Path
) -> Derived:
    """Derive again what *overlay* changes, *changed* being the records of which something else is said.

    Writes ``organisations`` and ``belongings`` in *folder*, and leaves ``others`` in *connection*: the other
    standing statements about the organisations concerned, with *is_curated*.
    """
    deleted = frozenset(entity for entity, given in overlay.links.items() if given is None)
    stored = {entity: given for entity, (_, given) in records.items()}
    links = {**stored, **overlay.links}
    linked = {entity: given for entity, given in links.items() if given is not None}
    concerned = changed | set(overlay.links)
    judged = _judge(overlay, concerned, linked, records)
    former = {entity: records[entity][0] for entity in {*judged.identities, *deleted} if entity in records}
    touched, left = changed_hands(judged, former, concerned)
    left |= {was for entity in deleted if (was := former.get(entity))}
    touched |= left & set(judged.identities.values())
    identities = {entity: now for entity, now in judged.identities.items() if now in touched}
    _load_others(connection, overlay, identities)
    projected = _project(connection, overlay, identities, folder)
    return Derived(
        before=records,
        linked=linked,
        owners={entity: now if now in projected else None for entity, now in identities.items()},
        deleted=deleted,
        touched=frozenset(touched | left),
        gone=frozenset((touched | left) - projected),
        projected=frozenset(projected),
        redirects=judged.redirects,
    )


def _judge(
    overlay: Overlay, concerned: Collection[str], linked: Mapping[str, str], records: Records
) -> Judged:
    """As ``deriving`` does: the records that meet those concerned, or any judgement made here."""
    people = list(Judgement.objects.filter(origin="hub", retracted_at="", relation__in=IDENTITY))
    people.sort(key=lambda judgement: (judgement.at, judgement.id), reverse=True)
    asked = {*concerned, *(entity for each in people for entity in (each.left, each.right))}
    origins = {linked[each] for each in asked if each in linked}
    origins |= {records[each][1] for each in asked if each in records}
    group = {entity: given for entity, given in linked.items() if given in origins}
    loaded = [
        core_judgement(judgement)
        for judgement in standing_judgements().filter(relation__in=IDENTITY).iterator()
        if judgement.left in group and judgement.id not in overlay.unmade
    ]
    loaded += [judgement for judgement in overlay.made if judgement.left in group]
    loaded.sort(key=lambda judgement: (judgement.who.startswith("rule:"), judgement.id))
    taken = {*known_redirects(), *linked.values()} if people else set()
    return judge_identities(group, [*map(core_judgement, people), *loaded], taken)


def _load_others(connection: "DuckDBPyConnection", overlay: Overlay, identities: Mapping[str, str]) -> None:
    """``others``, and ``statements``: these and what the source says, of the records of *identities*."""
    create_stored(connection, "other_rows")
    standing = Statement.objects.filter(retracted_at="", source__retracted_at="")
    said = standing.filter(~Q(source=overlay.source) | Q(origin="hub"))
    if len(identities) > _MANY:
        copy_statements(connection, "other_rows", said, _TOLD)
    else:
        for entities in batches(sorted(identities)):
            copy_statements(connection, "other_rows", said.filter(entity__in=entities), _TOLD)
    text_table(connection, "told_of", ("entity",), [(entity,) for entity in identities])
    brought = "FROM after_rows WHERE retracted_at = '' AND entity IN (FROM told_of)"
    connection.execute(f"""
        CREATE VIEW others AS SELECT {AS_CORE}, origin = 'hub' AS is_curated
            FROM other_rows WHERE entity IN (FROM told_of);
        CREATE VIEW statements AS SELECT * EXCLUDE (is_curated) FROM others
            UNION ALL BY NAME SELECT {AS_CORE} {brought} AND {str(overlay.is_standing).lower()}
    """)  # noqa: S608


def _project(
    connection: "DuckDBPyConnection", overlay: Overlay, identities: Mapping[str, str], folder: Path
) -> set[str]:
    positions = {**dict(Source.objects.values_list("id", "position")), overlay.source: overlay.position}
    project_tables(connection, identities, positions, workspace_place())
    parquet(connection, "organisations", "id", folder / "organisations.parquet")
    connection.execute("""
        CREATE TABLE belongings AS
            SELECT organisation AS organisation_id, property AS list, value AS code,
                   coalesce(qualifier, '') AS role, coalesce(max(valid_from), '') AS since
            FROM statements JOIN identities USING (entity)
            WHERE property IN ('cluster', 'sector', 'stage') AND visibility = 'public' GROUP BY ALL
    """)
    parquet(connection, "belongings", "organisation_id, list, code, role", folder / "belongings.parquet")
    return {key for (key,) in connection.execute("SELECT id FROM organisations").fetchall()}
