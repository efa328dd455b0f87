"""Before an investment: planted duplicates and gaps are found, and what dominates really does all of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from test_fabrication_matching import MM, ON, capabilities, wishes

from grappe.cli import main
from grappe.fabrication.equipment import (
    Booking,
    Capability,
    Catalogue,
    Equipment,
    Facility,
    Opening,
    Transfer,
)
from grappe.fabrication.investment import compare_investment
from grappe.fabrication.matching import find_capabilities
from grappe.fabrication.quantities import Range
from grappe.fabrication.rates import RateRule, Tariff
from grappe.fabrication.wishes import parse_wish


def _etcher(key, facility, *, wafers, thickness, **more):
    return Capability(
        key, facility, "rie", key, equipment=key, rate="hourly",
        limits={"thickness": Range(*thickness)}, wafer_mm=tuple(Range(one * MM, one * MM) for one in wafers),
        materials_allowed=more.pop("materials", frozenset({"silicon"})), contamination="general", **more,
    )  # fmt: skip


PROPOSED = _etcher("new", "Est", wafers=(100, 150), thickness=(50, 800))
TWIN = _etcher("twin", "Nord", wafers=(100, 150, 200), thickness=(10, 1000))
SMALL = _etcher("small", "Sud", wafers=(100,), thickness=(10, 300))
AWAY = _etcher("away", "Sud", wafers=(25,), thickness=(10, 300))
SILENT = replace(TWIN, id="silent", equipment=None, limits={})
OLD = replace(TWIN, id="old", valid_to=date(2020, 1, 1))
HOURS = tuple(Opening(day, time(8), time(18)) for day in range(5))


def catalogue(*capabilities, bookings=()):
    tools = {
        each.equipment: Equipment(each.equipment, each.id, each.facility)
        for each in capabilities
        if each.equipment
    }
    sites = {name: Facility(name, name, openings=HOURS, confirmed_on=ON) for name in ("Nord", "Sud", "Est")}
    rates = {"hourly": RateRule("hourly", "hourly", "", {"industrial": Tariff("hour", Decimal(210))})}
    return Catalogue(sites, tools, capabilities, (Transfer("Est", "Nord", 1, 1),), tuple(bookings), rates)


def test_a_planted_duplicate_is_found_with_its_use_way_and_price():
    busy = [Booking("twin", datetime(2027, 1, 4, 13, tzinfo=UTC), datetime(2027, 1, 4, 23, tzinfo=UTC))]
    found = compare_investment(
        PROPOSED, catalogue(TWIN, SMALL, AWAY, SILENT, OLD, bookings=busy), on=ON, weeks=1,
        until=datetime(2027, 1, 11, tzinfo=UTC),
    )  # fmt: skip
    assert [(each.capability.id, each.relation) for each in found.existing] == [
        ("twin", "dominates"),
        ("silent", "may_dominate"),
        ("small", "overlaps"),
        ("away", "apart"),
    ]
    (twin,) = found.duplicates
    # Ten hours booked of five days of ten hours.
    assert (twin.utilisation, twin.transfer_days, twin.hourly_cad) == (0.2, 2, Decimal(210))
    assert found.uncovered == ()
    assert [each.about for each in found.existing[1].compared if each.cover == "unstated"] == ["thickness"]


def test_a_planted_gap_stays_uncovered_limit_by_limit():
    wider = replace(PROPOSED, materials_allowed=frozenset({"silicon", "lnoi"}))
    found = compare_investment(wider, catalogue(SMALL, AWAY), on=ON)
    assert {each.about: (each.ranges, each.codes) for each in found.uncovered} == {
        "wafer": ((Range(150 * MM, 150 * MM),), ()),
        "material": ((), ("lnoi",)),
        "thickness": ((Range(300, 800),), ()),
    }


def test_refused_demand_is_counted_once_each():
    asked = [
        parse_wish(text)
        for text in (
            "etch 200 nm silicon on 100 mm wafers",
            "etch 600 nm silicon on 150 mm wafers",
            "etch 600 nm silicon on 300 mm wafers",
        )
    ]
    found = compare_investment(PROPOSED, catalogue(SMALL), on=ON, wishes=asked)
    assert (found.served_today, found.served_only_by_it, found.served_by_none) == (1, 1, 1)


@given(capabilities(), capabilities(), wishes(), st.booleans())
def test_what_dominates_can_do_whatever_the_proposal_could(one, other, wish, twin):
    proposed = replace(one, id="new", valid_to=None)
    existing = replace(one if twin else other, id="old", valid_to=None)
    known = Catalogue({"f": Facility("f", "f")}, {}, (existing,))
    relations = [each.relation for each in compare_investment(proposed, known, on=ON).existing]
    if relations == ["dominates"]:
        both = Catalogue(known.facilities, {}, (existing, proposed))
        can = {each.capability.id: each.can for each in find_capabilities(wish, both, on=ON)}
        assert can["old"] or not can["new"]


HEADER = "facility,name,process,wafer_mm,thickness,materials_allowed,contamination\n"


def test_the_command_tells_twins_gaps_and_demand(tmp_path):
    new, known = tmp_path / "new.csv", tmp_path / "known.csv"
    new.write_text(HEADER + "Est,New,rie,100; 150,50-800 nm,silicon,general\n", "utf-8")
    known.write_text(
        HEADER + "Nord,Small,rie,100,10-300 nm,silicon,general\nSud,Silent,rie,100; 150,,silicon,general\n",
        "utf-8",
    )
    wish = "etch 600 nm silicon on 150 mm wafers"
    done = CliRunner().invoke(main, ["--lang", "fr", "flow", "compare", str(new), str(known), "--wish", wish])
    assert [line.strip() for line in done.output.splitlines()] == [
        "dominerait peut-être  Sud — Silent  épaisseur (non publié)",
        "recoupe  Nord — Small  diamètre (en partie), épaisseur (en partie)",
        "non couvert  épaisseur\u00a0: 300–800\u00a0nm",
        "demandes  servies 1, par elle seule 0, par aucun 0",
    ]
