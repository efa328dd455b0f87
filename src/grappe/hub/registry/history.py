"""What was done to an organisation or a source, and what would happen if a source went."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from grappe.hub.journal.models import Entry
from grappe.hub.journal.queries import entries_of
from grappe.hub.people.queries import Visitor, clusters_where
from grappe.hub.registry.models import (
    Claim,
    ConfirmationRequest,
    Contact,
    Judgement,
    Membership,
    Organisation,
    Proposal,
    Record,
    Source,
    Statement,
)
from grappe.hub.registry.queries import Dossier, visible_notes, visible_organisations


@dataclass(frozen=True)
class Moment:
    """One line of a timeline; *is_latest*: nothing undoable was done since to the same object."""

    entry: Entry
    is_latest: bool


def judgements_about(dossier: Dossier) -> list[Judgement]:
    """The standing judgements that name a record of an organisation, people's first: one query."""
    about = Q(left__in=dossier.entities) | Q(right__in=dossier.entities)
    found = list(Judgement.objects.filter(about, retracted_at=""))
    return sorted(found, key=lambda each: (each.origin != "hub", each.who.startswith("rule:"), each.id))


def timeline_of(user: Visitor, dossier: Dossier, undoable: frozenset[str]) -> list[Moment]:
    """The journal of an organisation, latest first: nine queries."""
    written = Statement.objects.filter(entity__in=dossier.entities, origin="hub")
    judged = Judgement.objects.filter(
        Q(left__in=dossier.entities) | Q(right__in=dossier.entities), origin="hub"
    )
    notes = visible_notes(user, dossier.organisation, withdrawn=True)
    objects: dict[str, list[object]] = {
        "statement": list(written.values_list("pk", flat=True)),
        "judgement": list(judged.values_list("pk", flat=True)),
        "note": list(notes.order_by().values_list("pk", flat=True)),
        "source": [source.pk for source in dossier.sources],
        **_of_members(user, dossier.entities),
    }
    return _moments(entries_of(objects), undoable)


def _of_members(user: Visitor, entities: Sequence[str]) -> dict[str, list[object]]:
    """The members' side of an organisation: what this person may consult of it. Five queries."""
    kept: dict[str, QuerySet[Any]] = {
        "proposal": Proposal.objects.filter(entity__in=entities),
        "claim": Claim.objects.filter(entity__in=entities),
        "confirmation": ConfirmationRequest.objects.filter(entity__in=entities),
        "membership": _in_clusters(Membership.objects.filter(entity__in=entities), user, "membership"),
        "contact": _in_clusters(Contact.objects.filter(entity__in=entities), user, "contact"),
    }
    return {kind: list(rows.order_by().values_list("pk", flat=True)) for kind, rows in kept.items()}


def _in_clusters(rows: QuerySet[Any], user: Visitor, kind: str) -> QuerySet[Any]:
    clusters = clusters_where(user, "consult" if kind == "membership" else "read", kind)
    return rows if clusters is None else rows.filter(cluster__in=clusters)


def timeline_of_source(source: Source, undoable: frozenset[str]) -> list[Moment]:
    """The journal of a source, latest first: one query."""
    return _moments(entries_of({"source": [source.pk]}), undoable)


def _moments(entries: list[Entry], undoable: frozenset[str]) -> list[Moment]:
    seen: set[tuple[str, str]] = set()
    moments = []
    for entry in entries:
        key = (entry.object_kind, entry.object_id)
        moments.append(Moment(entry, entry.verb in undoable and key not in seen))
        if entry.verb in undoable:
            seen.add(key)
    return moments


@dataclass(frozen=True)
class Effect:
    """What retracting a source does: organisations that nobody else speaks of, and those that lose values."""

    vanishing: QuerySet[Organisation]
    losing: QuerySet[Organisation]


def effect_of_retracting(user: Visitor, source: Source) -> Effect:
    """The organisations that depend on *source*, in name order: no query until they are read or counted."""
    told = Statement.objects.filter(source=source, retracted_at="").values("entity")
    public = Statement.objects.filter(retracted_at="", source__retracted_at="", visibility="public")
    others = public.exclude(source=source).values("entity")
    concerned = visible_organisations(user).filter(pk__in=_told_of(told)).order_by("sort_name", "id")
    return Effect(concerned.exclude(pk__in=_told_of(others)), concerned.filter(pk__in=_told_of(others)))


def _told_of(entities: QuerySet[Statement, Any]) -> QuerySet[Record, Any]:
    told = Record.objects.filter(entity__in=entities, organisation__isnull=False)
    return told.values("organisation")
