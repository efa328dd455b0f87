"""Before an investment: what a proposed tool would add to what several sites already have.

Each limit of the proposal is compared with each existing capability of its process; what no existing one
covers is named limit by limit, and demand that was refused is counted against it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from grappe.fabrication.calendars import Calendar, minute_of, open_spans
from grappe.fabrication.equipment import CONTAMINATION, Capability, Catalogue
from grappe.fabrication.matching import Wish, reasons_against
from grappe.fabrication.quantities import Range
from grappe.fabrication.taxonomy import is_a

Cover = Literal["covered", "partly", "apart", "unstated"]
Relation = Literal["dominates", "may_dominate", "overlaps", "apart"]
_MINUTES_A_WEEK = 7 * 1440


@dataclass(frozen=True)
class Compared:
    """One limit of the proposal (process, wafer, material, contamination, a property) beside another's."""

    about: str
    cover: Cover
    proposed: Any
    existing: Any


@dataclass(frozen=True)
class Existing:
    """An existing capability beside the proposal.

    *relation*: it ``dominates`` (does all that the proposal would), ``may_dominate`` (so too, but for limits
    that it does not publish), ``overlaps``, or is ``apart``. *utilisation* is the share of its open time that
    is booked, None without an equipment; *transfer_days* is from the buyer's site, None when there is no way.
    """

    capability: Capability
    relation: Relation
    compared: tuple[Compared, ...]
    utilisation: float | None
    transfer_days: int | None
    hourly_cad: Decimal | None


