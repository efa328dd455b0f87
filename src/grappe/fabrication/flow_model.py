"""The CP-SAT model of a flow's plan: options, calendars, transport, longest waits, shared machines."""

from collections.abc import Iterable
from typing import Any

from ortools.sat.python import cp_model

from grappe.fabrication.flow_windows import Calendars, windows
from grappe.fabrication.routes import Choices, Option, Part

Key = tuple[int, int]


class FlowModel:
    """The model over *choices*; *until* bounds every end. With *relaxed*, limits that may stand in the way
    (transport that does not exist, longest waits) are broken at a cost counted in *broken*."""

    def __init__(self, choices: Choices, calendars: Calendars, until: int, *, relaxed: bool = False) -> None:
        """Build variables and constraints; an objective is set by the caller."""
        self.choices, self.until, self.relaxed = choices, until, relaxed
        self.model = cp_model.CpModel()
        self.calendars = calendars
        self.start: dict[int, Any] = {}
        self.end: dict[int, Any] = {}
        self.chosen: dict[Key, Any] = {}
        self.broken: dict[tuple[str, ...], Any] = {}
        self.costs: list[tuple[int, Any]] = []
        self._sites: dict[tuple[int, str], Any] = {}
        self._lanes: dict[str, list[Any]] = {}
        self.lead = self.model.new_int_var(0, until, "lead")
        bounds = windows(choices, calendars, until, relaxed=relaxed)
        for at, part in enumerate(choices.parts):
            self._add_part(at, part, bounds[at])
        index = {id(part): at for at, part in enumerate(choices.parts)}
        for at, part in enumerate(choices.parts):
            for other in choices.before(part):
                self._add_way(index[id(other)], at)
        self._add_machines()
        self.price = self.model.new_int_var(0, sum(cost for cost, _ in self.costs), "price")
        self.model.add(self.price == sum(cost * literal for cost, literal in self.costs))

    def _add_part(self, at: int, part: Part, bounds: tuple[int, int]) -> None:
        model = self.model
        start = self.start[at] = model.new_int_var(*bounds, f"s{at}")
        end = self.end[at] = model.new_int_var(*bounds, f"e{at}")
        model.add(self.lead >= end)
        by_site: dict[str, list[Any]] = {}
        for number, option in enumerate(part.options):
            literal = self.chosen[at, number] = model.new_bool_var(f"x{at}_{number}")
            by_site.setdefault(option.capability.facility, []).append(literal)
            self._add_times(start, end, literal, option, bounds)
            self.costs.append((option.price_cents, literal))
        model.add_exactly_one(self.chosen[at, number] for number in range(len(part.options)))
        for site, literals in by_site.items():
            here = literals[0] if len(literals) == 1 else model.new_bool_var("")
            if len(literals) > 1:
                model.add(sum(literals) == here)
            self._sites[at, site] = here

    def _add_times(self, start: Any, end: Any, literal: Any, option: Option, bounds: tuple[int, int]) -> None:
        """The starts that the option's calendar allows, each with the time it takes."""
        model = self.model
        size = model.new_int_var(option.work_min, self.until, "")
        ranges = []
        for one in self.calendars[option.capability.resource].starts(option.work_min, *bounds):
            inside = model.new_bool_var("")
            model.add_linear_constraint(start, one.low, one.high).only_enforce_if(inside)
            model.add(size == one.size).only_enforce_if(inside)
            ranges.append(inside)
        model.add(sum(ranges) == literal)
        interval = model.new_optional_interval_var(start, size, end, literal, "")
        self._lanes.setdefault(option.capability.resource, []).append(interval)

    def _add_way(self, before: int, at: int) -> None:
        """From one part to the next: transport and queue, and no longer than the longest wait."""
        model, part = self.model, self.choices.parts[at]
        model.add(self.start[at] >= self.end[before])
        for (index, left), gone in list(self._sites.items()):
            if index != before:
                continue
            for (other, right), come in list(self._sites.items()):
                if other == at:
                    self._add_transport(before, at, (left, gone), (right, come))
        for number, option in enumerate(part.options):
            if option.queue_min:
                wait = self.start[at] >= self.end[before] + option.queue_min
                model.add(wait).only_enforce_if(self.chosen[at, number])
        if part.step.max_queue_min is not None:
            held = model.add(self.start[at] - self.end[before] <= part.step.max_queue_min)
            if self.relaxed:
                held.only_enforce_if(~self._breaks("queue_time", part.step.id))

    def _add_transport(self, before: int, at: int, left: tuple[str, Any], right: tuple[str, Any]) -> None:
        lag = self.choices.lag_min(left[0], right[0])
        if lag is None:
            clause = [~left[1], ~right[1]]
            if self.relaxed:
                clause.append(self._breaks("no_transfer", left[0], right[0]))
            self.model.add_bool_or(clause)
            return
        if lag:
            after = self.model.add(self.start[at] >= self.end[before] + lag)
            after.only_enforce_if(left[1], right[1])
        way = self.choices.catalogue.transfer(left[0], right[0])
        if way and way.price_cad:
            travels = self.model.new_bool_var("")
            self.model.add_bool_or(~left[1], ~right[1], travels)
            self.costs.append((int(way.price_cad * 100), travels))

    def _breaks(self, *limit: str) -> Any:
        if limit not in self.broken:
            self.broken[limit] = self.model.new_bool_var("/".join(limit))
        return self.broken[limit]

    def _add_machines(self) -> None:
        for resource, intervals in self._lanes.items():
            tool = self.choices.catalogue.equipment.get(resource)
            if tool is None or tool.capacity == 1:
                self.model.add_no_overlap(intervals)
                continue
            taken = [
                self.model.new_fixed_size_interval_var(begin, end - begin, "")
                for begin, end in self.choices.busy(resource)
            ]
            both = [*intervals, *taken]
            self.model.add_cumulative(both, [1] * len(both), tool.capacity)

    def hint(self, picked: Iterable[tuple[int, int, int, int]]) -> None:
        """Give (part, option, start, end) of each part as a first solution."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for at, option, start, end in picked:
            self.model.add_hint(self.start[at], start)
            self.model.add_hint(self.end[at], end)
            for number in range(len(self.choices.parts[at].options)):
                self.model.add_hint(self.chosen[at, number], number == option)
