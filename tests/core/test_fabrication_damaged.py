"""Whatever a file of somebody else's holds, a reader of catalogues reads it or says what is wrong with it."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nemo_rows import ROWS

from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.fabrication.catalogues import read_catalogue
from grappe.fabrication.equipment import Facility
from grappe.fabrication.ical_reading import Asked, bookings_from_ical
from grappe.fabrication.nemo import site_from_nemo
from grappe.fabrication.nemo_fixtures import rows_of_fixture
from grappe.fabrication.pidinst import equipment_from_pidinst
from grappe.statements.problems import GrappeError

BEGIN, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
LAB = Facility("lab", "Lab", confirmed_on=date(2027, 1, 1))
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 10**12) | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=3,
)
CATALOGUE = {
    "facilities": [
        {
            "id": "f", "name": "F", "timezone": "America/Montreal", "openings": {"mon": ["08:00-12:00"]},
            "closed_on": ["2027-01-01"], "confirmed_on": "2027-01-04", "stale_after_days": 9, "online": True,
        }
    ],
    "equipment": [
        {
            "id": "e", "name": "E", "facility": "f", "capacity": 1, "owners": [{"name": "O"}],
            "related": [{"value": "v", "type": "t", "relation": "r"}], "commissioned_on": "2020-01-01",
            "serial_numbers": ["s"],
        }
    ],
    "capabilities": [
        {
            "id": "c", "facility": "f", "equipment": "e", "process": "rie", "wafer_mm": ["100"], "batch": 1,
            "limits": {"thickness": "50-800 nm"}, "materials_allowed": ["lnoi"], "contamination": "general",
            "setup_min": 1, "run_min": 2, "queue_days": [1, 4], "valid_to": "2027-12-31", "rate": "r",
        }
    ],
    "transfers": [{"from": "f", "to": "f", "days": 1, "customs_days": 0, "price_cad": "75.50"}],
    "bookings": [
        {"equipment": "e", "start": "2027-01-11T09:00", "end": "2027-01-11T12:00", "kind": "outage"}
    ],
    "rates": [
        {
            "id": "r", "notes": ["n"],
            "tiers": {
                "a": {
                    "unit": "hour", "amount": 210, "minimum": 1, "surcharges": {"s": 1},
                    "block": ["0.25", "3"],
                    "steps": {"included": 1, "size": 1, "amount": 1}, "most_per_period": ["5", "month"],
                }
            },
        }
    ],
}  # fmt: skip
PIDINST = {
    "schemaVersion": "1.0", "name": "N", "landingPage": "https://a.example",
    "identifier": {"identifierValue": "i", "identifierType": "Handle"},
    "owners": [{"ownerName": "O", "ownerIdentifier": {"ownerIdentifierValue": "v"}}],
    "manufacturers": [{"manufacturerName": "M"}], "model": {"modelName": "m"},
    "dates": [{"date": "2020-01-01", "dateType": "Commissioned"}],
    "relatedIdentifiers": [
        {"relatedIdentifierValue": "v", "relatedIdentifierType": "URL", "relationType": "HasMetadata"}
    ],
    "alternateIdentifiers": [{"alternateIdentifierValue": "s", "alternateIdentifierType": "SerialNumber"}],
}  # fmt: skip
FIXTURE = [
    {"model": "NEMO.tool", "fields": {"name": "PECVD", "parent_tool": None, "_operational": True}},
    {"model": "NEMO.user", "pk": 1, "fields": {"username": "ned"}},
    {"model": "NEMO.qualification", "pk": 1, "fields": {"user": ["ned"], "tool": ["PECVD"]}},
]


def _places(told, path=()):
    """Every place in parsed JSON, as a path."""
    yield path
    inside = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, value in inside:
        yield from _places(value, (*path, key))


@st.composite
def damaged(draw, whole):
    """The same JSON with one place replaced by something else, or taken away."""
    told = {"": deepcopy(whole)}
    path = ("", *draw(st.sampled_from(list(_places(whole)))))
    inside = told
    for key in path[:-1]:
        inside = inside[key]
    if isinstance(inside, dict) and len(path) > 1 and draw(st.booleans()):
        del inside[path[-1]]
    else:
        inside[path[-1]] = draw(JUNK)
    return told[""]


def _reads_or_refuses(read, *told):
    """Any other error is a failure; so is one without words."""
    problems = ()
    try:
        read(*told)
    except GrappeError as error:
        problems = error.problems
    assert all(one.describe("fr") and one.describe("en") for one in problems)


@settings(max_examples=150)
@given(damaged(CATALOGUE))
@example({"facilities": 5})
@example({"facilities": [5]})
@example({"bookings": [{"equipment": []}]})
def test_a_damaged_catalogue_is_read_or_refused(told):
    _reads_or_refuses(catalogue_from_json, told)


@given(damaged(PIDINST))
@example([])
@example("PIDINST")
def test_a_damaged_instrument_is_read_or_refused(told):
    _reads_or_refuses(equipment_from_pidinst, told)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(damaged(ROWS).filter(lambda told: isinstance(told, dict)))
def test_damaged_rows_of_nemo_are_read_or_refused(told):
    _reads_or_refuses(lambda rows: site_from_nemo(rows, LAB, BEGIN, END), told)


@given(damaged(FIXTURE))
def test_a_damaged_fixture_is_read_or_refused(told):
    _reads_or_refuses(lambda raw: site_from_nemo(rows_of_fixture(raw), LAB, BEGIN, END), told)


EVENT = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VTIMEZONE
TZID:Lab time
BEGIN:STANDARD
DTSTART:20201101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
DTSTART;TZID=Lab time:20270111T090000
DTEND;TZID=Lab time:20270111T100000
RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,TU
EXDATE;TZID=Lab time:20270118T090000
RDATE;VALUE=PERIOD:20270112T140000Z/PT1H
CATEGORIES:A,MAINTENANCE
END:VEVENT
BEGIN:VEVENT
UID:1
RECURRENCE-ID;TZID=Lab time:20270112T090000
DTSTART:20270113T140000Z
DURATION:PT1H
STATUS:CONFIRMED
END:VEVENT
BEGIN:VFREEBUSY
UID:2
FREEBUSY;FBTYPE=BUSY:20270111T140000Z/PT1H,20270112T140000Z/20270112T150000Z
END:VFREEBUSY
END:VCALENDAR
""".replace(b"\n", b"\r\n")


