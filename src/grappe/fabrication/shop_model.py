"""The CP-SAT model of a flexible job shop with travel times (optional intervals, a no-overlap a machine)."""

from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from grappe.fabrication.shops import Placed, Shop


@dataclass
class ShopModel:
    """The model and its variables, by (job, operation) and by (job, operation, machine)."""

    model: Any
    start: dict[tuple[int, int], Any] = field(default_factory=dict)
    end: dict[tuple[int, int], Any] = field(default_factory=dict)
    chosen: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    makespan: Any = None

    def read(self, value: Any) -> tuple[Placed, ...]:
        """The schedule that *value* (variable → its value) describes."""
        return tuple(
            Placed(job, op, machine, value(self.start[job, op]), value(self.end[job, op]))
            for (job, op, machine), literal in self.chosen.items()
            if value(literal)
        )


def build_shop_model(shop: Shop, horizon: int, hint: tuple[Placed, ...] = ()) -> ShopModel:
    """The model of *shop* with every end at *horizon* at most, *hint* given as a first solution."""
    built = ShopModel(cp_model.CpModel())
    built.makespan = built.model.new_int_var(0, horizon, "makespan")
    lanes: dict[int, list[Any]] = {}
    for job, ops in enumerate(shop.jobs):
        _add_job(built, shop, job, _windows(shop, ops, horizon), lanes)
    for machine in sorted(lanes):
        built.model.add_no_overlap(lanes[machine])
    _add_loads(built, shop, lanes)
    built.model.minimize(built.makespan)
    for one in hint:
        built.model.add_hint(built.start[one.job, one.op], one.start)
        built.model.add_hint(built.end[one.job, one.op], one.end)
        choices = shop.jobs[one.job][one.op]
        for machine in choices if len(choices) > 1 else ():
            built.model.add_hint(built.chosen[one.job, one.op, machine], machine == one.machine)
    if hint:
        built.model.add_hint(built.makespan, max(one.end for one in hint))
    return built


def _windows(shop: Shop, ops: Any, horizon: int) -> list[tuple[int, int]]:
    """Earliest start and latest end of each operation of a job, by its own shortest path through machines."""
    ahead: list[dict[int, int]] = []
    for op in ops:
        before = ahead[-1] if ahead else {}
        ready = {
            m: min((end + shop.travel(other, m) for other, end in before.items()), default=0) for m in op
        }
        ahead.append({m: ready[m] + op[m] for m in op})
    behind: dict[int, int] = {}
    latest = []
    for op in reversed(ops):
        latest.append(
            {
                m: horizon - min((tail + shop.travel(m, other) for other, tail in behind.items()), default=0)
                for m in op
            }
        )
        behind = {m: horizon - latest[-1][m] + op[m] for m in op}
    latest.reverse()
    return [
        (min(end - op[m] for m, end in ahead[at].items()), max(latest[at].values()))
        for at, op in enumerate(ops)
    ]


def _add_job(
    built: ShopModel, shop: Shop, job: int, windows: list[tuple[int, int]], lanes: dict[int, list[Any]]
) -> None:
    model = built.model
    for at, op in enumerate(shop.jobs[job]):
        low, high = windows[at]
        start = built.start[job, at] = model.new_int_var(low, high, f"s{job}_{at}")
        end = built.end[job, at] = model.new_int_var(low, high, f"e{job}_{at}")
        literals = {}
        for machine, duration in op.items():
            if len(op) == 1:
                literal = model.new_constant(1)
                lanes.setdefault(machine, []).append(model.new_interval_var(start, duration, end, ""))
                model.add(end == start + duration)
            else:
                literal = model.new_bool_var(f"x{job}_{at}_{machine}")
                lanes.setdefault(machine, []).append(
                    model.new_optional_interval_var(start, duration, end, literal, "")
                )
            literals[machine] = built.chosen[job, at, machine] = literal
        if len(op) > 1:
            model.add_exactly_one(literals.values())
            model.add(end == start + sum(op[machine] * literal for machine, literal in literals.items()))
        if at:
            _add_travel(built, shop, job, at)
    model.add(built.makespan >= built.end[job, len(shop.jobs[job]) - 1])


def _add_travel(built: ShopModel, shop: Shop, job: int, at: int) -> None:
    before, after = built.end[job, at - 1], built.start[job, at]
    built.model.add(after >= before)
    if not shop.transport:
        return
    by_site: dict[int, dict[int, list[Any]]] = {0: {}, 1: {}}
    for side, op in enumerate((at - 1, at)):
        for machine in shop.jobs[job][op]:
            by_site[side].setdefault(shop.machine_site[machine], []).append(built.chosen[job, op, machine])
    for left, froms in by_site[0].items():
        for right, tos in by_site[1].items():
            time = shop.transport[left][right]
            if time:
                gone, come = _any_of(built.model, froms), _any_of(built.model, tos)
                built.model.add(after >= before + time).only_enforce_if(gone, come)


def _any_of(model: Any, literals: list[Any]) -> Any:
    """A literal that is true when one of *literals* (at most one of which is true) is."""
    if len(literals) == 1:
        return literals[0]
    either = model.new_bool_var("")
    model.add(sum(literals) == either)
    return either


def _add_loads(built: ShopModel, shop: Shop, lanes: dict[int, list[Any]]) -> None:
    """Redundant: the work put on a machine fits before the makespan, after its first possible start."""
    for machine in lanes:
        on_it = [
            (built.chosen[job, op, machine], shop.jobs[job][op][machine])
            for job, ops in enumerate(shop.jobs)
            for op, choices in enumerate(ops)
            if machine in choices
        ]
        built.model.add(sum(literal * duration for literal, duration in on_it) <= built.makespan)
