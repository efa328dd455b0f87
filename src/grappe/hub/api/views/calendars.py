"""Calendars that other programs subscribe to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from grappe.hub.equipment.models import Equipment
from grappe.hub.equipment.queries.feeds import CALENDAR, equipment_calendar, person_calendar
from grappe.hub.people.links import BadLink
from grappe.hub.people.models import User

_TYPE = "text/calendar; charset=utf-8"


@require_safe
def equipment(request: HttpRequest, key: int) -> HttpResponse:
    """When an equipment is taken, without names."""
    found = Equipment.objects.select_related("facility").filter(pk=key, removed_at=None).first()
    if found is None:
        raise Http404
    return HttpResponse(equipment_calendar(found, at=timezone.now()), content_type=_TYPE)


@require_safe
def person(request: HttpRequest, token: str) -> HttpResponse:
    """The bookings of whoever the signed address is for, while their account is active."""
    try:
        found = User.objects.filter(pk=CALENDAR.read(token), is_active=True).first()
    except BadLink:
        found = None
    if found is None:
        raise Http404
    answer = HttpResponse(person_calendar(found, at=timezone.now()), content_type=_TYPE)
    answer["Cache-Control"] = "private, max-age=300"
    return answer
