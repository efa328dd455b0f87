"""Flows over several sites: what every route respects, what it trades, and why there may be none."""

import copy
import itertools
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from click.testing import CliRunner

from grappe.cli import main
from grappe.fabrication.catalogue_json import catalogue_from_json
from grappe.fabrication.flows import flow_from_json
from grappe.fabrication.planning import plan_flow
from grappe.fabrication.simulation import simulate
from grappe.fabrication.solving import Budget
from grappe.statements.problems import GrappeError

BUDGET = Budget(cpu_seconds=6.0)
HOURS = {day: ["08:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def _site(name):
    return {"id": name, "confirmed_on": "2027-01-01", "openings": HOURS, "timezone": "America/Montreal"}


def _tool(site, process, hourly, minutes, **more):
    key = f"{site}-{process}"
    tool = {"id": key, "facility": site, "capacity": more.pop("capacity", 1)}
    rate = {"id": key, "tiers": {"industrial": {"unit": "hour", "amount": hourly}}}
    capability = {
        "id": key, "facility": site, "process": process, "equipment": key, "rate": key, "setup_min": 30,
        "run_min": minutes, "wafer_mm": ["100"], **more,
    }  # fmt: skip
    return tool, rate, capability


TOOLS = [
    _tool("Nord", "contact_lithography", 100, 90),
    _tool("Nord", "dry_etch", 120, 210, materials_forbidden=["gold"], limits={"thickness": "10-500 nm"}),
    _tool("Sud", "contact_lithography", 50, 90),
    _tool("Sud", "dry_etch", 15, 1400, materials_forbidden=["gold"]),
    _tool("Sud", "ellipsometry", 40, 30, queue_days=[0, 2]),
]
CATALOGUE = {
    "facilities": [_site("Nord"), _site("Sud")],
    "equipment": [tool for tool, _, _ in TOOLS],
    "rates": [rate for _, rate, _ in TOOLS],
    "capabilities": [capability for _, _, capability in TOOLS],
    "transfers": [{"from": "Nord", "to": "Sud", "days": 1, "price_cad": "75.50"}],
    "bookings": [
        {"equipment": "Nord-contact_lithography", "start": "2027-01-11T08:00", "end": "2027-01-11T10:00"}
    ],
}
FLOW = {
    "name": "Guide d’onde",
    "start": "2027-01-11",
    "wafers": 2,
    "origin": "Nord",
    "steps": [
        {"id": "litho", "wish": "contact lithography on 100 mm wafers"},
        {
            "id": "etch", "process": "etch", "wafer_mm": "100", "limits": {"thickness": "300 nm"},
            "max_queue_h": 48,
        },
        {"id": "check", "process": "ellipsometry", "wafer_mm": "100"},
    ],
}  # fmt: skip


def planned(flow=FLOW, catalogue=CATALOGUE, objective="balanced"):
    return plan_flow(flow_from_json(flow), catalogue_from_json(catalogue), objective, BUDGET)


def changed(document, **parts):
    return copy.deepcopy(document) | parts


def broken_rules(plan) -> list[str]:
    """What a plan's routes break, from the catalogue and flow alone."""
    found = []
    for route in plan.routes:
        by_step = {}
        for one in route.placements:
            by_step.setdefault(one.step, []).append(one)
            found += off_its_calendar(plan, one)
        for step in plan.flow.steps:
            for name in step.after:
                for before, one in itertools.product(by_step[name], by_step[step.id]):
                    found += off_its_turn(plan, step, before, one)
        for one, other in itertools.combinations(route.placements, 2):
            same = one.capability.resource == other.capability.resource
            if same and one.start < other.end and other.start < one.end:
                found.append(f"{one.step} and {other.step} at once")
    return found


def off_its_calendar(plan, one):
    begin, end = _minute(plan, one.start), _minute(plan, one.end)
    opened = plan.choices.calendar(one.capability).opened
    worked = sum(max(0, min(close, end) - max(opening, begin)) for opening, close in opened)
    if worked != 30 + one.runs * one.capability.run_min:
        yield f"{one.step}: {worked} minutes of work"
    for first, last in plan.choices.busy(one.capability.resource):
        if first < end and begin < last:
            yield f"{one.step}: across a booking"


def off_its_turn(plan, step, before, one):
    waited = (one.start - before.end).total_seconds() / 60
    if waited < plan.choices.lag_min(before.capability.facility, one.capability.facility):
        yield f"{step.id}: before it arrives"
    if step.max_queue_min is not None and waited > step.max_queue_min:
        yield f"{step.id}: waits {waited} minutes"


def _minute(plan, instant):
    return int((instant.astimezone(UTC) - plan.choices.origin.astimezone(UTC)).total_seconds() // 60)


def test_routes_trade_price_for_lead_time_and_break_nothing():
    plan = planned()
    assert broken_rules(plan) == []
    assert [(route.lead_min, route.price_cad, route.is_proven) for route in plan.routes] == [
        # Nord after its booking until 17:00, a day on the road, Wednesday from 8:00.
        (2 * 1440 + 9 * 60, Decimal("795.50"), True),
        # Sud's lithography from 8:00, two days on the road for Nord's etcher, Wednesday until 16:00.
        (2 * 1440 + 16 * 60, Decimal("771.00"), True),
        # All at Sud: 22 hours of etching until Wednesday evening, 1 h 50 min and the check on Thursday.
        (3 * 1440 + 10 * 60 + 50, Decimal("497.50"), True),
    ]
    prices = [route.price_cad for route in plan.routes]
    leads = [route.lead_min for route in plan.routes]
    assert prices == sorted(prices, reverse=True)
    assert leads == sorted(leads)


@pytest.mark.parametrize(("objective", "at"), [("lead-time", 0), ("price", -1)])
def test_the_objective_takes_an_end_of_the_frontier(objective, at):
    plan = planned(objective=objective)
    assert plan.route == plan.routes[at]


def test_a_split_lot_runs_on_two_machines_at_once():
    flow = changed(FLOW, wafers=4)
    flow["steps"][0]["split"] = 2
    plan = planned(flow, objective="lead-time")
    assert broken_rules(plan) == []
    litho = [one for one in plan.route.placements if one.step == "litho"]
    assert [one.wafers for one in litho] == [2, 2]


def test_a_machine_with_two_places_takes_two_parts_at_once():
    catalogue = changed(CATALOGUE)
    for tool in catalogue["equipment"]:
        tool["capacity"] = 2
    flow = changed(FLOW, wafers=2, steps=[{**FLOW["steps"][2], "split": 2}])
    one, other = planned(flow, catalogue, "lead-time").route.placements
    assert (one.start, one.end) == (other.start, other.end)


def test_hours_follow_the_clock_change():
    flow = changed(FLOW, start="2027-03-15", steps=[FLOW["steps"][2]])
    (one,) = planned(flow).route.placements
    assert one.start.astimezone(UTC) == datetime(2027, 3, 15, 12, tzinfo=UTC)
    flow["start"] = "2027-03-12"
    (one,) = planned(flow).route.placements
    assert one.start.astimezone(UTC) == datetime(2027, 3, 12, 13, tzinfo=UTC)


def _codes(plan):
    return [(each.step, each.reason.code) for each in plan.blocking]


def test_no_route_because_of_the_fewest_limits():
    flow = changed(FLOW)
    flow["steps"][1] |= {"materials": ["gold"], "limits": {"thickness": "2000 nm"}, "wafer_mm": "100"}
    plan = planned(flow)
    assert (plan.routes, _codes(plan)) == ((), [("etch", "material_forbidden")])
    assert plan.blocking[0].capability.id == "Sud-dry_etch"


def test_no_route_because_nobody_offers_it_or_no_operator_may():
    flow = changed(FLOW)
    flow["steps"][2]["process"] = "epitaxy"
    assert _codes(planned(flow)) == [("check", "nobody")]
    catalogue = changed(CATALOGUE)
    catalogue["capabilities"][4]["qualification"] = "ellipsometry-2"
    assert _codes(planned(FLOW, catalogue)) == [("check", "not_qualified")]
    allowed = changed(FLOW, qualifications=["ellipsometry-2"])
    assert planned(allowed, catalogue).routes != ()


def test_no_route_because_the_way_is_missing_or_the_wait_too_long():
    catalogue = changed(CATALOGUE, transfers=[])
    catalogue["capabilities"] = [
        each
        for each in catalogue["capabilities"]
        if each["id"] in ("Nord-contact_lithography", "Sud-dry_etch")
    ]
    flow = changed(FLOW, steps=FLOW["steps"][:2])
    plan = planned(flow, catalogue)
    assert [(each.reason.asked, each.reason.offered) for each in plan.blocking] == [("Nord", "Sud")]
    catalogue["transfers"] = CATALOGUE["transfers"]
    flow["steps"][1] = {**flow["steps"][1], "max_queue_h": 2}
    assert _codes(planned(flow, catalogue)) == [("etch", "queue_time")]


def test_a_stale_site_is_not_planned_on_unless_accepted():
    catalogue = changed(CATALOGUE)
    del catalogue["facilities"][1]["confirmed_on"]
    assert _codes(planned(FLOW, catalogue)) == [("check", "stale")]
    assert planned(changed(FLOW, accept_stale=True), catalogue).routes != ()


def test_a_simulation_has_a_seed_and_its_median_below_its_tail():
    flow = changed(FLOW)
    flow["steps"][2]["rework"] = {"probability": 0.3, "from": "etch"}
    plan = planned(flow, objective="lead-time")
    times = simulate(plan, plan.route, seed=4, runs=200)
    assert times == simulate(plan, plan.route, seed=4, runs=200)
    assert plan.route.lead_min / 1440 <= times.p50_days < times.p90_days


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            {
                "steps": [
                    {"id": "a", "process": "etch", "after": ["b"]},
                    {"id": "b", "process": "etch", "after": ["a"]},
                ]
            },
            "cycle",
        ),
        ({"steps": [{"id": "a", "process": "etch"}, {"id": "a", "process": "etch"}]}, "duplicate_key"),
        ({"steps": [{"id": "a", "process": "etch", "after": ["z"]}]}, "bad_value"),
        ({"steps": [{"id": "a", "process": "alchemy"}]}, "bad_value"),
        ({"steps": [{"id": "a", "process": "etch", "limits": {"thickness": "3 furlong"}}]}, "unknown_unit"),
        ({"steps": [{"id": "a", "process": "etch", "limits": {"thickness": "9-3 nm"}}]}, "bad_value"),
        ({"steps": []}, "bad_value"),
        ({"start": "soon"}, "bad_value"),
        ({"wafers": 0}, "bad_value"),
    ],
)  # fmt: skip
def test_a_flow_to_mend_is_refused_with_its_reason(change, code):
    with pytest.raises(GrappeError) as refused:
        flow_from_json(changed(FLOW, **change))
    assert [each.code for each in refused.value.problems] == [code]


