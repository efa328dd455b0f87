"""Requests and quotes: asked by organisations, followed by staff, accepted into bookings."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grappe.hub.equipment.actions.quotes import accept_quote
from grappe.hub.equipment.actions.refusing import BookingRefused
from grappe.hub.equipment.actions.requests import (
    NEXT,
    Asked,
    Offer,
    QuoteGone,
    WrongStage,
    close_request,
    issue_quote,
    make_request,
    move_request,
    withdraw_quote,
)
from grappe.hub.equipment.forms import QuoteForm, RequestForm, WhyForm
from grappe.hub.equipment.models import AccessRequest, Quote
from grappe.hub.equipment.planning import plan_over_sites, quote_lines
from grappe.hub.equipment.queries.asking import may_ask_for, may_follow, standing_quotes, visible_requests
from grappe.hub.equipment.quote_files import quote_pdf, quoted_lines
from grappe.hub.equipment.views.shown import (
    asking_choices,
    names_of,
    now,
    objective_of,
    person,
    plan_context,
    route_of,
    say_refused,
)
from grappe.hub.equipment.wording import money, tier_name
from grappe.hub.registry.wording import language

if TYPE_CHECKING:
    from grappe.fabrication.planning import Plan

_MOST_LISTED = 200


@login_required
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """The requests that this person may see, the latest first. Four queries."""
    found = list(visible_requests(request.user).prefetch_related("quotes")[:_MOST_LISTED])
    names = names_of({each.organisation for each in found})
    lines = [(each, names.get(each.organisation, ""), _last_quote(each)) for each in found]
    context = {"lines": lines, "may_ask": bool(asking_choices(request))}
    return render(request, "hub/equipment/requests.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: HttpRequest) -> HttpResponse:
    """Asks the sites something in words."""
    choices = asking_choices(request)
    form = RequestForm(request.POST or None, organisations=choices)
    if request.method == "POST" and choices and form.is_valid():
        made = make_request(asked=Asked(**form.cleaned_data), actor=person(request), at=now())
        messages.success(request, gettext("Your request is on the sites’ list."))
        return redirect("request", made.pk)
    return render(request, "hub/equipment/new_request.html", {"form": form, "may_ask": bool(choices)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: where it stands, its quotes; for staff, what can be quoted today."""
    found = _found(request, pk)
    follows, ahead = may_follow(request.user, found), NEXT[AccessRequest.Stage(found.stage)]
    context: dict[str, Any] = {
        "asked": found,
        "organisation": names_of({found.organisation}).get(found.organisation, ""),
        "tier": tier_name(found.tier),
        "quotes": [(each, money(each.total_cad), _state(each)) for each in standing_quotes(found)],
        "follows": follows,
        "stages": [(each, each.label) for each in AccessRequest.Stage],
        "forward": [(each, each.label) for each in ahead if each != AccessRequest.Stage.CLOSED],
        "is_open": bool(ahead),
        "may_close": may_ask_for(request.user, found.organisation),
        "close": WhyForm(),
        "reservations": found.reservations.all(),
    }
    if follows and found.flow and found.stage not in {"project", "closed"}:
        plan = _planned(request, found)
        number = route_of(request, plan) if plan.routes else 0
        form = QuoteForm(request.POST or None)
        if request.method == "POST" and plan.routes and form.is_valid():
            made = issue_quote(
                request=found, offer=_offer(plan, number, form), actor=person(request), at=now()
            )
            messages.success(request, gettext("Quote %d is issued.") % made.number)
            return redirect("quote", found.pk, made.number)
        context |= {"form": form, "objective": objective_of(request), **plan_context(plan, number)}
    return render(request, "hub/equipment/request.html", context)


