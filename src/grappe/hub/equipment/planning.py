"""Flows planned over all sites as they stand, and what a route would cost, line by line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grappe.fabrication.equipment import Catalogue
from grappe.fabrication.flows import Flow, flow_from_json
from grappe.fabrication.planning import Objective, Placement, Plan, Route, plan_flow
from grappe.fabrication.routes import charge_of, work_of
from grappe.fabrication.simulation import LeadTimes, simulate
from grappe.fabrication.solving import Budget
from grappe.hub.equipment.queries.records import catalogue

#: Processor seconds that a page may plan for: flows of sixty steps have their first answer in a tenth of one.
_CPU_SECONDS = 4.0
_RUNS = 300
#: A flow may begin so long from now.
_AHEAD_DAYS = 366
_SEED = 1


def plan_over_sites(
    row: Mapping[str, Any], *, objective: Objective, held: frozenset[str] | None, language: str, at: datetime
) -> Plan:
    """Plan the flow *row* from *at* on, over what sites publish and what is booked.

    *held* are the qualifications that count as held; None: all that are needed. Raises GrappeError for a row
    that is no flow.
    """
    flow = flow_from_json(row)
    until = at + timedelta(days=flow.horizon_days + _AHEAD_DAYS)
    sites = catalogue(busy_from=at, busy_until=until, at=at, language=language)
    needed = frozenset(each.qualification for each in sites.capabilities if each.qualification)
    today = timezone.localtime(at).date()
    flow = replace(
        flow,
        start=max(flow.start, today),
        qualifications=flow.qualifications | (needed if held is None else held),
    )
    return plan_flow(flow, sites, objective, Budget(_CPU_SECONDS))


def lead_times(plan: Plan, route: Route) -> LeadTimes:
    """The median and the 90th percentile of the lead time of *route*, simulated with a fixed seed."""
    return simulate(plan, route, seed=_SEED, runs=_RUNS)


def quote_lines(plan: Plan, route: Route) -> list[dict[str, Any]]:
    """What each placement of *route* costs, in the lines of its rate; totals sum to the route's price
    without transport. Amounts and quantities as text."""
    return [_line(one, plan.flow, plan.choices.catalogue) for one in route.placements]


def sites_of(route: Route) -> list[str]:
    """The codes of the sites that *route* goes through, in order."""
    return list(dict.fromkeys(one.capability.facility for one in route.placements))


def asked_of(route: Route) -> list[tuple[str, str]]:
    """(site, qualification) that *route* asks of its operators, in order."""
    asked = ((one.capability.facility, one.capability.qualification) for one in route.placements)
    return list(dict.fromkeys((site, code) for site, code in asked if code))


def _line(one: Placement, flow: Flow, catalogue: Catalogue) -> dict[str, Any]:
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
