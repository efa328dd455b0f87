"""What people add or judge in the hub reaches the organisations through the core's own rules.

Records' organisations come from the links that a build made and the judgements that stand
(``grappe.linkage.judging``); what an organisation says, from the statements that stand
(``grappe.pipeline.project``). Both are derived again, never edited: undoing restores the former rows.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db import connection, models

from grappe.hub.registry.models import (
    Belonging,
    Claim,
    ConfirmationRequest,
    Contact,
    Judgement,
    Membership,
    Note,
    Organisation,
    Pending,
    Proposal,
    Record,
    Redirect,
    Source,
    Statement,
)
from grappe.hub.registry.projecting import core_judgement, core_statement, organisation_from
from grappe.hub.registry.queries import workspace_place
from grappe.linkage.judging import IDENTITY, Judged, judge_identities
from grappe.pipeline import project

_BATCH = 2_000
#: The advisory lock that derivations take in PostgreSQL.
_DERIVING = 0x67726170


def derive_again(entities: Collection[str]) -> set[str]:
    """Derive again the organisations of the records *entities*; returns the canonical ids that changed hands.

    Called inside the transaction of the action that changed something about these records.
    """
    if not entities:
        return set()
    one_at_a_time()
    linked, judged = _judge(entities)
    former = dict(_records_of("entity", linked, "entity", "organisation_id"))
    touched, left = changed_hands(judged, former, entities)
    for ids in batches(sorted(touched)):
        _project(ids, judged)
    gone = sorted(left - touched)
    Belonging.objects.filter(organisation__in=gone).delete()
    Organisation.objects.filter(id__in=gone, records__isnull=True).delete()
    store_redirects(judged.redirects)
    Pending.objects.bulk_create([Pending(organisation=each) for each in sorted(touched | left)])
    return touched | left


def one_at_a_time() -> None:
    """Wait for whoever derives organisations in another transaction: what is read next is what they left.

    Whoever locks rows that a derivation writes (organisations, sources) waits here first. SQLite has one
    writer at a time as it is.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DERIVING])


def changed_hands(
    judged: Judged, former: Mapping[str, str | None], entities: Collection[str]
) -> tuple[set[str], set[str]]:
    """The organisations to project again when something changed about *entities*, and those that they leave.

    *former* gives each record that *judged* knows the organisation it was of.
    """
    moved = {entity for entity, now in judged.identities.items() if former.get(entity) != now}
    changed = (moved | set(entities)) & set(judged.identities)
    left = {was for entity in changed if (was := former.get(entity))}
    touched = {judged.identities[entity] for entity in changed}
    # An organisation that some records leave stays with the others.
    return touched | (left & set(judged.identities.values())), left


def _judge(entities: Collection[str]) -> tuple[dict[str, str], Judged]:
    """The records that meet *entities* or any judgement made here, as linked and as judged."""
    people = list(Judgement.objects.filter(origin="hub", retracted_at="", relation__in=IDENTITY))
    people.sort(key=lambda judgement: (judgement.at, judgement.id), reverse=True)
    asked = {*entities, *(entity for each in people for entity in (each.left, each.right))}
    origins = {linked for (linked,) in _records_of("entity", asked, "linked")}
    linked = dict(_records_of("linked", origins, "entity", "linked"))
    loaded = [
        judgement
        for keys in batches(linked)
        for judgement in Judgement.objects.filter(
            retracted_at="", relation__in=IDENTITY, left__in=keys
        ).exclude(origin="hub")
    ]
    loaded.sort(key=lambda judgement: (judgement.who.startswith("rule:"), judgement.id))
    taken = Redirect.objects.exclude(origin="hub").values_list("former", flat=True)
    known = {*taken, *Record.objects.values_list("linked", flat=True).distinct()} if people else set()
    return linked, judge_identities(linked, map(core_judgement, [*people, *loaded]), known)


def _records_of(field: str, values: Iterable[str], *names: str) -> Iterator[tuple[Any, ...]]:
    """The columns *names* of the records whose *field* is among *values*."""
    for keys in batches(sorted(values)):
        yield from Record.objects.filter(**{f"{field}__in": keys}).values_list(*names)


