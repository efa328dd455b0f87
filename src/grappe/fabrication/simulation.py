"""How long a route may take in truth: its lead time simulated over queues and rework, with a seed."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from grappe.fabrication.flow_windows import Calendars, calendars_of
from grappe.fabrication.planning import Plan, Route
from grappe.fabrication.routes import MINUTES_A_DAY, Choices, Option

#: The 90th percentile of the standard normal distribution.
_Z90 = 1.2815515655446004


@dataclass(frozen=True)
class LeadTimes:
    """Lead times in days over *runs* simulations: the median and the 90th percentile; *late* is the share of
    runs that did not end within the horizon and count as longest."""

    p50_days: float
    p90_days: float
    runs: int
    late: float


def simulate(plan: Plan, route: Route, *, seed: int, runs: int = 500) -> LeadTimes:
    """Lead times of *route*: each wait is drawn (lognormal through the capability's median and 90th
    percentile; none half of the time when the median is 0), each step may be done again; machines, hours,
    bookings and transport are those of the plan."""
    draw = random.Random(seed)  # noqa: S311 - a simulation, no secret
    calendars = calendars_of(plan.choices)
    horizon = plan.choices.horizon_min
    leads = sorted(_one(plan.choices, route, calendars, draw) for _ in range(runs))
    late = sum(lead >= horizon for lead in leads) / runs
    return LeadTimes(_at(leads, 0.5), _at(leads, 0.9), runs, late)


def _at(leads: list[int], share: float) -> float:
    return leads[min(math.ceil(share * len(leads)), len(leads)) - 1] / MINUTES_A_DAY


def _one(choices: Choices, route: Route, calendars: Calendars, draw: random.Random) -> int:
    """The lead time of one run, the horizon when it does not end in it."""
    free: dict[str, int] = {}
    ends: dict[str, list[tuple[str, int]]] = {}
    # In the order of the plan's starts each machine takes the lots as planned.
    for at, number, *_ in sorted(route.picks, key=lambda pick: (pick[2], pick[0])):
        part = choices.parts[at]
        option = part.options[number]
        ahead = [each for step in part.step.after for each in ends.get(step, [])]
        ready = _ready(choices, ahead, option, draw, free)
        span = calendars[option.capability.resource].earliest(ready, option.work_min)
        if span is None:
            return choices.horizon_min
        end = _after_rework(choices, route, part.step.id, span[1], calendars, draw)
        if end is None:
            return choices.horizon_min
        free[option.capability.resource] = span[1]
        ends.setdefault(part.step.id, []).append((option.capability.facility, end))
    return max(end for each in ends.values() for _, end in each)


def _ready(
    choices: Choices, ahead: list[tuple[str, int]], option: Option, draw: random.Random,
    free: Mapping[str, int],
) -> int:  # fmt: skip
    tool = choices.catalogue.equipment.get(option.capability.resource)
    single = tool is None or tool.capacity == 1
    ready = free.get(option.capability.resource, 0) if single else 0
    queue = queue_minutes(option.capability.queue_days, draw)
    for site, end in ahead:
        lag = choices.lag_min(site, option.capability.facility) or 0
        ready = max(ready, end + max(lag, queue))
    return ready


def queue_minutes(queue_days: tuple[float, float], draw: random.Random) -> int:
    """One wait drawn from its median and 90th percentile, in minutes."""
    median, high = queue_days
    if high <= 0:
        return 0
    if median <= 0:
        # Half of the waits are none; the rest are exponential, with the 90th percentile of all at *high*.
        days = draw.expovariate(math.log(5) / high) if draw.random() < 0.5 else 0.0
    else:
        days = median * math.exp(draw.gauss(0.0, math.log(high / median) / _Z90))
    return round(days * MINUTES_A_DAY)


def _after_rework(
    choices: Choices, route: Route, step_id: str, end: int, calendars: Calendars, draw: random.Random
) -> int | None:
    """When the step is good: what lies between is done again as often as drawn."""
    step = next(each for each in choices.flow.steps if each.id == step_id)
    while step.rework and draw.random() < step.rework:
        for option in _again(choices, route, step.rework_from or step_id, step_id):
            span = calendars[option.capability.resource].earliest(end, option.work_min)
            if span is None:
                return None
            end = span[1]
    return end


def _again(choices: Choices, route: Route, first: str, last: str) -> list[Option]:
    """The options of the steps from *first* to *last*, in order, one part each."""
    ids = [step.id for step in choices.flow.steps]
    wanted = ids[ids.index(first) : ids.index(last) + 1]
    by_step: dict[str, Option] = {}
    for at, number, *_ in route.picks:
        part = choices.parts[at]
        by_step.setdefault(part.step.id, part.options[number])
    return [by_step[each] for each in wanted]
