"""A NEMO read from its server and its fixtures, and what a server that fails or lies makes of it."""

import json
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nemo_rows import ROWS, rows, serving

from grappe.fabrication import nemo_server
from grappe.fabrication.equipment import Booking, Catalogue, Equipment, Facility
from grappe.fabrication.fetching import getter
from grappe.fabrication.nemo import Qualified, ToolSetting, site_from_nemo
from grappe.fabrication.nemo_fixtures import fixture_of, is_fixture, rows_of_fixture
from grappe.fabrication.nemo_server import rows_of_server
from grappe.statements.problems import GrappeError

LAB = Facility("lab", "NanoLab", confirmed_on=date(2027, 1, 1))
BEGIN, END = datetime(2027, 1, 10, tzinfo=UTC), datetime(2027, 1, 20, tzinfo=UTC)


def site(told):
    return site_from_nemo(told, LAB, BEGIN, END, "nemo")


def told_of(read):
    return [
        (one.equipment, f"{one.start.astimezone(UTC):%dT%H}", f"{one.end.astimezone(UTC):%dT%H}", one.kind)
        for one in read.catalogue.bookings
    ]


def test_the_rows_of_a_nemo_become_a_site():
    read = site(ROWS)
    assert {key: (one.name, one.capacity) for key, one in read.catalogue.equipment.items()} == {
        "lab/tool/1": ("PECVD", 1),
        "lab/tool/3": ("Dicing saw", 1),
        "lab/area/1": ("Cleanroom", 5),
    }
    assert told_of(read) == [
        ("lab/area/1", "11T14", "11T17", "booking"),
        ("lab/tool/1", "11T14", "11T17", "booking"),
        ("lab/tool/1", "12T03", "12T07", "booking"),
        ("lab/tool/3", "12T05", "20T00", "outage"),
        ("lab/tool/1", "14T13", "14T15", "maintenance"),
        ("lab/tool/1", "15T13", "15T14", "outage"),
    ]
    assert [(one.id, one.process, one.qualification) for one in read.catalogue.capabilities] == [
        ("lab/tool/1", "pecvd", "lab/tool/1"),
        ("lab/tool/3", "dicing", "lab/tool/3"),
    ]
    assert read.qualifications == (Qualified("ned", "lab/tool/1", date(2026, 6, 1)),)
    assert read.settings == (ToolSetting("lab/tool/3", "Blade", ("SiC",), ("SiC", "Resin")),)
    assert read.accounts == ("Nautilus",)


def test_a_resource_that_is_gone_stops_the_tools_that_need_it():
    read = site(rows(resources=lambda row: row.update(available=False)))
    assert ("lab/tool/1", "10T00", "20T00", "outage") in told_of(read)


def test_two_people_in_an_area_at_once_take_two_places():
    told = rows()
    told["reservations"].append(told["reservations"][3] | {"id": 6, "user": 2})
    assert [one[0] for one in told_of(site(told))].count("lab/area/1") == 2


def test_a_server_is_read_page_after_page_with_its_token():
    with serving() as server:
        told, hidden = rows_of_server(server.address, getter("secret"), BEGIN, END)
    assert (told, hidden) == (ROWS, [])
    assert {token for _, _, token in server.asked} == {"Token secret"}
    assert [asked.get("end__gt") for table, asked, _ in server.asked if table == "reservations"] == [
        "2027-01-10T00:00:00Z",
        None,
        None,
    ]


def test_tables_that_the_token_may_not_see_are_told_and_left():
    with serving(users=(403, {"detail": "no"}), accounts=(404, b"")) as server:
        told, hidden = rows_of_server(server.address, getter(None), BEGIN, END)
    assert set(ROWS) - set(told) == {"users", "accounts", "qualifications"}
    assert [(one.found, one.severity) for one in hidden] == [("HTTP 403", "warning"), ("HTTP 404", "warning")]
    assert site(told).catalogue == site(ROWS).catalogue


@pytest.mark.parametrize(
    ("answer", "code", "found"),
    [
        ((500, b"<h1>Server Error</h1>"), "server_answer", "HTTP 500"),
        ((403, {"detail": "no"}), "server_answer", "HTTP 403"),
        ((302, b"http://elsewhere.example/"), "server_answer", "HTTP 302"),
        ((200, b"<html>Please sign in</html>"), "server_answer", "<html>Please sign in</html>"),
        ((200, b""), "server_answer", ""),
        ((200, b"[" * 100_000), "server_answer", "[" * 80),
        ((200, {"detail": "Not found."}), "server_answer", "None"),
        ((200, ["tool"]), "server_answer", "['tool']"),
        ((200, {"results": [], "next": 7}), "server_answer", "next: 7"),
        ((200, {"results": [], "next": None, "count": 3}), "server_answer", "0 / 3"),
        (
            (200, {"results": [], "next": "http://elsewhere.example/api/tools/"}),
            "server_answer",
            "next: http://elsewhere.example/api/tools/",
        ),
    ],
)
def test_an_answer_that_is_none_is_told(answer, code, found):
    with serving(tools=answer) as server, pytest.raises(GrappeError) as refused:
        rows_of_server(server.address, getter("secret"), BEGIN, END)
    assert [(one.code, one.found) for one in refused.value.problems] == [(code, found)]
    assert refused.value.problems[0].file.startswith(f"{server.address}/api/tools/")