@pytest.mark.parametrize(
    ("part", "row"),
    [
        ("facilities", {"id": "x", "openings": {"mon": ["08:00-12:00", "11:00-17:00"]}}),
        ("facilities", {"id": "x", "timezone": "Lune/Mer"}),
        ("equipment", {"id": "x", "facility": "Nord", "capacity": 0}),
        ("capabilities", {"id": "x", "facility": "Lune", "process": "etch"}),
        ("capabilities", {"id": "x", "facility": "Nord", "process": "etch", "wafer_mm": ["150-100"]}),
        ("capabilities", {"id": "x", "facility": "Nord", "process": "etch", "queue_days": [3, 1]}),
        ("capabilities", {"id": "x", "facility": "Nord", "process": "etch", "limits": {"colour": "1 nm"}}),
        ("transfers", {"from": "Nord", "to": "Sud", "days": -1}),
        ("bookings", {"equipment": "x", "start": "2027-01-11T08:00", "end": "2027-01-11T10:00"}),
        ("bookings", {"equipment": "Sud-dry_etch", "start": "2027-01-11T12:00", "end": "2027-01-11T10:00"}),
        ("rates", {"id": "x", "tiers": {"t": {"unit": "hour", "amount": "much"}}}),
    ],
)
def test_a_catalogue_to_mend_names_the_part_and_the_row(part, row):
    catalogue = changed(CATALOGUE)
    catalogue[part].append(row)
    with pytest.raises(GrappeError) as refused:
        catalogue_from_json(catalogue)
    (problem,) = refused.value.problems
    assert problem.sheet == part
    assert all(problem.describe(language) for language in ("fr", "en"))


