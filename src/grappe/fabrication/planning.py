"""Plan a flow over several sites: the routes that trade price for lead time, or why there is none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from ortools.sat.python import cp_model

from grappe.fabrication.equipment import Capability, Catalogue
from grappe.fabrication.flow_model import FlowModel
from grappe.fabrication.flow_windows import Calendars, Pick, calendars_of, greedy_plan
from grappe.fabrication.flows import Flow
from grappe.fabrication.matching import Reason
from grappe.fabrication.routes import MINUTES_A_DAY, Choices, Option, gather_choices
from grappe.fabrication.solving import Budget, Running
from grappe.statements.problems import GrappeError, Problem

Objective = Literal["lead-time", "price", "balanced"]
_MOST_PROBES = 8
_SOLVED = (cp_model.OPTIMAL, cp_model.FEASIBLE)


@dataclass(frozen=True)
class Placement:
    """One part of one step on one capability, from *start* to *end* (instants), with what is still to ask."""

    step: str
    part: int
    wafers: int
    capability: Capability
    runs: int
    start: datetime
    end: datetime
    price_cad: Decimal
    to_ask: tuple[Reason, ...]


@dataclass(frozen=True)
class Route:
    """A whole plan. *lead_min* is minutes from the flow's start to the last end, *lead_bound_min* is proven:
    no route of this price or less is shorter. *picks* are the choices themselves."""

    placements: tuple[Placement, ...]
    lead_min: int
    lead_bound_min: int
    price_cad: Decimal
    transport_cad: Decimal
    picks: tuple[Pick, ...]

    @property
    def is_proven(self) -> bool:
        """Whether no route of this price or less is shorter."""
        return self.lead_bound_min >= self.lead_min


@dataclass(frozen=True)
class Blocking:
    """One limit that stands in the way of every route: with all of a set lifted, there is one."""

    step: str | None
    capability: Capability | None
    reason: Reason


@dataclass(frozen=True)
class Plan:
    """What was found: routes from the fastest to the cheapest, which of them the objective takes, or the
    smallest set of limits that blocks them all."""

    flow: Flow
    routes: tuple[Route, ...]
    chosen: int
    blocking: tuple[Blocking, ...]
    choices: Choices

    @property
    def route(self) -> Route | None:
        """The route that the objective takes."""
        return self.routes[self.chosen] if self.routes else None


def plan_flow(flow: Flow, catalogue: Catalogue, objective: Objective, budget: Budget) -> Plan:
    """Routes for *flow* over *catalogue* within *budget*: none is longer and dearer than another.

    Published limits, hours, bookings, qualifications, transport and longest waits all hold in every route.
    """
    choices = gather_choices(flow, catalogue)
    lacking = tuple(_lacking(choices))
    if lacking:
        return Plan(flow, (), 0, lacking, choices)
    calendars = calendars_of(choices)
    running = budget.started()
    routes = _Frontier(choices, calendars, running).routes()
    if not routes:
        return Plan(flow, (), 0, _blocking(choices, calendars, budget.started()), choices)
    return Plan(flow, routes, _take(routes, objective), (), choices)


class _Frontier:
    """The routes that trade price for lead time."""

    def __init__(self, choices: Choices, calendars: Calendars, running: Running) -> None:
        self.choices, self.calendars, self.running = choices, calendars, running
        self.turns = 0

    def routes(self) -> tuple[Route, ...]:
        fastest = self._fastest()
        if fastest is None:
            return ()
        cheapest = self._cheapest(fastest)
        found = [fastest, cheapest]
        low, high = (round(each.price_cad * 100) for each in (cheapest, fastest))
        model = FlowModel(self.choices, self.calendars, max(cheapest.lead_min, fastest.lead_min))
        # Spans of prices in which a route may lie that is faster than the cheaper ones known: widest first.
        spans = [(low, high)]
        for _ in range(_MOST_PROBES):
            low, high = max(spans, key=lambda span: span[1] - span[0], default=(0, 0))
            if high - low <= max(1, round(cheapest.price_cad)):
                break
            spans.remove((low, high))
            middle = (low + high) // 2
            route = self._shortest(model, middle)
            if route is None:
                continue
            found.append(route)
            spans += [(low, round(route.price_cad * 100)), (middle, high)]
        return _undominated(found)

    def _fastest(self) -> Route | None:
        first = greedy_plan(self.choices, self.calendars, lambda option, end: (end, option.price_cents))
        if first:
            model = FlowModel(self.choices, self.calendars, max(pick[3] for pick in first))
            model.hint(first)
            return self._shortest(model, None) or self._read(first, 0)
        # Some wait is hard to keep: the model searches, over longer and longer times.
        free = greedy_plan(self.choices, self.calendars, lambda _, end: end, relaxed=True)
        ends = max((pick[3] for pick in free or ()), default=0)
        for factor in (2, 6):
            until = min(ends * factor + 7 * MINUTES_A_DAY, self.choices.horizon_min)
            route = self._shortest(FlowModel(self.choices, self.calendars, until), None)
            if route or until == self.choices.horizon_min:
                return route
        return None

    def _cheapest(self, fastest: Route) -> Route:
        """The cheapest route of those not much longer than the cheapest option of each step in turn."""
        slow = greedy_plan(self.choices, self.calendars, lambda option, end: (option.price_cents, end))
        ends = max((pick[3] for pick in slow), default=0) if slow else 2 * fastest.lead_min
        until = min(max(ends, fastest.lead_min) * 5 // 4 + 7 * MINUTES_A_DAY, self.choices.horizon_min)
        model = FlowModel(self.choices, self.calendars, until)
        model.hint(slow or fastest.picks)
        solver = self._solve(model.model.clone(), model.price)
        if solver is None:
            return fastest
        return self._shortest(model, round(solver.objective_value)) or fastest

    def _shortest(self, model: FlowModel, price_cents: int | None) -> Route | None:
        """The shortest route of at most *price_cents*, then the cheapest of that length."""
        limited = model.model.clone()
        if price_cents is not None:
            limited.add(model.price <= price_cents)
        solver = self._solve(limited, model.lead)
        if solver is None:
            return None
        bound = round(solver.best_objective_bound)
        limited.add(model.lead <= round(solver.objective_value))
        cheaper = self._solve(limited, model.price) or solver
        return self._read(_picks(model, cheaper), bound)

    def _solve(self, model: Any, objective: Any) -> Any | None:
        model.minimize(objective)
        solver = cp_model.CpSolver()
        self.turns += 1
        # Each turn may use a third of what is left, so that the first and most wanted get the most.
        status = self.running.run(solver, model, 1 - (2 / 3) ** self.turns)
        return solver if status in _SOLVED else None

    def _read(self, picks: Iterable[Pick], bound: int) -> Route:
        taken = tuple(picks)
        placements = tuple(self._placement(pick) for pick in taken)
        transport = _transport(self.choices, taken)
        price = sum((one.price_cad for one in placements), Decimal(0)) + transport
        lead = max(pick[3] for pick in taken)
        return Route(placements, lead, min(bound, lead), price, transport, taken)

    def _placement(self, pick: Pick) -> Placement:
        at, number, start, end = pick
        part = self.choices.parts[at]
        option: Option = part.options[number]
        begin, until = (_instant(self.choices.origin, each) for each in (start, end))
        price = Decimal(option.price_cents) / 100
        return Placement(
            part.step.id, part.number, part.wafers, option.capability, option.runs, begin, until, price,
            option.to_ask,
        )  # fmt: skip


def _instant(origin: datetime, minutes: int) -> datetime:
    return (origin.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(origin.tzinfo)


def _picks(model: FlowModel, solver: Any) -> list[Pick]:
    return [
        (at, number, solver.value(model.start[at]), solver.value(model.end[at]))
        for (at, number), literal in sorted(model.chosen.items())
        if solver.value(literal)
    ]


def _transport(choices: Choices, picks: tuple[Pick, ...]) -> Decimal:
    """The price of every shipment between consecutive parts."""
    sites = {at: choices.parts[at].options[number].capability.facility for at, number, *_ in picks}
    index = {id(part): at for at, part in enumerate(choices.parts)}
    total = Decimal(0)
    for at, part in enumerate(choices.parts):
        for other in choices.before(part):
            way = choices.catalogue.transfer(sites[index[id(other)]], sites[at])
            total += way.price_cad if way else 0
    return total


def _undominated(routes: Iterable[Route]) -> tuple[Route, ...]:
    kept: list[Route] = []
    for route in sorted(routes, key=lambda each: (each.lead_min, each.price_cad)):
        if not kept or route.price_cad < kept[-1].price_cad:
            kept.append(route)
    return tuple(kept)


def _take(routes: tuple[Route, ...], objective: Objective) -> int:
    """Which route: the fastest, the cheapest, or the one whose lead time and price exceed the best by the
    least in all (as shares)."""
    if objective == "lead-time":
        return 0
    if objective == "price":
        return len(routes) - 1
    least = (Decimal(max(routes[0].lead_min, 1)), max(routes[-1].price_cad, Decimal("0.01")))

    def excess(at: int) -> Decimal:
        return Decimal(routes[at].lead_min) / least[0] + routes[at].price_cad / least[1]

    return min(range(len(routes)), key=excess)


def _lacking(choices: Choices) -> Iterable[Blocking]:
    """For each step that nobody can do, the limits of the capability that fails by the fewest."""
    for step in choices.flow.steps:
        if any(part.options for part in choices.parts if part.step is step):
            continue
        near = [each for each in choices.refusals if each.step == step.id]
        if not near:
            yield Blocking(step.id, None, Reason("nobody", step.alternatives[0].process))
            continue
        closest = min(near, key=lambda each: (len(each.reasons), each.capability.id))
        for reason in closest.reasons:
            yield Blocking(step.id, closest.capability, reason)


def _blocking(choices: Choices, calendars: Calendars, running: Running) -> tuple[Blocking, ...]:
    """The smallest set of missing ways and longest waits that, lifted, leaves a route."""
    free = greedy_plan(choices, calendars, lambda _, end: end, relaxed=True)
    late = Blocking(None, None, Reason("no_time", f"{choices.flow.horizon_days} d"))
    if free is None:
        return (late,)
    until = min(2 * max(pick[3] for pick in free) + 60 * MINUTES_A_DAY, choices.horizon_min)
    model = FlowModel(choices, calendars, until, relaxed=True)
    model.hint(free)
    model.model.minimize(sum(model.broken.values()))
    solver = cp_model.CpSolver()
    if running.run(solver, model.model, 1.0) not in _SOLVED:
        raise GrappeError(Problem("no_schedule_in_time", found=f"{running.budget.cpu_seconds:g}"))
    found = []
    for (code, *about), literal in sorted(model.broken.items()):
        if solver.value(literal):
            found.append(_broken(choices, code, about))
    return tuple(found)


def _broken(choices: Choices, code: str, about: list[str]) -> Blocking:
    if code == "no_transfer":
        return Blocking(None, None, Reason(code, about[0], about[1]))
    step = next(each for each in choices.flow.steps if each.id == about[0])
    hours = f"{(step.max_queue_min or 0) / 60:g} h"
    return Blocking(step.id, None, Reason(code, hours, ", ".join((*step.after, step.id))))
