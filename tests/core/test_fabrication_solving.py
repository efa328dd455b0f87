"""Shops and projects: read, solved, proven, and refused when they are none."""

import itertools
import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.cli import main
from grappe.fabrication.projects import read_project
from grappe.fabrication.shop_search import ShopSearch, greedy
from grappe.fabrication.shops import Shop, makespan, read_shop
from grappe.fabrication.solving import Budget, solve_project, solve_shop, trivial_bound
from grappe.statements.problems import GrappeError

TINY = Budget(cpu_seconds=2.0)
FJS = "3 2 2\n2 2 0 3 1 5 1 1 2\n2 1 0 4 2 0 2 1 2\n1 2 0 6 1 7\n"


def violations(shop: Shop, placed) -> list[str]:
    """What a schedule breaks, found without the solver's code."""
    found = []
    by_op = {(one.job, one.op): one for one in placed}
    if len(by_op) != len(placed) or len(placed) != sum(len(ops) for ops in shop.jobs):
        found.append("operations missing or twice")
    for (job, op), one in by_op.items():
        if one.end - one.start != shop.jobs[job][op].get(one.machine) or one.start < 0:
            found.append(f"duration {job} {op}")
        if op and one.start < by_op[job, op - 1].end + shop.travel(by_op[job, op - 1].machine, one.machine):
            found.append(f"order {job} {op}")
    for one, other in itertools.combinations(placed, 2):
        if one.machine == other.machine and one.start < other.end and other.start < one.end:
            found.append(f"overlap {one} {other}")
    return found


def shortest_by_brute_force(shop: Shop) -> int:
    """The least makespan over every order of dispatch and every choice of machine (semi-active schedules)."""
    best = 10**9
    total = sum(len(ops) for ops in shop.jobs)

    def go(at, ready, free, done, longest):
        nonlocal best
        if longest >= best:
            return
        if done == total:
            best = longest
            return
        for job, ops in enumerate(shop.jobs):
            if at[job] == len(ops):
                continue
            last = ready[job]
            for machine, duration in ops[at[job]].items():
                begin = max(free[machine], last[0] + shop.travel(last[1], machine) if last else 0)
                end = begin + duration
                go(
                    (*at[:job], at[job] + 1, *at[job + 1 :]),
                    (*ready[:job], (end, machine), *ready[job + 1 :]),
                    (*free[:machine], end, *free[machine + 1 :]),
                    done + 1,
                    max(longest, end),
                )

    go((0,) * len(shop.jobs), (None,) * len(shop.jobs), (0,) * shop.machines, 0, 0)
    return best