@pytest.fixture
def files(tmp_path):
    for name, document in (("flow", FLOW), ("catalogue", CATALOGUE)):
        (tmp_path / f"{name}.json").write_text(json.dumps(document), "utf-8")
    return str(tmp_path / "flow.json"), str(tmp_path / "catalogue.json")


def _run(*arguments):
    done = CliRunner().invoke(main, ["flow", "plan", *arguments, "--simulations", "50"], obj="fr")
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_writes_a_run_card_a_page_or_json(files):
    card = _run(*files)
    assert card.startswith("Run card: Guide d’onde (version 1), 2 wafers\n")
    page = _run(*files, "--format", "html")
    assert page.count("<tr>") == 1 + len(FLOW["steps"])
    row = json.loads(_run(*files, "--format", "json"))
    route = row["routes"][row["chosen"]]
    assert [one["step"] for one in route["placements"]] == ["litho", "etch", "check"]
    total = sum(Decimal(one["price_cad"]) for one in route["placements"])
    assert Decimal(route["price_cad"]) == total + Decimal(route["transport_cad"])


def test_the_command_says_why_there_is_no_route(files, tmp_path):
    flow = changed(FLOW)
    flow["steps"][2]["process"] = "epitaxy"
    path = tmp_path / "other.json"
    path.write_text(json.dumps(flow), "utf-8")
    done = CliRunner().invoke(main, ["--lang", "fr", "flow", "plan", str(path), files[1]])
    assert (
        done.stdout
        == "Aucune route, parce que\u00a0:\n- check\u00a0: aucun site n’offre ce procédé\u00a0: épitaxie\n"
    )
