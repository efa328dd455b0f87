"""A site's catalogue is stored whole: what it no longer has is marked removed, its bookings stay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from grappe.fabrication.booking_rules import rules_from_json
from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.hub.equipment.models import Capability, Equipment, Facility, Rate, Recognition, Transfer
from grappe.hub.equipment.owning import strangers, with_owners
from grappe.hub.equipment.queries.access import may_run
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import require
from grappe.statements.problems import GrappeError, Problem

Row = Mapping[str, Any]


@dataclass(frozen=True)
class SiteTerms:
    """What the hub keeps beside a site's catalogue: who owns it and under which rules it is booked."""

    organisation: str = ""
    cluster: str = ""
    is_fictional: bool = False
    source: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def store_catalogue(
    *, rows: Mapping[str, Any], terms: Mapping[str, SiteTerms], actor: User | None, at: datetime
) -> list[str]:
    """Store the catalogue *rows* (as ``catalogue_from_json`` reads it) of the sites it names; returns those
    that changed.

    *terms* are given for a new site, and replace those of a known one. All or nothing. Raises GrappeError
    with every problem of the catalogue and of the rules, NotAllowed for a site that *actor* does not run
    (None: the machine).
    """
    rows = with_owners(rows)
    catalogue_from_json(rows)
    problems = tuple(strangers(rows))
    if problems:
        raise GrappeError(*problems)
    for each in terms.values():
        rules_from_json(each.rules)
    changed = []
    for told in rows.get("facilities", ()):
        code = told["id"]
        facility = Facility.objects.filter(code=code).first()
        if actor is not None:
            require(facility is not None and may_run(actor, facility))
        if facility is None and code not in terms:
            raise GrappeError(Problem("bad_value", sheet="facilities", found=code, expected="facility"))
        if _store_site(told, facility, terms.get(code), rows, at):
            record(actor=actor, at=at, verb="store_catalogue", object_kind="facility", object_id=code)
            changed.append(code)
    if _store_ways(rows.get("transfers", ())):
        record(actor=actor, at=at, verb="store_ways", object_kind="facility", object_id="")
        changed.append("")
    return changed


@transaction.atomic
def confirm_catalogue(*, facility: Facility, actor: User, at: datetime) -> None:
    """Say that the catalogue and the bookings of *facility* are true today. Raises NotAllowed."""
    require(may_run(actor, facility))
    facility.record = {**facility.record, "confirmed_on": at.date().isoformat()}
    facility.save(update_fields=["record"])
    record(actor=actor, at=at, verb="confirm_catalogue", object_kind="facility", object_id=facility.code)


@transaction.atomic
def store_recognition(*, site: str, other: str, code: str, at: datetime) -> None:
    """Store that *site* takes the qualification *code* of *other* as its own, up to working alone: what came
    with a catalogue. Said twice, it is stored once. Raises GrappeError for a site that is not there."""
    sites = Facility.objects.in_bulk([site, other], field_name="code")
    for each in (site, other):
        if each not in sites:
            raise GrappeError(Problem("bad_value", sheet="recognition", found=each, expected="facility"))
    same = {
        "facility": sites[site],
        "other": sites[other],
        "other_code": code,
        "code": code,
        "ended_at": None,
    }
    _, is_new = Recognition.objects.get_or_create(**same, defaults={"since": at})
    if is_new:
        told = {"facility": site, "other": other, "code": code}
        verb = "recognise_qualification"
        record(actor=None, at=at, verb=verb, object_kind="facility", object_id=site, data=told)


def _store_site(told: Row, known: Facility | None, terms: SiteTerms | None, rows: Row, at: datetime) -> bool:
    facility = known or Facility(code=told["id"], loaded_at=at)
    before = _state(facility) if known else None
    facility.name, facility.city = told.get("name", told["id"]), told.get("city", "")
    confirmed = (facility.record or {}).get("confirmed_on") if known else None
    facility.record = {**({"confirmed_on": confirmed} if confirmed else {}), **told}
    if terms is not None:
        facility.organisation, facility.cluster = terms.organisation, terms.cluster
        facility.is_fictional, facility.source = terms.is_fictional, terms.source
        facility.rules = dict(terms.rules)
    facility.save()
    _store_equipment(facility, _rows_of(facility, rows, "equipment"), at)
    _store_capabilities(facility, _rows_of(facility, rows, "capabilities"), at)
    rates = _rows_of(facility, rows, "rates")
    facility.rates.exclude(code__in=[row["id"] for row in rates]).delete()
    for row in rates:
        Rate.objects.update_or_create(code=row["id"], defaults={"facility": facility, "record": row})
    if before == _state(facility):
        return False
    facility.loaded_at = at
    facility.save(update_fields=["loaded_at"])
    return True


def _rows_of(facility: Facility, rows: Row, part: str) -> list[Row]:
    return [row for row in rows.get(part, ()) if row.get("facility") == facility.code]


def _state(facility: Facility) -> list[Any]:
    """All that a catalogue says of a site, to see whether anything changed."""
    parts: list[Any] = [
        facility.name, facility.city, facility.organisation, facility.cluster, facility.source,
        facility.is_fictional, facility.rules, facility.record,
    ]  # fmt: skip
    for model in (Equipment, Capability):
        standing = model._default_manager.filter(facility=facility, removed_at=None)
        parts += standing.order_by("code").values_list("code", "name", "record")
    return [*parts, *facility.rates.values_list("code", "record")]


def _store_equipment(facility: Facility, rows: Iterable[Row], at: datetime) -> None:
    codes = []
    for row in rows:
        codes.append(row["id"])
        named = {"name": row.get("name", row["id"]), "capacity": int(row.get("capacity", 1)), "record": row}
        Equipment.objects.update_or_create(
            code=row["id"],
            defaults={"facility": facility, "kind": Equipment.Kind.INSTRUMENT, "removed_at": None, **named},
        )
    gone = facility.equipment.filter(kind=Equipment.Kind.INSTRUMENT, removed_at=None)
    gone.exclude(code__in=codes).update(removed_at=at)


def _store_capabilities(facility: Facility, rows: Iterable[Row], at: datetime) -> None:
    codes = []
    for row in rows:
        codes.append(row["id"])
        named = {"process": row["process"], "name": row.get("name", row["id"]), "record": row}
        Capability.objects.update_or_create(
            code=row["id"],
            defaults={
                "facility": facility, "equipment": _occupied(facility, row), "removed_at": None, **named,
            },
        )  # fmt: skip
    facility.capabilities.filter(removed_at=None).exclude(code__in=codes).update(removed_at=at)
    staff = facility.equipment.filter(kind=Equipment.Kind.STAFF, removed_at=None)
    staff.exclude(code__in=codes).update(removed_at=at)


def _occupied(facility: Facility, row: Row) -> Equipment:
    """The equipment of a capability; without one, the staff who do it."""
    if row.get("equipment"):
        return Equipment.objects.get(code=row["equipment"])
    staff, _ = Equipment.objects.update_or_create(
        code=row["id"],
        defaults={
            "facility": facility, "kind": Equipment.Kind.STAFF, "name": row.get("name", row["id"]),
            "removed_at": None,
        },
    )  # fmt: skip
    return staff


def _store_ways(rows: Iterable[Row]) -> bool:
    sites = Facility.objects.in_bulk(field_name="code")
    changed = False
    for row in rows:
        ends: dict[str, Any] = {"origin": sites[row["from"]], "destination": sites[row["to"]]}
        known = Transfer.objects.filter(**ends).first()
        if known is None or known.record != row:
            Transfer.objects.update_or_create(**ends, defaults={"record": row})
            changed = True
    return changed
