"""Busy times in iCalendar files: repetition, zones, changes of hour, and what is refused."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.fabrication import ical_limits
from grappe.fabrication.equipment import Booking
from grappe.fabrication.ical_reading import Asked, bookings_from_ical, overlaps
from grappe.fabrication.ical_writing import free_busy_of, ical_of, taken_spans
from grappe.statements.problems import GrappeError

AT = datetime(2027, 1, 1, tzinfo=UTC)
YEAR = Asked(AT, datetime(2028, 1, 1, tzinfo=UTC), "etcher", file="etcher.ics")


def calendar(*events: str) -> bytes:
    """An iCalendar file of events, each given by its lines."""
    blocks = [f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT" for number, event in enumerate(events)]
    lines = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *blocks, "END:VCALENDAR"])
    return (lines + "\n").replace("\n", "\r\n").encode()


def spans(*events: str, asked: Asked = YEAR) -> list[str]:
    """Start and end of each booking read, in UTC."""
    read = bookings_from_ical(calendar(*events), asked)
    return [f"{one.start:%m-%dT%H:%M}/{one.end:%m-%dT%H:%M}" for one in read]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART:20270111T140000Z\nDTEND:20270111T150000Z", ["01-11T14:00/01-11T15:00"]),
        ("DTSTART:20270111T140000Z\nDURATION:P1DT2H", ["01-11T14:00/01-12T16:00"]),
        # A time without a zone is the site's own; so is a day.
        ("DTSTART:20270111T090000\nDTEND:20270111T100000", ["01-11T14:00/01-11T15:00"]),
        ("DTSTART;VALUE=DATE:20270111", ["01-11T05:00/01-12T05:00"]),
        ("DTSTART;VALUE=DATE:20270313\nDTEND;VALUE=DATE:20270315", ["03-13T05:00/03-15T04:00"]),
        ("DTSTART;TZID=Europe/Paris:20270111T090000\nDURATION:PT1H", ["01-11T08:00/01-11T09:00"]),
        # Each night at ten, over the one when clocks go forward.
        (
            "DTSTART;TZID=America/Montreal:20270312T220000\nDURATION:PT4H\nRRULE:FREQ=DAILY;COUNT=3",
            ["03-13T03:00/03-13T07:00", "03-14T03:00/03-14T07:00", "03-15T02:00/03-15T06:00"],
        ),
        # The first half hour is one that the clocks skip.
        (
            "DTSTART;TZID=America/Montreal:20270314T023000\nDTEND;TZID=America/Montreal:20270314T031500",
            ["03-14T07:30/03-14T08:15"],
        ),
        (
            "DTSTART:20270104T140000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=20270125T140000Z\n"
            "EXDATE:20270111T140000Z",
            ["01-04T14:00/01-04T15:00", "01-18T14:00/01-18T15:00", "01-25T14:00/01-25T15:00"],
        ),
        ("DTSTART:20261231T230000Z\nDTEND:20270101T010000Z", ["12-31T23:00/01-01T01:00"]),
        ("DTSTART:20260101T000000Z\nDTEND:20260102T000000Z", []),
        ("DTSTART:20270111T140000Z\nDTEND:20270111T150000Z\nSTATUS:CANCELLED", []),
        ("DTSTART:20270111T140000Z\nDTEND:20270111T150000Z\nTRANSP:TRANSPARENT", []),
        ("DTSTART:20270111T140000Z", []),
    ],
)
def test_an_event_takes_the_machine(event, expected):
    assert spans(event) == expected


def test_an_occurrence_moved_or_cancelled_is_where_its_exception_says():
    series = "DTSTART:20270104T140000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"
    moved = "RECURRENCE-ID:20270111T140000Z\nDTSTART:20270112T160000Z\nDURATION:PT2H"
    gone = "RECURRENCE-ID:20270118T140000Z\nDTSTART:20270118T140000Z\nDURATION:PT1H\nSTATUS:CANCELLED"
    data = calendar(series, moved, gone).replace(b"UID:1", b"UID:0").replace(b"UID:2", b"UID:0")
    read = bookings_from_ical(data, YEAR)
    assert [(one.start.day, one.start.hour, one.end.hour) for one in read] == [(4, 14, 15), (12, 16, 18)]


def test_a_category_says_maintenance_or_outage():
    hour = "DTSTART:202701{}T140000Z\nDURATION:PT1H\n{}"
    read = bookings_from_ical(
        calendar(
            hour.format("11", "CATEGORIES:Maintenance,Etch"),
            hour.format("12", "CATEGORIES:OUTAGE"),
            hour.format("13", "CATEGORIES:Etch"),
            hour.format("14", "SUMMARY:outage"),
        ),
        YEAR,
    )
    assert [one.kind for one in read] == ["maintenance", "outage", "booking", "booking"]


GOOD = "DTSTART:20270111T140000Z\nDURATION:PT1H"


@pytest.mark.parametrize(
    ("events", "told"),
    [
        (["DTSTART:tomorrow"], [("bad_value", 4, "DTSTART")]),
        (["SUMMARY:no start"], [("missing_value", 4, "DTSTART")]),
        ([GOOD, "DTSTART;TZID=Nowhere/Land:20270111T090000\nDURATION:PT1H"], [("bad_value", 9, "DTSTART")]),
        (["DTSTART:20270111T140000Z\nDTEND:20270111T130000Z"], [("bad_value", 4, "DTEND")]),
        (["DTSTART:20270111T140000Z\nDTEND;VALUE=DATE:20270112"], [("bad_value", 4, "DTEND")]),
        (["DTSTART:20270111T140000Z\nDTEND:20270111T150000Z\nDURATION:PT1H"], [("bad_value", 4, "DTEND")]),
        ([f"{GOOD}\nRRULE:FREQ=SOMETIMES"], [("bad_value", 4, "RRULE")]),
        ([f"{GOOD}\nRRULE:FREQ=SECONDLY"], [("too_many_repetitions", None, None)]),
        ([f"{GOOD}\nRRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"], [("too_many_repetitions", None, None)]),
        ([f"{GOOD}\nno colon here"], [("bad_value", 4, None)]),
        (["DTSTART:x", "DTEND:y", GOOD], [("bad_value", 4, "DTSTART"), ("bad_value", 8, "DTEND")]),
    ],
)
def test_a_calendar_at_fault_is_refused_with_the_line(events, told):
    with pytest.raises(GrappeError) as refused:
        bookings_from_ical(calendar(*events), YEAR)
    assert [(one.code, one.row, one.column) for one in refused.value.problems] == told
    assert {one.file for one in refused.value.problems} == {"etcher.ics"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"<html>sign in</html>", "damaged_file"),
        (calendar(GOOD).replace(b"END:VCALENDAR\r\n", b""), "damaged_file"),
        (calendar(GOOD) * 2, "damaged_file"),
        (calendar(GOOD + "\nSUMMARY:caf\u00e9").decode().encode("latin-1"), "unknown_encoding"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused(data, code):
    with pytest.raises(GrappeError) as refused:
        bookings_from_ical(data, YEAR)
    assert [one.code for one in refused.value.problems] == [code]


def test_too_many_events_are_refused_before_they_are_read():
    million = b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 1_000_000 + b"END:VCALENDAR\r\n"
    with pytest.raises(GrappeError) as refused:
        bookings_from_ical(million, YEAR)
    assert [(one.code, one.found) for one in refused.value.problems] == [("too_many_events", "1,000,000")]


def test_a_heavy_file_is_refused_whatever_it_holds():
    with pytest.raises(GrappeError, match="65 MB"):
        bookings_from_ical(b" " + b"x" * 65_000_000, YEAR)
    assert ical_limits.MOST_BYTES == 64_000_000


def test_two_events_of_one_identity_are_refused_unless_one_replaces_the_other():
    moved = "DTSTART:20270112T140000Z\nDURATION:PT1H"
    same = calendar(GOOD, moved).replace(b"UID:1", b"UID:0")
    with pytest.raises(GrappeError) as refused:
        bookings_from_ical(same, YEAR)
    assert [one.describe("en") for one in refused.value.problems] == [
        "etcher.ics, row 9, column UID: the identifier “0” already stands at line 4."
    ]
    newer = calendar(GOOD, f"{moved}\nSEQUENCE:1").replace(b"UID:1", b"UID:0")
    assert [one.start.day for one in bookings_from_ical(newer, YEAR)] == [12]
    assert len(bookings_from_ical(calendar(GOOD, GOOD).replace(b"UID:1", b"UID:0"), YEAR)) == 1


def test_a_feed_of_several_machines_names_each():
    with pytest.raises(GrappeError) as refused:
        bookings_from_ical(calendar(GOOD), Asked(YEAR.begin, YEAR.end))
    assert [(one.code, one.column) for one in refused.value.problems] == [
        ("missing_value", "X-GRAPPE-EQUIPMENT")
    ]


def _booking(machine: str, start: int, minutes: int, kind: str = "booking") -> Booking:
    begin = AT + timedelta(minutes=start)
    return Booking(machine, begin, begin + timedelta(minutes=minutes), kind)


IDS = st.text("abcé ,;:/\\\"'()-_1", min_size=1, max_size=90).filter(lambda name: name == name.strip())
BOOKINGS = st.builds(
    _booking,
    IDS,
    st.integers(0, 500_000),
    st.integers(1, 20_000),
    st.sampled_from(["booking", "maintenance", "outage"]),
)


@given(st.lists(BOOKINGS, max_size=8))
def test_what_is_written_is_read_again(bookings):
    asked = Asked(AT, AT + timedelta(days=400))
    assert Counter(bookings_from_ical(ical_of(bookings, at=AT), asked)) == Counter(bookings)


def test_two_units_taken_at_once_are_two_bookings():
    twice = [_booking("ovens", 0, 60)] * 2
    assert bookings_from_ical(ical_of(twice, at=AT), YEAR) == tuple(twice)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=12), st.integers(1, 3))
def test_free_and_busy_agree_with_counting_each_minute(starts, capacity):
    bookings = [_booking("etcher", start, minutes) for start, minutes in starts]
    counted = {
        minute
        for minute in range(60)
        if sum(start <= minute < start + minutes for start, minutes in starts) >= capacity
    }
    told = free_busy_of(bookings, "etcher", AT, AT + timedelta(hours=1), at=AT, capacity=capacity)
    read = bookings_from_ical(told, YEAR)
    minutes = [round((at - AT).total_seconds() / 60) for one in read for at in (one.start, one.end)]
    pairs = list(zip(minutes[::2], minutes[1::2], strict=True))
    assert {minute for begin, end in pairs for minute in range(begin, end)} == counted
    assert pairs == sorted(pairs)
    assert len(list(taken_spans(bookings, capacity))) == len(pairs)


def test_a_machine_taken_more_often_than_it_has_units_is_told():
    bookings = (_booking("a", 0, 60), _booking("a", 30, 60), _booking("a", 60, 30), _booking("b", 0, 60))
    assert [one.found for one in overlaps(bookings, {})] == [
        "a, 2027-01-01T00:30:00+00:00 – 2027-01-01T01:30:00+00:00",
        "a, 2027-01-01T01:00:00+00:00 – 2027-01-01T01:30:00+00:00",
    ]
    assert overlaps(bookings, {"a": 2}) == ()
