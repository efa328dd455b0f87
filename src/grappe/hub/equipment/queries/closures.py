"""Closures, and the bookings that they are in the way of: computed live, never stored."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from grappe.hub.equipment.models import Booking, Closure, Equipment
from grappe.hub.equipment.queries.records import standing


def standing_closures(at: datetime) -> QuerySet[Closure]:
    """The closures of now and later, of every site, in the order they begin."""
    return Closure.objects.filter(withdrawn_at=None, ends_at__gt=at).select_related("equipment__facility")


def affected_bookings(equipment: Equipment | None = None, *, at: datetime) -> QuerySet[Booking]:
    """The bookings to come or under way at *at* (of *equipment*, or of all) that a closure is in the way of,
    not used yet, in the order they begin."""
    found = standing(at).filter(_is_closed(), ends_at__gt=at, use=None)
    if equipment is not None:
        found = found.filter(equipment=equipment)
    return found.select_related("reservation__user", "equipment__facility", "capability", "operator")


def affected_among(bookings: Iterable[Booking]) -> frozenset[int]:
    """The ids of those of *bookings* that a closure is in the way of: one query."""
    keys = [each.pk for each in bookings]
    return frozenset(Booking.objects.filter(_is_closed(), pk__in=keys).values_list("pk", flat=True))


def _is_closed() -> Exists:
    return Exists(
        Closure.objects.filter(
            equipment=OuterRef("equipment"), withdrawn_at=None, starts_at__lt=OuterRef("ends_at"),
            ends_at__gt=OuterRef("starts_at"),
        )
    )  # fmt: skip
