"""What was done to an organisation or a source, and what would happen if a source went."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from grappe.hub.journal.models import Entry
from grappe.hub.journal.queries import entries_of
from grappe.hub.people.queries import Visitor
from grappe.hub.registry.models import Judgement, Organisation, Record, Source, Statement
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
    """The journal of an organisation, latest first: four queries."""
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
    }
    return _moments(entries_of(objects), undoable)


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
