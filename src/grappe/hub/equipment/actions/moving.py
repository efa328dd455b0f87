"""Writes that change bookings in place: to another time or equipment, or to somebody else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding
from grappe.hub.equipment.actions.releasing import refuse_late
from grappe.hub.equipment.actions.taking import (
    grant_wishes,
    lock_reservation,
    prepare_wishes,
    release_bookings,
    store_bookings,
    write_line,
)
from grappe.hub.equipment.models import Booking, Reservation
from grappe.hub.equipment.queries.access import may_change, may_change_booking, may_operate, may_run
from grappe.hub.equipment.queries.closures import affected_among
from grappe.hub.equipment.queries.wishes import BookingWish, load_deciding, refusals_of
from grappe.hub.people.models import User
from grappe.hub.registry.access import require

#: What a new operator may lack; the time itself was granted already.
_OF_THE_PERSON = {"not_qualified", "qualification_expired", "level_too_low", "person_quota"}

Move = tuple[Booking, BookingWish]


@transaction.atomic
def move_bookings(*, moves: Sequence[Move], why: str = "", actor: User, at: datetime) -> list[Booking]:
    """Give the old bookings back and take the wishes in their place, in one reservation and one transaction;
    returns the new bookings. A booking that a closure is in the way of may be moved however late.

    Raises ValueError when the bookings are of several reservations or none; NotAllowed; NotStanding;
    BookingRefused with every reason, and then all stays as it was.
    """
    keys = {old.reservation_id for old, _ in moves}
    if len(keys) != 1 or len({old.pk for old, _ in moves}) < len(moves):
        raise ValueError("one reservation, each booking once")
    wishes = [replace(wish, operator=wish.operator or old.operator) for old, wish in moves]
    prepared = prepare_wishes(wishes, actor=actor, at=at)
    reservation = lock_reservation(moves[0][0].reservation, at=at)
    old = _standing([old for old, _ in moves], reservation)
    _require_moves(old, prepared, reservation, actor)
    if reservation.state == Reservation.State.BOOKED:
        closed = affected_among(old)
        refuse_late([each for each in old if each.pk not in closed], actor=actor, at=at)
    released = [each.pk for each in old]
    granted = grant_wishes(
        prepared, organisation=reservation.organisation, tier=reservation.tier, actor=actor, at=at,
        without=released, kept={each.operator_id for each in old},
    )  # fmt: skip
    release_bookings(released, at=at)
    for new, before in zip(granted, old, strict=True):
        new.step = new.step or before.step
    stored = store_bookings(reservation, granted, at=at)
    write_line(
        reservation, "move_bookings", actor, at, why=why, moved=released, into=[each.pk for each in stored]
    )
    enqueue_on_commit("grappe.hub.equipment.jobs.tell_reservation", reservation.pk, "changed")
    return stored


@transaction.atomic
def hand_over_booking(*, booking: Booking, to: User, actor: User, at: datetime) -> Booking:
    """Let *to* work on *booking* instead; returns it. They must hold what it asks of an operator.

    Raises NotAllowed, NotStanding, BookingRefused.
    """
    require(may_change_booking(actor, booking))
    reservation = lock_reservation(booking.reservation, at=at)
    found = _standing([booking], reservation)[0]
    site = found.equipment.facility
    require(to.is_active and may_operate(to, actor, reservation.organisation, site))
    wish = wish_of(found, operator=to)
    deciding = load_deciding(
        [wish], organisation=reservation.organisation, tier=reservation.tier, at=at, without=[found.pk]
    )
    against = [(0, each) for each in refusals_of(wish, deciding) if each.code in _OF_THE_PERSON]
    if against:
        raise BookingRefused(against)
    before = found.operator.get_username()
    found.operator = to
    found.save(update_fields=["operator"])
    write_line(
        reservation, "hand_over_booking", actor, at, booking=found.pk, before=before, after=to.get_username()
    )
    enqueue_on_commit("grappe.hub.equipment.jobs.tell_handed_over", found.pk)
    return found


def wish_of(booking: Booking, **changed: object) -> BookingWish:
    """The wish that *booking* answers, with what is *changed*."""
    wish = BookingWish(
        booking.equipment, booking.starts_at, booking.ends_at, booking.capability, booking.operator,
        booking.step, booking.wafers, booking.runs,
    )  # fmt: skip
    return replace(wish, **changed)  # type: ignore[arg-type]


def _standing(bookings: Sequence[Booking], reservation: Reservation) -> list[Booking]:
    """*bookings* as they are now, in the order given. Raises NotStanding for any that was given back."""
    rows = reservation.bookings.select_related("equipment__facility", "capability", "operator", "reservation")
    found = {each.pk: each for each in rows.filter(released_at=None, use=None)}
    if any(each.pk not in found for each in bookings):
        raise NotStanding("released")
    return [found[each.pk] for each in bookings]


def _require_moves(
    old: Sequence[Booking], wishes: Sequence[BookingWish], reservation: Reservation, actor: User
) -> None:
    """Whoever may change the reservation may move it; who runs a site may move within the sites they run."""
    if may_change(actor, reservation):
        return
    sites = {each.equipment.facility for each in old} | {wish.equipment.facility for wish in wishes}
    require(all(may_run(actor, site) for site in sites))
