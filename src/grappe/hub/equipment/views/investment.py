"""Before an investment: what already does it, what stays uncovered, who asked; as a page and a brief."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from grappe.fabrication.wishes import parse_wish
from grappe.hub.equipment.brief import brief_pdf
from grappe.hub.equipment.forms import InvestmentForm
from grappe.hub.equipment.models import Facility
from grappe.hub.equipment.views.shown import now
from grappe.hub.equipment.weighing import (
    DEMAND_DAYS,
    WEEKS,
    Weighed,
    existing_lines,
    uncovered_lines,
    weigh_investment,
)
from grappe.hub.equipment.wording import wish_parts


@login_required
@require_safe
def investment(request: HttpRequest) -> HttpResponse:
    """The form, and once filled what exists of the tool that is thought of."""
    form = _form(request)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        weighed = _weighed(form)
        found = weighed.investment
        context |= {
            "weighed": weighed,
            "asked": list(wish_parts(parse_wish(form.cleaned_data["wish"]))),
            "existing": existing_lines(weighed),
            "uncovered": uncovered_lines(weighed),
            "duplicates": sum(each["relation"] == "does_all" for each in existing_lines(weighed)),
            "demand": (found.served_today, found.served_only_by_it, found.served_by_none),
            "weeks": WEEKS,
            "demand_days": DEMAND_DAYS,
            "query": request.GET.urlencode(),
        }
    return render(request, "hub/equipment/investment.html", context)


@login_required
@require_safe
def investment_brief(request: HttpRequest) -> HttpResponse:
    """The same as a two-page brief in both languages."""
    form = _form(request)
    if not form.is_bound or not form.is_valid():
        return render(request, "hub/equipment/investment.html", {"form": form}, status=400)
    answer = HttpResponse(brief_pdf(form.cleaned_data, at=now()), content_type="application/pdf")
    name = form.cleaned_data["name"].replace("/", "-")
    answer["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or ""
    return answer


def _form(request: HttpRequest) -> InvestmentForm:
    sites = Facility.objects.values_list("code", "name")
    return InvestmentForm(request.GET if "wish" in request.GET else None, sites=sites)


def _weighed(form: InvestmentForm) -> Weighed:
    found = form.cleaned_data
    return weigh_investment(name=found["name"], text=found["wish"], site=found["site"], at=now())
