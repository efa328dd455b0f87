"""The policy of bookings: each reason, alone; rules read from JSON; hours exact when clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.fabrication.booking_rules import BookingRules, rules_from_json
from grappe.fabrication.calendars import is_open, open_minutes, open_spans
from grappe.fabrication.equipment import Booking, Capability, Equipment, Facility, Opening
from grappe.fabrication.policy import (
    Asked,
    Context,
    Held,
    Refused,
    Signed,
    Standing,
    first_free,
    free_near,
    free_unit,
    refusals,
    refusals_to_cancel,
    wordings,
)
from grappe.fabrication.rates import RateRule, Tariff
from grappe.statements.problems import GrappeError

ZONE = ZoneInfo("America/Montreal")
HOURS = tuple(Opening(day, time(8), time(17)) for day in range(5))
SITE = Facility("nord", "Site nord", openings=HOURS, confirmed_on=date(2026, 11, 1))
TOOL = Equipment("four", "Four", "nord")
DOING = Capability("recuit", "nord", "annealing", equipment="four")
NOW = datetime(2026, 11, 22, 7, tzinfo=ZONE)


def at(hour, minute=0, day=23, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


ASKED = Asked(at(9), at(11), "industrial")
GOOD = Context(NOW, SITE, TOOL, DOING)


def codes(asked=ASKED, **changed):
    return [each.code for each in refusals(asked, replace(GOOD, **changed))]


def rules(**told):
    return {"rules": rules_from_json(told)}


RATE = RateRule("r", "r", "nord", {"academic": Tariff("hour", 1)})
NEEDS = {"capability": replace(DOING, qualification="q")}
CLEARED = Signed("industrial", cleared_until=date(2027, 1, 1))
TAKEN = Standing(taken=((1, at(10), at(12)),))
CASES = [
    ({}, {}, []),
    ({"start": at(11), "end": at(9)}, {}, ["order"]),
    ({}, {"now": at(9, 1)}, ["past"]),
    ({}, {"now": at(9)}, []),
    ({}, rules(notice_h=27), ["short_notice"]),
    ({}, rules(notice_h=26), []),
    ({}, rules(ahead_days=1), ["too_far"]),
    ({}, rules(longest_h=1), ["too_long"]),
    ({"end": at(9, day=24)}, rules(longest_h=9), []),
    ({"start": at(7, 59)}, {}, ["outside_hours"]),
    ({"start": at(8), "end": at(17)}, {}, []),
    ({"start": at(17), "end": at(9, day=24)}, {}, ["outside_hours"]),
    ({"start": at(16), "end": at(8, day=24)}, {}, ["outside_hours"]),
    ({}, {"facility": replace(SITE, closed_on=frozenset({date(2026, 11, 23)}))}, ["day_closed"]),
    ({}, {"facility": replace(SITE, online=False)}, ["offline"]),
    ({}, {"facility": replace(SITE, confirmed_on=date(2025, 1, 1))}, ["stale"]),
    ({}, {"facility": replace(SITE, confirmed_on=None)}, ["stale"]),
    ({}, {"removed_on": date(2026, 11, 2)}, ["removed"]),
    ({}, {"equipment": replace(TOOL, decommissioned_on=date(2026, 11, 23))}, ["decommissioned"]),
    ({}, {"capability": replace(DOING, valid_from=date(2026, 11, 24))}, ["not_yet"]),
    ({}, {"capability": replace(DOING, valid_to=date(2026, 11, 22))}, ["expired"]),
    ({}, {"capability": replace(DOING, valid_to=date(2026, 11, 23))}, []),
    ({}, {"standing": Standing(closures=(Booking("four", at(10), at(12), "outage"),))}, ["outage"]),
    ({}, {"standing": Standing(closures=(Booking("four", at(11), at(12), "maintenance"),))}, []),
    ({}, {"is_vague": True, "capability": None}, ["capability_unsaid"]),
    ({}, NEEDS, ["not_qualified"]),
    ({}, {**NEEDS, "held": (Held("autre", 3),)}, ["not_qualified"]),
    ({}, {**NEEDS, "held": (Held("q", 2, date(2026, 11, 22)),)}, ["qualification_expired"]),
    ({}, {**NEEDS, "held": (Held("q", 2, date(2026, 11, 23)),)}, []),
    ({}, {**NEEDS, "held": (Held("q", 1),)}, ["level_too_low"]),
    ({}, {**NEEDS, "held": (Held("q", 1),), **rules(level=1)}, []),
    ({}, rules(agreement=True), ["no_agreement"]),
    ({}, {**rules(agreement=True), "is_own": True}, []),
    (
        {},
        {**rules(agreement=True), "agreements": (Signed("industrial", date(2026, 11, 22)),)},
        ["agreement_expired"],
    ),
    ({}, {"agreements": (Signed("academic"),)}, ["other_tier"]),
    ({}, {"rate": RATE}, ["no_rate"]),
    ({}, {"needs_clearance": True}, ["not_cleared"]),
    ({}, {"needs_clearance": True, "agreements": (CLEARED,)}, []),
    ({"materials": ("indium_phosphide",)}, rules(controlled_materials=["iii_v"]), ["not_cleared"]),
    ({}, rules(controlled_processes=["thermal"]), ["not_cleared"]),
    ({}, {**rules(person_quota_h=3), "standing": Standing(person_min=61)}, ["person_quota"]),
    ({}, {**rules(person_quota_h=3), "standing": Standing(person_min=60)}, []),
    (
        {}, {**rules(organisation_quota_h=3), "standing": Standing(organisation_min=61)},
        ["organisation_quota"],
    ),
    ({}, {"standing": TAKEN}, ["taken"]),
    ({}, {"standing": TAKEN, "equipment": replace(TOOL, capacity=2)}, []),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "given_", "expected"), CASES)
def test_each_reason_alone(asked, given_, expected):
    assert codes(replace(ASKED, **asked), **given_) == expected


def test_every_reason_is_said_and_worded_in_both_languages():
    found = refusals(
        replace(ASKED, start=at(7, day=21), end=at(20, day=21)),
        replace(GOOD, facility=replace(SITE, online=False), standing=TAKEN, **NEEDS, **rules(agreement=True)),
    )
    told = [each.code for each in found]
    assert told == ["offline", "past", "outside_hours", "not_qualified", "no_agreement"]
    span = (at(9), at(11))
    said = {
        (code, language): Refused(code, span, (span, span)).describe(language)
        for code in wordings()
        if code != "words"
        for language in ("fr", "en")
    }
    assert all("{" not in text and len(text) > 10 for text in said.values())
    assert Refused("taken", span, (span,)).describe("en") == (
        "taken: 2026-11-23 09:00 – 2026-11-23 11:00; free: 2026-11-23 09:00 – 2026-11-23 11:00"
    )
    assert Refused("past", at(9)).describe("fr") == "début dans le passé\u00a0: 2026-11-23 09 h 00"


def test_the_last_moment_to_cancel():
    asked = {"rules": BookingRules(cancel_notice_h=24), "zone": "America/Montreal"}
    assert refusals_to_cancel(at(9), now=at(9, day=22), **asked) == ()
    late = refusals_to_cancel(at(9), now=at(9, 1, day=22), **asked)
    assert [(each.code, each.offered) for each in late] == [("cancel_late", at(9, day=22))]


@pytest.mark.parametrize(
    ("told", "column"),
    [
        ({"notice_h": -1}, "notice_h"), ({"notice_h": True}, "notice_h"), ({"longest_h": "4"}, "longest_h"),
        ({"level": 4}, "level"), ({"agreement": 1}, "agreement"), ({"delai": 3}, "delai"),
        ({"controlled_materials": ["kryptonite"]}, "controlled_materials"),
        ({"controlled_processes": "etch"}, "controlled_processes"),
    ],
)  # fmt: skip
def test_rules_that_are_none_are_named(told, column):
    with pytest.raises(GrappeError) as refused:
        rules_from_json({"grace_min": 30, **told})
    assert [each.column for each in refused.value.problems] == [column]
    assert rules_from_json({}) == BookingRules()
    with pytest.raises(GrappeError):
        rules_from_json([])


NIGHT = replace(SITE, openings=tuple(Opening(day, time(0, 30), time(6)) for day in range(7)))


@pytest.mark.parametrize(("day", "minutes"), [((2026, 11, 1), 390), ((2026, 3, 8), 270), ((2026, 6, 1), 330)])
def test_hours_are_local_and_exact_when_clocks_change(day, minutes):
    start, end = datetime(*day, tzinfo=ZONE), datetime(*day, 23, tzinfo=ZONE)
    assert open_minutes(NIGHT, start, end) == minutes
    assert sum(last - first for first, last in open_spans(NIGHT, start, 1380)) == minutes
    assert is_open(NIGHT, datetime(*day, 0, 30, tzinfo=ZONE))
    assert is_open(NIGHT, datetime(*day, 6, tzinfo=ZONE), ending=True)
    assert not is_open(NIGHT, datetime(*day, 6, tzinfo=ZONE))


def test_a_site_without_hours_is_open_but_on_days_closed():
    always = replace(SITE, openings=(), closed_on=frozenset({date(2026, 11, 24)}))
    assert codes(replace(ASKED, start=at(0), end=at(0, day=24)), facility=always) == []
    assert codes(replace(ASKED, start=at(0), end=at(0, 1, day=24)), facility=always) == ["day_closed"]
    assert open_minutes(always, at(0), at(0, day=26)) == 2 * 1440


def test_the_nearest_free_times_are_free():
    near = free_near(ASKED, replace(GOOD, standing=TAKEN))
    assert near == ((at(8), at(10)), (at(12), at(14)), (at(14), at(16)))
    assert first_free(replace(GOOD, standing=TAKEN), 60, after=at(9, 30), until=at(17)) == (at(12), at(13))
    assert first_free(GOOD, 600, after=at(9), until=at(17)) is None
    assert first_free(GOOD, 600, after=at(9), until=at(17, day=24)) == (at(9), at(10, day=24))


instants = st.integers(0, 60 * 24 * 10).map(lambda minutes: at(0) + timedelta(minutes=minutes))


@given(instants, st.integers(1, 900), st.lists(st.tuples(instants, st.integers(1, 600)), max_size=8))
def test_what_is_found_free_is_granted(start, length, taken):
    standing = Standing(taken=tuple((1, one, one + timedelta(minutes=more)) for one, more in taken))
    context = replace(GOOD, now=datetime(2026, 11, 1, tzinfo=UTC), standing=standing)
    asked = Asked(start, start + timedelta(minutes=length), "industrial")
    assert (free_unit(asked, context) is None) == any(
        one < asked.end and start < one + timedelta(minutes=more) for one, more in taken
    )
    work = open_minutes(SITE, asked.start, asked.end)
    for first, last in free_near(asked, context):
        assert refusals(Asked(first, last, "industrial"), context) == ()
        assert open_minutes(SITE, first, last) == work
