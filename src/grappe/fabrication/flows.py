"""A process flow: steps with what each requires, in an order without cycles; read from JSON."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from grappe.fabrication.catalogue_json import limit_of, wafer_of
from grappe.fabrication.equipment import CONTAMINATION
from grappe.fabrication.matching import Wish, needed
from grappe.fabrication.quantities import Range
from grappe.fabrication.taxonomy import terms
from grappe.fabrication.wishes import parse_wish
from grappe.statements.problems import GrappeError, Problem


@dataclass(frozen=True)
class Step:
    """One step: any of *alternatives* will do. *max_queue_min* is the longest wait after the steps before it;
    *split* parts of the lot may run apart; after it, with probability *rework*, all is done again from
    *rework_from*."""

    id: str
    name: str
    alternatives: tuple[Wish, ...]
    after: tuple[str, ...] = ()
    max_queue_min: int | None = None
    split: int = 1
    rework: float = 0.0
    rework_from: str | None = None
    run_min: int | None = None


@dataclass(frozen=True)
class Flow:
    """Steps, each after what it waits for; *wafers* go through them at *tier*'s rates.

    *qualifications* are what the operators hold: a code anywhere, ``site/code`` at one site.
    """

    name: str
    start: date
    wafers: int
    tier: str
    steps: tuple[Step, ...]
    qualifications: frozenset[str] = frozenset()
    origin: str | None = None
    horizon_days: int = 365
    accept_stale: bool = False
    version: str = "1"


def flow_from_json(raw: Any, file: str | None = None) -> Flow:
    """The flow that *raw* (parsed JSON) describes.

    Raises GrappeError when a part is missing or wrong, two steps share an id, a step waits for nothing that
    exists, or steps wait for one another in a circle.
    """
    try:
        steps = tuple(_steps(raw["steps"]))
        flow = Flow(
            raw["name"],
            date.fromisoformat(raw["start"]),
            int(raw.get("wafers", 1)),
            raw.get("tier", "industrial"),
            _in_order(steps),
            frozenset(raw.get("qualifications", ())),
            raw.get("origin"),
            int(raw.get("horizon_days", 365)),
            bool(raw.get("accept_stale", False)),
            str(raw.get("version", "1")),
        )
    except GrappeError as error:
        raise GrappeError(*(_placed(each, file) for each in error.problems)) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        told = f"{type(error).__name__}: {error}"
        raise GrappeError(Problem("bad_value", file=file, found=told, expected="flow")) from error
    if flow.wafers < 1 or not steps or flow.horizon_days < 1:
        raise GrappeError(Problem("bad_value", file=file, found=flow.name, expected="flow"))
    return flow


def _placed(problem: Problem, file: str | None) -> Problem:
    return Problem(
        problem.code, file=file, column=problem.column, found=problem.found, expected=problem.expected
    )


def _steps(rows: Iterable[Mapping[str, Any]]) -> Iterator[Step]:
    before: str | None = None
    for row in rows:
        rework = row.get("rework") or {}
        step = Step(
            row["id"],
            row.get("name", row["id"]),
            tuple(_wish(each) for each in row.get("alternatives", ()) or (row,)),
            tuple(row["after"]) if "after" in row else (before,) if before else (),
            round(row["max_queue_h"] * 60) if row.get("max_queue_h") is not None else None,
            int(row.get("split", 1)),
            float(rework.get("probability", 0.0)),
            rework.get("from"),
            row.get("run_min"),
        )
        if not 0 <= step.rework < 1 or step.split < 1 or (step.max_queue_min or 0) < 0:
            raise GrappeError(Problem("bad_value", column=step.id, found=str(row), expected="flow"))
        before = step.id
        yield step


def _wish(row: Mapping[str, Any]) -> Wish:
    if "wish" in row:
        return parse_wish(row["wish"])
    for code in row.get("materials", ()):
        _known(code, terms("materials"), "material")
    _known(row["process"], terms("processes"), "process")
    if row.get("contamination") is not None:
        _known(row["contamination"], CONTAMINATION, f"one_of:{', '.join(CONTAMINATION)}")
    wafer: Range | None = wafer_of(row["wafer_mm"]) if row.get("wafer_mm") is not None else None
    limits = {name: needed(name, _asked(name, told)) for name, told in row.get("limits", {}).items()}
    return Wish(row["process"], tuple(row.get("materials", ())), wafer, limits, row.get("contamination"))


def _asked(name: str, told: Any) -> Range:
    read = limit_of(name, told)
    # limit_of reads a single finest value as "and coarser"; what is asked is "and finer".
    return Range(read.low, read.low, read.quantity) if read.high is None and read.low is not None else read


def _known(code: str, known: Any, expected: str) -> None:
    if code not in known:
        raise GrappeError(Problem("bad_value", found=str(code), expected=expected))


def _in_order(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps, each after those it waits for, otherwise as written."""
    by_id = {step.id: step for step in steps}
    if len(by_id) < len(steps):
        twice = sorted(step.id for step in steps if [each.id for each in steps].count(step.id) > 1)
        raise GrappeError(Problem("duplicate_key", found=twice[0], expected="steps"))
    for step in steps:
        for other in (*step.after, *((step.rework_from,) if step.rework_from else ())):
            if other not in by_id:
                raise GrappeError(Problem("bad_value", column=step.id, found=other, expected="step"))
    ordered: list[Step] = []
    placed: set[str] = set()
    while len(ordered) < len(steps):
        ready = [s for s in steps if s.id not in placed and all(each in placed for each in s.after)]
        if not ready:
            circle = ", ".join(step.id for step in steps if step.id not in placed)
            raise GrappeError(Problem("cycle", found=circle))
        ordered.append(ready[0])
        placed.add(ready[0].id)
    return tuple(ordered)