@st.composite
def damaged_lines(draw):
    """The calendar with a line taken away, twice, cut, or with some characters replaced."""
    lines = EVENT.split(b"\r\n")
    at = draw(st.integers(0, len(lines) - 1))
    line = lines[at]
    start = draw(st.integers(0, len(line)))
    end = draw(st.integers(start, min(len(line), start + 6)))
    junk = draw(
        st.sampled_from([b"", b"0", b"99", b":", b";", b"=", b",", b"-", b"Z", b"/", b"\\", b"\xff", b"X"])
    )
    lines[at : at + 1] = draw(
        st.sampled_from([[], [line, line], [line[:start]], [line[:start] + junk + line[end:]]])
    )
    return b"\r\n".join(lines)


@settings(max_examples=200, deadline=None)
@given(damaged_lines())
@example(EVENT)
def test_a_damaged_calendar_is_read_or_refused(data):
    _reads_or_refuses(bookings_from_ical, data, Asked(BEGIN, END, "etcher"))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", "facility,name\nMontr\u00e9al,x\n".encode("latin-1"), "unknown_encoding"),
        ("a.csv", b"facility,name\n" + b"x" * 200_000 + b",y\n", "damaged_file"),
        ("a.csv", b"", "file_empty"),
        ("a.csv", b"\x00\x01,\x02", "missing_column"),
        ("a.json", b"[" * 100_000, "damaged_file"),
        ("a.json", b"\xff", "damaged_file"),
        ("a.json", b'{"facilities": 5}', "bad_value"),
        ("a.json", json.dumps({"facilities": CATALOGUE["facilities"] * 2}).encode(), "duplicate_key"),
        ("a.xlsx", b"PK\x03\x04", "damaged_file"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(tmp_path, name, data, code):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(GrappeError) as refused:
        read_catalogue(path)
    assert {one.code for one in refused.value.problems} == {code}
    assert {one.file for one in refused.value.problems} == {name}
