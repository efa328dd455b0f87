"""What is asked for, and all that decides about it, loaded in a few queries for many wishes at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from grappe.fabrication import equipment as core
from grappe.fabrication.booking_rules import BookingRules, rules_from_json
from grappe.fabrication.calendars import open_minutes
from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.fabrication.policy import Asked, Context, Held, Refused, Signed, Standing, free_near, refusals
from grappe.hub.equipment.models import (
    Agreement,
    Capability,
    Closure,
    Equipment,
    Facility,
    Qualification,
    Rate,
    Recognition,
)
from grappe.hub.equipment.queries.records import closures_between, rows_of, standing
from grappe.hub.people.models import User

_AROUND = timedelta(days=15)
#: Parts of a capability's record that no policy looks at, and that are long to read.
_UNREAD = {"limits", "wafer_mm"}


@dataclass(frozen=True)
class BookingWish:
    """One booking that is asked for: *equipment* from *starts_at* (included) to *ends_at* (excluded), for
    what *capability* does there. *operator* is who works on it; None: who asks."""

    equipment: Equipment
    starts_at: datetime
    ends_at: datetime
    capability: Capability | None = None
    operator: User | None = None
    step: str = ""
    wafers: int = 1
    runs: int = 1
    materials: tuple[str, ...] = ()


@dataclass
class Deciding:
    """What decides about wishes of one organisation at one moment; ``taken`` grows as wishes are granted."""

    at: datetime
    tier: str
    organisation: str
    facilities: Mapping[int, Facility]
    sites: Mapping[str, core.Facility]
    rules: Mapping[int, BookingRules]
    tools: Mapping[int, core.Equipment]
    doing: Mapping[str, core.Capability]
    rates: Mapping[str, Any]
    taken: dict[int, list[tuple[int, datetime, datetime]]]
    closures: Mapping[int, tuple[core.Booking, ...]]
    held: Mapping[tuple[int, int], tuple[Held, ...]]
    agreements: Mapping[int, tuple[Signed, ...]]
    #: Equipment that does several things: what it is booked for must be said.
    several: frozenset[int]
    person_min: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    organisation_min: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def asked(self, wish: BookingWish) -> Asked:
        """The wish as the policy reads it."""
        return Asked(wish.starts_at, wish.ends_at, self.tier, wish.materials)

    def context(self, wish: BookingWish) -> Context:
        """All that decides about *wish*."""
        tool, site = wish.equipment, wish.equipment.facility
        operator = wish.operator.pk if wish.operator else 0
        doing = wish.capability
        gone = [each.removed_at for each in (tool, doing) if each is not None and each.removed_at]
        return Context(
            self.at, self.sites[site.code], self.tools[tool.pk], self.doing[doing.code] if doing else None,
            self.rules[site.pk],
            Standing(
                tuple(self.taken[tool.pk]), self.closures.get(tool.pk, ()),
                self.person_min[operator, site.pk], self.organisation_min[site.pk],
            ),
            self.held.get((operator, site.pk), ()), self.agreements.get(site.pk, ()),
            is_own=self.organisation in ("", site.organisation),
            is_vague=doing is None and tool.pk in self.several,
            rate=self.rates.get(doing.record.get("rate")) if doing else None,
            needs_clearance=bool(doing and doing.record.get("export_control")),
            removed_on=min(gone).date() if gone else None,
        )  # fmt: skip

    def grant(self, wish: BookingWish, unit: int) -> None:
        """Count *wish* among what stands, for those that follow it."""
        site = wish.equipment.facility
        self.taken[wish.equipment.pk].append((unit, wish.starts_at, wish.ends_at))
        if _has_quota(self.rules[site.pk]):
            more = open_minutes(self.sites[site.code], wish.starts_at, wish.ends_at)
            self.person_min[wish.operator.pk if wish.operator else 0, site.pk] += more
            self.organisation_min[site.pk] += more


def refusals_of(wish: BookingWish, deciding: Deciding) -> tuple[Refused, ...]:
    """Every reason against *wish*; a time that is taken comes with the nearest that are free."""
    asked, context = deciding.asked(wish), deciding.context(wish)
    found = refusals(asked, context)
    if not any(each.code == "taken" for each in found):
        return found
    wider = load_taken([wish.equipment.pk], wish.starts_at - _AROUND, wish.ends_at + _AROUND, deciding.at)
    spans = {*wider[wish.equipment.pk], *context.standing.taken}
    closed = load_closures([wish.equipment.pk], wish.starts_at - _AROUND, wish.ends_at + _AROUND)
    there = Standing(tuple(spans), closed.get(wish.equipment.pk, ()))
    near = free_near(asked, replace(context, standing=there))
    return tuple(replace(each, offered=near) if each.code == "taken" else each for each in found)


def load_deciding(
    wishes: Sequence[BookingWish], *, organisation: str, tier: str, at: datetime, without: Iterable[int] = ()
) -> Deciding:
    """What decides about *wishes*, whose equipment have their facilities and whose operators are said:
    about eight queries, however many they are. The bookings *without* count as given back.

    Raises GrappeError when a site's rules or records can't be read.
    """
    tools = {wish.equipment.pk: wish.equipment for wish in wishes}
    several = _do_several(wish.equipment.pk for wish in wishes if wish.capability is None)
    doing = {wish.capability.pk: wish.capability for wish in wishes if wish.capability}
    facilities = {tool.facility_id: tool.facility for tool in tools.values()}
    start, end = min(wish.starts_at for wish in wishes), max(wish.ends_at for wish in wishes)
    codes = {each.record["rate"] for each in doing.values() if each.record.get("rate")}
    rates = list(Rate.objects.filter(code__in=codes).select_related("facility")) if codes else []
    light = {
        key: Capability(
            code=each.code, name=each.name, process=each.process, facility=each.facility,
            equipment=tools.get(each.equipment_id, each.equipment),
            record={name: told for name, told in each.record.items() if name not in _UNREAD},
        )
        for key, each in doing.items()
    }  # fmt: skip
    records = catalogue_from_json(rows_of(facilities.values(), tools.values(), light.values(), rates))
    deciding = Deciding(
        at, tier, organisation, facilities, records.facilities,
        {key: rules_from_json(each.rules) for key, each in facilities.items()},
        {key: core_tool(each, records) for key, each in tools.items()},
        {each.id: each for each in records.capabilities}, records.rates,
        load_taken(tools, start, end, at, without), load_closures(tools, start, end),
        _held(wishes, doing.values()), _agreements(organisation, facilities), several,
    )  # fmt: skip
    _count_open(deciding, wishes, without)
    return deciding


def _do_several(unsaid: Iterable[int]) -> frozenset[int]:
    """Those of the equipment *unsaid* that have capabilities: which one is meant was to be said."""
    keys = set(unsaid)
    if not keys:
        return frozenset()
    found = Capability.objects.filter(equipment__in=keys, removed_at=None)
    return frozenset(found.values_list("equipment_id", flat=True))


def core_tool(tool: Equipment, records: core.Catalogue) -> core.Equipment:
    """The core's record of *tool*; a site's staff is one without an instrument's properties."""
    found = records.equipment.get(tool.code)
    return found or core.Equipment(tool.code, tool.name, tool.facility.code, capacity=tool.capacity)


