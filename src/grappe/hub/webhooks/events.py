"""A line of the journal → the events that other systems are told of.

An event says which organisation or source it is about and where the API has it, not what is said: whoever
is told reads it with a token of their own, and sees what they may see. What is not public is not told.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from grappe.hub.journal.models import Entry
from grappe.hub.registry.models import Judgement, Organisation, Record, Source, Statement

#: Kind of event → when it is told.
EVENTS = {
    "organisation.changed": "something that is said of it, publicly, was added, taken back or judged",
    "organisation.merged": "two organisations were judged to be one",
    "organisation.split": "records of an organisation were judged not to be the same",
    "statement.added": "a person added a public statement, or let one stand again",
    "statement.retracted": "a person's public statement was taken back",
    "source.retracted": "nothing that a public source says stands any more",
    "source.restored": "a public source stands again",
    "import.applied": "a list or an ecosystem folder was taken into the registry",
}
_STATED = {
    "correct_value": "statement.added",
    "restore_statement": "statement.added",
    "retract_statement": "statement.retracted",
}
_SOURCES = {"retract_source": "source.retracted", "restore_source": "source.restored"}
_IMPORTS = frozenset({"load_ecosystem", "apply_import"})


@dataclass(frozen=True)
class Event:
    """What happened: *kind*, *data* to send, the *clusters* it concerns (none: all of them)."""

    kind: str
    data: dict[str, Any]
    clusters: frozenset[str] = frozenset()


def events_of(entry: Entry) -> list[Event]:
    """What a journal line tells other systems; nothing for most lines."""
    if entry.verb in _STATED:
        return _stated(entry)
    if entry.object_kind == "judgement":
        return _judged(entry)
    if entry.verb in _SOURCES:
        found = Source.objects.filter(pk=entry.object_id, visibility="public").first()
        return [Event(_SOURCES[entry.verb], _link("sources", found.pk))] if found else []
    return [Event("import.applied", {"id": entry.object_id})] if entry.verb in _IMPORTS else []


def _stated(entry: Entry) -> list[Event]:
    statement = Statement.objects.filter(pk=entry.object_id, visibility="public").first()
    if statement is None:
        return []
    organisations = _organisations([statement.entity])
    told = {
        **_link("statements", statement.pk),
        "property": statement.property,
        "organisations": [_link("organisations", each.pk) for each in organisations],
    }
    return [Event(_STATED[entry.verb], told, _clusters(organisations)), *_changed(organisations)]


def _judged(entry: Entry) -> list[Event]:
    judgement = Judgement.objects.filter(pk=entry.object_id).first()
    if judgement is None:
        return []
    organisations = _organisations([judgement.left, judgement.right])
    joins = (judgement.relation == "same_as") == (entry.verb != "retract_judgement")
    events = []
    if judgement.relation in ("same_as", "different"):
        told = {
            "before": [_link("organisations", each["id"]) for each in entry.data.get("organisations", ())],
            "after": [_link("organisations", each.pk) for each in organisations],
        }
        kind = "organisation.merged" if joins else "organisation.split"
        events.append(Event(kind, told, _clusters(organisations)))
    return [*events, *_changed(organisations)]


def _changed(organisations: Collection[Organisation]) -> list[Event]:
    return [
        Event("organisation.changed", _link("organisations", each.pk), frozenset(each.clusters))
        for each in organisations
    ]


def _organisations(entities: Collection[str]) -> list[Organisation]:
    records = Record.objects.filter(entity__in=entities)
    return list(Organisation.objects.filter(pk__in=records.values("organisation")).order_by("pk"))


def _clusters(organisations: Collection[Organisation]) -> frozenset[str]:
    return frozenset(code for each in organisations for code in each.clusters)


def _link(kind: str, key: str) -> dict[str, str]:
    return {"id": key, "url": f"{settings.BASE_URL}/api/v1/{kind}/{key}"}
