"""Whether a booking may be made, and every reason why not: one engine for every door.

Everything it looks at is given: the moment, the site and its rules, what stands already, what a person holds.
It answers with codes of ``refusals.toml`` and their values; nothing here reads a clock or a database.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from grappe.fabrication.booking_rules import BookingRules
from grappe.fabrication.calendars import Calendar, is_open, minute_of, open_minutes, open_spans
from grappe.fabrication.equipment import Booking, Capability, Equipment, Facility
from grappe.fabrication.rates import RateRule
from grappe.fabrication.taxonomy import is_a

Times = tuple[datetime, datetime]
_NEAR = timedelta(days=14)
_MOST_NEAR = 3


@dataclass(frozen=True)
class Asked:
    """A booking that is asked for: from *start* (included) to *end* (excluded), instants with their zones."""

    start: datetime
    end: datetime
    tier: str
    materials: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """A qualification that the operator holds at the site, or that it recognises, capped to its *level*."""

    code: str
    level: int
    expires_on: date | None = None


@dataclass(frozen=True)
class Signed:
    """An agreement of the organisation with the site: its tier, its last day, and the last day on which it
    may use what is under export control (None: not screened)."""

    tier: str
    expires_on: date | None = None
    cleared_until: date | None = None


@dataclass(frozen=True)
class Standing:
    """What stands already: (unit, start, end) of each booking of the equipment near the time asked, and its
    closures; minutes that the person and the organisation have booked here and still to come."""

    taken: tuple[tuple[int, datetime, datetime], ...] = ()
    closures: tuple[Booking, ...] = ()
    person_min: int = 0
    organisation_min: int = 0


@dataclass(frozen=True)
class Context:
    """All that decides. *is_own*: the site books for itself; *needs_clearance*: the capability is published
    as under export control; *is_vague*: the equipment has capabilities and none of them is named; *rate* is
    the capability's; *removed_on* says when it left the catalogue."""

    now: datetime
    facility: Facility
    equipment: Equipment
    capability: Capability | None = None
    rules: BookingRules = field(default_factory=BookingRules)
    standing: Standing = field(default_factory=Standing)
    held: tuple[Held, ...] = ()
    agreements: tuple[Signed, ...] = ()
    is_own: bool = False
    needs_clearance: bool = False
    is_vague: bool = False
    rate: RateRule | None = None
    removed_on: date | None = None


@dataclass(frozen=True)
class Refused:
    """One reason: a code of ``refusals.toml``; what was *asked*, what is *offered* instead."""

    code: str
    asked: Any = None
    offered: Any = None

    def describe(self, language: str) -> str:
        """One line in fr or en."""
        told = wordings()[self.code][language]
        return str(told).format(asked=_show(self.asked, language), offered=_show(self.offered, language))


def refusals(asked: Asked, context: Context) -> tuple[Refused, ...]:
    """Every reason against *asked*, in the order in which a person would look; none: it may be booked."""
    if asked.start >= asked.end:
        return (Refused("order", asked.start, asked.end),)
    zone = ZoneInfo(context.facility.timezone)
    local = Asked(asked.start.astimezone(zone), asked.end.astimezone(zone), asked.tier, asked.materials)
    return (
        *_site(context),
        *_when(local, context),
        *_hours(local, context),
        *_machine(local, context),
        *_person(local, context),
        *_rate(local, context),
        *_organisation(local, context),
        *_quotas(local, context),
        *_free(local, context),
    )


def refusals_to_cancel(
    start: datetime, *, now: datetime, rules: BookingRules, zone: str
) -> tuple[Refused, ...]:
    """Why a booking that starts at *start* can't be cancelled any more at *now*, if so."""
    last = start - timedelta(hours=rules.cancel_notice_h)
    return () if now <= last else (Refused("cancel_late", offered=last.astimezone(ZoneInfo(zone))),)


def free_unit(asked: Asked, context: Context) -> int | None:
    """The first unit of the equipment that is free all the time asked; None when there is none."""
    taken = context.standing.taken
    busy = {unit for unit, start, end in taken if start < asked.end and asked.start < end}
    return next((unit for unit in range(1, context.equipment.capacity + 1) if unit not in busy), None)


