"""Writes on use: begun, logged with its price, missed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from grappe.fabrication.booking_rules import rules_from_json
from grappe.fabrication.policy import Refused
from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding, require_order
from grappe.hub.equipment.actions.taking import price_of
from grappe.hub.equipment.models import Booking, Facility, Reservation, Use
from grappe.hub.equipment.queries.access import may_change_booking, may_run
from grappe.hub.equipment.queries.wishes import BookingWish, load_deciding
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import require

#: How much before its time a booking may be begun.
_EARLY = timedelta(minutes=15)


@dataclass(frozen=True)
class UseLog:
    """What was really done: from when until when, how many runs and wafers, and a note."""

    started_at: datetime
    ended_at: datetime
    runs: int = 1
    wafers: int = 1
    note: str = ""


@transaction.atomic
def start_use(*, booking: Booking, actor: User, at: datetime) -> Use:
    """The work of *booking* begins now; returns the row. Beginning again changes nothing.

    Raises NotAllowed; NotStanding when it was given back, not confirmed or is over; BookingRefused more than
    a quarter of an hour too early.
    """
    require(may_change_booking(actor, booking))
    found = _booked(booking)
    known = Use.objects.filter(booking=found).first()
    if known is not None:
        return known
    if found.ends_at <= at:
        raise NotStanding("over")
    if at < found.starts_at - _EARLY:
        raise BookingRefused([(0, Refused("use_early", at, found.starts_at))])
    use = Use.objects.create(booking=found, started_at=at, logged_by=actor)
    _unmiss(found)
    _write_line(use, "start_use", actor, at)
    return use


@transaction.atomic
def log_use(*, booking: Booking, log: UseLog, actor: User, at: datetime) -> Use:
    """Keep what was done in *booking*, priced by the rate of what was used; returns the row.

    A log that is whole is corrected by those who run the site only. Raises NotAllowed, NotStanding when the
    booking was given back or is not confirmed, BookingRefused for a use in the wrong order or not over yet.
    """
    require_order(log.started_at, log.ended_at)
    if log.ended_at > at:
        raise BookingRefused([(0, Refused("use_late", log.ended_at))])
    found = _booked(booking)
    known = Use.objects.filter(booking=found).first()
    whole = known is not None and known.ended_at is not None
    runs_site = may_run(actor, found.equipment.facility)
    require(runs_site or (not whole and may_change_booking(actor, found)))
    use = known or Use(booking=found)
    use.started_at, use.ended_at, use.runs, use.wafers = log.started_at, log.ended_at, log.runs, log.wafers
    use.note, use.logged_by, use.price_cad = log.note, actor, _price(found, log, at)
    use.save()
    _unmiss(found)
    _write_line(use, "log_use", actor, at, price_cad=str(use.price_cad))
    return use


@transaction.atomic
def mark_missed(*, at: datetime) -> int:
    """Mark the bookings that nobody began within the grace that their site gives; returns how many. Their
    time stays booked: a site that wants it back cancels them. Called by a timer."""
    waiting = Booking.objects.filter(
        released_at=None,
        missed_at=None,
        use=None,
        starts_at__lt=at,
        reservation__state=Reservation.State.BOOKED,
    ).select_related("equipment__facility")
    grace: dict[int, timedelta] = {}
    count = 0
    for each in waiting.order_by("pk"):
        site = each.equipment.facility
        given = grace.setdefault(site.pk, _grace(site))
        # A booking shorter than the grace is missed once it is over.
        if at >= min(each.starts_at + given, each.ends_at):
            each.missed_at = at
            each.save(update_fields=["missed_at"])
            data = {"equipment": each.equipment.code, "operator": each.operator_id}
            record(actor=None, at=at, verb="mark_missed", object_kind="booking", object_id=each.pk, data=data)
            count += 1
    return count


def _grace(site: Facility) -> timedelta:
    return timedelta(minutes=rules_from_json(site.rules).grace_min)


def _booked(booking: Booking) -> Booking:
    rows = Booking.objects.select_for_update(of=("self",)).select_related(
        "equipment__facility", "reservation", "operator"
    )
    found = rows.get(pk=booking.pk)
    if found.released_at is not None or found.reservation.state != Reservation.State.BOOKED:
        raise NotStanding("released")
    return found


def _unmiss(booking: Booking) -> None:
    """It came late: it was used all the same."""
    if booking.missed_at is not None:
        booking.missed_at = None
        booking.save(update_fields=["missed_at"])


def _price(booking: Booking, log: UseLog, at: datetime) -> Decimal:
    wish = BookingWish(
        booking.equipment, log.started_at, log.ended_at, booking.capability, booking.operator,
        wafers=log.wafers, runs=log.runs,
    )  # fmt: skip
    reservation = booking.reservation
    deciding = load_deciding([wish], organisation=reservation.organisation, tier=reservation.tier, at=at)
    return price_of(wish, deciding)


def _write_line(use: Use, verb: str, actor: User, at: datetime, **more: object) -> None:
    data = {"equipment": use.booking.equipment.code, "runs": use.runs, "wafers": use.wafers, **more}
    record(actor=actor, at=at, verb=verb, object_kind="booking", object_id=use.booking_id, data=data)
