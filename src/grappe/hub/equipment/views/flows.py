"""The library of flows: written, planned over all sites, reviewed by each, printed as a run card."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grappe.hub.equipment.actions.flows import (
    NotReviewed,
    ask_reviews,
    hold_flow,
    release_flow,
    review_flow,
    write_flow,
)
from grappe.hub.equipment.actions.requests import Asked, make_request
from grappe.hub.equipment.forms import FlowForm, RequestForm, WhyForm
from grappe.hub.equipment.models import Facility, FlowReview, FlowVersion
from grappe.hub.equipment.planning import asked_of, lead_times, plan_over_sites, sites_of
from grappe.hub.equipment.queries.asking import may_change_flow, visible_flows
from grappe.hub.equipment.queries.wishes import held_by, qualifications_of
from grappe.hub.equipment.views.shown import (
    OBJECTIVES,
    asking_choices,
    names_of,
    now,
    objective_of,
    person,
    plan_context,
    route_of,
)
from grappe.hub.equipment.wording import wish_parts
from grappe.hub.registry.wording import language

if TYPE_CHECKING:
    from grappe.fabrication.planning import Plan


@login_required
@require_safe
def flows(request: HttpRequest) -> HttpResponse:
    """The flows that this person may see, the latest version of each first. Three queries."""
    found = list(visible_flows(request.user))
    latest = {(each.organisation, each.name): each for each in reversed(found)}
    names = names_of({each.organisation for each in found})
    lines = [(each, names.get(each.organisation, "")) for each in found if each in latest.values()]
    return render(request, "hub/equipment/flows.html", {"lines": lines})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_flow(request: HttpRequest) -> HttpResponse:
    """Writes a flow in words, or from a file."""
    choices = asking_choices(request)
    form = FlowForm(request.POST or None, request.FILES or None, organisations=choices)
    if request.method == "POST" and choices and form.is_valid():
        found = form.cleaned_data
        made = write_flow(
            flow=found["flow"], organisation=found["organisation"], actor=person(request), at=now()
        )
        return redirect("flow", made.pk)
    return render(request, "hub/equipment/new_flow.html", {"form": form, "may_ask": bool(choices)})


@login_required
@require_safe
def flow(request: HttpRequest, pk: int) -> HttpResponse:
    """One flow: what each step asks, and the routes that there are for it today."""
    found = _found(request, pk)
    plan = _planned(request, found)
    number = route_of(request, plan) if plan.routes else 0
    choices = asking_choices(request)
    context = {
        "flow": found,
        "organisation": names_of({found.organisation}).get(found.organisation, ""),
        "steps": _steps(plan),
        "objective": objective_of(request),
        "objectives": OBJECTIVES,
        "is_mine": "mine" in request.GET,
        "may_change": may_change_flow(request.user, found),
        "may_ask": bool(choices),
        "versions": visible_flows(request.user).filter(name=found.name, organisation=found.organisation),
        "hold": WhyForm(),
        **plan_context(plan, number),
    }
    if plan.routes:
        context |= _asked_of_sites(request, found, plan, number)
    return render(request, "hub/equipment/flow.html", context)


@login_required
@require_safe
def run_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The run card of a route, to print."""
    from grappe.fabrication.traveller import traveller_html

    found = _found(request, pk)
    plan = _planned(request, found)
    if not plan.routes:
        raise Http404
    route = plan.routes[route_of(request, plan)]
    return HttpResponse(traveller_html(plan, route, language(), lead_times(plan, route)))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_quote(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the sites for a quote of a flow."""
    found = _found(request, pk)
    choices = asking_choices(request)
    initial = {"title": found.name, "organisation": found.organisation, "tier": found.flow.get("tier")}
    form = RequestForm(request.POST or None, organisations=choices, initial=initial)
    if request.method == "POST" and choices and form.is_valid():
        asked = Asked(**form.cleaned_data, flow={**found.flow, "tier": form.cleaned_data["tier"]})
        made = make_request(asked=asked, actor=person(request), at=now())
        messages.success(request, gettext("Your request is on the sites’ list."))
        return redirect("request", made.pk)
    context = {"form": form, "flow": found, "may_ask": bool(choices)}
    return render(request, "hub/equipment/new_request.html", context)


@login_required
@require_POST
def review(request: HttpRequest, pk: int, site: str) -> HttpResponse:
    """What a site says of a flow."""
    found = get_object_or_404(FlowVersion, pk=pk, state=FlowVersion.State.REVIEW)
    facility = get_object_or_404(Facility, code=site)
    verdict = request.POST.get("verdict", "")
    if verdict not in FlowReview.Verdict.values:
        raise Http404
    why = request.POST.get("why", "")[:1_000]
    review_flow(flow=found, facility=facility, verdict=verdict, why=why, actor=person(request), at=now())
    return redirect("equipment_run", site)


@login_required
@require_POST
def change_flow(request: HttpRequest, pk: int, change: str) -> HttpResponse:
    """Sends a flow to review, releases it, puts it on hold."""
    found, actor, at = _found(request, pk), person(request), now()
    if change == "review":
        plan = _planned(request, found)
        route = plan.routes[route_of(request, plan)] if plan.routes else None
        if route is None:
            messages.error(request, gettext("There is no route to review."))
        else:
            ask_reviews(flow=found, sites=sites_of(route), actor=actor, at=at)
    elif change == "release":
        try:
            release_flow(flow=found, actor=actor, at=at)
        except NotReviewed:
            messages.error(request, gettext("Each site of the route must accept it first."))
    elif change == "hold":
        form = WhyForm(request.POST)
        if form.is_valid():
            hold_flow(flow=found, why=form.cleaned_data["why"], actor=actor, at=at)
    else:
        raise Http404
    return redirect("flow", pk)


def _found(request: HttpRequest, pk: int) -> FlowVersion:
    return get_object_or_404(visible_flows(request.user), pk=pk)


def _planned(request: HttpRequest, found: FlowVersion) -> "Plan":
    held = qualifications_of(person(request), now().date()) if "mine" in request.GET else None
    return plan_over_sites(
        found.flow, objective=objective_of(request), held=held, language=language(), at=now()
    )


def _steps(plan: "Plan") -> list[dict[str, Any]]:
    return [
        {
            "name": step.name,
            "parts": list(wish_parts(step.alternatives[0])),
            "others": len(step.alternatives) - 1,
            "max_queue_h": step.max_queue_min / 60 if step.max_queue_min is not None else None,
        }
        for step in plan.flow.steps
    ]


def _asked_of_sites(request: HttpRequest, found: FlowVersion, plan: "Plan", number: int) -> dict[str, Any]:
    """Which qualifications the route asks, which of them this person holds, what its sites said."""
    names = {code: each.name for code, each in plan.choices.catalogue.facilities.items()}
    asked = asked_of(plan.routes[number])
    sites = dict(Facility.objects.filter(code__in={site for site, _ in asked}).values_list("code", "pk"))
    known = held_by([person(request).pk], sites.values())
    held = {(site, each.code) for site, pk in sites.items() for each in known[person(request).pk, pk]}
    needed = [(site, names[site], code, (site, code) in held) for site, code in asked]
    said = {each.facility.code: each for each in found.reviews.select_related("facility")}
    return {"needed": needed, "reviews": [(names.get(code, code), said.get(code)) for code in found.sites]}
