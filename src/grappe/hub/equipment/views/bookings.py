"""An equipment's calendar and its bookings; reservations: confirmed, cancelled, handed over, repaired."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grappe.hub.equipment.actions.holding import book, book_weekly, confirm_reservation
from grappe.hub.equipment.actions.moving import hand_over_booking
from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding
from grappe.hub.equipment.actions.releasing import cancel_booking, cancel_reservation
from grappe.hub.equipment.actions.repairing import accept_repair
from grappe.hub.equipment.actions.waiting import wait_for
from grappe.hub.equipment.booking_forms import BookingForm, OperatorForm, WaitingForm
from grappe.hub.equipment.drawing import week_svg
from grappe.hub.equipment.forms import WhyForm
from grappe.hub.equipment.models import Booking, Equipment, Reservation
from grappe.hub.equipment.queries.access import may_change, may_run, visible_reservations
from grappe.hub.equipment.queries.closures import affected_among
from grappe.hub.equipment.queries.feeds import calendar_address
from grappe.hub.equipment.queries.numbers import busy, total_of
from grappe.hub.equipment.queries.repairs import moves_from_row, moves_row, propose_repair
from grappe.hub.equipment.queries.wishes import BookingWish
from grappe.hub.equipment.views.catalogue import equipment_context, found_equipment
from grappe.hub.equipment.views.shown import asking_choices, names_of, now, person, say_refused, say_wrong
from grappe.hub.equipment.wording import busy_name, money, name_of
from grappe.hub.registry.wording import language

_SHOWN_DAYS = 14
_MOST_LISTED = 200


@require_http_methods(["GET", "HEAD", "POST"])
def equipment_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One equipment: its limits, when it is free, and the form that books it."""
    equipment = found_equipment(pk)
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect("account_login")
    choices = asking_choices(request) if request.user.is_authenticated else []
    form = _booking_form(request, equipment, choices)
    if request.method == "POST" and choices and form.is_valid():
        made = _book(request, equipment, form)
        if made:
            messages.success(request, gettext("It is booked."))
            return redirect("reservation", made.pk)
    waiting = WaitingForm(organisations=choices)
    context = {"form": form, "may_book": bool(choices), "waiting": waiting, **_calendar(equipment)}
    context |= {"may_run": may_run(request.user, equipment.facility), **equipment_context(equipment)}
    return render(request, "hub/equipment/equipment.html", context)


