"""Bookings as iCalendar (RFC 5545): a feed of events, and times taken without saying by what (VFREEBUSY)."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from icalendar import Calendar, Event, FreeBusy, vPeriod

from grappe.fabrication.equipment import Booking
from grappe.fabrication.ical_reading import EQUIPMENT

_PRODUCT = "-//Grappe//Equipment//EN"


def ical_of(bookings: Iterable[Booking], *, at: datetime, names: Mapping[str, str] | None = None) -> bytes:
    """A feed with an event for each booking, written at the instant *at*; *names* are the machines' by id.

    The machine is in X-GRAPPE-EQUIPMENT, the kind in CATEGORIES. The same booking has the same UID each time.
    """
    calendar = _empty()
    same: Counter[Booking] = Counter()
    for one in bookings:
        same[one] += 1
        event = Event()
        event.add("UID", _uid(one, same[one]))
        event.add("DTSTAMP", at.astimezone(UTC))
        event.add("DTSTART", one.start.astimezone(UTC))
        event.add("DTEND", one.end.astimezone(UTC))
        event.add("SUMMARY", (names or {}).get(one.equipment, one.equipment))
        event.add(EQUIPMENT, quote(one.equipment))
        event.add("CATEGORIES", [one.kind.upper()])
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def free_busy_of(
    bookings: Iterable[Booking], equipment: str, begin: datetime, end: datetime, *, at: datetime,
    capacity: int = 1,
) -> bytes:  # fmt: skip
    """When every unit of a machine is taken between two instants; who took it and why is not told."""
    calendar = _empty()
    part = FreeBusy()
    part.add("UID", f"free-busy-{hashlib.sha256(equipment.encode()).hexdigest()[:16]}@grappe")
    part.add("DTSTAMP", at.astimezone(UTC))
    part.add("DTSTART", begin.astimezone(UTC))
    part.add("DTEND", end.astimezone(UTC))
    part.add(EQUIPMENT, quote(equipment))
    for start, stop in taken_spans((one for one in bookings if one.equipment == equipment), capacity):
        if start < end and stop > begin:
            period = vPeriod((max(start, begin).astimezone(UTC), min(stop, end).astimezone(UTC)))
            period.params["FBTYPE"] = "BUSY"
            part.add("FREEBUSY", period)
    calendar.add_component(part)
    return bytes(calendar.to_ical())


def taken_spans(bookings: Iterable[Booking], capacity: int = 1) -> Iterator[tuple[datetime, datetime]]:
    """The spans in which at least *capacity* of *bookings* run at once, in order and apart."""
    changes: dict[datetime, int] = {}
    for one in bookings:
        changes[one.start] = changes.get(one.start, 0) + 1
        changes[one.end] = changes.get(one.end, 0) - 1
    running, since = 0, None
    for at in sorted(changes):
        running += changes[at]
        if running >= capacity and since is None:
            since = at
        elif running < capacity and since is not None:
            yield since, at
            since = None


def _uid(one: Booking, number: int) -> str:
    start, end = (at.astimezone(UTC).isoformat() for at in (one.start, one.end))
    told = "|".join((one.equipment, one.kind, start, end, str(number)))
    return f"{hashlib.sha256(told.encode()).hexdigest()[:24]}@grappe"


def _empty() -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", _PRODUCT)
    return calendar
