"""Bookings as machines ask for them: codes and times in plain values, read into wishes and placed.

The API and the command line both come through here, so that neither has rules of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from grappe.fabrication.taxonomy import terms
from grappe.hub.equipment.actions.holding import book, hold_bookings
from grappe.hub.equipment.models import Capability, Equipment, Facility, Reservation
from grappe.hub.equipment.queries.wishes import BookingWish
from grappe.hub.people.models import User
from grappe.statements.problems import GrappeError, Problem

MOST_BOOKINGS = 400
_YEARS = range(2000, 2200)


@dataclass(frozen=True)
class Order:
    """What is asked for, as a whole: held until it is confirmed, or booked at once."""

    wishes: tuple[BookingWish, ...]
    title: str
    organisation: str
    tier: str
    is_hold: bool = True
    minutes_held: int | None = None


def order_from_row(raw: Any) -> Order:
    """The order that *raw* says: ``title``, ``organisation``, ``tier``, ``hold``, ``minutes_held`` and
    ``bookings``, each with a ``capability`` or an ``equipment`` (codes), ``start`` and ``end`` (ISO 8601, the
    site's own time without an offset), and ``operator``, ``step``, ``wafers``, ``runs``, ``materials``.

    Raises GrappeError with a problem for each value that can't be read; its column says which.
    """
    if not isinstance(raw, Mapping) or not isinstance(raw.get("bookings"), list) or not raw["bookings"]:
        raise GrappeError(Problem("bad_value", column="bookings", found=str(raw)[:80], expected="bookings"))
    reader = _Reader(raw)
    order = Order(
        tuple(wish for place in range(len(reader.rows)) if (wish := reader.wish(place)) is not None),
        reader.text("title", 200) or "—", reader.text("organisation", 20),
        reader.text("tier", 40) or "industrial", bool(raw.get("hold", True)),
        reader.number(raw, "minutes_held", "minutes_held", None, 1, 1_000_000),
    )  # fmt: skip
    if reader.problems:
        raise GrappeError(*reader.problems)
    return order


def place_order(order: Order, *, actor: User, at: datetime) -> Reservation:
    """Hold or book *order* for *actor*; returns the reservation. Raises NotAllowed, BookingRefused."""
    asked = {
        "wishes": order.wishes, "title": order.title, "organisation": order.organisation, "tier": order.tier,
    }  # fmt: skip
    if order.is_hold:
        return hold_bookings(**asked, minutes_held=order.minutes_held, actor=actor, at=at)  # type: ignore[arg-type]
    return book(**asked, actor=actor, at=at)  # type: ignore[arg-type]


def instant_of(told: Any, facility: Facility | None = None) -> datetime | None:
    """The instant that *told* says, in the time of *facility* without an offset; None when it says none."""
    try:
        read = datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return None
    if read.year not in _YEARS or (read.tzinfo is None and facility is None):
        return None
    if read.tzinfo is None and facility is not None:
        read = read.replace(tzinfo=ZoneInfo(facility.timezone))
    return read


class _Reader:
    """Reads the bookings of one order: three queries for all the codes that they name."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw, self.rows = raw, raw["bookings"]
        self.problems: list[Problem] = []
        if len(self.rows) > MOST_BOOKINGS or not all(isinstance(row, Mapping) for row in self.rows):
            self._refuse("bookings", len(self.rows), "bookings")
            self.rows = []
        doing = Capability.objects.select_related("equipment__facility", "facility")
        self.doing = {each.code: each for each in doing.filter(code__in=self._named("capability"))}
        tools = Equipment.objects.select_related("facility").filter(code__in=self._named("equipment"))
        self.tools = {each.code: each for each in tools}
        people = User.objects.filter(username__in=self._named("operator"), is_active=True)
        self.people = {each.username: each for each in people}

    def wish(self, place: int) -> BookingWish | None:
        row, before = self.rows[place], len(self.problems)
        doing = self._known(place, "capability", self.doing)
        tool = doing.equipment if doing else self._known(place, "equipment", self.tools)
        operator = self._known(place, "operator", self.people)
        if doing is None and tool is None and len(self.problems) == before:
            self._refuse(f"bookings.{place}.capability", "", "equipment")
        start, end = (self._instant(place, name, tool) for name in ("start", "end"))
        wafers, runs = (
            self.number(row, name, f"bookings.{place}.{name}", 1, 0, 100_000) for name in ("wafers", "runs")
        )
        materials = self._materials(place)
        if len(self.problems) > before or tool is None or start is None or end is None:
            return None
        step = str(row.get("step") or "")[:200]
        return BookingWish(tool, start, end, doing, operator, step, wafers or 0, runs or 0, materials)

    def text(self, name: str, most: int) -> str:
        told = self.raw.get(name) or ""
        if not isinstance(told, str) or len(told) > most or "\x00" in told:
            self._refuse(name, told, "text")
            return ""
        return told

    def number(
        self, row: Mapping[str, Any], name: str, column: str, default: int | None, least: int, most: int
    ) -> int | None:
        told = row.get(name)
        if told is None:
            return default
        if not isinstance(told, int) or isinstance(told, bool) or not least <= told <= most:
            self._refuse(column, told, "quantity")
            return default
        return told

    def _named(self, name: str) -> set[str]:
        return {row[name] for row in self.rows if isinstance(row.get(name), str) and "\x00" not in row[name]}

    def _known(self, place: int, name: str, known: Mapping[str, Any]) -> Any:
        told = self.rows[place].get(name)
        if not told:
            return None
        found = known.get(told) if isinstance(told, str) else None
        if found is None:
            self._refuse(f"bookings.{place}.{name}", told, name)
        return found

    def _instant(self, place: int, name: str, tool: Equipment | None) -> datetime | None:
        told = self.rows[place].get(name)
        read = instant_of(told, tool.facility if tool else None)
        if read is None and (tool is not None or instant_of(f"{told}Z") is None):
            self._refuse(f"bookings.{place}.{name}", told, "instant")
        return read

    def _materials(self, place: int) -> tuple[str, ...]:
        told = self.rows[place].get("materials") or []
        known = terms("materials")
        if not isinstance(told, list) or any(not isinstance(each, str) or each not in known for each in told):
            self._refuse(f"bookings.{place}.materials", told, "material")
            return ()
        return tuple(told)

    def _refuse(self, column: str, found: Any, expected: str) -> None:
        self.problems.append(Problem("bad_value", column=column, found=str(found)[:80], expected=expected))
