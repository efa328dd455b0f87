"""Flexible job shops, with travel between sites: records, readers and the layout of a solution."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grappe.statements.problems import GrappeError, Problem


@dataclass(frozen=True)
class Shop:
    """Jobs of operations in order; an operation is ``{machine: duration}`` over the machines that can do it.

    ``transport[a][b]`` is paid between consecutive operations of a job on machines of sites a and b
    (``machine_site[machine]``); both are empty without sites. Machines count from 0, times are whole.
    """

    jobs: tuple[tuple[Mapping[int, int], ...], ...]
    machine_site: tuple[int, ...] = ()
    transport: tuple[tuple[int, ...], ...] = ()

    def travel(self, before: int, after: int) -> int:
        """Time between machines *before* and *after*, 0 without sites."""
        if not self.transport:
            return 0
        return self.transport[self.machine_site[before]][self.machine_site[after]]

    @property
    def machines(self) -> int:
        """One more than the highest machine number that an operation may use."""
        return 1 + max((machine for job in self.jobs for op in job for machine in op), default=-1)


@dataclass(frozen=True, order=True)
class Placed:
    """One operation on one machine from *start* (included) to *end* (excluded)."""

    job: int
    op: int
    machine: int
    start: int
    end: int


def makespan(placed: tuple[Placed, ...]) -> int:
    """The end of the last operation, 0 when there is none."""
    return max((one.end for one in placed), default=0)


def read_shop(path: Path) -> Shop:
    """The instance of a ``.fjs`` file, or of a ``.json`` file with sites and transport.

    Raises GrappeError when the file is not one.
    """
    text = path.read_text("utf-8", errors="replace")
    try:
        shop = _from_json(json.loads(text)) if path.suffix.lower() == ".json" else _from_fjs(text)
        _refuse_nonsense(shop)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise not_an_instance(path, error) from error
    return shop


def not_an_instance(path: Path, error: Exception) -> GrappeError:
    """The refusal of a file that is no scheduling instance, with what stood in the way."""
    told = f"{type(error).__name__}: {error}" if isinstance(error, (KeyError, IndexError)) else str(error)
    return GrappeError(Problem("not_a_shop", file=path.name, found=told or type(error).__name__))


def _from_json(raw: dict[str, Any]) -> Shop:
    jobs = tuple(
        tuple({int(each["machine"]): int(each["duration"]) for each in op} for op in job)
        for job in raw["jobs"]
    )
    sites = tuple(int(site) for site in raw.get("machine_site", ()))
    return Shop(jobs, sites, tuple(tuple(int(time) for time in row) for row in raw.get("transport", ())))


def _from_fjs(text: str) -> Shop:
    rows = [line.split() for line in text.splitlines() if line.strip()]
    if not rows:
        raise ValueError("an empty file")
    count = int(rows[0][0])
    if len(rows) <= count:
        raise ValueError(f"{count} jobs announced, {len(rows) - 1} given")
    jobs = tuple(
        tuple(_operations([int(word) for word in row], at)) for at, row in enumerate(rows[1 : 1 + count])
    )
    return Shop(jobs)


def _operations(numbers: list[int], job: int) -> Iterator[dict[int, int]]:
    rest = iter(numbers)
    try:
        for _ in range(next(rest)):
            yield {next(rest): next(rest) for _ in range(next(rest))}
    except (StopIteration, RuntimeError) as error:
        raise ValueError(f"job {job}: the line ends too early") from error
    if next(rest, None) is not None:
        raise ValueError(f"job {job}: numbers left over")


def _refuse_nonsense(shop: Shop) -> None:
    for at, job in enumerate(shop.jobs):
        for op, choices in enumerate(job):
            if not choices:
                raise ValueError(f"job {at}, operation {op}: no machine")
            if min(choices) < 0 or min(choices.values()) < 0:
                raise ValueError(f"job {at}, operation {op}: a negative number")
    if not shop.transport:
        return
    size = len(shop.transport)
    if any(len(row) != size or min(row, default=0) < 0 for row in shop.transport):
        raise ValueError("transport is not a square table of times")
    if len(shop.machine_site) < shop.machines:
        raise ValueError(f"{shop.machines} machines, {len(shop.machine_site)} with a site")
    if any(not 0 <= site < size for site in shop.machine_site):
        raise ValueError("a machine's site is not in transport")


def shop_solution(placed: tuple[Placed, ...], lower_bound: int) -> dict[str, Any]:
    """The solution as JSON writes it: makespan, proven lower bound, operations in order."""
    rows = [
        {"job": one.job, "op": one.op, "machine": one.machine, "start": one.start, "end": one.end}
        for one in sorted(placed)
    ]
    return {"makespan": makespan(placed), "lower_bound": lower_bound, "operations": rows}
