"""What ``grappe equipment`` asks of the hub: the actions of the pages and the API, as a named account."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from grappe.hub.run import set_up


class CommandRefused(Exception):  # noqa: N818
    """What the hub refuses: a *code* and *what* it is about, or a line a reason."""

    def __init__(self, code: str, what: object = "", lines: list[str] | None = None) -> None:
        super().__init__(code, what)
        self.code, self.what, self.lines = code, what, lines or []


def book(told: Any, username: str, *, is_booked: bool, language: str) -> dict[str, Any]:
    """Place the order *told* as *username*; returns the reservation in plain values.

    Raises GrappeError for an order that can't be read, CommandRefused.
    """
    user = _account(username)
    from grappe.hub.equipment.ordering import order_from_row, place_order

    row = {**told, "hold": not is_booked} if isinstance(told, dict) else told
    with _refusals(language):
        return _row(place_order(order_from_row(row), actor=user, at=_now()))


def cancel(key: int, username: str, *, why: str, language: str) -> dict[str, Any]:
    """Cancel the reservation *key* as *username*; returns it. Raises CommandRefused."""
    user = _account(username)
    from grappe.hub.equipment.actions.releasing import cancel_reservation
    from grappe.hub.equipment.queries.access import visible_reservations

    found = visible_reservations(user).filter(pk=key).first()
    if found is None:
        raise CommandRefused("not_found", key)
    with _refusals(language):
        return _row(cancel_reservation(reservation=found, why=why, actor=user, at=_now()))


def reservations(username: str) -> list[dict[str, Any]]:
    """The reservations that stand and that *username* may see, the latest first. Raises CommandRefused."""
    user = _account(username)
    from grappe.hub.equipment.queries.access import visible_reservations

    return [_row(each) for each in visible_reservations(user).filter(state__in=("held", "booked"))]


def closures() -> list[tuple[str, str, str, str, int]]:
    """(start, end, kind, equipment, bookings in the way) of each closure of now and later."""
    set_up()
    from grappe.hub.equipment.queries.closures import affected_bookings, standing_closures

    at = _now()
    found = []
    for each in standing_closures(at):
        hit = affected_bookings(each.equipment, at=at).filter(
            starts_at__lt=each.ends_at, ends_at__gt=each.starts_at
        )
        times = (each.starts_at.isoformat(), each.ends_at.isoformat())
        found.append((*times, each.kind, each.equipment.code, hit.count()))
    return found


@contextmanager
def _refusals(language: str) -> Iterator[None]:
    from grappe.hub.equipment.actions.refusing import BookingRefused, NotStanding
    from grappe.hub.people.queries import NotAllowed

    try:
        yield
    except NotAllowed as error:
        raise CommandRefused("not_allowed") from error
    except NotStanding as error:
        raise CommandRefused("not_standing") from error
    except BookingRefused as refused:
        words = zip(refused.codes, refused.describe(language), strict=True)
        raise CommandRefused("refused", lines=[f"{code}: {text}" for code, text in words]) from refused


def _account(username: str) -> Any:
    set_up()
    from grappe.hub.people.models import User

    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise CommandRefused("no_account", username)
    return found


def _row(reservation: Any) -> dict[str, Any]:
    from grappe.hub.equipment.queries.numbers import total_of

    bookings = reservation.bookings.filter(released_at=None).select_related("equipment")
    return {
        "id": reservation.pk, "state": reservation.state, "title": reservation.title,
        "total_cad": f"{total_of(reservation):.2f}",
        "bookings": [
            {
                "start": each.starts_at.isoformat(), "end": each.ends_at.isoformat(),
                "equipment": each.equipment.code, "unit": each.unit,
            }
            for each in bookings
        ],
    }  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC)
