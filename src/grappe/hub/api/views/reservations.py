"""Reservations: of one equipment or of a whole flow over several sites, all or nothing."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router

from grappe.hub.api import booking
from grappe.hub.api import equipment_shapes as shapes
from grappe.hub.api.caller import Caller
from grappe.hub.api.paging import decode_cursor, encode_cursor, next_url
from grappe.hub.api.shapes import Json
from grappe.hub.api.views.asked import Paging
from grappe.hub.api.views.repeating import IdempotencyKey, answered_once
from grappe.hub.equipment.actions.holding import confirm_reservation
from grappe.hub.equipment.actions.releasing import cancel_reservation
from grappe.hub.equipment.models import Reservation
from grappe.hub.equipment.queries.access import visible_reservations

router = Router(tags=["reservations"])
Number = Path(..., ge=1, le=2**31)
_WRITES: dict[str, Any] = {
    "auth": Caller("book", needs_token=True),
    "openapi_extra": {"x-needs-token": True},
}


@router.get("", response=shapes.Reservations, summary="List reservations")
def list_reservations(request: HttpRequest, paging: Query[Paging]) -> Json:
    """Those that you made, that your organisation has, or that the sites you run have; the latest first."""
    booking.require_to_book(request.user)
    rows = visible_reservations(request.user).order_by("-pk")
    if key := decode_cursor(paging.cursor, [int]):
        rows = rows.filter(pk__lt=key[0])
    found = list(rows[: paging.limit + 1])
    beyond = found[paging.limit - 1].pk if len(found) > paging.limit else None
    items = booking.reservations(found[: paging.limit])
    return {"items": items, "next": next_url(request, encode_cursor([beyond]) if beyond else "")}


@router.post("", response={201: shapes.Reservation}, summary="Reserve", **_WRITES)
def reserve(
    request: HttpRequest, said: shapes.NewReservation, idempotency_key: str = IdempotencyKey
) -> HttpResponse:
    """All of `bookings`, over as many sites as they name, or none: then every reason is in `errors`."""

    def act() -> tuple[int, dict[str, str], str]:
        made = booking.place(said.model_dump(), request.user, timezone.now())
        return _told(made, 201)

    return answered_once(request, idempotency_key, act)


@router.get("/{reservation_id}", response=shapes.Reservation, summary="One reservation")
def get_reservation(request: HttpRequest, reservation_id: int = Number) -> Json:
    """One reservation with its bookings, those given back included."""
    return booking.reservations([booking.reservation_of(request.user, reservation_id)])[0]


@router.post(
    "/{reservation_id}/confirm", response={200: shapes.Reservation}, summary="Confirm a hold", **_WRITES
)
def confirm_hold(
    request: HttpRequest, reservation_id: int = Number, idempotency_key: str = IdempotencyKey
) -> HttpResponse:
    """What was held is booked. A hold that lapsed can’t be (409)."""

    def do(found: Reservation) -> None:
        confirm_reservation(reservation=found, actor=request.user, at=timezone.now())  # type: ignore[arg-type]

    return answered_once(
        request, idempotency_key, lambda: _told(booking.change(request.user, reservation_id, do), 200)
    )


@router.post(
    "/{reservation_id}/cancel", response={200: shapes.Reservation}, summary="Cancel a reservation", **_WRITES
)
def cancel_all(
    request: HttpRequest,
    said: shapes.Cancelled,
    reservation_id: int = Number,
    idempotency_key: str = IdempotencyKey,
) -> HttpResponse:
    """Everything that was not used is given back, as early as each site asks."""

    def do(found: Reservation) -> None:
        cancel_reservation(reservation=found, why=said.why, actor=request.user, at=timezone.now())  # type: ignore[arg-type]

    return answered_once(
        request, idempotency_key, lambda: _told(booking.change(request.user, reservation_id, do), 200)
    )


def _told(found: Reservation, status: int) -> tuple[int, dict[str, str], str]:
    shown = booking.reservations([found])[0]
    told = shapes.Reservation(**shown).model_dump()
    return status, {"Location": shown["url"]}, json.dumps(told, ensure_ascii=False)
