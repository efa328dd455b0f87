"""Shops and projects solved within a budget of processor seconds, beside PyJobShop and the best known.

    python tests/benchmarks/flow_shops.py INSTANCES_DIR CHECKER.py [NAME ...] [--cpu-seconds 20] [--work DIR]

INSTANCES_DIR holds ``bounds.csv`` (instance, lower_bound, upper_bound) and the instances in its folders;
CHECKER.py INSTANCE SOLUTION --json says whether a schedule is valid. They are no part of the project: without
them the benchmark says so and does nothing. PyJobShop is installed in an environment of its own in DIR, and
left out with a message when it cannot be; it gets one worker and the same seconds. It counts them on the
wall: the processor seconds of both are shown, and on a busy machine it is run once more for longer. Without
a NAME, every instance of ``bounds.csv``.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from peers import environment

PEER = "pyjobshop"
RUNNER = Path(__file__).with_name("flow_peer.py")


def ours(instance: Path, seconds: float, work: Path, checker: Path) -> tuple[int, int, float]:
    """The makespan that the checker found, our bound, and the processor seconds used."""
    out = work / f"{instance.stem}.solution.json"
    before = children_seconds()
    command = [sys.executable, "-m", "grappe.cli", "flow", "solve", instance, "--out", out]
    subprocess.run([*command, "--cpu-seconds", str(seconds)], capture_output=True, check=True)
    spent = children_seconds() - before
    checked = subprocess.run(
        [sys.executable, checker, instance, out, "--json"], capture_output=True, text=True, check=False
    )
    report = json.loads(checked.stdout)
    if not report["valid"]:
        sys.exit(f"{instance.stem}: {report['errors'][:3]}")
    return report["makespan"], json.loads(out.read_text("utf-8"))["lower_bound"], spent


def children_seconds() -> float:
    """Processor seconds of every program run so far."""
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def theirs(instance: Path, seconds: float, python: Path | None) -> tuple[int | None, float]:
    """PyJobShop's makespan, None when it has none, and the processor seconds used."""
    if python is None:
        return None, 0.0
    limit = seconds
    for _ in range(2):
        before = children_seconds()
        done = subprocess.run(
            [python, RUNNER, instance, str(limit)], capture_output=True, text=True, check=False
        )
        spent = children_seconds() - before
        told = done.stdout.split() or ["-"]
        if told[0] in ("OPTIMAL", "-") or spent > 0.9 * seconds:
            break
        # The machine was busy with others: once more, for as long as gives it its processor seconds.
        limit = min(seconds / spent, 4.0) * seconds
    return int(told[-1]) if told[-1].isdigit() else None, spent


def gap(found: int | None, best: int) -> str:
    """How much longer than the best known, in percent."""
    return "–" if found is None else f"{100 * (found / best - 1):+.2f}"


def line(*cells: object) -> str:
    """One line of the table."""
    widths = (16, 6, 6, 6, 7, 6, 10, 7, 6)
    return " ".join(f"{cell!s:>{width}}" for cell, width in zip(cells, widths, strict=True))


def compare(folder: Path, checker: Path, seconds: float, work: Path, names: list[str]) -> None:
    """One line an instance, then the means."""
    with (folder / "bounds.csv").open(encoding="utf-8") as handle:
        best = {row["instance"]: int(row["upper_bound"]) for row in csv.DictReader(handle)}
    gaps: dict[str, list[float]] = {"ours": [], "ours where PyJobShop can": [], "PyJobShop": []}
    python = environment(work / PEER, [PEER])
    print(line("instance", "best", "ours", "bound", "gap %", "CPU s", PEER, "gap %", "CPU s"))
    for name in names or best:
        instance = next(path for path in folder.rglob(f"{name}.*"))
        found, bound, spent = ours(instance, seconds, work, checker)
        peer, peer_spent = theirs(instance, seconds, python)
        gaps["ours"].append(found / best[name] - 1)
        if peer is not None:
            gaps["ours where PyJobShop can"].append(found / best[name] - 1)
            gaps["PyJobShop"].append(peer / best[name] - 1)
        told = "proven" if bound == found else bound
        mine = (told, gap(found, best[name]), f"{spent:.1f}")
        shown = (*mine, peer or "–", gap(peer, best[name]), f"{peer_spent:.1f}")
        print(line(name, best[name], found, *shown), flush=True)
    for label, values in gaps.items():
        if values:
            print(f"mean gap, {label}: {100 * sum(values) / len(values):.2f} % of {len(values)}")


def main() -> None:
    """Compare on the instances that are there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("instances", type=Path)
    parser.add_argument("checker", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--cpu-seconds", type=float, default=20.0)
    parser.add_argument("--work", type=Path)
    asked = parser.parse_intermixed_args()
    if not (asked.instances / "bounds.csv").is_file() or not asked.checker.is_file():
        print("the instances or their checker are not here: nothing was measured")
        return
    with tempfile.TemporaryDirectory() as scratch:
        work = asked.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        compare(asked.instances, asked.checker, asked.cpu_seconds, work, asked.names)


if __name__ == "__main__":
    main()
