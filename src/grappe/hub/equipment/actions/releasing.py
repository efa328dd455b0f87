"""Writes that give time back: cancelled by a person, lapsed by the clock."""

from datetime import datetime

from django.db import transaction

from grappe.fabrication.booking_rules import rules_from_json
from grappe.fabrication.policy import Refused, refusals_to_cancel
from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding
from grappe.hub.equipment.actions.taking import (
    lapse_holds,
    lock_reservation,
    release_bookings,
    write_line,
)
from grappe.hub.equipment.models import Booking, Facility, Reservation
from grappe.hub.equipment.queries.access import may_change, may_change_booking, may_run
from grappe.hub.people.models import User
from grappe.hub.registry.access import require

_State = Reservation.State


@transaction.atomic
def cancel_reservation(*, reservation: Reservation, why: str = "", actor: User, at: datetime) -> Reservation:
    """Give back what of *reservation* was not used; returns it. A hold may always be let go; a booking, as
    early as its site asks, unless *actor* runs the site.

    Raises NotAllowed, NotStanding, BookingRefused: then nothing is given back.
    """
    require(may_change(actor, reservation))
    found = lock_reservation(reservation, at=at)
    bookings = list(found.bookings.filter(released_at=None, use=None).select_related("equipment__facility"))
    if found.state == _State.BOOKED:
        refuse_late(bookings, actor=actor, at=at)
    release_bookings((each.pk for each in bookings), at=at)
    _end_if_empty(found, why, at)
    write_line(found, "cancel_reservation", actor, at, why=why, bookings=len(bookings))
    if actor.pk != found.user_id:
        enqueue_on_commit("grappe.hub.equipment.jobs.tell_reservation", found.pk, "cancelled")
    return found


@transaction.atomic
def cancel_booking(*, booking: Booking, why: str = "", actor: User, at: datetime) -> Booking:
    """Give *booking* back and leave the rest of its reservation; returns it. The last one ends the
    reservation. Raises NotAllowed, NotStanding, BookingRefused."""
    require(may_change_booking(actor, booking))
    reservation = lock_reservation(booking.reservation, at=at)
    found = standing_booking(booking)
    if reservation.state == _State.BOOKED:
        refuse_late([found], actor=actor, at=at)
    release_bookings([found.pk], at=at)
    _end_if_empty(reservation, why, at)
    write_line(reservation, "cancel_booking", actor, at, why=why, booking=found.pk)
    if actor.pk != reservation.user_id:
        enqueue_on_commit("grappe.hub.equipment.jobs.tell_reservation", reservation.pk, "changed")
    found.refresh_from_db(fields=["released_at"])
    return found


@transaction.atomic
def expire_holds(*, at: datetime) -> int:
    """Let go of every hold that nobody confirmed by *at*; returns how many. Called by a timer."""
    return lapse_holds(at=at)


def standing_booking(booking: Booking) -> Booking:
    """*booking* as it is now. Raises NotStanding when it was given back or its use has begun."""
    rows = Booking.objects.select_related("equipment__facility", "capability", "operator", "reservation")
    found = rows.filter(pk=booking.pk, released_at=None, use=None).first()
    if found is None:
        raise NotStanding("released")
    return found


def refuse_late(bookings: list[Booking], *, actor: User, at: datetime) -> None:
    """Raise BookingRefused for those of *bookings* that it is too late to give back; those who run a site
    are not held to its notice."""
    sites: dict[int, bool] = {}
    against: list[tuple[int, Refused]] = []
    for place, each in enumerate(bookings):
        site = each.equipment.facility
        if not sites.setdefault(site.pk, may_run(actor, site)):
            against += [(place, reason) for reason in late(each, site, at)]
    if against:
        raise BookingRefused(against)


def late(booking: Booking, site: Facility, at: datetime) -> tuple[Refused, ...]:
    """Why it is too late to give *booking* of *site* back, if so."""
    zone = site.timezone
    return refusals_to_cancel(booking.starts_at, now=at, rules=rules_from_json(site.rules), zone=zone)


def _end_if_empty(reservation: Reservation, why: str, at: datetime) -> None:
    if not reservation.bookings.filter(released_at=None).exists():
        reservation.state, reservation.ended_at, reservation.why = _State.CANCELLED, at, why
        reservation.expires_at = None
        reservation.save(update_fields=["state", "ended_at", "why", "expires_at"])
