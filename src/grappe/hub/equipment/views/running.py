"""The pages of those who run a site: work to come, closures, qualifications, agreements, use, catalogue."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grappe.hub.equipment.actions.agreements import end_agreement, record_agreement
from grappe.hub.equipment.actions.catalogues import confirm_catalogue, store_catalogue
from grappe.hub.equipment.actions.closures import declare_closure, withdraw_closure
from grappe.hub.equipment.actions.qualifications import (
    ask_qualification,
    grant_qualification,
    refuse_qualification,
    revoke_qualification,
)
from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding
from grappe.hub.equipment.actions.using import UseLog, log_use, start_use
from grappe.hub.equipment.booking_forms import (
    AgreementForm,
    AskQualificationForm,
    CatalogueForm,
    ClosureForm,
    GrantForm,
    UseForm,
)
from grappe.hub.equipment.exchange import rows_of_file
from grappe.hub.equipment.forms import describe
from grappe.hub.equipment.models import Booking, Closure, Facility
from grappe.hub.equipment.queries.access import may_run
from grappe.hub.equipment.queries.closures import affected_among
from grappe.hub.equipment.queries.running import (
    bookable,
    qualifications_of_person,
    qualifications_offered,
    use_of_site,
    work_of_site,
)
from grappe.hub.equipment.views.shown import names_of, now, person, say_refused, say_wrong
from grappe.hub.equipment.wording import name_of, tier_name
from grappe.hub.people.queries import NotAllowed
from grappe.hub.registry.models import Organisation
from grappe.statements.problems import GrappeError

_DAYS = 7
_USED_WEEKS = 4
_MOST_BYTES = 5_000_000


@login_required
@require_safe
def equipment_run(request: HttpRequest, code: str) -> HttpResponse:
    """What a site has to do this week, and what waits for its staff. Twelve queries."""
    facility = _run(request, code)
    work = work_of_site(facility, at=now(), days=_DAYS)
    closed = affected_among(work.bookings)
    names = names_of({each.organisation for each in work.agreements})
    context = {
        "facility": facility,
        "bookings": [(each, each.pk in closed) for each in work.bookings],
        "work": work,
        "agreements": [
            (each, names.get(each.organisation, each.organisation), tier_name(each.tier))
            for each in work.agreements
        ],
        "closure": ClosureForm(equipment=bookable(facility)),
        "grant": GrantForm(initial={"level": 2}),
        "agreement": AgreementForm(),
        "catalogue": CatalogueForm(),
        "use": UseForm(),
        "days": _DAYS,
    }
    return render(request, "hub/equipment/run.html", context)


@login_required
@require_safe
def equipment_use(request: HttpRequest, code: str) -> HttpResponse:
    """How much of its open time each equipment of a site was booked, used, missed."""
    facility = _run(request, code)
    found = use_of_site(facility, now() - timedelta(weeks=_USED_WEEKS), now())
    lines = [
        {
            "equipment": equipment,
            "open_h": use.open_min / 60,
            "booked_h": use.booked_min / 60,
            "used_h": use.used_min / 60,
            "missed_h": use.missed_min / 60,
            "share": use.share_booked,
        }
        for equipment, use in found
    ]
    context = {"facility": facility, "lines": lines, "weeks": _USED_WEEKS}
    return render(request, "hub/equipment/use.html", context)


@login_required
@require_POST
def close_equipment(request: HttpRequest, code: str) -> HttpResponse:
    """Closes an equipment for a time; says which bookings it is in the way of."""
    facility = _run(request, code)
    form = ClosureForm(request.POST, equipment=bookable(facility))
    if not form.is_valid():
        say_wrong(request, form)
        return redirect("equipment_run", code)
    try:
        _closure, affected = declare_closure(**form.cleaned_data, actor=person(request), at=now())
    except BookingRefused as refused:
        say_refused(request, refused)
    else:
        messages.success(request, gettext("It is closed."))
        for each in affected:
            told = {"title": each.reservation.title, "equipment": name_of(each.equipment)}
            messages.warning(request, gettext("To repair: %(title)s, %(equipment)s.") % told)
    return redirect("equipment_run", code)


@login_required
@require_POST
def change_site(request: HttpRequest, code: str, change: str, pk: int) -> HttpResponse:
    """One decision of a site's staff about one of its rows."""
    facility = _run(request, code)
    changes: dict[str, Callable[[HttpRequest, Facility, int], None]] = {
        "reopen": _reopen,
        "grant": _grant,
        "refuse": _refuse,
        "revoke": _revoke,
        "end-agreement": _end_agreement,
        "start": _start,
        "log": _log,
    }
    if change not in changes:
        raise Http404
    try:
        changes[change](request, facility, pk)
    except BookingRefused as refused:
        say_refused(request, refused)
    except NotStanding:
        messages.error(request, gettext("It is no longer as it was on your page; here it is now."))
    return redirect("equipment_run", code)


@login_required
@require_POST
def sign_agreement(request: HttpRequest, code: str) -> HttpResponse:
    """Writes down that an organisation signed for access."""
    facility, form = _run(request, code), AgreementForm(request.POST)
    if form.is_valid() and Organisation.objects.filter(pk=form.cleaned_data["organisation"]).exists():
        record_agreement(facility=facility, **form.cleaned_data, actor=person(request), at=now())
        messages.success(request, gettext("The agreement is recorded."))
    elif form.is_valid():
        messages.error(request, gettext("There is no such organisation."))
    else:
        say_wrong(request, form)
    return redirect("equipment_run", code)


