"""Writes on closures: maintenance planned, machines out of order, open again."""

from datetime import datetime

from django.db import transaction

from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.equipment.actions.refusing import NotStanding, require_order
from grappe.hub.equipment.actions.taking import lock_equipment, offer_later
from grappe.hub.equipment.models import Booking, Closure, Equipment
from grappe.hub.equipment.queries.access import may_run
from grappe.hub.equipment.queries.closures import affected_bookings
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import require


@transaction.atomic
def declare_closure(
    *, equipment: Equipment, kind: str, starts_at: datetime, ends_at: datetime, why: str = "", actor: User,
    at: datetime,
) -> tuple[Closure, list[Booking]]:  # fmt: skip
    """Close *equipment* for maintenance or as out of order; returns the closure and the bookings that it is
    in the way of, which stand until they are moved or cancelled. Those who made them are told.

    Raises NotAllowed, BookingRefused when the end is not after the start, ValueError for another *kind*.
    """
    require_order(starts_at, ends_at)
    locked = lock_equipment([equipment.pk])[equipment.pk]
    require(may_run(actor, locked.facility))
    closure = Closure.objects.create(
        equipment=locked, kind=Closure.Kind(kind), starts_at=starts_at, ends_at=ends_at, why=why,
        declared_by=actor, declared_at=at,
    )  # fmt: skip
    found = affected_bookings(locked, at=at).filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    affected = list(found)
    _write_line(closure, "declare_closure", actor, at, affected=[each.pk for each in affected])
    for key in sorted({each.reservation_id for each in affected}):
        enqueue_on_commit("grappe.hub.equipment.jobs.tell_closure", closure.pk, key)
    return closure, affected


@transaction.atomic
def withdraw_closure(*, closure: Closure, actor: User, at: datetime) -> Closure:
    """Open the equipment of *closure* again from *at* on, or as if it had never been closed when that is
    still to come; returns it. Raises NotAllowed, NotStanding when it was withdrawn or is over."""
    locked = lock_equipment([closure.equipment_id])[closure.equipment_id]
    require(may_run(actor, locked.facility))
    found = Closure.objects.select_for_update().get(pk=closure.pk)
    if found.withdrawn_at is not None or found.ends_at <= at:
        raise NotStanding("withdrawn")
    if found.starts_at < at:
        found.ends_at = at
    else:
        found.withdrawn_at = at
    found.save(update_fields=["ends_at", "withdrawn_at"])
    _write_line(found, "withdraw_closure", actor, at)
    offer_later([locked.pk])
    return found


def _write_line(closure: Closure, verb: str, actor: User, at: datetime, **more: object) -> None:
    data = {"equipment": closure.equipment.code, "kind": closure.kind, "why": closure.why, **more}
    record(actor=actor, at=at, verb=verb, object_kind="closure", object_id=closure.pk, data=data)
