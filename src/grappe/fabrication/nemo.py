"""What a NEMO says of its tools (version 8.1): rows of its REST API or of its fixtures become a catalogue.

One NEMO is one facility. Tools and areas with a maximum capacity are equipment; reservations and outages are
bookings; who is qualified for what, the configurations of tools and the accounts come beside. A row that
contradicts the others is an error, and nothing is taken: no tool may look free because a row was left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from grappe.fabrication.equipment import Booking, Capability, Catalogue, Equipment, Facility, Party
from grappe.fabrication.record_reading import RecordReader
from grappe.fabrication.taxonomy import terms_in
from grappe.statements.problems import GrappeError, Problem

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
#: The tables that are read, by their name in the API.
TABLES = (
    "areas", "tools", "resources", "reservations", "scheduled_outages", "unplanned_outages", "tool_status",
    "users", "qualifications", "configurations", "accounts",
)  # fmt: skip


@dataclass(frozen=True)
class Qualified:
    """Somebody, by user name, whom a site holds qualified for an equipment since a day."""

    person: str
    equipment: str
    since: date | None = None


@dataclass(frozen=True)
class ToolSetting:
    """A setting that a tool can be put to: a gas, a blade, a holder."""

    equipment: str
    item: str
    current: tuple[str, ...]
    available: tuple[str, ...]


@dataclass(frozen=True)
class NemoSite:
    """All that was read of one NEMO: its catalogue, and what a catalogue has no place for."""

    catalogue: Catalogue
    qualifications: tuple[Qualified, ...] = ()
    settings: tuple[ToolSetting, ...] = ()
    #: Names of the active accounts that are charged.
    accounts: tuple[str, ...] = ()


def site_from_nemo(
    rows: Rows, facility: Facility, begin: datetime, end: datetime, file: str | None = None
) -> NemoSite:
    """The site that *rows* of a NEMO describe, with the bookings that meet the time from *begin* to *end*.

    A tool that is out of order is booked as an outage until *end*. Raises GrappeError with the table and the
    number of each row at fault: a missing field, an end before its start, a tool, area or user that is none.
    """
    reader = RecordReader(file)
    things = _Things(rows, facility, end)
    equipment = {one.id: one for one in _equipment(reader, rows, things)}
    found = [
        one
        for part, read in _READ.items()
        for group in reader.each(rows, part, partial(read, things=things))
        for one in group
    ]
    down = {one.equipment for one in found if one.kind == "outage" and one.end >= end}
    found += [one for one in _out_of_order(reader, rows, things, begin) if one.equipment not in down]
    qualified = tuple(reader.each(rows, "qualifications", lambda row: _qualified(row, things)))
    settings = tuple(reader.each(rows, "configurations", lambda row: _setting(row, things)))
    accounts = tuple(reader.each(rows, "accounts", lambda row: row["name"] if row["active"] else ""))
    reader.refuse()
    taken = (one for one in found if one.start < end and one.end > begin and one.equipment in equipment)
    bookings = tuple(sorted(taken, key=lambda one: (one.start, one.equipment, one.end, one.kind)))
    catalogue = Catalogue(
        {facility.id: facility}, equipment, tuple(_capabilities(rows, things)), bookings=bookings
    )
    return NemoSite(catalogue, qualified, settings, tuple(filter(None, accounts)))


@dataclass
class _Things:
    """Rows by what other rows call them: their number, or their natural key."""

    rows: Rows
    facility: Facility
    #: The end of what is read: that of an outage without one.
    until: datetime

    def __post_init__(self) -> None:
        self.by_key = {
            part: {key: row for row in _table(self.rows, part) for key in _keys(row, name)}
            for part, name in (
                ("tools", "name"),
                ("areas", "name"),
                ("resources", "name"),
                ("users", "username"),
            )
        }

    def find(self, part: str, told: Any) -> Row:
        key = told[0] if isinstance(told, list) and len(told) == 1 else told
        if not isinstance(key, str | int) or key not in self.by_key[part]:
            raise GrappeError(Problem("bad_value", found=f"{part} {told}", expected="known_row"))
        return self.by_key[part][key]

    def tool(self, told: Any) -> str:
        """The id of a tool's equipment; that of a child is its parent's, of which it is another name."""
        row = self.find("tools", told)
        seen = 0
        while row.get("parent_tool") is not None:
            row, seen = self.find("tools", row["parent_tool"]), seen + 1
            if seen > len(self.rows["tools"]):
                raise GrappeError(Problem("cycle", found=str(row["name"])))
        return self.identify("tool", row)

    def area(self, told: Any) -> str:
        return self.identify("area", self.find("areas", told))

    def person(self, told: Any) -> str:
        if not self.by_key["users"] and isinstance(told, list):
            return str(told[0])
        return str(self.find("users", told)["username"])

    def identify(self, kind: str, row: Row) -> str:
        return f"{self.facility.id}/{kind}/{row.get('id') or row['name']}"


def _table(rows: Rows, part: str) -> Sequence[Row]:
    """The rows of a table, none when it is no list: that is told when its rows are read."""
    told = rows.get(part, ())
    return told if isinstance(told, list) else ()


def _keys(row: Any, name: str) -> Iterator[Any]:
    if isinstance(row, Mapping):
        yield from (row[key] for key in ("id", name) if isinstance(row.get(key), str | int))


def _equipment(reader: RecordReader, rows: Rows, things: _Things) -> Iterator[Equipment]:
    for one in reader.each(rows, "tools", lambda row: _tool(row, things)):
        if one is not None:
            yield one
    for one in reader.each(rows, "areas", lambda row: _area(row, things)):
        if one is not None:
            yield one


def _tool(row: Row, things: _Things) -> Equipment | None:
    name, category = row["name"], row.get("_category")
    if not isinstance(name, str) or not name.strip():
        raise GrappeError(Problem("missing_value", column="name", expected="text"))
    if row.get("parent_tool") is not None:
        things.tool(row["parent_tool"])
        return None
    serial = row.get("_serial")
    return Equipment(
        things.identify("tool", row), name, things.facility.id, owners=(Party(things.facility.name),),
        description=row.get("_description") or None, instrument_types=(category,) if category else (),
        serial_numbers=(serial,) if serial else (),
    )  # fmt: skip


def _area(row: Row, things: _Things) -> Equipment | None:
    most = row.get("maximum_capacity")
    if not row["requires_reservation"] or not most:
        return None
    if not isinstance(most, int) or most < 0:
        raise GrappeError(
            Problem("bad_value", column="maximum_capacity", found=str(most), expected="quantity")
        )
    owner = Party(things.facility.name)
    return Equipment(
        things.identify("area", row), row["name"], things.facility.id, owners=(owner,),
        instrument_types=("area",), capacity=most,
    )  # fmt: skip


def _reservation(row: Row, things: _Things) -> tuple[Booking, ...]:
    told, area = row["tool"], row.get("area")
    if (told is None) == (area is None):
        raise GrappeError(Problem("bad_value", found=f"tool {told}, area {area}", expected="one_thing"))
    start, end = _span(row, row["end"])
    machine = things.tool(told) if told is not None else things.area(area)
    given_up = row["cancelled"] or row["missed"] or row["shortened"]
    return () if given_up else (Booking(machine, start, end),)


def _scheduled(row: Row, things: _Things) -> tuple[Booking, ...]:
    start, end = _span(row, row["end"])
    return tuple(Booking(machine, start, end, "maintenance") for machine in _stopped(row, things))


def _unplanned(row: Row, things: _Things) -> tuple[Booking, ...]:
    open_ended = row["end"] is None
    if open_ended and _instant("start", row["start"]) >= things.until:
        return ()
    start, end = _span(row, things.until.isoformat() if open_ended else row["end"])
    return tuple(Booking(machine, start, end, "outage") for machine in _stopped(row, things))


_READ = {"reservations": _reservation, "scheduled_outages": _scheduled, "unplanned_outages": _unplanned}


def _stopped(row: Row, things: _Things) -> Iterator[str]:
    """What an outage stops: its tool or area, or the tools that can't do without its resource."""
    if row.get("tool") is not None:
        yield things.tool(row["tool"])
    if row.get("area") is not None:
        yield things.area(row["area"])
    if row.get("resource") is not None:
        resource = things.find("resources", row["resource"])
        yield from (things.tool(each) for each in resource["fully_dependent_tools"])


