"""The background tasks of pooled equipment: timers, and mail in each reader's language."""

from typing import Any

from django.utils import timezone

from grappe.hub.config.tasks import task
from grappe.hub.equipment.actions import releasing, using, waiting
from grappe.hub.equipment.models import Booking, Closure, Equipment, Qualification, Reservation, Waiting
from grappe.hub.people.mail import send_mail
from grappe.hub.people.models import User


@task()
def expire_holds() -> int:
    """Let go of the holds that nobody confirmed."""
    return releasing.expire_holds(at=timezone.now())


@task()
def mark_missed() -> int:
    """Mark the bookings that nobody began."""
    return using.mark_missed(at=timezone.now())


@task()
def offer_freed_time(key: int) -> int:
    """Offer what is free of an equipment to those who wait for it; returns how many were held for."""
    found = Equipment.objects.select_related("facility").get(pk=key)
    return len(waiting.offer_freed_time(equipment=found, at=timezone.now()))


@task()
def tell_reservation(key: int, what: str) -> None:
    """Tell who made a reservation that it was ``booked``, ``cancelled``, ``changed`` or has ``expired``."""
    found = Reservation.objects.select_related("user").get(pk=key)
    _send(found.user, f"reservation_{what}", {"reservation": found, "bookings": _bookings(found)})


@task()
def tell_handed_over(key: int) -> None:
    """Tell somebody that a booking is now theirs to work on."""
    found = Booking.objects.select_related("operator", "equipment__facility", "reservation").get(pk=key)
    _send(found.operator, "booking_handed_over", {"reservation": found.reservation, "bookings": [found]})


@task()
def tell_offer(key: int) -> None:
    """Tell somebody who waited that a time is held for them, and until when."""
    found = Waiting.objects.select_related("user", "offered").get(pk=key)
    if found.offered is not None:
        _send(
            found.user, "time_offered",
            {"reservation": found.offered, "bookings": _bookings(found.offered)},
        )  # fmt: skip


@task()
def tell_closure(closure: int, reservation: int) -> None:
    """Tell who made a reservation that a closure is in its way."""
    closed = Closure.objects.select_related("equipment__facility").get(pk=closure)
    found = Reservation.objects.select_related("user").get(pk=reservation)
    hit = [
        each for each in _bookings(found)
        if each.equipment_id == closed.equipment_id
        and each.starts_at < closed.ends_at and closed.starts_at < each.ends_at
    ]  # fmt: skip
    if closed.withdrawn_at is None and hit:
        _send(found.user, "equipment_closed", {"reservation": found, "closure": closed, "bookings": hit})


@task()
def tell_qualification(key: int) -> None:
    """Tell somebody what was decided of their qualification."""
    found = Qualification.objects.select_related("user", "facility").get(pk=key)
    _send(found.user, "qualification_decided", {"qualification": found})


def _bookings(reservation: Reservation) -> list[Booking]:
    return list(reservation.bookings.filter(released_at=None).select_related("equipment__facility"))


def _send(user: User, template: str, context: dict[str, Any]) -> None:
    if user.email and user.is_active:
        send_mail(to=user.email, template=template, language=user.language, context=context)
