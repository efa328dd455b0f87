"""The CP-SAT model of a multi-mode project (optional intervals, one cumulative a renewable resource)."""

from typing import Any

from ortools.sat.python import cp_model

from grappe.fabrication.projects import Done, Project


class ProjectModel:
    """The model of a project and its variables; every end is at *horizon* at most."""

    def __init__(self, project: Project, horizon: int) -> None:
        """Build the model: modes, precedences, capacities, and energy as redundant bounds."""
        self.project = project
        self.model = cp_model.CpModel()
        self.makespan = self.model.new_int_var(0, horizon, "makespan")
        self.start: dict[int, Any] = {}
        self.chosen: dict[tuple[int, int], Any] = {}
        self._end: dict[int, Any] = {}
        self._demands: list[list[tuple[Any, int, int, Any]]] = [[] for _ in project.capacity]
        for activity in project.modes:
            self._add_activity(activity, horizon)
        for activity, following in project.successors.items():
            for after in following:
                self.model.add(self.start[after] >= self._end[activity])
        self._add_resources()
        self.model.minimize(self.makespan)

    def _add_activity(self, activity: int, horizon: int) -> None:
        model, modes = self.model, self._useful_modes(activity)
        start = self.start[activity] = model.new_int_var(0, horizon, f"s{activity}")
        end = self._end[activity] = model.new_int_var(0, horizon, f"e{activity}")
        literals = {number: model.new_bool_var(f"x{activity}_{number}") for number in modes}
        model.add_exactly_one(literals.values())
        model.add(
            end == start + sum(modes[number].duration * literal for number, literal in literals.items())
        )
        model.add(self.makespan >= end)
        for number, mode in modes.items():
            literal = self.chosen[activity, number] = literals[number]
            interval = model.new_optional_interval_var(start, mode.duration, end, literal, "")
            for resource, amount in enumerate(mode.use):
                if amount:
                    self._demands[resource].append((interval, amount, mode.duration, literal))

    def _useful_modes(self, activity: int) -> dict[int, Any]:
        """The modes that fit the capacities and that no other mode matches at no more time and use."""
        capacity = self.project.capacity
        fitting = {
            number: mode
            for number, mode in self.project.modes[activity].items()
            if all(amount <= most for amount, most in zip(mode.use, capacity, strict=True))
        }
        kept: dict[int, Any] = {}
        for number, mode in sorted(fitting.items()):
            size = (mode.duration, *mode.use)
            others = [(other.duration, *other.use) for at, other in fitting.items() if at != number]
            twin = any((old.duration, *old.use) == size for old in kept.values())
            worse = any(
                other != size and all(a <= b for a, b in zip(other, size, strict=True)) for other in others
            )
            if not worse and not twin:
                kept[number] = mode
        return kept or dict(self.project.modes[activity])

    def _add_resources(self) -> None:
        project, model = self.project, self.model
        for resource, demands in enumerate(self._demands):
            capacity = project.capacity[resource]
            if not demands:
                continue
            if project.renewable[resource]:
                model.add_cumulative([each[0] for each in demands], [each[1] for each in demands], capacity)
                energy = sum(amount * duration * literal for _, amount, duration, literal in demands)
                model.add(energy <= capacity * self.makespan)
            else:
                model.add(sum(amount * literal for _, amount, _, literal in demands) <= capacity)

    def hint(self, done: tuple[Done, ...]) -> None:
        """Give *done* as a first solution."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for one in done:
            self.model.add_hint(self.start[one.activity], one.start)
            for number in self.project.modes[one.activity]:
                if (one.activity, number) in self.chosen:
                    self.model.add_hint(self.chosen[one.activity, number], number == one.mode)

    def read(self, value: Any) -> tuple[Done, ...]:
        """The schedule that *value* (variable → its value) describes."""
        return tuple(
            Done(activity, number, value(self.start[activity]))
            for (activity, number), literal in self.chosen.items()
            if value(literal)
        )


def longest_horizon(project: Project) -> int:
    """A time by which some schedule ends when there is one: every activity in its longest mode, in turn."""
    return sum(max(mode.duration for mode in modes.values()) for modes in project.modes.values())