def _out_of_order(reader: RecordReader, rows: Rows, things: _Things, begin: datetime) -> Iterator[Booking]:
    """Tools that are not operational, and those whose resource is not available, until further notice."""

    def down(row: Row) -> tuple[str, ...]:
        return () if row.get("_operational", True) else (things.tool(row.get("id") or row["name"]),)

    def without(row: Row) -> tuple[str, ...]:
        return () if row["available"] else tuple(things.tool(each) for each in row["fully_dependent_tools"])

    def since(row: Row) -> tuple[str, datetime] | None:
        told = row.get("non_operational_since")
        return (things.tool(row["id"]), _instant("non_operational_since", told)) if told else None

    told: set[str] = set()
    started = dict(filter(None, reader.each(rows, "tool_status", since)))
    for part, read in (("tools", down), ("resources", without)):
        for group in reader.each(rows, part, read):
            for machine in group:
                start = started.get(machine, begin)
                if start < things.until and machine not in told:
                    told.add(machine)
                    yield Booking(machine, start, things.until, "outage")


def _span(row: Row, end: Any) -> tuple[datetime, datetime]:
    start, stop = _instant("start", row["start"]), _instant("end", end)
    if start >= stop:
        raise GrappeError(Problem("bad_value", found=f"{start} – {stop}", expected="ordered_range"))
    return start, stop


def _instant(column: str, told: Any) -> datetime:
    try:
        found = datetime.fromisoformat(told)
    except (TypeError, ValueError) as error:
        raise GrappeError(Problem("bad_value", column=column, found=str(told), expected="instant")) from error
    if found.tzinfo is None:
        raise GrappeError(Problem("bad_value", column=column, found=str(told), expected="instant"))
    return found


def _qualified(row: Row, things: _Things) -> Qualified:
    since = row.get("qualified_on")
    day = date.fromisoformat(since) if since else None
    return Qualified(things.person(row["user"]), things.tool(row["tool"]), day)


def _setting(row: Row, things: _Things) -> ToolSetting:
    current, available = (_words(row.get(name)) for name in ("current_settings", "available_settings"))
    item = row.get("configurable_item_name") or row["name"]
    return ToolSetting(things.tool(row["tool"]), item, current, available)


def _words(told: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (told or "").split(",") if part.strip())


def _capabilities(rows: Rows, things: _Things) -> Iterable[Capability]:
    """What each visible tool does, read from its name and its category; no limit is known."""
    for row in rows.get("tools", ()):
        if row.get("visible", True) and row.get("parent_tool") is None:
            named = next(terms_in("processes", f"{row['name']} {row.get('_category') or ''}"), None)
            machine = things.identify("tool", row)
            yield Capability(
                machine, things.facility.id, named.code if named else "service", row["name"], machine,
                qualification=machine,
            )  # fmt: skip
