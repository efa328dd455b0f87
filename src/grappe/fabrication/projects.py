"""Projects whose activities have several modes and share resources (multi-mode RCPSP): records and reader."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grappe.fabrication.shops import not_an_instance


@dataclass(frozen=True)
class Mode:
    """One way to do an activity: how long, and how much of each resource (in the project's order)."""

    duration: int
    use: tuple[int, ...]


@dataclass(frozen=True)
class Project:
    """Activities by number, each with its modes by number; *renewable* says of each resource whether its
    *capacity* holds at every moment (True) or over the whole project (False)."""

    modes: Mapping[int, Mapping[int, Mode]]
    successors: Mapping[int, tuple[int, ...]]
    renewable: tuple[bool, ...]
    capacity: tuple[int, ...]


@dataclass(frozen=True, order=True)
class Done:
    """One activity in one mode from *start*."""

    activity: int
    mode: int
    start: int


def read_project(path: Path) -> Project:
    """The instance of a ``.mm`` file (PSPLIB or MMLIB layout). Raises GrappeError when it is not one."""
    try:
        return _from_mm(path.read_text("utf-8", errors="replace"))
    except (ValueError, KeyError, IndexError) as error:
        raise not_an_instance(path, error) from error


def _from_mm(text: str) -> Project:
    lines = [line.strip() for line in text.splitlines()]
    titles = ("PRECEDENCE", "REQUESTS", "RESOURCE *AVAILABILITIES")
    at = {}
    for title in titles:
        found = [number for number, line in enumerate(lines) if re.match(title, line)]
        if not found:
            raise ValueError(f"no section {title.replace(' *', ' ')}")
        at[title] = found[0]
    stops = sorted([*at.values(), len(lines)])
    blocks = {
        title: list(_numbers(lines[begin + 1 : stops[stops.index(begin) + 1]])) for title, begin in at.items()
    }
    kinds = re.findall(r"[RN]", next(line for line in lines[at[titles[2]] + 1 :] if line))
    successors = {row[0]: tuple(row[3:]) for row in blocks["PRECEDENCE"]}
    capacity = blocks[titles[2]][0] if blocks[titles[2]] else []
    if len(capacity) != len(kinds):
        raise ValueError(f"{len(kinds)} resources, {len(capacity)} capacities")
    modes = _modes(blocks["REQUESTS"], len(kinds))
    _refuse_disagreement(modes, successors, {row[0]: row[1:3] for row in blocks["PRECEDENCE"]})
    return Project(modes, successors, tuple(kind == "R" for kind in kinds), tuple(capacity))


def _numbers(lines: list[str]) -> Iterator[list[int]]:
    return ([int(word) for word in line.split()] for line in lines if re.fullmatch(r"\d[\d\s]*", line))


def _modes(rows: list[list[int]], resources: int) -> dict[int, dict[int, Mode]]:
    modes: dict[int, dict[int, Mode]] = {}
    activity = 0
    for given in rows:
        row = given
        if len(row) == 3 + resources:
            activity, row = row[0], row[1:]
        if len(row) != 2 + resources:
            raise ValueError(f"activity {activity}: {len(row) - 2} resources used, {resources} exist")
        modes.setdefault(activity, {})[row[0]] = Mode(row[1], tuple(row[2:]))
    return modes


def _refuse_disagreement(
    modes: Mapping[int, Mapping[int, Mode]],
    successors: Mapping[int, tuple[int, ...]],
    told: Mapping[int, list[int]],
) -> None:
    if modes.keys() != successors.keys():
        raise ValueError("activities differ between the sections")
    for activity, (mode_count, successor_count) in told.items():
        if len(modes[activity]) != mode_count or len(successors[activity]) != successor_count:
            raise ValueError(f"activity {activity}: not the modes or successors announced")
        if any(after not in modes for after in successors[activity]):
            raise ValueError(f"activity {activity}: an unknown successor")


def project_makespan(project: Project, done: tuple[Done, ...]) -> int:
    """The end of the last activity, 0 when there is none."""
    return max((one.start + project.modes[one.activity][one.mode].duration for one in done), default=0)


def project_solution(project: Project, done: tuple[Done, ...], lower_bound: int) -> dict[str, Any]:
    """The solution as JSON writes it: makespan, proven lower bound, activities in order."""
    rows = [{"id": one.activity, "mode": one.mode, "start": one.start} for one in sorted(done)]
    return {"makespan": project_makespan(project, done), "lower_bound": lower_bound, "activities": rows}