@pytest.mark.parametrize("step", [0, 1])
def test_pages_without_end_are_left(step, monkeypatch):
    monkeypatch.setattr(nemo_server, "MOST_PAGES", 20)
    with serving() as server:

        def page(asked):
            number = int(asked.get("page", "1")) + step
            return {"results": [], "next": f"{server.address}/api/tools/?page={number}"}

        server.answers["tools"] = (200, page)
        with pytest.raises(GrappeError) as refused:
            rows_of_server(server.address, getter(None), BEGIN, END)
    assert [one.code for one in refused.value.problems] == ["server_pages"]
    assert sum(table == "tools" for table, _, _ in server.asked) == (20 if step else 2)


def test_a_server_that_does_not_answer_is_told():
    with serving() as server:
        server.answers["areas"] = (200, lambda _asked: time.sleep(0.5) or [])
        with pytest.raises(GrappeError, match="timed out"):
            rows_of_server(server.address, getter(None, patience_s=0.1), BEGIN, END)
    with pytest.raises(GrappeError, match="refused"):
        rows_of_server(server.address, getter(None), BEGIN, END)


def test_only_web_addresses_are_fetched():
    with pytest.raises(GrappeError, match="web address"):
        rows_of_server("file:///etc", getter(None), BEGIN, END)


def test_a_token_does_not_travel_in_clear():
    with pytest.raises(GrappeError, match="an address in https"):
        rows_of_server("http://nemo.example", getter("secret"), BEGIN, END)


@pytest.mark.parametrize(
    ("table", "change", "found"),
    [
        ("reservations", {"tool": 99}, "tools 99"),
        ("reservations", {"tool": None}, "tool None, area None"),
        ("reservations", {"tool": 1, "area": 1}, "tool 1, area 1"),
        ("reservations", {"tool": {"id": 1}}, "tools {'id': 1}"),
        (
            "reservations",
            {"end": "2027-01-11T08:00:00-05:00"},
            "2027-01-11 09:00:00-05:00 – 2027-01-11 08:00:00-05:00",
        ),
        ("reservations", {"start": "yesterday"}, "yesterday"),
        ("reservations", {"start": None}, "None"),
        ("reservations", {"start": "2027-01-11T09:00:00"}, "2027-01-11T09:00:00"),
        ("scheduled_outages", {"resource": 9}, "resources 9"),
        ("unplanned_outages", {"tool": 9}, "tools 9"),
        ("tools", {"name": " "}, None),
        ("tools", {"parent_tool": 9}, "tools 9"),
        ("tools", {"parent_tool": 1}, "PECVD"),
        ("areas", {"maximum_capacity": -1}, "-1"),
        ("areas", {"maximum_capacity": "five"}, "five"),
        ("qualifications", {"user": 9}, "users 9"),
        ("qualifications", {"qualified_on": "2026-13-01"}, "ValueError: month must be in 1..12"),
        ("configurations", {"tool": 9}, "tools 9"),
    ],
)
def test_a_row_that_lies_is_refused_with_its_place(table, change, found):
    with pytest.raises(GrappeError) as refused:
        site(rows(**{table: lambda row: row.update(change)}))
    first = next(one for one in refused.value.problems if one.sheet == table)
    assert (first.file, first.row, first.found) == ("nemo", 1, found)


@pytest.mark.parametrize("missing", ["tool", "start", "end", "cancelled", "shortened"])
def test_a_missing_field_is_named(missing):
    with pytest.raises(GrappeError) as refused:
        site(rows(reservations=lambda row: row.pop(missing)))
    assert [one.found for one in refused.value.problems] == [f"KeyError: '{missing}'"]


def test_every_row_at_fault_is_told_at_once():
    told = rows()
    for row in told["reservations"]:
        row["end"] = row["start"]
    with pytest.raises(GrappeError) as refused:
        site(told)
    assert [one.row for one in refused.value.problems] == [1, 2, 3, 4, 5]


