"""When machines are taken, read from an iCalendar file (RFC 5545): single and repeated events, all-day ones,
zones and their changes of hour, moved and cancelled occurrences, published free/busy times.

A calendar that can't be read as a whole is refused as a whole: a booking left out would show a free machine.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from grappe.fabrication.equipment import Booking
from grappe.fabrication.ical_limits import refuse_heavy, starting_lines
from grappe.statements.problems import GrappeError, Problem

# Parts of a calendar have properties that the library makes up as it reads.
_Part = Any
Kind = Literal["booking", "maintenance", "outage"]
_KINDS: Mapping[str, Kind] = {"MAINTENANCE": "maintenance", "OUTAGE": "outage"}
#: The property that names the machine by its id, URL-encoded: RESOURCES holds names, apart by commas.
EQUIPMENT = "X-GRAPPE-EQUIPMENT"
#: What the libraries raise on a damaged calendar, besides the ValueError that they promise.
_FAULTS = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)
_ONCE = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "STATUS", "TRANSP", "UID")
_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "FREEBUSY")


@dataclass(frozen=True)
class Asked:
    """What is read of a calendar: between which instants, and what its file leaves unsaid.

    *equipment* is the machine of events that name none (X-GRAPPE-EQUIPMENT); *timezone* is that of all-day
    events and of times without a zone.
    """

    begin: datetime
    end: datetime
    equipment: str | None = None
    timezone: str = "America/Montreal"
    file: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.timezone)


def bookings_from_ical(data: bytes, asked: Asked) -> tuple[Booking, ...]:
    """The bookings of a calendar that meet the time from *asked.begin* to *asked.end*, by machine and start.

    An event counts unless it is cancelled, transparent or empty; its kind is its category (MAINTENANCE,
    OUTAGE; otherwise a booking). Two events at one time are two bookings. Raises GrappeError with the line
    of each event at fault: a date that is none, an end before its start, an unknown zone, a rule that can't
    be read, no machine; and when there are too many events.
    """
    text = _text(data, asked.file)
    lines = starting_lines(text, asked.file)
    calendar = _calendar(text, asked.file)
    problems = list(_faults(calendar, lines, asked))
    if problems:
        raise GrappeError(*problems)
    refuse_heavy(calendar, asked.end, asked.file)
    try:
        found = recurring_ical_events.of(calendar).between(asked.begin, asked.end)
    except _FAULTS as error:
        raise GrappeError(Problem("damaged_file", file=asked.file, found=_short(error))) from error
    bookings = [*_of_events(found, asked), *_of_free_busy(calendar, asked)]
    return tuple(sorted(bookings, key=lambda one: (one.equipment, one.start, one.end, one.kind)))


def overlaps(bookings: tuple[Booking, ...], capacity: Mapping[str, int]) -> tuple[Problem, ...]:
    """A warning for each booking that starts while all units (*capacity*, one unless said) of its machine are
    taken by earlier ones."""
    running: dict[str, list[datetime]] = {}
    found = []
    for one in sorted(bookings, key=lambda each: (each.start, each.end)):
        still = [end for end in running.get(one.equipment, ()) if end > one.start]
        if len(still) >= capacity.get(one.equipment, 1):
            told = f"{one.equipment}, {one.start.isoformat()} – {one.end.isoformat()}"
            found.append(Problem("overlapping_booking", found=told, severity="warning"))
        running[one.equipment] = [*still, one.end]
    return tuple(found)


def unknown_machines(bookings: tuple[Booking, ...], known: Container[str], file: str | None) -> None:
    """Raise GrappeError for each machine of *bookings* that is not among *known*."""
    others = dict.fromkeys(one.equipment for one in bookings if one.equipment not in known)
    if others:
        raise GrappeError(
            *(
                Problem("bad_value", file=file, column=EQUIPMENT, found=name, expected="equipment")
                for name in others
            )
        )


def _text(data: bytes, file: str | None) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        told = f"0x{data[error.start]:02x}"
        line = data[: error.start].count(b"\n") + 1
        raise GrappeError(Problem("unknown_encoding", file=file, row=line, found=told)) from error


def _calendar(text: str, file: str | None) -> Calendar:
    if not text.strip():
        raise GrappeError(Problem("file_empty", file=file, expected="calendar"))
    try:
        return Calendar.from_ical(text)
    except _FAULTS as error:
        raise GrappeError(Problem("damaged_file", file=file, found=_short(error))) from error


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120]


def _faults(calendar: Calendar, lines: list[int], asked: Asked) -> Iterator[Problem]:
    # A folded BEGIN has no line of its own: places are then left out rather than told wrong.
    events = calendar.walk("VEVENT")
    known = len(lines) == len(events)
    seen: dict[tuple[str, ...], tuple[_Part, int | None]] = {}
    for number, event in enumerate(events):
        line = lines[number] if known else None
        for problem in (*_faults_of(event, asked), *_same_identity(event, line, seen)):
            yield replace(problem, file=asked.file, row=line)
    for part in calendar.walk("VFREEBUSY"):
        yield from (replace(one, file=asked.file) for one in _faults_of_free_busy(part, asked))


def _faults_of(event: _Part, asked: Asked) -> Iterator[Problem]:
    broken = [*_broken(event), *_repeated(event)]
    if broken or "DTSTART" not in event:
        yield from broken or [Problem("missing_value", column="DTSTART", expected="date")]
        return
    yield from _zoneless(event)
    yield from _nameless(event, asked)
    try:
        start, end = event.start, event.end
    except _FAULTS as error:
        yield Problem("bad_value", column="DTEND", found=_short(error), expected="calendar")
        return
    if _instant(end, asked.zone) < _instant(start, asked.zone) and not _later_on_the_clock(start, end):
        yield Problem("bad_value", column="DTEND", found=f"{start} – {end}", expected="ordered_range")


def _same_identity(
    event: _Part, line: int | None, seen: dict[tuple[str, ...], tuple[_Part, int | None]]
) -> Iterator[Problem]:
    """Two events of one UID and version at different times: one of them would be lost."""
    names = ("UID", "RECURRENCE-ID", "SEQUENCE")
    key = tuple(
        event[name].to_ical().decode() if hasattr(event.get(name), "to_ical") else "" for name in names
    )
    first, at = seen.setdefault(key, (event, line))
    if key[0] and first is not event and any(first.get(name) != event.get(name) for name in _TIMES):
        yield Problem("duplicate_key", column="UID", found=key[0], expected=f"line:{at or '?'}")


def _faults_of_free_busy(part: _Part, asked: Asked) -> Iterator[Problem]:
    yield from _broken(part)
    yield from _repeated(part)
    yield from _nameless(part, asked)


def _broken(part: _Part) -> Iterator[Problem]:
    for name, told in part.errors:
        if name is None or name in _TIMES:
            yield Problem("bad_value", column=name, found=told, expected="calendar")


def _repeated(part: _Part) -> Iterator[Problem]:
    for name in (*_ONCE, EQUIPMENT):
        if isinstance(part.get(name), list):
            yield Problem("bad_value", column=name, found=f"{name} ×{len(part[name])}", expected="calendar")


def _zoneless(event: _Part) -> Iterator[Problem]:
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        zone = event[name].params.get("TZID") if name in event else None
        if zone and isinstance(event[name].dt, datetime) and event[name].dt.tzinfo is None:
            yield Problem("bad_value", column=name, found=str(zone), expected="timezone")


def _nameless(part: _Part, asked: Asked) -> Iterator[Problem]:
    if EQUIPMENT not in part and asked.equipment is None:
        yield Problem("missing_value", column=EQUIPMENT, expected="equipment")


def _of_events(found: list[_Part], asked: Asked) -> Iterator[Booking]:
    for event in found:
        if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
            continue
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        start, end = _instant(event.start, asked.zone), _instant(event.end, asked.zone)
        if end <= start and _later_on_the_clock(event.start, event.end):
            # Starts in the hour that the clocks skip: it lasts what it was meant to.
            end = start + (event.end.replace(tzinfo=None) - event.start.replace(tzinfo=None))
        if end <= start:
            continue
        yield Booking(_machine(event, asked), start, end, _kind(event))


def _of_free_busy(calendar: Calendar, asked: Asked) -> Iterator[Booking]:
    for part in calendar.walk("VFREEBUSY"):
        told = part.get("FREEBUSY", [])
        for periods in _listed(told):
            kind = str(periods.params.get("FBTYPE", "BUSY")).upper()
            if kind == "FREE":
                continue
            for start, end in _periods(periods):
                if start < asked.end and end > asked.begin:
                    taken: Kind = "outage" if kind == "BUSY-UNAVAILABLE" else "booking"
                    yield Booking(_machine(part, asked), start, end, taken)


def _periods(told: Any) -> Iterator[tuple[datetime, datetime]]:
    for one in getattr(told, "dts", [told]):
        start, end = one.dt if isinstance(one.dt, tuple) else (one.start, one.end)
        yield start, start + end if isinstance(end, timedelta) else end


def _machine(part: _Part, asked: Asked) -> str:
    return unquote(str(part[EQUIPMENT])) if EQUIPMENT in part else str(asked.equipment)


def _kind(event: _Part) -> Kind:
    told = event.get("CATEGORIES")
    names = [str(name).upper() for cells in _listed(told) for name in cells.cats]
    return next((_KINDS[name] for name in names if name in _KINDS), "booking")


def _listed(told: Any) -> list[Any]:
    if told is None:
        return []
    return told if isinstance(told, list) else [told]


def _instant(told: date, zone: ZoneInfo) -> datetime:
    """An instant in UTC; a day begins at midnight of *zone*."""
    if not isinstance(told, datetime):
        told = datetime.combine(told, time(), zone)
    elif told.tzinfo is None:
        told = told.replace(tzinfo=zone)
    return told.astimezone(UTC)


def _later_on_the_clock(start: date, end: date) -> bool:
    if not isinstance(start, datetime) or not isinstance(end, datetime) or start.tzinfo != end.tzinfo:
        return False
    return end.replace(tzinfo=None) > start.replace(tzinfo=None)
