"""Calendars to subscribe to: when an equipment is taken, by nobody's name; what is one's own, by a secret."""

from datetime import timedelta

import pytest
from django.conf import settings
from icalendar import Calendar

from grappe.hub.equipment.actions.releasing import cancel_reservation
from grappe.hub.equipment.queries.feeds import (
    CALENDAR,
    calendar_address,
    equipment_calendar,
    person_calendar,
)
from hub.equipment_fixtures import OTHER_FIRM, booked, member, monday, site, tool

pytestmark = pytest.mark.django_db


def taken(data):
    (part,) = Calendar.from_ical(data).walk("VFREEBUSY")
    told = part.get("FREEBUSY", [])
    return [each.dt for each in (told if isinstance(told, list) else [told])]


def events(data):
    return [(str(each["SUMMARY"]), each.start) for each in Calendar.from_ical(data).walk("VEVENT")]


def test_an_equipment_is_taken_when_none_of_its_units_is_free(noon):
    pair, ada = tool(site(noon), capacity=2), member(noon)
    booked(pair, monday(9), monday(12), ada, noon)
    assert taken(equipment_calendar(pair, at=noon)) == []
    booked(pair, monday(10), monday(11), ada, noon)
    assert taken(equipment_calendar(pair, at=noon)) == [(monday(10), monday(11))]
    assert b"membre" not in equipment_calendar(pair, at=noon)


def test_a_stale_site_is_never_shown_as_free(noon):
    machine = tool(site(noon, confirmed_on="2020-01-01"))
    ((start, end),) = taken(equipment_calendar(machine, at=noon))
    assert end - start == timedelta(days=396)


def test_ones_own_calendar_opens_by_its_address_alone(noon, client):
    machine, ada, eve = tool(site(noon)), member(noon), member(noon, "eve", OTHER_FIRM)
    kept = booked(machine, monday(9), monday(10), ada, noon)
    gone = booked(machine, monday(13), monday(14), ada, noon)
    booked(machine, monday(15), monday(16), eve, noon, organisation=OTHER_FIRM)
    cancel_reservation(reservation=gone, actor=ada, at=noon)
    assert events(person_calendar(ada, at=noon)) == [("Machine nord/dry_etch, Site nord", monday(9))]
    assert kept.bookings.get().starts_at == monday(9)
    path = calendar_address(ada).removeprefix(settings.BASE_URL)
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert client.get(f"/api/calendars/equipment/{machine.pk}.ics").status_code == 200
    ada.is_active = False
    ada.save()
    refused = [path, f"/api/calendars/person/{CALENDAR.sign(10**6)}.ics", "/api/calendars/person/x.ics"]
    refused.append("/api/calendars/equipment/999999.ics")
    assert [client.get(each).status_code for each in refused] == [404] * 4
