"""What sites offer: all of them, one site, one instrument, and who can do what is asked."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from grappe.fabrication.linked_data import DISTRIBUTIONS
from grappe.fabrication.matching import Wish
from grappe.fabrication.taxonomy import as_turtle
from grappe.fabrication.wishes import parse_wish
from grappe.hub.equipment.actions.searches import record_search
from grappe.hub.equipment.exchange import site_file, site_rows, sites_as_dcat
from grappe.hub.equipment.models import Capability, Equipment, Facility
from grappe.hub.equipment.queries.access import may_run
from grappe.hub.equipment.queries.catalogue import (
    Answer,
    capabilities_of,
    processes_offered,
    published_catalogue,
    published_equipment,
    rows_by_code,
    search_capabilities,
    sites,
)
from grappe.hub.equipment.wording import (
    capability_line,
    money,
    process_name,
    tier_name,
    unit_name,
    wish_parts,
)
from grappe.hub.registry.wording import language
from grappe.statements.problems import GrappeError

_MOST_WORDS = 300
LINKED = "application/ld+json; charset=utf-8"


@require_safe
def equipment_home(request: HttpRequest) -> HttpResponse:
    """The sites, what they offer, and where to ask. Seven queries, three when the catalogue is kept."""
    catalogue, today = published_catalogue(language()), timezone.localdate()
    lines = [(each, catalogue.facilities[each.code]) for each in sites()]
    shown = [
        {"site": each, "name": core.name, "is_stale": core.is_stale(today), "confirmed": core.confirmed_on}
        for each, core in lines
    ]
    processes = [(code, process_name(code), many) for code, many in processes_offered()]
    return render(request, "hub/equipment/home.html", {"lines": shown, "processes": processes})


@require_safe
def equipment_search(request: HttpRequest) -> HttpResponse:
    """Who can do what is asked, and for the others why not. A search is counted, without who made it."""
    text = " ".join(request.GET.get("q", "").split())[:_MOST_WORDS]
    context: dict[str, Any] = {"q": text}
    if text:
        context |= _answer(text)
    return render(request, "hub/equipment/search.html", context)


@require_safe
def equipment_site(request: HttpRequest, code: str) -> HttpResponse:
    """One site: what it can do, within which limits, as published when."""
    facility = get_object_or_404(sites(), code=code)
    catalogue = published_catalogue(language())
    by_code = {each.id: each for each in catalogue.capabilities}
    lines = [(each, capability_line(by_code[each.code], catalogue)) for each in capabilities_of(facility)]
    core = catalogue.facilities[code]
    context = {
        "facility": facility,
        "name": core.name,
        "core": core,
        "is_stale": core.is_stale(timezone.localdate()),
        "lines": lines,
        "rates": _rates(code),
        "may_run": may_run(request.user, facility),
    }
    return render(request, "hub/equipment/site.html", context)


@require_safe
def equipment_site_file(request: HttpRequest, code: str) -> HttpResponse:
    """The catalogue of one site as JSON, as it was brought: what ``grappe flow`` reads."""
    get_object_or_404(Facility, code=code)
    answer = JsonResponse(site_rows(code, language()), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{code}.json"'
    return answer


@require_safe
def equipment_data(request: HttpRequest) -> HttpResponse:
    """All sites as a DCAT 3 catalogue, a dataset each."""
    return HttpResponse(json.dumps(sites_as_dcat("fr"), ensure_ascii=False), content_type=LINKED)


@require_safe
def equipment_site_data(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One distribution of a site's catalogue: JSON, CSV, JSON-LD, PIDINST, iCalendar."""
    get_object_or_404(Facility, code=code)
    if name not in DISTRIBUTIONS:
        raise Http404
    content, media = site_file(code, name, language="fr", at=timezone.now())
    return HttpResponse(content, content_type=f"{media}; charset=utf-8")


@require_safe
def equipment_thing(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """What linked data names, led to its page."""
    if kind == "facilities":
        return redirect("equipment_site", get_object_or_404(Facility, code=key).code)
    found = {"equipment": Equipment.objects.filter(code=key), "capabilities": Equipment.objects.filter(
        capabilities__code=key
    )}.get(kind, Equipment.objects.none())  # fmt: skip
    return redirect("equipment_page", get_object_or_404(found.distinct()).pk)


@require_safe
def equipment_terms(request: HttpRequest, scheme: str) -> HttpResponse:
    """The taxonomy of processes, or of materials, as SKOS in Turtle."""
    if scheme not in {"processes", "materials"}:
        raise Http404
    return HttpResponse(as_turtle(scheme), content_type="text/turtle; charset=utf-8")  # type: ignore[arg-type]


def equipment_context(equipment: Equipment) -> dict[str, Any]:
    """What every page of one equipment shows: its names, limits and rates."""
    catalogue = published_catalogue(language())
    by_code = {each.id: each for each in catalogue.capabilities}
    lines = [
        capability_line(by_code[each], catalogue)
        for each in equipment.capabilities.filter(removed_at=None).values_list("code", flat=True)
    ]
    core = catalogue.equipment.get(equipment.code)
    facility = catalogue.facilities[equipment.facility.code]
    return {
        "equipment": equipment,
        "core": core,
        "name": core.name if core else lines[0].capability.name if lines else equipment.name,
        "site": facility,
        "is_stale": facility.is_stale(timezone.localdate()),
        "lines": lines,
    }


def found_equipment(pk: int) -> Equipment:
    """The equipment of a page. Raises Http404 when its site no longer has it."""
    return get_object_or_404(published_equipment(), pk=pk)


def _answer(text: str) -> dict[str, Any]:
    try:
        wish = parse_wish(text)
    except GrappeError as error:
        return {"problems": [each.describe(language()) for each in error.problems]}
    answer = search_capabilities(wish, on=timezone.localdate(), language=language())
    record_search(wish=wish, answer=answer, at=timezone.now())
    return {
        "understood": list(wish_parts(wish)),
        "unread": wish.unread,
        "is_vague": wish == Wish(text=wish.text, unread=wish.unread),
        **_shown(answer),
    }


def _shown(answer: Answer) -> dict[str, Any]:
    catalogue = published_catalogue(language())
    stored = rows_by_code({each.capability.id for each in (*answer.can, *answer.cannot)})

    def lines(verdicts: Any) -> list[tuple[Capability, Any]]:
        return [
            (stored[each.capability.id], capability_line(each.capability, catalogue, each))
            for each in verdicts
        ]

    return {"can": lines(answer.can), "cannot": lines(answer.cannot), "elsewhere": answer.elsewhere}


def _rates(code: str) -> list[dict[str, Any]]:
    """The published rates of a site, a line a tier."""
    catalogue = published_catalogue(language())
    return [
        {
            "name": rule.name,
            "tier": tier_name(tier),
            "amount": money(tariff.amount),
            "unit": unit_name(tariff.unit),
            "minimum": money(tariff.minimum) if tariff.minimum else "",
        }
        for rule in catalogue.rates.values()
        if rule.facility == code
        for tier, tariff in rule.tiers.items()
    ]
