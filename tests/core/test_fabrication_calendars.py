"""Calendars: every start allowed is found, by ranges, by the first and by the last."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from grappe.fabrication.calendars import Calendar, open_spans
from grappe.fabrication.equipment import Facility, Opening

LAST = 60
spans = st.lists(st.tuples(st.integers(0, LAST), st.integers(1, 15)), max_size=5).map(
    lambda pairs: [(begin, min(begin + length, LAST)) for begin, length in pairs if begin < LAST]
)


def allowed(opened, busy, work):
    """Start → end of every whole-minute start, by counting minutes one by one."""
    found = {}
    for start in range(LAST):
        if not any(begin <= start < end for begin, end in opened):
            continue
        left, at = work, start
        while left and at < LAST:
            left -= any(begin <= at < end for begin, end in opened)
            at += 1
        if left == 0 and not any(begin < at and start < end for begin, end in busy):
            found[start] = at
    return found


@given(spans, spans, st.integers(1, 20), st.integers(0, LAST), st.integers(0, LAST))
def test_ranges_of_starts_are_all_the_starts_and_no_other(opened, busy, work, low, high):
    found = {}
    for one in Calendar(opened, busy).starts(work, low, high):
        for start in range(one.low, one.high + 1):
            assert start not in found
            found[start] = start + one.size
    expected = allowed(opened, busy, work)
    assert found == {start: end for start, end in expected.items() if low <= start and end <= high}


@given(spans, spans, st.integers(1, 20), st.integers(0, LAST))
def test_the_first_and_the_last_are_those_of_counting(opened, busy, work, moment):
    calendar, expected = Calendar(opened, busy), allowed(opened, busy, work)
    first = min(((start, end) for start, end in expected.items() if start >= moment), default=None)
    assert calendar.earliest(moment, work) == first
    last = max((start for start, end in expected.items() if end <= moment), default=None)
    found = calendar.latest(moment, work)
    assert (found and found[0]) == last


def test_hours_are_local_and_shorter_on_the_day_the_clock_goes_forward():
    hours = tuple(Opening(day, time(0), time(12)) for day in range(7))
    site = Facility("f", "f", openings=hours, closed_on=frozenset({date(2027, 3, 15)}))
    origin = datetime(2027, 3, 13, tzinfo=ZoneInfo("America/Montreal")).astimezone(UTC)
    # Saturday 12 h, Sunday 11 h (2:00 does not exist), Monday closed, Tuesday 12 h.
    assert open_spans(site, origin, 4 * 1440 - 60) == [(0, 720), (1440, 2100), (4260, 4980)]


def test_a_site_without_hours_is_open_all_the_time():
    assert open_spans(Facility("f", "f"), datetime(2027, 1, 1, tzinfo=UTC), 100) == [(0, 100)]
