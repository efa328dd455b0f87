"""Fixtures of NEMO (``manage.py dumpdata``), read into the rows of its API and written for ``loaddata``."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from grappe.fabrication.equipment import Booking, Catalogue, Equipment
from grappe.fabrication.nemo import Row
from grappe.statements.problems import GrappeError, Problem

_TABLES = {
    "nemo.area": "areas",
    "nemo.tool": "tools",
    "nemo.resource": "resources",
    "nemo.reservation": "reservations",
    "nemo.scheduledoutage": "scheduled_outages",
    "nemo.unplannedoutage": "unplanned_outages",
    "nemo.user": "users",
    "nemo.qualification": "qualifications",
    "nemo.configuration": "configurations",
    "nemo.account": "accounts",
}
#: The user to whom written bookings belong: who booked stays where it was booked.
KEEPER = "grappe"


def is_fixture(raw: Any) -> bool:
    """Whether parsed JSON looks like a fixture of Django."""
    return (
        isinstance(raw, list)
        and bool(raw)
        and all(isinstance(one, Mapping) and "model" in one for one in raw)
    )


def rows_of_fixture(raw: Any, file: str | None = None) -> dict[str, list[Row]]:
    """The rows of a fixture by table, each with its ``id`` when the fixture keeps it; other models are left.

    Raises GrappeError when an object has no model or no fields, or the fixture has no tool.
    """
    rows: dict[str, list[Row]] = {table: [] for table in _TABLES.values()}
    for number, one in enumerate(raw if isinstance(raw, list) else [raw], start=1):
        if not isinstance(one, Mapping) or not isinstance(one.get("fields"), Mapping):
            told = str(one)[:80]
            raise GrappeError(Problem("bad_value", file=file, row=number, found=told, expected="fixture"))
        table = _TABLES.get(str(one.get("model")).lower())
        if table:
            key = {"id": one["pk"]} if one.get("pk") is not None else {}
            rows[table].append({**one["fields"], **key})
    if not rows["tools"]:
        raise GrappeError(Problem("missing_value", file=file, column="NEMO.tool", expected="fixture"))
    return rows


def fixture_of(catalogue: Catalogue, *, at: datetime) -> list[dict[str, Any]]:
    """The equipment and bookings of *catalogue* as objects for NEMO's ``loaddata``, written at *at*.

    Names of tools are unique in NEMO: two of the same name get their facility's too. A unit of an equipment
    of several becomes a tool of its own, and bookings are dealt over them. Maintenance becomes scheduled
    outages, outages unplanned ones, bookings reservations of the user ``grappe``.
    """
    objects = [_object("user", None, _keeper(at))]
    units: dict[str, list[str]] = {}
    for one, name in _named(catalogue):
        units[one.id] = [name if unit == 0 else f"{name} #{unit + 1}" for unit in range(one.capacity)]
        objects += [_object("tool", None, _tool(one, each, catalogue)) for each in units[one.id]]
    dealt = _dealt(catalogue.bookings, units)
    counts = dict.fromkeys(("reservation", "scheduledoutage", "unplannedoutage"), 0)
    for booking, unit in dealt:
        model = {"maintenance": "scheduledoutage", "outage": "unplannedoutage"}.get(
            booking.kind, "reservation"
        )
        counts[model] += 1
        objects.append(_object(model, counts[model], _times(booking, unit) | _rest(model, at)))
    return objects


def _object(model: str, key: int | None, fields: dict[str, Any]) -> dict[str, Any]:
    return {"model": f"NEMO.{model}", **({"pk": key} if key else {}), "fields": fields}


def _keeper(at: datetime) -> dict[str, Any]:
    return {
        "username": KEEPER, "first_name": "Grappe", "last_name": "Grappe", "email": "grappe@example.org",
        "is_active": False, "date_joined": at.astimezone(UTC).isoformat(),
    }  # fmt: skip


def _named(catalogue: Catalogue) -> Iterator[tuple[Equipment, str]]:
    names = [one.name for one in catalogue.equipment.values()]
    used: set[str] = set()
    for one in catalogue.equipment.values():
        name = one.name if names.count(one.name) == 1 else f"{one.name} ({one.facility})"
        while name in used:
            name += "’"
        used.add(name)
        yield one, name[:100]


def _tool(one: Equipment, name: str, catalogue: Catalogue) -> dict[str, Any]:
    facility = catalogue.facilities.get(one.facility)
    return {
        "name": name,
        "visible": True,
        "_operational": True,
        "_category": "; ".join(one.instrument_types) or "Grappe",
        "_description": one.description,
        "_serial": "; ".join(one.serial_numbers) or None,
        "_location": (facility.name if facility else one.facility)[:100],
        "_phone_number": "-",
        "_primary_owner": [KEEPER],
    }


def _dealt(bookings: Iterable[Booking], units: Mapping[str, list[str]]) -> Iterator[tuple[Booking, str]]:
    """Each booking with the unit that is free first."""
    free: dict[str, datetime] = {}
    for one in sorted(bookings, key=lambda each: each.start):
        names = units[one.equipment]
        unit = min(names, key=lambda name: free.get(name, datetime.min.replace(tzinfo=UTC)))
        free[unit] = max(one.end, free.get(unit, one.end))
        yield one, unit


def _times(booking: Booking, unit: str) -> dict[str, Any]:
    start, end = (at.astimezone(UTC).isoformat() for at in (booking.start, booking.end))
    return {"tool": [unit], "start": start, "end": end}


def _rest(model: str, at: datetime) -> dict[str, Any]:
    """What NEMO wants of a booking besides its tool and times."""
    if model == "unplannedoutage":
        return {"resource": None}
    if model == "scheduledoutage":
        return {"creator": [KEEPER], "title": "", "area": None, "resource": None}
    flags = dict.fromkeys(("short_notice", "cancelled", "missed", "shortened"), False)
    created = at.astimezone(UTC).isoformat()
    who = {"user": [KEEPER], "creator": [KEEPER], "creation_time": created}
    return {**who, "area": None, "project": None, **flags}
