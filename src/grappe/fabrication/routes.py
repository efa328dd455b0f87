"""What a plan chooses from: for each part of each step, the capabilities that can, with time and price."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from grappe.fabrication.calendars import Calendar, minute_of, open_spans
from grappe.fabrication.equipment import Capability, Catalogue
from grappe.fabrication.flows import Flow, Step
from grappe.fabrication.matching import Reason, Wish, reasons_against
from grappe.fabrication.rates import Charge, charge_use

MINUTES_A_DAY = 1440


@dataclass(frozen=True)
class Option:
    """One capability for one part of a step: minutes of work, runs, price, the wait before it, questions."""

    capability: Capability
    work_min: int
    runs: int
    price_cents: int
    queue_min: int
    to_ask: tuple[Reason, ...]


@dataclass(frozen=True)
class Part:
    """A step, or one of the parts that its lot is split into."""

    step: Step
    number: int
    wafers: int
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Refusal:
    """Why a capability cannot take a step: every reason that stands against it."""

    step: str
    capability: Capability
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Choices:
    """All that a plan chooses from; *refusals* holds, for each step, the capabilities of its process that
    cannot."""

    flow: Flow
    catalogue: Catalogue
    parts: tuple[Part, ...]
    refusals: tuple[Refusal, ...]
    origin: datetime
    horizon_min: int

    def calendar(self, capability: Capability) -> Calendar:
        """When the resource of *capability* works; bookings block it when it has one unit only."""
        facility = self.catalogue.facilities[capability.facility]
        tool = self.catalogue.equipment.get(capability.equipment or "")
        single = tool is None or tool.capacity == 1
        return Calendar(
            open_spans(facility, self.origin, self.horizon_min),
            self.busy(capability.resource) if single else (),
        )

    def busy(self, resource: str) -> list[tuple[int, int]]:
        """The bookings of a resource, in minutes of the plan."""
        spans = (
            (minute_of(one.start, self.origin), minute_of(one.end, self.origin))
            for one in self.catalogue.bookings
            if one.equipment == resource
        )
        last = self.horizon_min
        return [(max(begin, 0), min(end, last)) for begin, end in spans if end > 0 and begin < last]

    def before(self, part: Part) -> Iterator[Part]:
        """The parts that must be done before *part*."""
        return (other for other in self.parts if other.step.id in part.step.after)

    def lag_min(self, origin: str, destination: str) -> int | None:
        """Minutes of transport and customs between two facilities, None when there is no way."""
        way = self.catalogue.transfer(origin, destination)
        return (way.days + way.customs_days) * MINUTES_A_DAY if way else None


def gather_choices(flow: Flow, catalogue: Catalogue) -> Choices:
    """What *flow* may choose from in *catalogue*: published limits, qualifications and stale sites are
    respected; what is not published is kept as a question."""
    parts: list[Part] = []
    refusals: list[Refusal] = []
    for step in flow.steps:
        options: dict[int, list[Option]] = {}
        sizes = _sizes(flow.wafers, step.split)
        for capability in catalogue.capabilities:
            reasons = _best_reasons(step, capability, flow, catalogue)
            told = (*reasons, *_queue(step, capability))
            against = tuple(each for each in told if each.refuses or _blocks(each, flow))
            if against:
                if all(each.code != "other_process" for each in against):
                    refusals.append(Refusal(step.id, capability, against))
                continue
            for number, wafers in enumerate(sizes):
                options.setdefault(number, []).append(
                    _option(step, capability, wafers, flow, catalogue, tuple(reasons))
                )
        parts += [
            Part(step, number, wafers, tuple(options.get(number, ())))
            for number, wafers in enumerate(sizes)
            if wafers
        ]
    home = catalogue.facilities.get(flow.origin or "") or next(iter(catalogue.facilities.values()), None)
    zone = home.timezone if home else "UTC"
    origin = datetime(flow.start.year, flow.start.month, flow.start.day, tzinfo=ZoneInfo(zone))
    return Choices(flow, catalogue, tuple(parts), tuple(refusals), origin, flow.horizon_days * MINUTES_A_DAY)


def _sizes(wafers: int, parts: int) -> list[int]:
    """A lot in parts as equal as can be."""
    return [wafers // parts + (number < wafers % parts) for number in range(parts)]


def _queue(step: Step, capability: Capability) -> Iterator[Reason]:
    """A usual wait that is longer than the longest wait allowed."""
    usual = capability.queue_days[0] * MINUTES_A_DAY
    if step.after and step.max_queue_min is not None and usual > step.max_queue_min:
        yield Reason("queue_time", f"{step.max_queue_min / 60:g} h", ", ".join((*step.after, step.id)))


def _blocks(reason: Reason, flow: Flow) -> bool:
    return reason.code == "stale" and not flow.accept_stale


def _best_reasons(step: Step, capability: Capability, flow: Flow, catalogue: Catalogue) -> list[Reason]:
    """The reasons of the alternative that has the fewest against it."""
    asked = capability.qualification
    held = asked is None or not {asked, f"{capability.facility}/{asked}"}.isdisjoint(flow.qualifications)
    extra = [] if held else [Reason("not_qualified", offered=capability.qualification)]

    def weight(reasons: list[Reason]) -> tuple[int, int]:
        return sum(each.refuses for each in reasons), len(reasons)

    def against(wish: Wish) -> list[Reason]:
        return [*reasons_against(wish, capability, catalogue, flow.start), *extra]

    return min((against(wish) for wish in step.alternatives), key=weight)


def _option(
    step: Step,
    capability: Capability,
    wafers: int,
    flow: Flow,
    catalogue: Catalogue,
    reasons: tuple[Reason, ...],
) -> Option:
    runs = -(-wafers // (capability.batch or max(wafers, 1)))
    work = work_of(capability, runs, step.run_min)
    price = charge_of(capability, flow.tier, catalogue, work_min=work, runs=runs, wafers=wafers)
    queue = round(capability.queue_days[0] * MINUTES_A_DAY)
    return Option(capability, work, runs, int(price.total * 100) if price else 0, queue, reasons)


def work_of(capability: Capability, runs: int, run_min: int | None = None) -> int:
    """Minutes of set-up and of *runs*, one at least; *run_min* instead of the capability's own."""
    return max(capability.setup_min + runs * (run_min or capability.run_min), 1)


def charge_of(
    capability: Capability, tier: str, catalogue: Catalogue, *, work_min: int, runs: int, wafers: int
) -> Charge | None:
    """What *runs* of *capability* on *wafers*, *work_min* minutes in all, cost at *tier*; None when it
    publishes no rate. Raises GrappeError for a tier that the rate does not have."""
    if capability.rate is None:
        return None
    rule = catalogue.rates[capability.rate]
    return charge_use(rule, tier, work_min, runs, wafers, catalogue.rates)
