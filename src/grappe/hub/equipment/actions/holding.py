"""Writes that take time: holds, bookings, the same time every week. All of a reservation stands, or none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from grappe.fabrication.booking_rules import rules_from_json
from grappe.fabrication.policy import Refused
from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.equipment.actions.refusing import BookingRefused
from grappe.hub.equipment.actions.taking import (
    grant_wishes,
    lock_reservation,
    prepare_wishes,
    store_bookings,
    write_line,
)
from grappe.hub.equipment.models import AccessRequest, Reservation
from grappe.hub.equipment.queries.access import may_book, may_change
from grappe.hub.equipment.queries.wishes import BookingWish
from grappe.hub.people.models import User
from grappe.hub.registry.access import require

_State = Reservation.State


@transaction.atomic
def hold_bookings(
    *, wishes: Sequence[BookingWish], organisation: str, tier: str, title: str,
    minutes_held: int | None = None, request: AccessRequest | None = None, actor: User, at: datetime,
) -> Reservation:  # fmt: skip
    """Hold all of *wishes*, over as many sites as they name, until they are confirmed; returns the
    reservation, which lets go after *minutes_held* minutes (None: what the most hurried site allows).

    Raises NotAllowed; BookingRefused with every reason, and then nothing is held.
    """
    _refuse_disorder(wishes)
    allowed = min(rules_from_json(each.equipment.facility.rules).hold_min for each in wishes)
    minutes = allowed if minutes_held is None else min(minutes_held, allowed)
    reservation = _new(organisation, tier, title, request, actor, at)
    reservation.state, reservation.expires_at = _State.HELD, at + timedelta(minutes=minutes)
    _take(reservation, wishes)
    write_line(reservation, "hold_bookings", actor, at, bookings=len(wishes))
    return reservation


@transaction.atomic
def book(
    *, wishes: Sequence[BookingWish], organisation: str, tier: str, title: str,
    request: AccessRequest | None = None, actor: User, at: datetime,
) -> Reservation:  # fmt: skip
    """Book all of *wishes* at once; returns the reservation. Raises NotAllowed, BookingRefused."""
    _refuse_disorder(wishes)
    reservation = _new(organisation, tier, title, request, actor, at)
    _take(reservation, wishes)
    write_line(reservation, "book", actor, at, bookings=len(wishes))
    enqueue_on_commit("grappe.hub.equipment.jobs.tell_reservation", reservation.pk, "booked")
    return reservation


def book_weekly(
    *, wish: BookingWish, weeks: int, organisation: str, tier: str, title: str, actor: User, at: datetime
) -> Reservation:
    """Book *wish* and the same local time of each of the weeks after it, *weeks* in all, as one reservation.

    Raises ValueError unless there is at least a week; NotAllowed, BookingRefused as :func:`book` does.
    """
    if weeks < 1:
        raise ValueError(weeks)
    zone = ZoneInfo(wish.equipment.facility.timezone)
    start, end = wish.starts_at.astimezone(zone), wish.ends_at.astimezone(zone)
    # Adding to a local time keeps the hour on the wall when clocks change.
    wishes = [
        replace(wish, starts_at=start + timedelta(weeks=week), ends_at=end + timedelta(weeks=week))
        for week in range(weeks)
    ]
    return book(wishes=wishes, organisation=organisation, tier=tier, title=title, actor=actor, at=at)


@transaction.atomic
def confirm_reservation(*, reservation: Reservation, actor: User, at: datetime) -> Reservation:
    """Make a hold a booking; returns it. Confirming again changes nothing.

    Raises NotAllowed; NotStanding when it lapsed or was cancelled.
    """
    require(may_change(actor, reservation))
    found = lock_reservation(reservation, at=at)
    if found.state == _State.HELD:
        found.state, found.expires_at = _State.BOOKED, None
        found.save(update_fields=["state", "expires_at"])
        write_line(found, "confirm_reservation", actor, at)
        enqueue_on_commit("grappe.hub.equipment.jobs.tell_reservation", found.pk, "booked")
    return found


def _new(
    organisation: str, tier: str, title: str, request: AccessRequest | None, actor: User, at: datetime
) -> Reservation:
    return Reservation(
        title=title, user=actor, organisation=organisation, tier=tier, request=request, state=_State.BOOKED,
        made_at=at,
    )  # fmt: skip


def _take(reservation: Reservation, wishes: Sequence[BookingWish]) -> None:
    """Store *reservation* with a booking for each of *wishes*. Raises NotAllowed, BookingRefused."""
    actor, at = reservation.user, reservation.made_at
    organisation, tier = reservation.organisation, reservation.tier
    require(may_book(actor, organisation, {each.equipment.facility for each in wishes}))
    prepared = prepare_wishes(wishes, actor=actor, at=at)
    bookings = grant_wishes(prepared, organisation=organisation, tier=tier, actor=actor, at=at)
    reservation.save()
    store_bookings(reservation, bookings, at=at)


def _refuse_disorder(wishes: Sequence[BookingWish]) -> None:
    """Raise ValueError when nothing is asked for, BookingRefused for a wish that ends before it starts."""
    if not wishes:
        raise ValueError("nothing is asked for")
    against = [
        (place, Refused("order", wish.starts_at, wish.ends_at))
        for place, wish in enumerate(wishes)
        if wish.starts_at >= wish.ends_at
    ]
    if against:
        raise BookingRefused(against)