def load_taken(
    tools: Iterable[int], start: datetime, end: datetime, at: datetime, without: Iterable[int] = ()
) -> dict[int, list[tuple[int, datetime, datetime]]]:
    """Equipment → (unit, start, end) of each booking that stands between two instants: one query."""
    found: dict[int, list[tuple[int, datetime, datetime]]] = defaultdict(list)
    rows = standing(at).filter(equipment__in=tuple(tools), starts_at__lt=end, ends_at__gt=start)
    if left_out := tuple(without):
        rows = rows.exclude(pk__in=left_out)
    for key, unit, first, last in rows.order_by("starts_at", "pk").values_list(
        "equipment_id", "unit", "starts_at", "ends_at"
    ):
        found[key].append((unit, first, last))
    return found


def load_closures(
    tools: Iterable[int], start: datetime, end: datetime
) -> dict[int, tuple[core.Booking, ...]]:
    """Equipment → its closures between two instants: one query."""
    found: dict[int, tuple[core.Booking, ...]] = defaultdict(tuple)
    for each in closures_between(start, end).filter(equipment__in=tuple(tools)):
        found[each.equipment_id] += (_closed(each),)
    return found


def _closed(each: Closure) -> core.Booking:
    return core.Booking(str(each.equipment_id), each.starts_at, each.ends_at, each.kind)  # type: ignore[arg-type]


