"""How time is taken and given back, for the actions that do: inside their transaction, nothing written alone.

Order of locks, everywhere: equipment by id, then reservations by id. SQLite has one writer at a time.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from grappe.fabrication.calendars import open_minutes
from grappe.fabrication.policy import Refused, free_unit
from grappe.fabrication.rates import charge_use
from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding
from grappe.hub.equipment.models import Booking, Capability, Equipment, Reservation, Waiting
from grappe.hub.equipment.queries.access import may_operate
from grappe.hub.equipment.queries.wishes import BookingWish, Deciding, load_deciding, refusals_of
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import require

_STANDING = (Reservation.State.HELD, Reservation.State.BOOKED)


def lock_equipment(keys: Iterable[int]) -> dict[int, Equipment]:
    """The equipment of *keys*, locked in the order of their ids, with their facilities."""
    rows = Equipment.objects.select_for_update(of=("self",), no_key=True).select_related("facility")
    return {each.pk: each for each in rows.filter(pk__in=set(keys)).order_by("pk")}


def lock_reservation(reservation: Reservation, *, at: datetime) -> Reservation:
    """*reservation* as it is now, locked. Raises NotStanding when it was cancelled or has lapsed."""
    found = Reservation.objects.select_for_update(of=("self",)).select_related("user").get(pk=reservation.pk)
    if found.state not in _STANDING or (found.expires_at is not None and found.expires_at <= at):
        raise NotStanding(found.state)
    return found


def prepare_wishes(wishes: Sequence[BookingWish], *, actor: User, at: datetime) -> list[BookingWish]:
    """*wishes* with their equipment locked, an operator each, and the one thing that an equipment does
    when none was said; holds that lapsed there are let go first."""
    tools = lock_equipment(wish.equipment.pk for wish in wishes)
    lapse_holds(at=at, equipment=tools)
    unsaid = {wish.equipment.pk for wish in wishes if wish.capability is None}
    only: dict[int, list[Capability]] = {}
    if unsaid:
        for each in Capability.objects.filter(equipment__in=unsaid, removed_at=None):
            only.setdefault(each.equipment_id, []).append(each)
    prepared = []
    for wish in wishes:
        tool, doing = tools[wish.equipment.pk], wish.capability
        alone = only.get(tool.pk, [])
        if doing is None and len(alone) == 1:
            doing = alone[0]
        if doing is not None:
            if doing.equipment_id != tool.pk:
                raise ValueError(f"{doing.code} is not done on {tool.code}")
            doing.equipment, doing.facility = tool, tool.facility
        prepared.append(replace(wish, equipment=tool, capability=doing, operator=wish.operator or actor))
    return prepared


def grant_wishes(
    wishes: Sequence[BookingWish], *, organisation: str, tier: str, actor: User, at: datetime,
    without: Iterable[int] = (), kept: Collection[int] = (),
) -> list[Booking]:  # fmt: skip
    """Unsaved bookings for prepared *wishes*, each with its unit and its price, or BookingRefused with every
    reason against every wish. Raises NotAllowed when *actor* may not name an operator; those *kept* work on
    it already."""
    for wish in wishes:
        operator = wish.operator or actor
        if operator.pk != actor.pk and operator.pk not in kept:
            require(may_operate(operator, actor, organisation, wish.equipment.facility))
    deciding = load_deciding(wishes, organisation=organisation, tier=tier, at=at, without=without)
    against: list[tuple[int, Refused]] = []
    granted = []
    for place, wish in enumerate(wishes):
        found = refusals_of(wish, deciding)
        against += [(place, each) for each in found]
        if not found:
            unit = free_unit(deciding.asked(wish), deciding.context(wish)) or 1
            deciding.grant(wish, unit)
            granted.append(_booking(wish, unit, price_of(wish, deciding), actor))
    if against:
        raise BookingRefused(against)
    return granted


def price_of(wish: BookingWish, deciding: Deciding) -> Decimal:
    """What *wish* costs at the tier asked, for the open time it takes; 0 where no rate is published."""
    rule = deciding.rates.get(wish.capability.record.get("rate")) if wish.capability else None
    if rule is None:
        return Decimal(0)
    work = open_minutes(deciding.sites[wish.equipment.facility.code], wish.starts_at, wish.ends_at)
    return charge_use(rule, deciding.tier, work, wish.runs, wish.wafers, deciding.rates).total


def store_bookings(reservation: Reservation, bookings: Sequence[Booking], *, at: datetime) -> list[Booking]:
    """Store *bookings* in *reservation*. Raises BookingRefused when the database finds a unit taken."""
    for each in bookings:
        each.reservation = reservation
    try:
        with transaction.atomic():
            return Booking.objects.bulk_create(bookings)
    except IntegrityError as error:
        if "unit_taken_once" not in str(error):
            raise
        raise BookingRefused(_taken(reservation, bookings, at)) from error


def _taken(reservation: Reservation, bookings: Sequence[Booking], at: datetime) -> list[tuple[int, Refused]]:
    """Which of *bookings* came too late, each with the nearest free times."""
    wishes = [
        BookingWish(each.equipment, each.starts_at, each.ends_at, each.capability, each.operator)
        for each in bookings
    ]
    deciding = load_deciding(wishes, organisation=reservation.organisation, tier=reservation.tier, at=at)
    found = [(place, each) for place, wish in enumerate(wishes) for each in refusals_of(wish, deciding)]
    late = [(place, each) for place, each in found if each.code == "taken"]
    return late or [(0, Refused("taken", (bookings[0].starts_at, bookings[0].ends_at), ()))]


def release_bookings(keys: Iterable[int], *, at: datetime) -> None:
    """Give the time of the bookings *keys* back, and let those who wait for it know."""
    released = Booking.objects.filter(pk__in=tuple(keys), released_at=None)
    tools = set(released.values_list("equipment_id", flat=True))
    released.update(released_at=at)
    offer_later(tools)


def offer_later(tools: Iterable[int]) -> None:
    """Once this is committed, offer the time freed on *tools* to those who wait, when somebody does."""
    waiting = Waiting.objects.filter(equipment__in=tuple(tools), closed_at=None, offered=None)
    for key in waiting.order_by().values_list("equipment_id", flat=True).distinct():
        enqueue_on_commit("grappe.hub.equipment.jobs.offer_freed_time", key)


def lapse_holds(*, at: datetime, equipment: Iterable[int] | None = None) -> int:
    """Let go of the holds that nobody confirmed by *at* (of *equipment*: of those touching it)."""
    lapsed = Reservation.objects.filter(state=Reservation.State.HELD, expires_at__lte=at)
    if equipment is not None:
        taken = Booking.objects.filter(
            reservation=OuterRef("pk"), equipment__in=tuple(equipment), released_at=None
        )
        lapsed = lapsed.filter(Exists(taken))
    found = list(lapsed.select_for_update(of=("self",)).order_by("pk"))
    for each in found:
        each.state, each.ended_at = Reservation.State.EXPIRED, at
        each.save(update_fields=["state", "ended_at"])
        release_bookings(each.bookings.values_list("pk", flat=True), at=at)
        write_line(each, "expire_hold", None, at)
        enqueue_on_commit("grappe.hub.equipment.jobs.tell_reservation", each.pk, "expired")
    return len(found)


def write_line(reservation: Reservation, verb: str, actor: User | None, at: datetime, **more: object) -> None:
    """The journal's line about *reservation*."""
    data = {"title": reservation.title, "organisation": reservation.organisation, **more}
    record(actor=actor, at=at, verb=verb, object_kind="reservation", object_id=reservation.pk, data=data)


def _booking(wish: BookingWish, unit: int, price: Decimal, actor: User) -> Booking:
    return Booking(
        equipment=wish.equipment, capability=wish.capability, unit=unit, operator=wish.operator or actor,
        starts_at=wish.starts_at, ends_at=wish.ends_at, step=wish.step, wafers=wish.wafers, runs=wish.runs,
        price_cad=price,
    )  # fmt: skip
