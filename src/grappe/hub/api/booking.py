"""Pooled equipment for machines: rows shown as shapes, orders placed, refusals worded as problems."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, gettext

from grappe.fabrication.calendars import hours_on
from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.fabrication.matching import Reason, find_capabilities
from grappe.fabrication.wishes import parse_wish
from grappe.hub.api.problems import Refused
from grappe.hub.api.rendering import url_of
from grappe.hub.equipment import models
from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding
from grappe.hub.equipment.ordering import instant_of, order_from_row, place_order
from grappe.hub.equipment.planning import plan_over_sites
from grappe.hub.equipment.queries.access import visible_reservations
from grappe.hub.equipment.queries.numbers import busy
from grappe.hub.equipment.queries.records import catalogue, rows_of
from grappe.hub.equipment.queries.wishes import local_day, qualifications_of
from grappe.hub.people.models import User
from grappe.hub.people.queries import NotAllowed, Visitor, may
from grappe.statements import GrappeError

_MOST_VERDICTS = 100
_MOST_STEPS = 60
_PLAN_S = 5.0
_YEAR = timedelta(days=366)


@contextmanager
def refusals() -> Iterator[None]:
    """What the actions refuse, as the API says it: every reason, in the language of the caller."""
    try:
        yield
    except NotAllowed:
        raise Refused("not-allowed") from None
    except NotStanding:
        raise Refused("conflict", gettext("It was cancelled, has lapsed, or is past that point.")) from None
    except BookingRefused as refused:
        raise Refused("refused", errors=_errors(refused)) from None
    except GrappeError as error:
        raise Refused("invalid", errors=_problems(error, "")) from None


def place(said: Mapping[str, Any], actor: Visitor, at: datetime) -> models.Reservation:
    """Place the order *said*. Raises Refused."""
    require_to_book(actor)
    assert isinstance(actor, User)  # noqa: S101 - the matrix lets no visitor book
    with refusals():
        return place_order(order_from_row(said), actor=actor, at=at)


def require_to_book(user: Visitor) -> None:
    """Raise Refused for those who book nowhere."""
    if not may(user, "make", "booking"):
        raise Refused("not-allowed")


def reservation_of(user: Visitor, key: int) -> models.Reservation:
    """The reservation *key*. Raises Refused."""
    require_to_book(user)
    found = visible_reservations(user).filter(pk=key).first()
    if found is None:
        raise Refused("not-found")
    return found


def change(user: Visitor, key: int, do: Callable[[models.Reservation], Any]) -> models.Reservation:
    """The reservation *key* after *do*. Raises Refused."""
    found = reservation_of(user, key)
    with refusals():
        do(found)
    return reservation_of(user, key)


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────
def facility(row: models.Facility, today: date) -> dict[str, Any]:
    """A site."""
    core = catalogue_from_json(rows_of([row], [], [], [])).facilities[row.code]
    return {
        "code": row.code, "url": url_of("facilities", row.code), "name": row.name, "city": row.city or None,
        "organisation": row.organisation or None, "timezone": core.timezone,
        "confirmed_on": core.confirmed_on.isoformat() if core.confirmed_on else None,
        "is_stale": core.is_stale(today), "is_fictional": row.is_fictional, "rules": row.rules,
        "source": row.source or None,
    }  # fmt: skip


def equipment(row: models.Equipment) -> dict[str, Any]:
    """An equipment."""
    return {
        "id": row.pk, "url": url_of("equipment", str(row.pk)), "code": row.code,
        "facility": row.facility.code, "kind": row.kind, "name": row.name, "capacity": row.capacity,
        "record": row.record,
    }  # fmt: skip


def capability(row: models.Capability) -> dict[str, Any]:
    """A capability."""
    return {
        "code": row.code, "facility": row.facility.code, "equipment": row.equipment.code,
        "process": row.process, "name": row.name, "record": row.record,
    }  # fmt: skip


def reservation(row: models.Reservation, bookings: Iterable[models.Booking]) -> dict[str, Any]:
    """A reservation and *bookings*, all of its own."""
    shown = list(bookings)
    total = sum((each.price_cad for each in shown if each.released_at is None), Decimal("0.00"))
    return {
        "id": row.pk, "url": url_of("reservations", str(row.pk)), "title": row.title,
        "organisation": row.organisation or None, "tier": row.tier, "state": row.state,
        "made_by": row.user.get_username(), "made_at": row.made_at.isoformat(),
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
        "total_cad": f"{total:.2f}", "bookings": [_booking(each) for each in shown],
    }  # fmt: skip


def reservations(rows: Iterable[models.Reservation]) -> list[dict[str, Any]]:
    """Reservations with their bookings: one query for all of these."""
    found = list(rows)
    theirs: dict[int, list[models.Booking]] = {each.pk: [] for each in found}
    related = models.Booking.objects.select_related("equipment__facility", "capability", "operator")
    for each in related.filter(reservation__in=found).order_by("starts_at", "pk"):
        theirs[each.reservation_id].append(each)
    return [reservation(each, theirs[each.pk]) for each in found]


def free_busy(row: models.Equipment, start: datetime, end: datetime, at: datetime) -> dict[str, Any]:
    """When *row* is open and taken between two instants."""
    site = catalogue_from_json(rows_of([row.facility], [], [], [])).facilities[row.facility.code]
    is_stale = site.is_stale(local_day(row.facility, at))
    days = (
        local_day(row.facility, start) + timedelta(days=offset) for offset in range((end - start).days + 2)
    )
    hours = [] if is_stale else [span for day in days for span in hours_on(site, day)]
    cut = [(max(first, start), min(last, end)) for first, last in hours]
    return {
        "equipment": row.code, "timezone": site.timezone, "capacity": row.capacity, "is_stale": is_stale,
        "open": [_span(*each) for each in cut if each[0] < each[1]],
        "busy": [
            {**_span(each.start, each.end), "kind": each.kind, "units": each.units}
            for each in busy(row, start, end, at=at)
        ],
    }  # fmt: skip


def between(start: str, end: str, at: datetime) -> tuple[datetime, datetime]:
    """The two instants asked, two weeks from now on when they are not. Raises Refused."""
    first = instant_of(start) if start else at
    last = instant_of(end) if end else (first + timedelta(days=14) if first else None)
    message = gettext("A date and a time is expected, with its offset: 2026-12-01T09:00:00-05:00.")
    errors = [
        {"field": name, "message": message}
        for name, read in (("from", first), ("until", last))
        if read is None
    ]
    if first and last and not first < last <= first + _YEAR:
        errors = [{"field": "until", "message": gettext("At most a year at once, the end after the start.")}]
    if errors or first is None or last is None:
        raise Refused("invalid", errors=errors)
    return first, last


def day_of(text: str, at: datetime) -> date:
    """The day asked, today when it is not. Raises Refused."""
    try:
        return date.fromisoformat(text) if text else at.date()
    except ValueError:
        message = gettext("A date is expected: 2026-12-01.")
        raise Refused("invalid", errors=[{"field": "on", "message": message}]) from None


def search(text: str, on: date, at: datetime) -> dict[str, Any]:
    """Who can do what *text* asks on the day *on*, and why the others can't."""
    wish = parse_wish(text)
    verdicts = find_capabilities(wish, catalogue(busy_from=at, busy_until=at), on=on)
    items = [
        {
            "capability": each.capability.id, "name": each.capability.name,
            "process": each.capability.process, "facility": each.capability.facility, "can": each.can,
            "reasons": [_reason(reason) for reason in each.reasons],
        }
        for each in verdicts[:_MOST_VERDICTS]
    ]  # fmt: skip
    return {"unread": list(wish.unread), "items": items}