def qualifications_of(user: User, on: date) -> frozenset[str]:
    """What *user* holds on the day *on*, as ``site/code``, what sites recognise included: what the operator
    of a flow is taken to hold. Three queries."""
    sites = dict(Facility.objects.values_list("pk", "code"))
    return frozenset(
        f"{sites[site]}/{each.code}"
        for (_, site), found in held_by([user.pk], sites).items()
        for each in found
        if each.expires_on is None or each.expires_on >= on
    )


def held_by(users: Iterable[int], sites: Iterable[int]) -> dict[tuple[int, int], tuple[Held, ...]]:
    """(user, site) → what they hold there, their own and what the site recognises: two queries."""
    found: dict[tuple[int, int], tuple[Held, ...]] = defaultdict(tuple)
    wanted = set(sites)
    rows = list(Qualification.objects.filter(user__in=tuple(users), state=Qualification.State.HELD))
    for each in rows:
        if each.facility_id in wanted:
            found[each.user_id, each.facility_id] += (Held(each.code, each.level, each.expires_on),)
    if not rows:
        return found
    others = {each.facility_id for each in rows}
    for taken in Recognition.objects.filter(facility__in=wanted, other__in=others, ended_at=None):
        for each in rows:
            if (each.facility_id, each.code) == (taken.other_id, taken.other_code):
                capped = Held(taken.code, min(each.level, taken.level), each.expires_on)
                found[each.user_id, taken.facility_id] += (capped,)
    return found


def _held(
    wishes: Sequence[BookingWish], doing: Iterable[Capability]
) -> dict[tuple[int, int], tuple[Held, ...]]:
    if not any(each.record.get("qualification") for each in doing):
        return {}
    users = {wish.operator.pk for wish in wishes if wish.operator}
    return held_by(users, {wish.equipment.facility_id for wish in wishes})


def _agreements(organisation: str, facilities: Mapping[int, Facility]) -> dict[int, tuple[Signed, ...]]:
    found: dict[int, tuple[Signed, ...]] = defaultdict(tuple)
    if not organisation:
        return found
    rows = Agreement.objects.filter(organisation=organisation, facility__in=facilities, ended_at=None)
    for each in rows:
        found[each.facility_id] += (Signed(each.tier, each.expires_on, each.cleared_until),)
    return found


def _has_quota(rules: BookingRules) -> bool:
    return rules.person_quota_h is not None or rules.organisation_quota_h is not None


def _count_open(deciding: Deciding, wishes: Sequence[BookingWish], without: Iterable[int]) -> None:
    """Minutes booked and still to come, at the sites whose rules count them: one query."""
    counted = [key for key, rules in deciding.rules.items() if _has_quota(rules)]
    if not counted:
        return
    people = {wish.operator.pk for wish in wishes if wish.operator}
    theirs = Q(operator__in=people)
    if deciding.organisation:
        theirs |= Q(reservation__organisation=deciding.organisation)
    rows = standing(deciding.at).filter(
        theirs, equipment__facility__in=counted, ends_at__gt=deciding.at, use=None
    )
    for operator, organisation, site, start, end in rows.exclude(pk__in=tuple(without)).values_list(
        "operator_id", "reservation__organisation", "equipment__facility_id", "starts_at", "ends_at"
    ):
        minutes = open_minutes(deciding.sites[deciding.facilities[site].code], start, end)
        deciding.person_min[operator, site] += minutes
        if deciding.organisation and organisation == deciding.organisation:
            deciding.organisation_min[site] += minutes


def local_day(facility: Facility, at: datetime) -> date:
    """The day it is at *facility* at the instant *at*."""
    return at.astimezone(ZoneInfo(facility.timezone)).date()
