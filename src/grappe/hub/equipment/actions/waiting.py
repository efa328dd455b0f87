"""Writes on the waiting list: whoever waited longest is held the first time that fits."""

from datetime import datetime, timedelta

from django.db import transaction

from grappe.fabrication.policy import first_free
from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.equipment.actions.holding import hold_bookings
from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding, require_order
from grappe.hub.equipment.actions.taking import lapse_holds, lock_equipment
from grappe.hub.equipment.models import Capability, Equipment, Reservation, Waiting
from grappe.hub.equipment.queries.access import may_book, may_run
from grappe.hub.equipment.queries.wishes import BookingWish, load_deciding
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import NotAllowed, require

#: How long what is offered to somebody who waits is held for them.
OFFER_MIN = 24 * 60


@transaction.atomic
def wait_for(
    *, equipment: Equipment, capability: Capability | None = None, minutes: int, not_before: datetime,
    not_after: datetime, organisation: str, tier: str, actor: User, at: datetime,
) -> Waiting:  # fmt: skip
    """Put *actor* in line for *minutes* of open time of *equipment* between two instants; returns the row.

    Raises NotAllowed; BookingRefused when the instants are in the wrong order; ValueError for no minutes.
    """
    require_order(not_before, not_after)
    if minutes < 1:
        raise ValueError(minutes)
    require(may_book(actor, organisation, [equipment.facility]))
    waiting = Waiting.objects.create(
        user=actor, organisation=organisation, equipment=equipment, capability=capability, tier=tier,
        minutes=minutes, not_before=not_before, not_after=not_after, asked_at=at,
    )  # fmt: skip
    _write_line(waiting, "wait_for", actor, at)
    enqueue_on_commit("grappe.hub.equipment.jobs.offer_freed_time", equipment.pk)
    return waiting


@transaction.atomic
def stop_waiting(*, waiting: Waiting, actor: User, at: datetime) -> Waiting:
    """Leave the line; returns the row. Whoever waits may, and those who run the site.

    Raises NotAllowed, NotStanding when it was left or answered already.
    """
    require(waiting.user_id == actor.pk or may_run(actor, waiting.equipment.facility))
    found = Waiting.objects.select_for_update(of=("self",)).get(pk=waiting.pk)
    if found.closed_at is not None or found.offered_id is not None:
        raise NotStanding("closed")
    found.closed_at = at
    found.save(update_fields=["closed_at"])
    _write_line(found, "stop_waiting", actor, at)
    return found


@transaction.atomic
def offer_freed_time(*, equipment: Equipment, at: datetime) -> list[Reservation]:
    """Hold for each of those who wait for *equipment*, in the order they came, the first time that fits them
    and that the policy lets them have; returns the holds. Those whose time is past leave the line."""
    locked = lock_equipment([equipment.pk])[equipment.pk]
    lapse_holds(at=at, equipment=[locked.pk])
    line = Waiting.objects.filter(equipment=locked, closed_at=None, offered=None)
    line.filter(not_after__lte=at).update(closed_at=at)
    found = []
    for waiting in line.filter(not_after__gt=at).select_related("user", "capability"):
        waiting.equipment = locked
        hold = _offer(waiting, at)
        if hold is not None:
            waiting.offered = hold
            waiting.save(update_fields=["offered"])
            _write_line(waiting, "offer_freed_time", None, at)
            enqueue_on_commit("grappe.hub.equipment.jobs.tell_offer", waiting.pk)
            found.append(hold)
    return found


def _offer(waiting: Waiting, at: datetime) -> Reservation | None:
    tool = waiting.equipment
    whole = BookingWish(
        tool, max(waiting.not_before, at), waiting.not_after, waiting.capability, waiting.user
    )
    deciding = load_deciding([whole], organisation=waiting.organisation, tier=waiting.tier, at=at)
    context = deciding.context(whole)
    soonest = max(waiting.not_before, at + timedelta(hours=context.rules.notice_h))
    times = first_free(context, waiting.minutes, after=soonest, until=waiting.not_after)
    if times is None:
        return None
    wish = BookingWish(tool, times[0], times[1], waiting.capability, waiting.user)
    try:
        return hold_bookings(
            wishes=[wish], organisation=waiting.organisation, tier=waiting.tier, title=str(tool),
            minutes_held=OFFER_MIN, actor=waiting.user, at=at,
        )  # fmt: skip
    except (BookingRefused, NotAllowed):
        return None


def _write_line(waiting: Waiting, verb: str, actor: User | None, at: datetime) -> None:
    data = {"equipment": waiting.equipment.code, "minutes": waiting.minutes}
    record(actor=actor, at=at, verb=verb, object_kind="waiting", object_id=waiting.pk, data=data)
