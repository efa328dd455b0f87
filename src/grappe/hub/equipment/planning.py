"""Flows planned over all sites as they stand, and what a route would cost, line by line.

The solver is imported where it is used: it costs a second and a hundred megabytes.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from grappe.fabrication.equipment import Catalogue
from grappe.fabrication.flows import Flow, flow_from_json
from grappe.fabrication.routes import charge_of, work_of
from grappe.hub.equipment.queries.records import catalogue
from grappe.statements.problems import GrappeError, Problem

if TYPE_CHECKING:
    from grappe.fabrication.planning import Objective, Placement, Plan, Route
    from grappe.fabrication.simulation import LeadTimes

#: Processor seconds that a page may plan for: flows of sixty steps have their first answer in a tenth of one.
_CPU_SECONDS = 4.0
MOST_STEPS, _MOST_PARTS, _MOST_WAFERS, _LONGEST_DAYS = 60, 200, 10_000, 366
_RUNS = 300
#: A flow may begin so long from now.
_AHEAD_DAYS = 366
_SEED = 1


def read_flow(row: Mapping[str, Any], file: str | None = None) -> Flow:
    """The flow *row*, of a size that a page can plan. Raises GrappeError for a row that is no flow, or is too
    large."""
    flow = flow_from_json(row, file)
    parts = sum(min(step.split, flow.wafers) for step in flow.steps)
    if len(flow.steps) > MOST_STEPS or parts > _MOST_PARTS or flow.wafers > _MOST_WAFERS:
        raise GrappeError(Problem("bad_value", file=file, found=flow.name, expected="flow_size"))
    return replace(flow, horizon_days=min(flow.horizon_days, _LONGEST_DAYS))


def plan_over_sites(
    row: Mapping[str, Any],
    *,
    objective: "Objective",
    held: frozenset[str] | None,
    language: str,
    at: datetime,
) -> "Plan":
    """Plan the flow *row* from *at* on, over what sites publish and what is booked.

    *held* are the qualifications that count as held; None: all that are needed. Raises GrappeError for a row
    that is no flow, is too large, or begins later than in a year.
    """
    from grappe.fabrication.planning import plan_flow
    from grappe.fabrication.solving import Budget

    flow = read_flow(row)
    today = timezone.localtime(at).date()
    start = max(flow.start, today)
    if start > today + timedelta(days=_AHEAD_DAYS):
        raise GrappeError(Problem("bad_value", found=start.isoformat(), expected="flow_size"))
    until = at + timedelta(days=(start - today).days + flow.horizon_days + 1)
    sites = catalogue(busy_from=at, busy_until=until, at=at, language=language)
    needed = frozenset(each.qualification for each in sites.capabilities if each.qualification)
    known = flow.qualifications | (needed if held is None else held)
    return plan_flow(replace(flow, start=start, qualifications=known), sites, objective, Budget(_CPU_SECONDS))


def lead_times(plan: "Plan", route: "Route") -> "LeadTimes":
    """The median and the 90th percentile of the lead time of *route*, simulated with a fixed seed."""
    from grappe.fabrication.simulation import simulate

    return simulate(plan, route, seed=_SEED, runs=_RUNS)


def quote_lines(plan: "Plan", route: "Route") -> list[dict[str, Any]]:
    """What each placement of *route* costs, in the lines of its rate; totals sum to the route's price
    without transport. Amounts and quantities as text."""
    return [_line(one, plan.flow, plan.choices.catalogue) for one in route.placements]


def sites_of(route: "Route") -> list[str]:
    """The codes of the sites that *route* goes through, in order."""
    return list(dict.fromkeys(one.capability.facility for one in route.placements))


def asked_of(route: "Route") -> list[tuple[str, str]]:
    """(site, qualification) that *route* asks of its operators, in order."""
    asked = ((one.capability.facility, one.capability.qualification) for one in route.placements)
    return list(dict.fromkeys((site, code) for site, code in asked if code))


def _line(one: "Placement", flow: Flow, catalogue: Catalogue) -> dict[str, Any]:
    step = next(each for each in flow.steps if each.id == one.step)
    work = work_of(one.capability, one.runs, step.run_min)
    charge = charge_of(one.capability, flow.tier, catalogue, work_min=work, runs=one.runs, wafers=one.wafers)
    parts = charge.lines if charge else ()
    total = charge.total if charge else Decimal(0)
    return {
        "step": step.id,
        "name": step.name,
        "facility": one.capability.facility,
        "site": catalogue.facilities[one.capability.facility].name,
        "capability": one.capability.id,
        "equipment": one.capability.name,
        "unit": charge.unit if charge else "",
        "lines": [
            {"kind": part.kind, "quantity": f"{part.quantity:f}", "amount": f"{part.amount:.2f}"}
            for part in parts
        ],
        "total": f"{total:.2f}",
    }
