"""Bookings as calendars that other programs subscribe to: an equipment's without names, a person's own."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.fabrication.equipment import Booking as CoreBooking
from grappe.fabrication.ical_writing import free_busy_of, ical_of
from grappe.hub.equipment.models import Equipment
from grappe.hub.equipment.queries.numbers import busy
from grappe.hub.equipment.queries.records import rows_of, standing
from grappe.hub.equipment.queries.wishes import local_day
from grappe.hub.people.links import Purpose
from grappe.hub.people.models import User

#: Opens a person's own calendar; a subscription has to last.
CALENDAR = Purpose("calendar", 400)
_BEHIND, _AHEAD = timedelta(days=30), timedelta(days=366)


def calendar_address(user: User) -> str:
    """The secret address of the calendar of *user*, to subscribe to; a new one each second, all good."""
    return f"{settings.BASE_URL}{reverse('person_calendar', args=[CALENDAR.sign(user.pk)])}"


def equipment_calendar(equipment: Equipment, *, at: datetime) -> bytes:
    """When all units of *equipment* are taken, from a month ago to a year ahead, as VFREEBUSY: at a stale
    site, for which nobody vouches, all the time."""
    start, end = at - _BEHIND, at + _AHEAD
    site = equipment.facility
    core = catalogue_from_json(rows_of([site], [], [], [])).facilities[site.code]
    if core.is_stale(local_day(site, at)):
        whole = [CoreBooking(equipment.code, start, end)]
        return free_busy_of(whole, equipment.code, start, end, at=at)
    spans = [
        CoreBooking(equipment.code, each.start, each.end)
        for each in busy(equipment, start, end, at=at)
        for _ in range(each.units)
    ]
    return free_busy_of(spans, equipment.code, start, end, at=at, capacity=equipment.capacity)


def person_calendar(user: User, *, at: datetime) -> bytes:
    """The bookings that *user* made or works on, from a month ago to a year ahead, as events: one query."""
    theirs = Q(operator=user) | Q(reservation__user=user)
    rows = standing(at).filter(theirs, starts_at__lt=at + _AHEAD, ends_at__gt=at - _BEHIND)
    found = list(rows.select_related("equipment__facility").order_by("starts_at", "pk"))
    names = {
        each.equipment.code: f"{each.equipment.name}, {each.equipment.facility.name}" for each in found
    }  # fmt: skip
    events = [CoreBooking(each.equipment.code, each.starts_at, each.ends_at) for each in found]
    return ical_of(events, at=at, names=names)