@login_required
@require_POST
def wait_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts this person in line for an equipment."""
    equipment = found_equipment(pk)
    form = WaitingForm(request.POST, organisations=asking_choices(request))
    if form.is_valid():
        try:
            wait_for(equipment=equipment, actor=person(request), at=now(), **form.cleaned_data)
            messages.success(request, gettext("You are in line: the first time that fits is held for you."))
        except BookingRefused as refused:
            say_refused(request, refused)
    else:
        say_wrong(request, form)
    return redirect("equipment_page", pk)


@login_required
@require_safe
def reservations(request: HttpRequest) -> HttpResponse:
    """The reservations that this person may see, those to come first. Five queries."""
    found = list(
        visible_reservations(request.user).prefetch_related("bookings__equipment__facility")[:_MOST_LISTED]
    )
    names = names_of({each.organisation for each in found})
    kept = [one for each in found for one in each.bookings.all() if one.released_at is None]
    closed = affected_among(kept)
    lines = [_line(each, names, closed) for each in found]
    context = {"lines": lines, "calendar": calendar_address(person(request))}
    return render(request, "hub/equipment/reservations.html", context)


@login_required
@require_safe
def reservation(request: HttpRequest, pk: int) -> HttpResponse:
    """One reservation, booking by booking; what would repair it when a closure is in the way."""
    found = _found(request, pk)
    rows = found.bookings.select_related("equipment__facility", "capability", "operator")
    closed = affected_among([each for each in rows if each.released_at is None])
    steps = _step_names(found)
    standing = found.state in {Reservation.State.HELD, Reservation.State.BOOKED}
    context = {
        "reservation": found,
        "organisation": names_of({found.organisation}).get(found.organisation, ""),
        "lines": [_booking_line(each, closed, steps) for each in rows],
        "total": money(total_of(found)),
        "may_change": standing and may_change(request.user, found),
        "cancel": WhyForm(),
        "hand_over": OperatorForm(),
        "is_affected": bool(closed) and standing,
    }
    if context["is_affected"]:
        context |= _repair(found, steps)
    return render(request, "hub/equipment/reservation.html", context)


@login_required
@require_POST
def change_reservation(request: HttpRequest, pk: int, change: str) -> HttpResponse:
    """Confirms, cancels or repairs a reservation."""
    found = _found(request, pk)

    def confirm() -> None:
        confirm_reservation(reservation=found, actor=person(request), at=now())

    def cancel() -> None:
        why = request.POST.get("why", "")[:1_000]
        cancel_reservation(reservation=found, why=why, actor=person(request), at=now())

    def repair() -> None:
        moves = moves_from_row(found, json.loads(request.POST.get("moves", "")))
        accept_repair(moves=moves, actor=person(request), at=now())

    done = {
        "confirm": (confirm, gettext("It is booked.")),
        "cancel": (cancel, gettext("It is cancelled; its time is free again.")),
        "repair": (repair, gettext("The bookings are moved.")),
    }
    if change not in done:
        raise Http404
    _try(request, *done[change])
    return redirect("reservation", pk)


@login_required
@require_POST
def change_booking(request: HttpRequest, pk: int, booking: int, change: str) -> HttpResponse:
    """Gives one booking back, or hands it over to somebody else."""
    found = get_object_or_404(_found(request, pk).bookings, pk=booking)

    def cancel() -> None:
        cancel_booking(booking=found, actor=person(request), at=now())

    def hand_over() -> None:
        form = OperatorForm(request.POST)
        if not form.is_valid():
            raise ValueError(gettext("There is no such account."))
        hand_over_booking(booking=found, to=form.cleaned_data["username"], actor=person(request), at=now())

    done = {
        "cancel": (cancel, gettext("That time is free again.")),
        "hand-over": (hand_over, gettext("It is handed over.")),
    }
    if change not in done:
        raise Http404
    _try(request, *done[change])
    return redirect("reservation", pk)


def _try(request: HttpRequest, do: Callable[[], Any], said: str) -> None:
    """Do it and say so, or say every reason against it."""
    try:
        do()
    except BookingRefused as refused:
        say_refused(request, refused)
    except NotStanding:
        messages.error(request, gettext("It is no longer as it was on your page; here it is now."))
    except ValueError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)


def _found(request: HttpRequest, pk: int) -> Reservation:
    return get_object_or_404(visible_reservations(request.user), pk=pk)


def _booking_form(request: HttpRequest, equipment: Equipment, choices: list[tuple[str, str]]) -> BookingForm:
    start = timezone.localtime(now() + timedelta(days=1)).replace(hour=9, minute=0)
    doing = equipment.capabilities.filter(removed_at=None)
    return BookingForm(
        request.POST or None,
        capabilities=doing,
        organisations=choices,
        initial={"starts_at": start, "ends_at": start + timedelta(hours=1)},
    )


def _book(request: HttpRequest, equipment: Equipment, form: BookingForm) -> Reservation | None:
    found, actor = form.cleaned_data, person(request)
    wish = BookingWish(
        equipment, found["starts_at"], found["ends_at"], found["capability"],
        runs=found["runs"], wafers=found["wafers"],
    )  # fmt: skip
    whose = {"organisation": found["organisation"], "tier": found["tier"], "title": found["title"]}
    try:
        if found["weeks"] > 1:
            return book_weekly(wish=wish, weeks=found["weeks"], actor=actor, at=now(), **whose)
        return book(wishes=[wish], actor=actor, at=now(), **whose)
    except BookingRefused as refused:
        for line in refused.describe(language()):
            form.add_error(None, line)
    return None


def _calendar(equipment: Equipment) -> dict[str, Any]:
    """When it is taken in the next two weeks, without names."""
    start = timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    spans = busy(equipment, start, start + timedelta(days=_SHOWN_DAYS), at=now())
    rows = [(span.start, span.end, busy_name(span.kind), span.units) for span in spans]
    drawn = [(span.start, span.end, span.kind) for span in spans]
    return {"spans": rows, "week": week_svg(equipment.facility.record, drawn, start, _SHOWN_DAYS)}


def _line(found: Reservation, names: dict[str, str], closed: frozenset[int]) -> dict[str, Any]:
    kept = [each for each in found.bookings.all() if each.released_at is None]
    return {
        "reservation": found,
        "organisation": names.get(found.organisation, ""),
        "sites": list(dict.fromkeys(name_of(each.equipment.facility) for each in found.bookings.all())),
        "starts_at": min((each.starts_at for each in kept), default=None),
        "ends_at": max((each.ends_at for each in kept), default=None),
        "bookings": len(kept),
        "is_affected": any(each.pk in closed for each in kept),
    }


def _step_names(found: Reservation) -> dict[str, str]:
    """What the steps of its flow are called, by their ids."""
    flow = found.request.flow if found.request else {}
    return {step["id"]: step.get("name", step["id"]) for step in flow.get("steps", ())}


def _booking_line(each: Booking, closed: frozenset[int], steps: dict[str, str]) -> dict[str, Any]:
    return {
        "booking": each,
        "step": steps.get(each.step, each.step),
        "site": name_of(each.equipment.facility),
        "price": money(each.price_cad),
        "is_affected": each.pk in closed,
        "is_open": each.released_at is None and each.ends_at > now(),
    }


def _repair(found: Reservation, steps: dict[str, str]) -> dict[str, Any]:
    proposed = propose_repair(found, at=now())
    moves = [
        (steps.get(old.step, old.step), old, wish, name_of(wish.equipment.facility))
        for old, wish in proposed.moves
    ]
    return {
        "repair": proposed,
        "moves": moves,
        "moves_row": json.dumps(moves_row(proposed.moves)),
        "against": [each.describe(language()) for _, each in proposed.against],
    }