def _project(ids: list[str], judged: Judged) -> None:
    """Write the organisations *ids* as their statements now make them, and what records they gather."""
    wanted = set(ids)
    identities = {entity: now for entity, now in judged.identities.items() if now in wanted}
    standing = Statement.objects.filter(entity__in=identities, retracted_at="", source__retracted_at="")
    organisations = project_from(standing, identities)
    fields = [f.name for f in Organisation._meta.concrete_fields if not f.primary_key]
    Organisation.objects.bulk_create(
        organisations, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )
    present = {organisation.id for organisation in organisations}
    records = list(Record.objects.filter(entity__in=identities))
    for record in records:
        now = identities[record.entity]
        record.organisation_id = now if now in present else None
    Record.objects.bulk_update(records, ["organisation"], batch_size=500)
    Organisation.objects.filter(id__in=wanted - present).delete()
    refresh_belongings(sorted(present))


def written_about() -> set[str]:
    """The records that people said, judged or kept something about: they stay whatever a source says."""
    kept = (Note, Contact, Membership, Claim, Proposal, ConfirmationRequest)
    found = set(Statement.objects.filter(origin="hub").values_list("entity", flat=True))
    for model in kept:
        found |= set(model._default_manager.values_list("entity", flat=True))
    judged = Judgement.objects.filter(origin="hub").values_list("left", "right")
    return found | {entity for pair in judged for entity in pair}


def project_from(statements: Iterable[Statement], identities: Mapping[str, str]) -> list[Organisation]:
    """The organisations, not saved, that *statements* about the records of *identities* come to."""
    positions = dict(Source.objects.values_list("id", "position"))
    rows = project((core_statement(each) for each in statements), identities, positions, workspace_place())
    return [organisation_from(row) for row in rows]


def store_redirects(redirects: Mapping[str, str]) -> None:
    """Let the ids that people's judgements put out of use lead to those that replace them."""
    Redirect.objects.filter(origin="hub").delete()
    Redirect.objects.bulk_create(
        [Redirect(former=a, current=b, origin="hub") for a, b in sorted(redirects.items())],
        ignore_conflicts=True,
    )


def refresh_belongings(organisations: Collection[str] | None = None) -> None:
    """Derive again who is in which cluster, sector and stage (of *organisations*; None: of all)."""
    stale = Belonging.objects.all()
    if organisations is not None:
        stale = stale.filter(organisation__in=organisations)
        if not organisations:
            return
    stale.delete()
    marks = (
        ""
        if organisations is None
        else f"AND r.organisation_id IN ({', '.join(['%s'] * len(organisations))})"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO hub_belonging (organisation_id, list, code, role, since)
            SELECT r.organisation_id, s.property, s.value, s.qualifier, max(s.valid_from)
            FROM hub_statement s JOIN hub_record r ON r.entity = s.entity
            JOIN hub_source o ON o.id = s.source_id
            WHERE s.property IN ('cluster', 'sector', 'stage') AND r.organisation_id IS NOT NULL
              AND s.retracted_at = '' AND o.retracted_at = '' AND s.visibility = 'public' {marks}
            GROUP BY r.organisation_id, s.property, s.value, s.qualifier
            """,  # noqa: S608 -- only marks are written in
            list(organisations or ()),
        )


def count_statements(sources: Collection[str] | None = None) -> None:
    """Count again the statements that stand of each source (of *sources*; None: of all)."""
    counts = Statement.objects.filter(retracted_at="", source=models.OuterRef("pk")).order_by()
    total = counts.values("source").annotate(total=models.Count("id")).values("total")
    counted = Source.objects.all() if sources is None else Source.objects.filter(id__in=sources)
    counted.update(statement_count=models.functions.Coalesce(models.Subquery(total), 0))


def batches(rows: Iterable[Any], size: int = _BATCH) -> Iterator[list[Any]]:
    """*rows* in lists of *size* at most."""
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
