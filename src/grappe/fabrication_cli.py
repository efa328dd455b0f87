"""``grappe flow``: schedules of shops and projects, and plans of process flows over several sites."""

import json
from pathlib import Path

import click

from grappe.mending import mending, reader_language

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)


@click.group()
def flow() -> None:
    """Process flows over equipment: solve an instance, plan a flow, find who can."""


@flow.command()
@click.argument("instance", type=_FILE)
@click.option("-o", "--out", type=_OUT, required=True, help="Solution to write (JSON).")
@click.option(
    "--cpu-seconds", type=click.FloatRange(min=0.1), default=30.0, show_default=True,
    help="Processor time, over all threads.",
)  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Solver threads.")
@click.option("--seed", default=1, show_default=True)
@mending
def solve(instance: Path, out: Path, cpu_seconds: float, workers: int, seed: int) -> None:
    """Schedule INSTANCE as short as can be: .fjs (flexible job shop), .json (the same with sites and
    transport) or .mm (multi-mode project)."""
    import time

    from grappe.fabrication.solving import Budget, solve_file

    # The start of the interpreter and the imports are part of what the caller pays.
    spent = time.process_time()
    budget = Budget(max(cpu_seconds - spent, 0.05), time.process_time, seed, workers)
    solved, solution = solve_file(instance, budget)
    out.write_text(json.dumps(solution) + "\n", "utf-8")
    words = {
        "fr": {"optimal": "optimal, prouvé", "feasible": f"réalisable, borne {solved.lower_bound}"},
        "en": {"optimal": "optimal, proven", "feasible": f"feasible, bound {solved.lower_bound}"},
    }
    click.echo(f"{solved.makespan} ({words[reader_language()][solved.status]})")
