"""A plan as JSON writes it: routes, the chosen one's placements, lead times, or what blocks."""

from typing import Any

from grappe.fabrication.planning import Plan, Route
from grappe.fabrication.simulation import LeadTimes


def plan_row(plan: Plan, times: LeadTimes | None = None) -> dict[str, Any]:
    """The plan in plain values; money as text with two decimals, times ISO 8601 with their offset."""
    row: dict[str, Any] = {"flow": plan.flow.name, "version": plan.flow.version, "wafers": plan.flow.wafers}
    if not plan.routes:
        return row | {"blocking": [_blocking(each) for each in plan.blocking]}
    row |= {"chosen": plan.chosen, "routes": [_route(each) for each in plan.routes]}
    if times:
        row["simulated"] = {
            "p50_days": times.p50_days, "p90_days": times.p90_days, "runs": times.runs, "late": times.late,
        }  # fmt: skip
    return row


def _route(route: Route) -> dict[str, Any]:
    return {
        "lead_min": route.lead_min,
        "lead_bound_min": route.lead_bound_min,
        "proven": route.is_proven,
        "price_cad": f"{route.price_cad:.2f}",
        "transport_cad": f"{route.transport_cad:.2f}",
        "placements": [
            {
                "step": one.step,
                "part": one.part,
                "wafers": one.wafers,
                "facility": one.capability.facility,
                "equipment": one.capability.equipment,
                "capability": one.capability.id,
                "runs": one.runs,
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "price_cad": f"{one.price_cad:.2f}",
                "to_ask": [{"fr": each.describe("fr"), "en": each.describe("en")} for each in one.to_ask],
            }
            for one in route.placements
        ],
    }


def _blocking(each: Any) -> dict[str, Any]:
    return {
        "step": each.step,
        "capability": each.capability.id if each.capability else None,
        "code": each.reason.code,
        "fr": each.reason.describe("fr"),
        "en": each.reason.describe("en"),
    }
