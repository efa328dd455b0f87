"""What several pages of the slice show alike: who may be asked for, plans, prices."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from grappe.hub.equipment.actions.refusing import BookingRefused
from grappe.hub.equipment.drawing import plan_svg
from grappe.hub.equipment.planning import lead_times
from grappe.hub.equipment.queries.access import represented
from grappe.hub.equipment.wording import money, plain
from grappe.hub.people.models import User
from grappe.hub.people.queries import may
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.paired import paired
from grappe.hub.registry.wording import language

if TYPE_CHECKING:
    from grappe.fabrication.planning import Objective, Plan, Route
    from grappe.fabrication.simulation import LeadTimes

OBJECTIVES: "tuple[Objective, ...]" = ("balanced", "lead-time", "price")
_MINUTES_A_DAY = 1440


def person(request: HttpRequest) -> User:
    """Who is logged in."""
    return cast("User", request.user)


def asking_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """The organisations in whose name this person may ask; staff may ask for none. One query."""
    mine = represented(request.user)
    names = names_of(set(mine))
    choices = sorted(((each, names.get(each, each)) for each in mine), key=lambda each: each[1])
    if may(request.user, "follow", "request"):
        choices.append(("", gettext("no organisation")))
    return choices


def names_of(organisations: set[str]) -> dict[str, str]:
    """Canonical id → name in the reader's language: one query."""
    found = Organisation.objects.filter(pk__in=organisations - {""})
    return {each.pk: paired(each, "name", language())[0] for each in found}


def objective_of(request: HttpRequest) -> "Objective":
    """What the address asks plans to go by."""
    told = request.GET.get("objective", "balanced")
    return next((each for each in OBJECTIVES if each == told), "balanced")


def route_of(request: HttpRequest, plan: "Plan") -> int:
    """Which route the address asks for: the one that the objective takes when it says none that is there."""
    told = request.GET.get("route", "")
    return int(told) if told.isdecimal() and int(told) < len(plan.routes) else plan.chosen


def plan_context(plan: "Plan", number: int) -> dict[str, Any]:
    """What a page shows of *plan*, its route *number* chosen; or what stands in the way."""
    if not plan.routes:
        return {"blocking": [_blocking(plan, each) for each in plan.blocking]}
    route = plan.routes[number]
    times, in_time = lead_times(plan, route), sorted(route.placements, key=lambda each: each.start)
    return {
        "route": route,
        "number": number,
        "routes": [_route(at, each) for at, each in enumerate(plan.routes)],
        "placements": [_placement(plan, one) for one in in_time],
        "transport": money(route.transport_cad),
        "total": money(route.price_cad),
        "lead": days(route.lead_min),
        "expected": _expected(times),
        "svg": plan_svg(plan, route, language()),
        "spans_sites": len({one.capability.facility for one in route.placements}),
    }


def days(minutes: int) -> str:
    """Minutes as days with one decimal."""
    return plain(round(minutes / _MINUTES_A_DAY, 1))


def say_refused(request: HttpRequest, refused: BookingRefused) -> None:
    """Every reason against what was asked, for the next page to show."""
    for line in refused.describe(language()):
        messages.error(request, line)


def say_wrong(request: HttpRequest, form: BaseForm) -> None:
    """Every mistake of a form that has no page of its own, for the next page to show."""
    for name, errors in form.errors.as_data().items():
        label = form.fields[name].label if name in form.fields else ""
        for error in errors:
            told = " ".join(error.messages)
            messages.error(request, f"{label} — {told}" if label else told)


def now() -> datetime:
    """This instant."""
    return timezone.now()


def _expected(times: "LeadTimes") -> dict[str, Any]:
    p50, p90 = (plain(round(each, 1)) for each in (times.p50_days, times.p90_days))
    return {"p50": p50, "p90": p90, "runs": times.runs}


def _route(at: int, route: "Route") -> dict[str, Any]:
    return {
        "at": at,
        "lead": days(route.lead_min),
        "price": money(route.price_cad),
        "is_proven": route.is_proven,
        "sites": len({one.capability.facility for one in route.placements}),
    }


def _placement(plan: "Plan", one: Any) -> dict[str, Any]:
    steps = {step.id: step for step in plan.flow.steps}
    catalogue = plan.choices.catalogue
    return {
        "step": steps[one.step].name,
        "part": f"{one.part + 1}/{steps[one.step].split}" if steps[one.step].split > 1 else "",
        "site": catalogue.facilities[one.capability.facility].name,
        "equipment": one.capability.name,
        "qualification": one.capability.qualification or "",
        "start": one.start,
        "end": one.end,
        "price": money(one.price_cad),
        "ask": [each.describe(language()) for each in one.to_ask],
    }


def _blocking(plan: "Plan", each: Any) -> dict[str, str]:
    names = {step.id: step.name for step in plan.flow.steps}
    catalogue = plan.choices.catalogue
    where = each.capability
    site = catalogue.facilities[where.facility].name if where else ""
    return {
        "step": names.get(each.step or "", ""),
        "equipment": f"{where.name}, {site}" if where else "",
        "why": each.reason.describe(language()),
    }
