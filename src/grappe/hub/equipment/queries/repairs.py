"""What would repair a reservation that a closure is in the way of: proposed, never done here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from grappe.fabrication import equipment as core
from grappe.fabrication.booking_rules import rules_from_json
from grappe.fabrication.calendars import open_minutes
from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.fabrication.flows import Flow, Step, flow_from_json
from grappe.fabrication.investment import relation_of
from grappe.fabrication.policy import Refused, Standing, first_free, free_unit, refusals
from grappe.hub.equipment.models import Booking, Capability, Equipment, Facility, Reservation
from grappe.hub.equipment.queries.closures import affected_among
from grappe.hub.equipment.queries.records import catalogue, rows_of
from grappe.hub.equipment.queries.wishes import (
    BookingWish,
    load_closures,
    load_deciding,
    load_taken,
    qualifications_of,
    refusals_of,
)

if TYPE_CHECKING:
    from grappe.fabrication.planning import Plan

_SEARCHED = timedelta(days=90)
#: The core's own seconds: the same proposal on any machine.
_BUDGET_S = 5.0
#: Reasons that no other time takes away.
_LASTING = {
    "offline", "stale", "removed", "not_qualified", "qualification_expired", "level_too_low", "no_rate",
    "no_agreement", "agreement_expired", "other_tier", "not_cleared",
}  # fmt: skip
Move = tuple[Booking, BookingWish]


@dataclass(frozen=True)
class Repair:
    """What is proposed for *reservation*: each of *moves* a booking and what would take its place.

    *against* is what the policy says of them now (place of the move, reason); *stuck* are the bookings for
    which nothing was found; *plan* is the core's, when the reservation follows a flow.
    """

    reservation: Reservation
    affected: tuple[Booking, ...]
    moves: tuple[Move, ...]
    stuck: tuple[Booking, ...] = ()
    against: tuple[tuple[int, Refused], ...] = ()
    plan: "Plan | None" = field(default=None, compare=False)

    @property
    def is_whole(self) -> bool:
        """Whether it would put everything right."""
        return not self.stuck and not self.against


def propose_repair(reservation: Reservation, *, at: datetime) -> Repair:
    """How the bookings of *reservation* that a closure is in the way of can be moved, as it stands at *at*.

    With a flow: the core plans the steps affected, those after them and those tied to them by a longest wait
    again, everything else kept busy. Without: the next free time of the same or of an equivalent capability.
    """
    rows = reservation.bookings.filter(released_at=None, use=None, ends_at__gt=at)
    open_ = list(rows.select_related("equipment__facility", "capability", "operator", "reservation"))
    closed = affected_among(open_)
    affected = tuple(each for each in open_ if each.pk in closed)
    if not affected:
        return Repair(reservation, (), ())
    flow = _flow_of(reservation)
    steps = {step.id for step in flow.steps} if flow else set()
    plan, moves = _by_flow(flow, reservation, affected, at) if flow else (None, ())
    # A step of a flow is never moved alone: it would leave the order of the steps.
    alone = [each for each in affected if each.step not in steps]
    moves = (*moves, *_one_by_one(alone, at))
    moved = {old.pk for old, _ in moves}
    stuck = tuple(each for each in affected if each.pk not in moved)
    return Repair(reservation, affected, moves, stuck, _against(reservation, moves, at), plan)


def moves_row(moves: Sequence[Move]) -> list[dict[str, Any]]:
    """*moves* in plain values, for a form to carry; :func:`moves_from_row` reads them back."""
    return [
        {
            "booking": old.pk, "equipment": wish.equipment.pk,
            "capability": wish.capability.pk if wish.capability else None,
            "start": wish.starts_at.isoformat(), "end": wish.ends_at.isoformat(),
        }
        for old, wish in moves
    ]  # fmt: skip


def moves_from_row(reservation: Reservation, rows: Iterable[Any]) -> tuple[Move, ...]:
    """The moves that *rows* say, of bookings of *reservation*. Raises ValueError for anything else."""
    told = list(rows)
    try:
        old = {each.pk: each for each in reservation.bookings.select_related("operator", "reservation")}
        tools = Equipment.objects.select_related("facility").in_bulk([row["equipment"] for row in told])
        keys = [row["capability"] for row in told if row["capability"] is not None]
        doing = Capability.objects.select_related("facility", "equipment").in_bulk(keys)
        return tuple(
            (
                old[row["booking"]],
                _changed(
                    old[row["booking"]], tools[row["equipment"]],
                    doing[row["capability"]] if row["capability"] is not None else None,
                    datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"]),
                ),
            )
            for row in told
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error


def _changed(
    old: Booking, tool: Equipment, doing: Capability | None, start: datetime, end: datetime
) -> BookingWish:
    return BookingWish(tool, start, end, doing, old.operator, old.step, old.wafers, old.runs)


def _against(
    reservation: Reservation, moves: Sequence[Move], at: datetime
) -> tuple[tuple[int, Refused], ...]:
    if not moves:
        return ()
    wishes = [wish for _, wish in moves]
    deciding = load_deciding(
        wishes, organisation=reservation.organisation, tier=reservation.tier, at=at,
        without=[old.pk for old, _ in moves],
    )  # fmt: skip
    return tuple((place, each) for place, wish in enumerate(wishes) for each in refusals_of(wish, deciding))


# ── With a flow ───────────────────────────────────────────────────────────────────────────────────
def _flow_of(reservation: Reservation) -> Flow | None:
    if reservation.request is None or not reservation.request.flow:
        return None
    return flow_from_json(reservation.request.flow)


def _by_flow(
    flow: Flow, reservation: Reservation, affected: Sequence[Booking], at: datetime
) -> tuple["Plan | None", tuple[Move, ...]]:
    from grappe.fabrication.planning import plan_flow
    from grappe.fabrication.solving import Budget

    rows = reservation.bookings.filter(released_at=None).order_by("starts_at", "pk")
    kept = list(rows.select_related("equipment__facility", "capability", "operator", "reservation", "use"))
    again = _again(flow, affected, kept, at)
    by_step = {
        step.id: [each for each in kept if each.step == step.id] for step in flow.steps if step.id in again
    }
    without = [each.pk for found in by_step.values() for each in found]
    stands = [each for each in kept if each.pk not in set(without)]
    until = at + timedelta(days=flow.horizon_days)
    whole = catalogue(busy_from=at, busy_until=until, without=without, at=at)
    part = _part_of(flow, again, reservation, _first_day(flow, again, stands, whole, at))
    if not part.steps:
        return None, ()
    plan = plan_flow(part, _open_to(whole, reservation, at), "lead-time", Budget(cpu_seconds=_BUDGET_S))
    return plan, _moves_of(plan, by_step)


def _open_to(whole: core.Catalogue, reservation: Reservation, at: datetime) -> core.Catalogue:
    """*whole* without what the policy never lets *reservation* have, whenever it asks."""
    rows = Capability.objects.filter(removed_at=None).select_related("facility", "equipment__facility")
    wishes = [
        BookingWish(each.equipment, at, at + timedelta(hours=1), each, reservation.user) for each in rows
    ]
    deciding = load_deciding(wishes, organisation=reservation.organisation, tier=reservation.tier, at=at)
    barred = {
        wish.capability.code
        for wish in wishes
        if wish.capability
        and any(each.code in _LASTING for each in refusals(deciding.asked(wish), deciding.context(wish)))
    }
    return replace(whole, capabilities=tuple(each for each in whole.capabilities if each.id not in barred))


def _again(flow: Flow, affected: Sequence[Booking], kept: Sequence[Booking], at: datetime) -> set[str]:
    """The steps to plan again: those affected, all after them, those not begun that a longest wait ties."""
    begun = {each.step for each in kept if each.starts_at <= at or hasattr(each, "use")}
    known = {step.id for step in flow.steps}
    again = {each.step for each in affected} & known
    while True:
        more = {step.id for step in flow.steps if set(step.after) & again}
        for step in flow.steps:
            if step.id in again | more and step.max_queue_min is not None:
                more |= set(step.after)
        more -= again | begun
        if not more:
            return again
        again |= more


def _first_day(
    flow: Flow, again: set[str], stands: Sequence[Booking], whole: core.Catalogue, at: datetime
) -> date:
    """The day on which the steps planned again may begin: after the notice that sites ask, after what they
    wait for and the longest way from there."""
    before = {each for step in flow.steps if step.id in again for each in step.after}
    far = timedelta(days=max((way.days + way.customs_days for way in whole.transfers), default=0))
    notice = max((rules_from_json(each.rules).notice_h for each in Facility.objects.all()), default=0)
    ends = [each.ends_at + far for each in stands if each.step in before]
    home = whole.facilities.get(flow.origin or "") or next(iter(whole.facilities.values()))
    ready = max([at + timedelta(hours=notice), *ends])
    return ready.astimezone(ZoneInfo(home.timezone)).date() + timedelta(days=1)


def _part_of(flow: Flow, again: set[str], reservation: Reservation, day: date) -> Flow:
    def alone(step: Step) -> Step:
        back = step.rework_from if step.rework_from in again else None
        after = tuple(each for each in step.after if each in again)
        return replace(step, after=after, rework_from=back, rework=step.rework if back else 0.0)

    held = qualifications_of(reservation.user, day) | flow.qualifications
    steps = tuple(alone(step) for step in flow.steps if step.id in again)
    return replace(flow, steps=steps, start=day, tier=reservation.tier, qualifications=held)


def _moves_of(plan: "Plan", by_step: dict[str, list[Booking]]) -> tuple[Move, ...]:
    if plan.route is None:
        return ()
    placed: dict[str, list[Any]] = {}
    for one in sorted(plan.route.placements, key=lambda one: (one.step, one.part)):
        placed.setdefault(one.step, []).append(one)
    if any(len(placed.get(step, ())) != len(found) for step, found in by_step.items()):
        return ()
    codes = [one.capability.id for found in placed.values() for one in found]
    rows = Capability.objects.filter(code__in=codes).select_related("equipment__facility", "facility")
    doing = {each.code: each for each in rows}
    return tuple(
        (old, _changed(old, doing[one.capability.id].equipment, doing[one.capability.id], one.start, one.end))
        for step, found in by_step.items()
        for old, one in zip(found, placed[step], strict=True)
    )


# ── Without one ───────────────────────────────────────────────────────────────────────────────────
def _one_by_one(affected: Sequence[Booking], at: datetime) -> tuple[Move, ...]:
    """A move for each booking for which there is one; each counts for those after it."""
    moves: list[Move] = []
    promised: dict[int, list[tuple[int, datetime, datetime]]] = defaultdict(list)
    for old in affected:
        found = _next(old, promised, at)
        if found is not None:
            unit, wish = found
            promised[wish.equipment.pk].append((unit, wish.starts_at, wish.ends_at))
            moves.append((old, wish))
    return tuple(moves)


def _next(
    old: Booking, promised: Mapping[int, list[tuple[int, datetime, datetime]]], at: datetime
) -> tuple[int, BookingWish] | None:
    """(unit, wish) in the place of *old* that ends first and that the policy lets its reservation have."""
    found: list[tuple[int, BookingWish]] = []
    site = old.equipment.facility
    records = catalogue_from_json(rows_of([site], [], [], []))
    work = open_minutes(records.facilities[site.code], old.starts_at, old.ends_at)
    for tool, doing in _candidates(old):
        wish = _changed(old, tool, doing, old.starts_at, old.ends_at)
        deciding = load_deciding(
            [wish], organisation=old.reservation.organisation, tier=old.reservation.tier, at=at,
            without=[old.pk],
        )  # fmt: skip
        after = max(at + timedelta(hours=deciding.rules[tool.facility_id].notice_h), old.starts_at)
        until = after + _SEARCHED
        taken = [*load_taken([tool.pk], after, until, at, [old.pk])[tool.pk], *promised.get(tool.pk, ())]
        closed = load_closures([tool.pk], after, until).get(tool.pk, ())
        context = replace(deciding.context(wish), standing=Standing(tuple(taken), closed))
        times = first_free(context, work, after=after, until=until)
        if times:
            moved = replace(wish, starts_at=times[0], ends_at=times[1])
            if not refusals(deciding.asked(moved), context):
                found.append((free_unit(deciding.asked(moved), context) or 1, moved))
    return min(found, key=lambda each: (each[1].ends_at, each[1].equipment.pk), default=None)


def _candidates(old: Booking) -> list[tuple[Equipment, Capability | None]]:
    """The same capability, then those of other equipment that do, or may do, all that it does."""
    same: list[tuple[Equipment, Capability | None]] = [(old.equipment, old.capability)]
    if old.capability is None:
        return same
    rows = Capability.objects.filter(process=old.capability.process, removed_at=None)
    others = list(rows.select_related("facility", "equipment__facility"))
    tools = [each.equipment for each in others]
    records = catalogue_from_json(rows_of({each.facility for each in others}, tools, _unpriced(others), []))
    doing = {each.id: each for each in records.capabilities}
    ours = doing.get(old.capability.code)
    for each in others:
        elsewhere = each.equipment_id != old.equipment_id and each.equipment.removed_at is None
        if elsewhere and ours and relation_of(ours, doing[each.code]) in ("dominates", "may_dominate"):
            same.append((each.equipment, each))
    return same


def _unpriced(rows: Iterable[Capability]) -> list[Capability]:
    """The same without their rates, which are other rows."""
    return [
        Capability(
            code=each.code, name=each.name, process=each.process, facility=each.facility,
            equipment=each.equipment, record={**each.record, "rate": None},
        )
        for each in rows
    ]  # fmt: skip