@login_required
@require_POST
def change_request(request: HttpRequest, pk: int, stage: str) -> HttpResponse:
    """Moves a request on, or closes it."""
    found = _found(request, pk)
    why = request.POST.get("why", "")[:1_000]
    try:
        if stage == AccessRequest.Stage.CLOSED:
            close_request(request=found, why=why, actor=person(request), at=now())
        elif stage in AccessRequest.Stage.values:
            move_request(request=found, stage=stage, why=why, actor=person(request), at=now())
        else:
            raise Http404
    except WrongStage:
        messages.error(request, gettext("The request is no longer at that stage."))
    return redirect("request", pk)


@login_required
@require_safe
def quote(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One quote: each step at its price, what is taken for granted, until when it holds."""
    found = _found(request, pk)
    offered = get_object_or_404(standing_quotes(found), number=number)
    context = {
        "asked": found,
        "quote": offered,
        "organisation": names_of({found.organisation}).get(found.organisation, ""),
        "lines": quoted_lines(offered),
        "transport": money(offered.transport_cad),
        "total": money(offered.total_cad),
        "assumptions": [each[language()] for each in offered.assumptions],
        "state": _state(offered),
        "is_open": _state(offered) == "open",
        "may_accept": may_ask_for(request.user, found.organisation),
        "follows": may_follow(request.user, found),
    }
    return render(request, "hub/equipment/quote.html", context)


@login_required
@require_safe
def quote_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The quote as a tagged PDF, in both languages."""
    found = _found(request, pk)
    offered = get_object_or_404(standing_quotes(found), number=number)
    names = names_of({found.organisation})
    answer = HttpResponse(
        quote_pdf(offered, names.get(found.organisation, "")), content_type="application/pdf"
    )
    name = f"{found.title.replace('/', '-')} {offered.number}.pdf"
    answer["Content-Disposition"] = content_disposition_header(False, name) or ""
    return answer


@login_required
@require_POST
def change_quote(request: HttpRequest, pk: int, number: int, change: str) -> HttpResponse:
    """Accepts a quote, which books all of it, or takes it back."""
    found = _found(request, pk)
    offered = get_object_or_404(standing_quotes(found), number=number)
    try:
        if change == "withdraw":
            withdraw_quote(quote=offered, actor=person(request), at=now())
        elif change == "accept":
            made = accept_quote(quote=offered, actor=person(request), at=now())
            messages.success(request, gettext("All of it is booked."))
            return redirect("reservation", made.pk)
        else:
            raise Http404
    except BookingRefused as refused:
        say_refused(request, refused)
    except QuoteGone:
        messages.error(request, gettext("This quote can’t be accepted or withdrawn any more."))
    return redirect("quote", pk, number)


def _found(request: HttpRequest, pk: int) -> AccessRequest:
    return get_object_or_404(visible_requests(request.user).select_related("contact"), pk=pk)


def _planned(request: HttpRequest, found: AccessRequest) -> "Plan":
    flow = {**found.flow, "tier": found.tier}
    return plan_over_sites(flow, objective=objective_of(request), held=None, language=language(), at=now())


def _offer(plan: "Plan", number: int, form: QuoteForm) -> Offer:
    from grappe.fabrication.plan_json import plan_row

    route, found = plan.routes[number], form.cleaned_data
    asked = [
        {"fr": f"{one.step} : {each.describe('fr')}", "en": f"{one.step}: {each.describe('en')}"}
        for one in route.placements
        for each in one.to_ask
    ]
    if found["assumption_fr"]:
        asked.append({"fr": found["assumption_fr"], "en": found["assumption_en"]})
    return Offer(
        route=plan_row(plan)["routes"][number],
        lines=quote_lines(plan, route),
        transport_cad=route.transport_cad,
        assumptions=asked,
        valid_until=found["valid_until"],
    )


def _last_quote(found: AccessRequest) -> str:
    quotes = sorted(found.quotes.all(), key=lambda each: each.number)
    return money(quotes[-1].total_cad) if quotes else ""


def _state(offered: Quote) -> str:
    if offered.accepted_at:
        return "accepted"
    if offered.withdrawn_at:
        return "withdrawn"
    return "open" if offered.valid_until >= now().date() else "past"