def free_near(asked: Asked, context: Context) -> tuple[Times, ...]:
    """At most three times near the one asked when as many open minutes are free, the nearest first.

    *context* must hold what stands two weeks around; nothing before its moment is offered.
    """
    work = open_minutes(context.facility, asked.start, asked.end)
    origin = _whole_minute(max(asked.start - _NEAR, context.now))
    minutes = minute_of(asked.end + _NEAR, origin)
    if work <= 0 or minutes <= 0:
        return ()
    zone = ZoneInfo(context.facility.timezone)
    opened = open_spans(context.facility, origin, minutes)
    found: set[Times] = set()
    for busy in _busy_units(context, origin):
        for begin, end in _spans(Calendar(opened, busy), asked, origin, work):
            first, last = (origin + timedelta(minutes=each) for each in (begin, end))
            found.add((first.astimezone(zone), last.astimezone(zone)))
    return tuple(sorted(found, key=lambda times: (abs(times[0] - asked.start), times[0]))[:_MOST_NEAR])


def first_free(context: Context, work_min: int, *, after: datetime, until: datetime) -> Times | None:
    """The first time of *work_min* open minutes from *after* on, over by *until*, free on one unit; None when
    there is none. *context* must hold what stands between the two."""
    origin = _whole_minute(after)
    minutes = minute_of(until, origin)
    if work_min <= 0 or minutes <= 0:
        return None
    opened = open_spans(context.facility, origin, minutes)
    spans = [Calendar(opened, busy).earliest(0, work_min) for busy in _busy_units(context, origin)]
    found = min((each for each in spans if each), key=lambda span: (span[1], span[0]), default=None)
    if found is None:
        return None
    zone = ZoneInfo(context.facility.timezone)
    first, last = (origin + timedelta(minutes=each) for each in found)
    return first.astimezone(zone), last.astimezone(zone)


def _whole_minute(instant: datetime) -> datetime:
    """*instant*, or the next whole minute."""
    floor = instant.replace(second=0, microsecond=0)
    return floor if floor == instant else floor + timedelta(minutes=1)


def _busy_units(context: Context, origin: datetime) -> Iterator[list[tuple[int, int]]]:
    """For each unit, when it is taken or closed, in minutes from *origin*; begun minutes are taken whole."""
    closed = [(one.start, one.end) for one in context.standing.closures]
    for unit in range(1, context.equipment.capacity + 1):
        taken = [(start, end) for number, start, end in context.standing.taken if number == unit]
        yield [
            (minute_of(start, origin), minute_of(_whole_minute(end), origin))
            for start, end in (*taken, *closed)
        ]


def _spans(calendar: Calendar, asked: Asked, origin: datetime, work: int) -> Iterator[tuple[int, int]]:
    start, end = minute_of(asked.start, origin), minute_of(asked.end, origin)
    before = calendar.latest(end, work)
    if before and before[0] >= 0:
        yield before
    after = calendar.earliest(max(start, 0), work)
    if after:
        yield after
        later = calendar.earliest(after[1], work)
        if later:
            yield later


def _site(context: Context) -> Iterator[Refused]:
    site = context.facility
    today = context.now.astimezone(ZoneInfo(site.timezone)).date()
    if not site.online:
        yield Refused("offline", site.name)
    elif site.is_stale(today):
        yield Refused("stale", site.name, site.confirmed_on)


def _when(asked: Asked, context: Context) -> Iterator[Refused]:
    rules, now = context.rules, context.now.astimezone(asked.start.tzinfo)
    if asked.start < now:
        yield Refused("past", asked.start, now)
    elif asked.start < now + timedelta(hours=rules.notice_h):
        yield Refused("short_notice", asked.start, now + timedelta(hours=rules.notice_h))
    if rules.ahead_days is not None and asked.end > now + timedelta(days=rules.ahead_days):
        yield Refused("too_far", asked.end, now + timedelta(days=rules.ahead_days))


def _hours(asked: Asked, context: Context) -> Iterator[Refused]:
    site = context.facility
    last = asked.end - timedelta(microseconds=1)
    closed = [day for day in (asked.start.date(), last.date()) if day in site.closed_on]
    if closed:
        yield Refused("day_closed", closed[0])
    if asked.start.date() not in closed and not is_open(site, asked.start):
        yield Refused("outside_hours", asked.start)
    elif last.date() not in closed and not is_open(site, asked.end, ending=True):
        yield Refused("outside_hours", asked.end)
    longest = context.rules.longest_h
    if longest is not None and open_minutes(site, asked.start, asked.end) > longest * 60:
        yield Refused("too_long", _hours_of(open_minutes(site, asked.start, asked.end)), f"{longest} h")