def plan(flow: Mapping[str, Any], objective: Any, user: Visitor, at: datetime) -> dict[str, Any]:
    """The plan of *flow* over the sites as they stand, with the qualifications of *user*. Raises Refused."""
    if not may(user, "make", "request"):
        raise Refused("not-allowed")
    assert isinstance(user, User)  # noqa: S101 - the matrix lets no visitor ask
    from grappe.fabrication.plan_json import plan_row

    try:
        held = qualifications_of(user, at.date())
        return plan_row(plan_over_sites(flow, objective=objective, held=held, language="", at=at))
    except GrappeError as error:
        raise Refused("invalid", errors=_problems(error, "flow")) from None
    except (TypeError, ValueError, ArithmeticError):
        raise Refused("invalid") from None


def _booking(row: models.Booking) -> dict[str, Any]:
    return {
        "id": row.pk, "facility": row.equipment.facility.code, "equipment": row.equipment.code,
        "capability": row.capability.code if row.capability else None, "unit": row.unit,
        "operator": row.operator.get_username(), **_span(row.starts_at, row.ends_at),
        "step": row.step or None, "wafers": row.wafers, "runs": row.runs, "price_cad": f"{row.price_cad:.2f}",
        "is_released": row.released_at is not None,
    }  # fmt: skip


def _span(start: datetime, end: datetime) -> dict[str, str]:
    return {"start": start.isoformat(), "end": end.isoformat()}


def _reason(reason: Reason) -> dict[str, Any]:
    words = {language: reason.describe(language) for language in ("fr", "en")}
    return {"code": reason.code, "refuses": reason.refuses, **words}


def _language() -> str:
    return "fr" if (get_language() or "").startswith("fr") else "en"


def _errors(refused: BookingRefused) -> list[dict[str, str]]:
    return [
        {"field": f"bookings.{place}", "code": each.code, "message": each.describe(_language())}
        for place, each in refused.refusals
    ]


def _problems(error: GrappeError, field: str) -> list[dict[str, str]]:
    return [
        {"field": field or each.column or "", "message": each.describe(_language())}
        for each in error.problems
    ]
