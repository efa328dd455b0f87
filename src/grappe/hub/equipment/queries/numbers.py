"""How much of its time an equipment was open, booked, used, missed; and who has it when, without names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from grappe.fabrication.calendars import open_minutes
from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.hub.equipment.models import Booking, Equipment, Reservation, Use
from grappe.hub.equipment.queries.records import closures_between, rows_of, standing


@dataclass(frozen=True)
class BusySpan:
    """A time when *units* of an equipment are taken, and why: ``booking``, ``maintenance`` or ``outage``."""

    start: datetime
    end: datetime
    kind: str
    units: int = 1


@dataclass(frozen=True)
class Utilisation:
    """Minutes between two instants, over all units: that the site was open and the equipment not closed,
    that were booked, really used, and booked but missed."""

    open_min: int
    booked_min: int
    used_min: int
    missed_min: int

    @property
    def share_booked(self) -> float:
        """The share of the open time that was booked; 0 when there was none."""
        return self.booked_min / self.open_min if self.open_min else 0.0

    @property
    def share_used(self) -> float:
        """The share of the open time that was used; 0 when there was none."""
        return self.used_min / self.open_min if self.open_min else 0.0


def busy(equipment: Equipment, start: datetime, end: datetime, *, at: datetime) -> list[BusySpan]:
    """When *equipment* is taken or closed between two instants, without names, in order: two queries."""
    rows = standing(at).filter(equipment=equipment, starts_at__lt=end, ends_at__gt=start)
    found = [BusySpan(*span, "booking") for span in rows.values_list("starts_at", "ends_at")]
    found += [
        BusySpan(each.starts_at, each.ends_at, each.kind, equipment.capacity)
        for each in closures_between(start, end).filter(equipment=equipment)
    ]
    return sorted(found, key=lambda span: (span.start, span.end, span.kind))


def utilisation(equipment: Equipment, start: datetime, end: datetime) -> Utilisation:
    """What was done with the open time of *equipment* between two instants: four queries. Only open time
    counts, whatever was booked or used beside it."""
    site = equipment.facility
    records = catalogue_from_json(rows_of([site], [], [], []))
    facility = records.facilities[site.code]

    def minutes(spans: Iterable[tuple[datetime, datetime]]) -> int:
        cut = ((max(first, start), min(last, end)) for first, last in spans)
        return sum(open_minutes(facility, first, last) for first, last in cut if first < last)

    touching = {"starts_at__lt": end, "ends_at__gt": start}
    bookings = Booking.objects.filter(
        equipment=equipment, released_at=None, reservation__state=Reservation.State.BOOKED, **touching
    )
    spans = list(bookings.values_list("starts_at", "ends_at", "missed_at"))
    uses = Use.objects.filter(booking__equipment=equipment, started_at__lt=end, ended_at__gt=start)
    closed = _joined(
        closures_between(start, end).filter(equipment=equipment).values_list("starts_at", "ends_at")
    )
    return Utilisation(
        (minutes([(start, end)]) - minutes(closed)) * equipment.capacity,
        minutes((first, last) for first, last, _ in spans),
        minutes(uses.values_list("started_at", "ended_at")),  # type: ignore[arg-type]
        minutes((first, last) for first, last, missed in spans if missed),
    )


def total_of(reservation: Reservation) -> Decimal:
    """What the bookings of *reservation* that were not given back cost in all, to the cent."""
    prices = reservation.bookings.filter(released_at=None).values_list("price_cad", flat=True)
    # Summed here: SQLite adds decimals as floating-point numbers.
    return sum(prices, Decimal("0.00"))


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The same time, each moment once."""
    joined: list[tuple[datetime, datetime]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