def _machine(asked: Asked, context: Context) -> Iterator[Refused]:
    gone, doing = context.equipment.decommissioned_on, context.capability
    if context.is_vague:
        yield Refused("capability_unsaid", context.equipment.name)
    if context.removed_on is not None:
        yield Refused("removed", context.equipment.name, context.removed_on)
    if gone is not None and gone <= asked.end.date():
        yield Refused("decommissioned", context.equipment.name, gone)
    if doing is not None and doing.valid_from is not None and asked.start.date() < doing.valid_from:
        yield Refused("not_yet", asked.start.date(), doing.valid_from)
    if doing is not None and doing.valid_to is not None and doing.valid_to < asked.end.date():
        yield Refused("expired", asked.end.date(), doing.valid_to)
    for closure in context.standing.closures:
        if closure.start < asked.end and asked.start < closure.end:
            times = tuple(each.astimezone(asked.start.tzinfo) for each in (closure.start, closure.end))
            yield Refused(closure.kind, context.equipment.name, times)


def _person(asked: Asked, context: Context) -> Iterator[Refused]:
    code = context.capability.qualification if context.capability else None
    if not code:
        return
    held = [each for each in context.held if each.code == code]
    good = [each for each in held if each.expires_on is None or each.expires_on >= asked.end.date()]
    if not held:
        yield Refused("not_qualified", code)
    elif not good:
        yield Refused("qualification_expired", code, max(each.expires_on for each in held if each.expires_on))
    elif max(each.level for each in good) < context.rules.level:
        yield Refused("level_too_low", code, f"level_{context.rules.level}")


def _rate(asked: Asked, context: Context) -> Iterator[Refused]:
    if context.rate is not None and asked.tier not in context.rate.tiers:
        yield Refused("no_rate", asked.tier, ", ".join(sorted(context.rate.tiers)))


def _organisation(asked: Asked, context: Context) -> Iterator[Refused]:
    if context.is_own:
        return
    last = asked.end.date()
    good = [each for each in context.agreements if each.expires_on is None or each.expires_on >= last]
    if context.rules.agreement and not good:
        ended = [each.expires_on for each in context.agreements if each.expires_on]
        yield Refused("agreement_expired", offered=max(ended)) if ended else Refused("no_agreement")
    if good and all(each.tier != asked.tier for each in good):
        yield Refused("other_tier", asked.tier, ", ".join(sorted({each.tier for each in good})))
    about = _under_control(asked, context)
    if about is not None and not any(each.cleared_until and each.cleared_until >= last for each in good):
        yield Refused("not_cleared", about)


def _under_control(asked: Asked, context: Context) -> str | None:
    """What is under export control in it, None: nothing."""
    rules, doing = context.rules, context.capability
    for material in asked.materials:
        if any(is_a("materials", material, each) for each in rules.controlled_materials):
            return material
    if doing and any(is_a("processes", doing.process, each) for each in rules.controlled_processes):
        return doing.process
    return (doing.process if doing else context.equipment.name) if context.needs_clearance else None


def _quotas(asked: Asked, context: Context) -> Iterator[Refused]:
    rules, standing = context.rules, context.standing
    if rules.person_quota_h is None and rules.organisation_quota_h is None:
        return
    more = open_minutes(context.facility, asked.start, asked.end)
    for code, before, most in (
        ("person_quota", standing.person_min, rules.person_quota_h),
        ("organisation_quota", standing.organisation_min, rules.organisation_quota_h),
    ):
        if most is not None and before + more > most * 60:
            yield Refused(code, _hours_of(before + more), f"{most} h")


def _free(asked: Asked, context: Context) -> Iterator[Refused]:
    if free_unit(asked, context) is None:
        yield Refused("taken", (asked.start, asked.end))


def _hours_of(minutes: int) -> str:
    return f"{minutes / 60:.4g} h"


@cache
def wordings() -> Mapping[str, Any]:
    """The wording of every code (``refusals.toml``)."""
    return tomllib.loads(files("grappe.fabrication").joinpath("refusals.toml").read_text("utf-8"))


def _show(value: Any, language: str) -> str:
    if value is None or value == ():
        return "—"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H h %M" if language == "fr" else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        spans = bool(value) and isinstance(value[0], tuple)
        between = "; " if language == "en" else "\u00a0; "
        if spans:
            return between.join(_show(each, language) for each in value)
        return " – ".join(_show(each, language) for each in value)
    fr, _, en = str(wordings()["words"].get(value, "")).partition("|")
    return (fr if language == "fr" else en) or str(value)