@dataclass(frozen=True)
class Uncovered:
    """What of one limit of the proposal no existing capability of the process covers."""

    about: str
    ranges: tuple[Range, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Investment:
    """The comparison: existing capabilities, closest first; what stays uncovered; of the wishes given, how
    many somebody can serve today, how many only the proposal would, and how many neither."""

    proposed: Capability
    existing: tuple[Existing, ...]
    uncovered: tuple[Uncovered, ...]
    served_today: int
    served_only_by_it: int
    served_by_none: int

    @property
    def duplicates(self) -> tuple[Existing, ...]:
        """The existing capabilities that do all that is proposed."""
        return tuple(each for each in self.existing if each.relation == "dominates")


def compare_investment(
    proposed: Capability, catalogue: Catalogue, *, on: date, tier: str = "industrial",
    wishes: Iterable[Wish] = (), weeks: int = 12, until: datetime | None = None,
) -> Investment:  # fmt: skip
    """*proposed* beside what *catalogue* offers on the day *on*; utilisation is that of *weeks* weeks up to
    *until* (an instant; without it none is told)."""
    related = [each for each in catalogue.capabilities if _is_related(proposed, each, on)]
    existing = []
    for each in related:
        compared = tuple(compare(proposed, each))
        way = catalogue.transfer(proposed.facility, each.facility)
        existing.append(
            Existing(
                each,
                _relation(compared),
                compared,
                utilisation(each, catalogue, until, weeks) if until else None,
                way.days + way.customs_days if way else None,
                _hourly(each, catalogue, tier),
            )
        )
    ranks = ("dominates", "may_dominate", "overlaps", "apart")
    existing.sort(key=lambda each: (ranks.index(each.relation), each.capability.facility, each.capability.id))
    return Investment(
        proposed,
        tuple(existing),
        tuple(_uncovered(proposed, related)),
        *_demand(proposed, catalogue, wishes, on),
    )


def _is_related(proposed: Capability, other: Capability, on: date) -> bool:
    current = (other.valid_to is None or other.valid_to >= on) and other.id != proposed.id
    near = is_a("processes", other.process, proposed.process) or is_a(
        "processes", proposed.process, other.process
    )
    return current and near


def compare(proposed: Capability, other: Capability) -> Iterator[Compared]:
    """Each limit of *proposed* beside that of *other*."""
    narrower = is_a("processes", other.process, proposed.process)
    yield Compared("process", "covered" if narrower else "unstated", proposed.process, other.process)
    yield Compared("wafer", _wafers(proposed, other), proposed.wafer_mm, other.wafer_mm)
    yield Compared(
        "material", _materials(proposed, other), proposed.materials_allowed, other.materials_allowed
    )
    yield Compared(
        "contamination", _contamination(proposed, other), proposed.contamination, other.contamination
    )
    for name in dict.fromkeys((*proposed.limits, *other.limits)):
        ours, theirs = proposed.limits.get(name), other.limits.get(name)
        yield Compared(name, _ranges((ours,) if ours else (), (theirs,) if theirs else ()), ours, theirs)


def _ranges(ours: tuple[Range, ...], theirs: tuple[Range, ...]) -> Cover:
    if not ours or not theirs:
        return "unstated"
    if all(any(other.holds(one) for other in theirs) for one in ours):
        return "covered"
    return "partly" if any(other.meets(one) for other in theirs for one in ours) else "apart"


def _wafers(proposed: Capability, other: Capability) -> Cover:
    return _ranges(proposed.wafer_mm, other.wafer_mm)


def _materials(proposed: Capability, other: Capability) -> Cover:
    if not proposed.materials_allowed or not other.materials_allowed:
        return "unstated"
    taken = [each for each in proposed.materials_allowed if _takes(other, each, proposed.materials_forbidden)]
    if len(taken) == len(proposed.materials_allowed):
        return "covered"
    near = any(
        is_a("materials", theirs, ours)
        for ours in proposed.materials_allowed
        for theirs in other.materials_allowed
    )
    return "partly" if taken or near else "apart"


def _takes(other: Capability, material: str, forbidden_anyway: frozenset[str]) -> bool:
    """Whether *other* takes *material* and every kind of it, but for what the proposal forbids too."""
    if not any(is_a("materials", material, each) for each in other.materials_allowed):
        return False
    stopped = (
        each
        for each in other.materials_forbidden
        if is_a("materials", material, each) or is_a("materials", each, material)
    )
    return all(any(is_a("materials", each, ours) for ours in forbidden_anyway) for each in stopped)


def _contamination(proposed: Capability, other: Capability) -> Cover:
    if proposed.contamination is None or other.contamination is None:
        return "unstated"
    ours, theirs = (CONTAMINATION.index(each) for each in (proposed.contamination, other.contamination))
    # Cleaner wafers are taken by both.
    return "covered" if theirs >= ours else "partly"


def relation_of(proposed: Capability, other: Capability) -> Relation:
    """Whether *other* does all that *proposed* would, may do it, or does part or none of it."""
    return _relation(tuple(compare(proposed, other)))


def _relation(compared: tuple[Compared, ...]) -> Relation:
    covers = {each.cover for each in compared}
    if "apart" in covers:
        return "apart"
    if "partly" in covers:
        return "overlaps"
    return "may_dominate" if "unstated" in covers else "dominates"


def _uncovered(proposed: Capability, related: list[Capability]) -> Iterator[Uncovered]:
    """Limit by limit: whether one capability covers several at once is for the comparison to say."""
    wafers = _left(list(proposed.wafer_mm), [one for each in related for one in each.wafer_mm])
    if wafers:
        yield Uncovered("wafer", tuple(wafers))
    materials = [
        code
        for code in sorted(proposed.materials_allowed)
        if not any(_takes(each, code, proposed.materials_forbidden) for each in related)
    ]
    if materials:
        yield Uncovered("material", codes=tuple(materials))
    for name, limit in proposed.limits.items():
        left = _left([limit], [each.limits[name] for each in related if name in each.limits])
        if left:
            yield Uncovered(name, tuple(left))


def _left(wanted: list[Range], taken: list[Range]) -> list[Range]:
    """What of *wanted* is outside all of *taken*."""
    for other in taken:
        wanted = [part for one in wanted for part in _minus(one, other)]
    return wanted


def _minus(one: Range, other: Range) -> Iterator[Range]:
    if not one.meets(other):
        yield one
        return
    (low, high), (start, end) = one.ends, other.ends
    if low < start:
        yield Range(one.low, other.low, one.quantity)
    if end < high:
        yield Range(other.high, one.high, one.quantity)


def utilisation(
    capability: Capability, catalogue: Catalogue, until: datetime, weeks: int = 12
) -> float | None:
    """The share of open time booked in the *weeks* up to *until*, all kinds of bookings but outages counted
    and units of capacity taken together; None without an equipment."""
    tool = catalogue.equipment.get(capability.equipment or "")
    if tool is None:
        return None
    origin = until - timedelta(weeks=weeks)
    minutes = weeks * _MINUTES_A_WEEK
    opened = Calendar(open_spans(catalogue.facilities[capability.facility], origin, minutes)).opened
    whole = sum(end - begin for begin, end in opened) * tool.capacity
    booked = 0
    for one in catalogue.bookings:
        if one.equipment == tool.id and one.kind != "outage":
            start, stop = minute_of(one.start, origin), minute_of(one.end, origin)
            booked += sum(max(0, min(end, stop) - max(begin, start)) for begin, end in opened)
    return booked / whole if whole else 0.0


def _hourly(capability: Capability, catalogue: Catalogue, tier: str) -> Decimal | None:
    rule = catalogue.rates.get(capability.rate or "")
    tariff = rule.tiers.get(tier) if rule else None
    return tariff.amount if tariff and tariff.unit == "hour" else None


def _demand(
    proposed: Capability, catalogue: Catalogue, wishes: Iterable[Wish], on: date
) -> tuple[int, int, int]:
    today, only, nobody = 0, 0, 0
    for wish in wishes:
        if any(_serves(wish, each, catalogue, on) for each in catalogue.capabilities):
            today += 1
        elif _serves(wish, proposed, catalogue, on):
            only += 1
        else:
            nobody += 1
    return today, only, nobody


def _serves(wish: Wish, capability: Capability, catalogue: Catalogue, on: date) -> bool:
    return not any(reason.refuses for reason in reasons_against(wish, capability, catalogue, on))
