"""Solve a shop or a project within a budget of processor seconds: search first, proof after, in turns."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ortools.sat.python import cp_model

from grappe.fabrication.project_model import ProjectModel, longest_horizon
from grappe.fabrication.projects import Done, Project, project_makespan, project_solution, read_project
from grappe.fabrication.shop_model import build_shop_model
from grappe.fabrication.shop_search import ShopSearch
from grappe.fabrication.shops import Placed, Shop, makespan, read_shop, shop_solution
from grappe.statements.problems import GrappeError, Problem

Status = Literal["optimal", "feasible"]
#: Shares of the budget used by the end of a search and of the proof after it, in turn. Small shops are soon
#: searched out and most of their time goes to the proof; on large ones the search does more.
_SMALL_OPERATIONS = 120
_SMALL_TURNS = ((0.05, 0.50), (0.60, 1.0))
_LARGE_TURNS = ((0.05, 0.20), (0.85, 1.0))
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Solved:
    """A schedule and what is proven of it: its makespan is *lower_bound* at least, and optimal when equal."""

    schedule: tuple[Placed, ...] | tuple[Done, ...]
    makespan: int
    lower_bound: int

    @property
    def status(self) -> Status:
        """optimal when the bound meets the makespan."""
        return "optimal" if self.lower_bound >= self.makespan else "feasible"


@dataclass(frozen=True)
class Budget:
    """How much processor time may be used: *clock* gives the seconds used so far by all threads.

    Without a clock CP-SAT counts its own deterministic seconds, a search runs one turn each time, and the
    same seed gives the same schedule on any machine.
    """

    cpu_seconds: float
    clock: Callable[[], float] | None = None
    seed: int = 1
    workers: int = 1

    def started(self) -> "Running":
        """The budget, counted from now on."""
        return Running(self, self.clock() if self.clock else 0.0)


@dataclass
class Running:
    """A budget being spent: *since* is what the clock said at its start."""

    budget: Budget
    since: float
    turns: int = 0

    def used(self, share: float) -> bool:
        """Whether *share* of the budget is used up; without a clock, a search is asked once a turn."""
        if self.budget.clock is None:
            self.turns += 1
            return self.turns % 2 == 0
        return self.budget.clock() - self.since >= share * self.budget.cpu_seconds

    def run(self, solver: Any, model: Any, share: float) -> Any:
        """Run CP-SAT until *share* of the budget is used up."""
        parameters = solver.parameters
        parameters.num_workers = self.budget.workers
        parameters.random_seed = self.budget.seed
        clock = self.budget.clock
        if clock is None:
            parameters.max_deterministic_time = share * self.budget.cpu_seconds
            return solver.solve(model)
        left = share * self.budget.cpu_seconds - (clock() - self.since)
        if left <= 0:
            return cp_model.UNKNOWN
        ended = threading.Event()

        def watch() -> None:
            while not ended.wait(_POLL_SECONDS):
                if self.used(share):
                    solver.stop_search()

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            return solver.solve(model)
        finally:
            ended.set()
            watcher.join()


def solve_file(path: Path, budget: Budget) -> tuple[Solved, dict[str, Any]]:
    """Solve the instance of *path* (``.fjs``, ``.mm``, ``.json``): the result, and it as JSON writes it.

    Raises GrappeError when the file is no instance, or has no solution.
    """
    if path.suffix.lower() == ".mm":
        project = read_project(path)
        solved = solve_project(project, budget)
        return solved, project_solution(project, solved.schedule, solved.lower_bound)  # type: ignore[arg-type]
    solved = solve_shop(read_shop(path), budget)
    return solved, shop_solution(solved.schedule, solved.lower_bound)  # type: ignore[arg-type]


def solve_shop(shop: Shop, budget: Budget) -> Solved:
    """The shortest schedule of *shop* found within *budget*, and the bound proven."""
    if not any(shop.jobs):
        return Solved((), 0, 0)
    running = budget.started()
    search = ShopSearch(shop, budget.seed)
    bound = trivial_bound(shop)
    small = sum(len(ops) for ops in shop.jobs) <= _SMALL_OPERATIONS
    for search_until, prove_until in _SMALL_TURNS if small else _LARGE_TURNS:
        search.improve(lambda until=search_until: running.used(until), bound)  # type: ignore[misc]
        if search.value > bound:
            bound = max(bound, _prove(shop, search, running, prove_until, bound))
        if search.value <= bound:
            break
    return Solved(search.schedule(), search.value, min(bound, search.value))


def _prove(shop: Shop, search: ShopSearch, running: Running, share: float, bound: int) -> int:
    """Let CP-SAT improve on the search's schedule or prove it; the bound it reached."""
    built = build_shop_model(shop, search.value, search.schedule())
    built.model.add(built.makespan >= bound)
    solver = cp_model.CpSolver()
    status = running.run(solver, built.model, share)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return bound
    found = built.read(solver.value)
    if makespan(found) < search.value:
        search.adopt(found)
    return round(solver.best_objective_bound)


def trivial_bound(shop: Shop) -> int:
    """No schedule is shorter: the longest job on its fastest machines with least travel, or the work of all
    jobs shared evenly among the machines."""
    longest = 0
    for ops in shop.jobs:
        ends: dict[int, int] = {}
        for op in ops:
            ends = {
                machine: duration
                + min((end + shop.travel(before, machine) for before, end in ends.items()), default=0)
                for machine, duration in op.items()
            }
        longest = max(longest, min(ends.values(), default=0))
    work = sum(min(op.values()) for ops in shop.jobs for op in ops)
    used = len({machine for ops in shop.jobs for op in ops for machine in op})
    return max(longest, -(-work // max(used, 1)))


def solve_project(project: Project, budget: Budget) -> Solved:
    """The shortest schedule of *project* found within *budget*, and the bound proven.

    Raises GrappeError when there is no schedule, or when none was found in the budget.
    """
    running = budget.started()
    solver = cp_model.CpSolver()
    built = ProjectModel(project, longest_horizon(project))
    status = running.run(solver, built.model, 1.0)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        code = "no_schedule" if status == cp_model.INFEASIBLE else "no_schedule_in_time"
        raise GrappeError(Problem(code, found=str(budget.cpu_seconds)))
    done = built.read(solver.value)
    return Solved(done, project_makespan(project, done), round(solver.best_objective_bound))