operations = st.dictionaries(st.integers(0, 2), st.integers(0, 6), min_size=1, max_size=3)
jobs = st.lists(st.lists(operations, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple)


@st.composite
def shops(draw):
    transport = draw(st.sampled_from([(), ((0, 2, 4), (2, 0, 3), (1, 2, 0))]))
    return Shop(draw(jobs), (0, 1, 2) if transport else (), transport)


@given(shops())
@settings(max_examples=30, deadline=None)
def test_a_small_shop_is_solved_as_well_as_by_trying_everything(shop):
    solved = solve_shop(shop, TINY)
    assert violations(shop, solved.schedule) == []
    assert (solved.makespan, solved.status) == (shortest_by_brute_force(shop), "optimal")
    assert makespan(solved.schedule) == solved.makespan


@given(shops(), st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_search_alone_keeps_every_schedule_valid_and_never_worse_than_greedy(shop, seed):
    search = ShopSearch(shop, seed)
    turns = iter((False, False, True))
    value = search.improve(lambda: next(turns), trivial_bound(shop))
    placed = search.schedule()
    assert violations(shop, placed) == []
    assert violations(shop, greedy(shop)) == []
    assert trivial_bound(shop) <= value == makespan(placed) <= makespan(greedy(shop))


def test_the_same_seed_gives_the_same_schedule(tmp_path):
    shop = read_shop(_file(tmp_path, "a.fjs", FJS))
    assert solve_shop(shop, TINY) == solve_shop(shop, TINY)


def _file(folder, name, text):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_solve_writes_the_solution_with_its_bound(tmp_path):
    instance, out = _file(tmp_path, "a.fjs", FJS), tmp_path / "out.json"
    done = CliRunner().invoke(
        main, ["--lang", "fr", "flow", "solve", str(instance), "--cpu-seconds", "9000", "--out", str(out)]
    )
    assert (done.exit_code, done.output) == (0, "9 (optimal, prouvé)\n")
    solution = json.loads(out.read_text("utf-8"))
    assert (solution["makespan"], solution["lower_bound"]) == (9, 9)
    assert [(each["job"], each["op"]) for each in solution["operations"]] == [
        (0, 0), (0, 1), (1, 0), (1, 1), (2, 0),
    ]  # fmt: skip


def test_travel_between_sites_is_paid(tmp_path):
    raw = {
        "machines": 2,
        "machine_site": [0, 1],
        "transport": [[0, 5], [5, 0]],
        "jobs": [[[{"machine": 0, "duration": 2}], [{"machine": 1, "duration": 3}]]],
    }
    solved = solve_shop(read_shop(_file(tmp_path, "a.json", json.dumps(raw))), TINY)
    assert (solved.makespan, solved.status) == (10, "optimal")


MM = """projects : 1
PRECEDENCE RELATIONS:
jobnr. #modes #successors successors
1 1 2 2 3
2 2 1 4
3 2 1 4
4 1 0
****
REQUESTS/DURATIONS:
jobnr. mode duration R 1 N 1
1 1 0 0 0
2 1 2 2 {fast}
  2 4 1 1
3 1 3 2 4
  2 5 1 1
4 1 0 0 0
****
RESOURCEAVAILABILITIES:
 R 1 N 1
 2 {stock}
"""


@pytest.mark.parametrize(("stock", "best"), [(8, 5), (5, 5), (2, 5)])
def test_a_project_trades_modes_for_resources(tmp_path, stock, best):
    project = read_project(_file(tmp_path, "a.mm", MM.format(fast=4, stock=stock)))
    solved = solve_project(project, TINY)
    assert (solved.makespan, solved.status) == (best, "optimal")


def test_a_project_that_no_combination_of_modes_can_do_is_refused(tmp_path):
    project = read_project(_file(tmp_path, "a.mm", MM.format(fast=4, stock=1)))
    with pytest.raises(GrappeError) as refused:
        solve_project(project, TINY)
    assert [each.code for each in refused.value.problems] == ["no_schedule"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.fjs", ""),
        ("a.fjs", "3 2\n1 1 0 3\n"),
        ("a.fjs", "1 2\n2 1 0 3\n"),
        ("a.fjs", "1 2\n1 1 0 3 9\n"),
        ("a.fjs", "1 2\n1 1 0 -3\n"),
        ("a.fjs", "1 2\n1 0\n"),
        ("a.fjs", "nothing of the kind"),
        ("a.json", "{"),
        ("a.json", "[]"),
        ("a.json", '{"jobs": [[[{"machine": 1, "duration": 2}]]], "machine_site": [0], "transport": [[0]]}'),
        ("a.json", '{"jobs": [[[{"machine": 0, "duration": 2}]]], "machine_site": [3], "transport": [[0]]}'),
        ("a.mm", ""),
        ("a.mm", MM.format(fast=4, stock="")),
        ("a.mm", MM.format(fast="", stock=3)),
        ("a.mm", MM.format(fast=4, stock=3).replace("1 1 2 2 3", "1 1 3 2 3")),
        ("a.mm", MM.format(fast=4, stock=3).replace("2 2 1 4\n3", "2 2 1 9\n3")),
    ],
)
def test_what_is_no_instance_is_refused_with_its_reason(tmp_path, name, text):
    done = CliRunner().invoke(
        main,
        ["--lang", "en", "flow", "solve", str(_file(tmp_path, name, text)), "--out", str(tmp_path / "o")],
    )
    assert done.exit_code == 3
    assert f"file {name}: this is no scheduling instance" in done.output.replace("✗ ", "file ")
    assert not (tmp_path / "o").exists()
