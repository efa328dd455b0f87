"""``grappe flow catalogue`` and ``calendar``, from every form to every form."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from nemo_rows import rows, serving

from grappe.cli import main

CATALOGUE = {
    "facilities": [{"id": "north", "name": "North lab", "timezone": "America/Montreal"}],
    "equipment": [{"id": "rie", "name": "RIE", "facility": "north"}],
    "capabilities": [
        {"id": "etch", "name": "Etch", "facility": "north", "equipment": "rie", "process": "rie"}
    ],
}
MEETING = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
UID:1
DTSTART:20270111T090000
DTEND:20270111T120000
RRULE:FREQ=DAILY;COUNT=2
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20270111T110000
DTEND:20270111T130000
CATEGORIES:MAINTENANCE
END:VEVENT
END:VCALENDAR
"""


def run(*words, env=None, code=0):
    result = CliRunner().invoke(main, ["--lang", "en", "flow", *map(str, words)], env=env)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def files(tmp_path):
    def write(name, told):
        path = tmp_path / name
        path.write_text(told if isinstance(told, str) else json.dumps(told), "utf-8")
        return path

    return write


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_catalogue_goes_to_a_form_and_back(files, tmp_path, form):
    out = tmp_path / f"out.{form}"
    run("catalogue", files("catalogue.json", CATALOGUE), "--format", form, "-o", out)
    told = json.loads(run("catalogue", out).stdout)
    assert [(one["name"], one["process"]) for one in told["capabilities"]] == [("Etch", "rie")]
    assert [one["name"] for one in told["equipment"]] == [{"json": "RIE", "csv": "Etch"}[form]]


def test_instruments_go_to_pidinst_and_back(files, tmp_path):
    out = tmp_path / "pidinst.json"
    run("catalogue", files("catalogue.json", CATALOGUE), "--format", "pidinst", "-o", out)
    assert json.loads(out.read_text("utf-8")) == [
        {"schemaVersion": "1.0", "name": "RIE", "owners": [{"ownerName": "north"}]}
    ]
    told = json.loads(run("catalogue", out).stdout)
    assert [one["id"] for one in told["facilities"]] == ["north"]
    assert [one["name"] for one in told["equipment"]] == ["RIE"]


@pytest.mark.parametrize(("form", "kind"), [("jsonld", "ResearchOrganization"), ("dcat", "dcat:Catalog")])
def test_linked_data_is_named_under_the_base(files, form, kind):
    path = files("catalogue.json", CATALOGUE)
    told = json.loads(run("catalogue", path, "--format", form, "--base", "https://a.example").stdout)
    first = told["@graph"][0] if form == "jsonld" else told
    assert first["@type"] == kind
    assert first["@id"].startswith("https://a.example/facilities")


def test_bookings_go_to_a_calendar_and_back(files, tmp_path):
    booked = CATALOGUE | {
        "bookings": [
            {"equipment": "rie", "start": "2027-01-11T09:00", "end": "2027-01-11T12:00", "kind": "outage"}
        ]
    }
    feed, out = tmp_path / "feed.ics", tmp_path / "out.json"
    run("catalogue", files("booked.json", booked), "--format", "ics", "-o", feed)
    shown = run("calendar", feed, files("catalogue.json", CATALOGUE), "--from", "2027-01-01", "-o", out)
    assert shown.stdout == "2027-01-11 09:00 → 2027-01-11 12:00  rie  outage\n"
    assert json.loads(out.read_text("utf-8"))["bookings"] == [
        {
            "equipment": "rie",
            "kind": "outage",
            "start": "2027-01-11T14:00:00+00:00",
            "end": "2027-01-11T17:00:00+00:00",
        }
    ]


def test_a_calendar_is_told_with_what_overlaps(files):
    paths = files("rie.ics", MEETING), files("catalogue.json", CATALOGUE)
    shown = run("calendar", *paths, "--equipment", "rie", "--from", "2027-01-11", "--days", "2")
    assert shown.stdout.splitlines() == [
        "2027-01-11 09:00 → 2027-01-11 12:00  rie  booking",
        "2027-01-11 11:00 → 2027-01-11 13:00  rie  maintenance",
        "2027-01-12 09:00 → 2027-01-12 12:00  rie  booking",
    ]
    assert "more times than it has units: rie, 2027-01-11T16:00:00+00:00" in shown.stderr


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--equipment", "saw"), 2, "saw is not in the catalogue"),
        (("--equipment", "rie", "--from", "soon"), 2, "soon is not a date"),
        ((), 3, "rie.ics, row 4, column X-GRAPPE-EQUIPMENT: value missing"),
    ],
)
def test_a_calendar_of_no_known_machine_is_refused(files, words, code, told):
    paths = files("rie.ics", MEETING), files("catalogue.json", CATALOGUE)
    assert told in run("calendar", *paths, *words, code=code).stderr


def test_a_machine_that_the_catalogue_does_not_know_is_named(files):
    named = MEETING.replace("UID:1", "UID:1\nX-GRAPPE-EQUIPMENT:saw%2C%202")
    paths = files("rie.ics", named), files("catalogue.json", CATALOGUE)
    shown = run("calendar", *paths, "--equipment", "rie", "--from", "2027-01-11", code=3)
    assert "found “saw, 2”; expected an equipment of the catalogue" in shown.stderr


def _soon():
    """The rows of a NEMO with one reservation, tomorrow."""
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    told = rows()
    told["reservations"] = told["reservations"][:1]
    told["reservations"][0] |= {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
    return told, start


def test_a_nemo_server_becomes_a_catalogue_with_its_token():
    told, start = _soon()
    with serving(told, accounts=(403, b"")) as server:
        shown = run("catalogue", server.address, "--site", "Nano", env={"GRAPPE_NEMO_TOKEN": "secret"})
    read = json.loads(shown.stdout)
    assert {token for _, _, token in server.asked} == {"Token secret"}
    assert [one["id"] for one in read["facilities"]] == ["Nano"]
    assert [one["name"] for one in read["equipment"]] == ["PECVD", "Dicing saw", "Cleanroom"]
    (booked,) = [one for one in read["bookings"] if one.get("kind") is None]
    assert (booked["equipment"], datetime.fromisoformat(booked["start"])) == ("Nano/tool/1", start)
    assert "HTTP 403" in shown.stderr
    assert "1 qualifications, 1 settings, 0 accounts" in shown.stderr


def test_a_catalogue_goes_to_nemo_and_back(files, tmp_path):
    out = tmp_path / "nemo.json"
    run("catalogue", files("catalogue.json", CATALOGUE), "--format", "nemo", "-o", out)
    told = json.loads(run("catalogue", out, "--site", "Nano").stdout)
    assert [(one["id"], one["name"]) for one in told["equipment"]] == [("Nano/tool/RIE", "RIE")]


def test_a_server_that_fails_leaves_nothing(tmp_path):
    out = tmp_path / "out.json"
    with serving(reservations=(500, b"<h1>Server Error</h1>")) as server:
        shown = run("catalogue", server.address, "-o", out, code=3)
    assert "did not give what was expected: HTTP 500. Nothing of it was kept." in shown.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nowhere.json",), "nowhere.json is no file"),
        (("x.csv", "--timezone", "Moon"), "Moon is not a time zone"),
    ],
)
def test_what_is_misused_is_said(words, told):
    assert told in run("catalogue", *words, code=2).stderr
