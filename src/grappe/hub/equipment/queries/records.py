"""Rows as the core's records: each stored row is one of the JSON catalogue, under its code."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from grappe.fabrication import equipment as core
from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.hub.equipment.models import Booking, Capability, Closure, Equipment, Facility, Rate, Transfer

_INSTRUMENT = Equipment.Kind.INSTRUMENT


def catalogue(
    *, busy_from: datetime, busy_until: datetime, without: Iterable[int] = (), at: datetime | None = None,
    language: str = "",
) -> core.Catalogue:  # fmt: skip
    """The catalogue of all sites as it stands, with what is booked or closed between two instants: seven
    queries. The bookings *without* are left out; holds that lapsed by *at* are too. Raises GrappeError.
    """
    tools, doing = _tools(), _doing()
    rows = _all_rows(tools, doing, language)
    busy = _busy(resources_of(tools, doing), tools, busy_from, busy_until, without, at)
    return replace(catalogue_from_json(rows), bookings=tuple(busy))


def catalogue_rows(language: str = "") -> dict[str, list[Mapping[str, Any]]]:
    """The rows of the catalogue of all sites, as ``catalogue_from_json`` reads them, names in *language*
    where a site gives them in both. Five queries."""
    return _all_rows(_tools(), _doing(), language)


def _tools() -> list[Equipment]:
    return list(Equipment.objects.filter(removed_at=None).select_related("facility"))


def _doing() -> list[Capability]:
    return list(Capability.objects.filter(removed_at=None).select_related("facility", "equipment"))


def _all_rows(
    tools: list[Equipment], doing: list[Capability], language: str
) -> dict[str, list[Mapping[str, Any]]]:
    rows = rows_of(Facility.objects.all(), tools, doing, Rate.objects.select_related("facility"))
    named = {part: [_in_language(row, language) for row in found] for part, found in rows.items()}
    ways = Transfer.objects.select_related("origin", "destination")
    named["transfers"] = [{**way.record, "from": way.origin.code, "to": way.destination.code} for way in ways]
    return named


def _in_language(row: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    name = row.get(f"name_{language}")
    return {**row, "name": name} if name else row


def rows_of(
    facilities: Iterable[Facility],
    tools: Iterable[Equipment],
    doing: Iterable[Capability],
    rates: Iterable[Rate],
) -> dict[str, list[Mapping[str, Any]]]:
    """The parts of a JSON catalogue that those rows make: ids are codes, whatever the records say."""
    return {
        "facilities": [{**each.record, "id": each.code, "name": each.name} for each in facilities],
        "equipment": [
            {
                **each.record, "id": each.code, "name": each.name, "facility": each.facility.code,
                "capacity": each.capacity,
            }
            for each in tools if each.kind == _INSTRUMENT
        ],
        "capabilities": [
            {
                **each.record, "id": each.code, "name": each.name, "process": each.process,
                "facility": each.facility.code,
                "equipment": each.equipment.code if each.equipment.kind == _INSTRUMENT else None,
            }
            for each in doing
        ],
        "rates": [{**each.record, "id": each.code, "facility": each.facility.code} for each in rates],
    }  # fmt: skip


def resources_of(tools: Iterable[Equipment], doing: Iterable[Capability]) -> dict[int, tuple[str, ...]]:
    """Equipment → what the core calls it: its code, or each of its capabilities for a site's staff."""
    found: dict[int, list[str]] = {each.pk: [each.code] for each in tools if each.kind == _INSTRUMENT}
    for each in doing:
        if each.equipment.kind != _INSTRUMENT:
            found.setdefault(each.equipment_id, []).append(each.code)
    return {key: tuple(codes) for key, codes in found.items()}


def standing(at: datetime | None = None) -> QuerySet[Booking]:
    """The bookings that take time: not released, nor of a hold that lapsed by *at*."""
    found = Booking.objects.filter(released_at=None)
    if at is None:
        return found
    return found.filter(Q(reservation__expires_at=None) | Q(reservation__expires_at__gt=at))


def closures_between(start: datetime, end: datetime) -> QuerySet[Closure]:
    """The closures that stand and touch the time between two instants."""
    return Closure.objects.filter(withdrawn_at=None, starts_at__lt=end, ends_at__gt=start)


def _busy(
    resources: Mapping[int, tuple[str, ...]], tools: list[Equipment], start: datetime, end: datetime,
    without: Iterable[int], at: datetime | None,
) -> Iterable[core.Booking]:  # fmt: skip
    spans = standing(at).filter(starts_at__lt=end, ends_at__gt=start).exclude(pk__in=tuple(without))
    told = spans.order_by("starts_at", "pk").values_list("equipment_id", "starts_at", "ends_at")
    for key, first, last in told:
        for code in resources.get(key, ()):
            yield core.Booking(code, first, last)
    capacity = {each.pk: each.capacity for each in tools}
    for closure in closures_between(start, end):
        for code in resources.get(closure.equipment_id, ()):
            # A closed equipment has none of its units.
            for _ in range(capacity[closure.equipment_id]):
                yield core.Booking(code, closure.starts_at, closure.ends_at, closure.kind)  # type: ignore[arg-type]