@login_required
@require_POST
def bring_catalogue(request: HttpRequest, code: str) -> HttpResponse:
    """Stores the catalogue that a site brings, or says what is wrong in it; confirms the one it has."""
    facility, actor = _run(request, code), person(request)
    if "confirm" in request.POST:
        confirm_catalogue(facility=facility, actor=actor, at=now())
        messages.success(request, gettext("The catalogue is confirmed today."))
        return redirect("equipment_run", code)
    form = CatalogueForm(request.POST, request.FILES)
    if not form.is_valid():
        say_wrong(request, form)
        return redirect("equipment_run", code)
    try:
        changed = store_catalogue(rows=_rows(form), terms={}, actor=actor, at=now())
    except GrappeError as error:
        for line in describe(error)[:20]:
            messages.error(request, line)
    except ValueError as error:
        messages.error(request, gettext("The file can’t be read: %s") % error)
    except NotAllowed:
        messages.error(request, gettext("The file holds sites that you do not run; nothing was stored."))
    else:
        messages.success(
            request, gettext("The catalogue is stored.") if changed else gettext("Nothing changed.")
        )
    return redirect("equipment_run", code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def qualifications(request: HttpRequest) -> HttpResponse:
    """What this person is qualified for, and the form that asks for more. Four queries."""
    sites = qualifications_offered()
    offered = [(f"{site.code}/{code}", f"{code} · {name_of(site)}") for site, code in sites]
    asked = f"{request.GET.get('site', '')}/{request.GET.get('code', '')}"
    form = AskQualificationForm(request.POST or None, offered=offered, initial={"asked": asked})
    if request.method == "POST" and form.is_valid():
        site, _slash, code = form.cleaned_data["asked"].partition("/")
        facility = get_object_or_404(Facility, code=site)
        ask_qualification(
            facility=facility, code=code, level=form.cleaned_data["level"], why=form.cleaned_data["why"],
            actor=person(request), at=now(),
        )  # fmt: skip
        messages.success(request, gettext("The site is asked; it answers by email."))
        return redirect("qualifications")
    context = {"form": form, "mine": qualifications_of_person(person(request).pk), "today": now().date()}
    return render(request, "hub/equipment/qualifications.html", context)


def _run(request: HttpRequest, code: str) -> Facility:
    """The site, for those who run it. Raises Http404 for others."""
    facility = get_object_or_404(Facility, code=code)
    if not may_run(request.user, facility):
        raise Http404
    return facility


def _rows(form: CatalogueForm) -> Mapping[str, Any]:
    upload = form.cleaned_data["file"]
    if upload.size > _MOST_BYTES:
        raise ValueError(gettext("larger than 5 MB"))
    return rows_of_file(upload.name, upload.read())


def _valid(request: HttpRequest, form: BaseForm) -> bool:
    if form.is_valid():
        return True
    say_wrong(request, form)
    return False


def _reopen(request: HttpRequest, facility: Facility, pk: int) -> None:
    found = get_object_or_404(Closure, pk=pk, equipment__facility=facility)
    withdraw_closure(closure=found, actor=person(request), at=now())
    messages.success(request, gettext("It is open again."))


def _grant(request: HttpRequest, facility: Facility, pk: int) -> None:
    found, form = get_object_or_404(facility.qualifications, pk=pk), GrantForm(request.POST)
    if _valid(request, form):
        grant_qualification(
            user=found.user, facility=facility, code=found.code, **form.cleaned_data,
            actor=person(request), at=now(),
        )  # fmt: skip
        messages.success(request, gettext("The qualification is granted."))


def _refuse(request: HttpRequest, facility: Facility, pk: int) -> None:
    found = get_object_or_404(facility.qualifications, pk=pk)
    why = request.POST.get("why", "")[:1_000]
    refuse_qualification(qualification=found, why=why, actor=person(request), at=now())


def _revoke(request: HttpRequest, facility: Facility, pk: int) -> None:
    found = get_object_or_404(facility.qualifications, pk=pk)
    why = request.POST.get("why", "")[:1_000]
    revoke_qualification(qualification=found, why=why, actor=person(request), at=now())


def _end_agreement(request: HttpRequest, facility: Facility, pk: int) -> None:
    found = get_object_or_404(facility.agreements, pk=pk)
    end_agreement(agreement=found, actor=person(request), at=now())


def _start(request: HttpRequest, facility: Facility, pk: int) -> None:
    booking = get_object_or_404(Booking, pk=pk, equipment__facility=facility)
    start_use(booking=booking, actor=person(request), at=now())
    messages.success(request, gettext("Its use began now."))


def _log(request: HttpRequest, facility: Facility, pk: int) -> None:
    form = UseForm(request.POST)
    if _valid(request, form):
        booking = get_object_or_404(Booking, pk=pk, equipment__facility=facility)
        log_use(booking=booking, log=UseLog(**form.cleaned_data), actor=person(request), at=now())
        messages.success(request, gettext("The use is logged."))