MODELS = {
    "areas": "area", "tools": "tool", "resources": "resource", "reservations": "reservation",
    "scheduled_outages": "scheduledoutage", "unplanned_outages": "unplannedoutage", "users": "user",
    "qualifications": "qualification", "configurations": "configuration", "accounts": "account",
}  # fmt: skip


def _fixture(told):
    """The same rows as ``dumpdata --natural-foreign --natural-primary`` writes them."""
    tools = {row["id"]: [row["name"]] for row in told["tools"]}
    objects = []
    for table, model in MODELS.items():
        for row in told[table]:
            fields = {name: value for name, value in row.items() if name != "id"}
            for name in ("tool", "parent_tool"):
                if fields.get(name) is not None:
                    fields[name] = tools[fields[name]]
            if "fully_dependent_tools" in fields:
                fields["fully_dependent_tools"] = [tools[each] for each in fields["fully_dependent_tools"]]
            if fields.get("user"):
                fields["user"] = ["ned"]
            key = {} if table in ("tools", "users", "accounts") else {"pk": row["id"]}
            objects.append({"model": f"NEMO.{model}", **key, "fields": fields})
    return [*objects, {"model": "NEMO.news", "pk": 1, "fields": {"title": "Welcome"}}]


def test_a_fixture_with_natural_keys_says_the_same():
    raw = _fixture(ROWS)
    assert is_fixture(raw)
    read = site(rows_of_fixture(raw))
    assert sorted(read.catalogue.equipment) == ["lab/area/1", "lab/tool/Dicing saw", "lab/tool/PECVD"]
    assert [one for one in told_of(read) if one[0] == "lab/tool/PECVD"] == [
        (one[0].replace("/1", "/PECVD"), *one[1:]) for one in told_of(site(ROWS)) if one[0] == "lab/tool/1"
    ]
    assert read.qualifications == (Qualified("ned", "lab/tool/PECVD", date(2026, 6, 1)),)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ([], "missing_value"),
        ({"model": "NEMO.tool"}, "bad_value"),
        ([{"model": "NEMO.tool", "fields": []}], "bad_value"),
        (["tool"], "bad_value"),
        ([{"model": "NEMO.user", "fields": {"username": "ned"}}], "missing_value"),
    ],
)
def test_a_file_that_is_no_fixture_is_refused(raw, code):
    with pytest.raises(GrappeError) as refused:
        rows_of_fixture(raw, "dump.json")
    assert [(one.code, one.file) for one in refused.value.problems] == [(code, "dump.json")]


NAMES = st.text("ABCé ()", min_size=1, max_size=12).map(str.strip).filter(bool)


@st.composite
def catalogues(draw):
    names = draw(st.lists(NAMES, min_size=1, max_size=5))
    tools = {f"lab/{at}": Equipment(f"lab/{at}", name, "lab") for at, name in enumerate(names)}
    starts = draw(st.lists(st.tuples(st.sampled_from(sorted(tools)), st.integers(0, 200)), max_size=8))
    bookings = tuple(
        Booking(
            tool, BEGIN + timedelta(hours=hour), BEGIN + timedelta(hours=hour + 2),
            draw(st.sampled_from(["booking", "maintenance", "outage"])),
        )
        for tool, hour in starts
    )  # fmt: skip
    return Catalogue({"lab": LAB}, tools, bookings=bookings)


@given(catalogues())
def test_a_fixture_that_is_written_is_read_again(catalogue):
    written = json.loads(json.dumps(fixture_of(catalogue, at=BEGIN)))
    read = site_from_nemo(rows_of_fixture(written), LAB, BEGIN, END).catalogue
    assert len({one.name for one in read.equipment.values()}) == len(catalogue.equipment)
    again = dict(zip(read.equipment, catalogue.equipment, strict=True))
    assert {(again[one.equipment], one.start, one.end, one.kind) for one in read.bookings} == {
        (one.equipment, one.start, one.end, one.kind) for one in catalogue.bookings
    }


def test_each_unit_of_an_equipment_is_a_tool():
    oven = Equipment("oven", "Oven", "lab", capacity=2)
    taken = tuple(
        Booking("oven", BEGIN + timedelta(hours=at), BEGIN + timedelta(hours=at + 2)) for at in (0, 1, 2)
    )
    written = fixture_of(Catalogue({"lab": LAB}, {"oven": oven}, bookings=taken), at=BEGIN)
    assert [one["fields"]["name"] for one in written if one["model"] == "NEMO.tool"] == ["Oven", "Oven #2"]
    assert [one["fields"]["tool"] for one in written if one["model"] == "NEMO.reservation"] == [
        ["Oven"],
        ["Oven #2"],
        ["Oven"],
    ]
