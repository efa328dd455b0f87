"""The linkage score table, through the real command line and an independent scorer.

    python tests/benchmarks/linkage_scores.py SCORER.py DATA_DIR WORK_DIR [TASK ...]

The models have learnt from these sets: beside what the commands score now stands, after « unseen », what
the same models were worth on organisations that they had not seen (five folds; kept in the model file).
Quote that.

SCORER.py prepares and scores the tasks (``prepare``, ``score --json``); DATA_DIR holds its labelled sets,
which are never part of the project: without them the benchmark says so and does nothing.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from grappe.linkage.model import shipped_models

TASKS = ("companies", "fr-en", "affiliations", "queries", "vendors")


def run(*command: object) -> tuple[str, float]:
    """What a command printed, and the CPU seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def shown(found: dict[str, Any]) -> str:
    """The figures that matter, in one line."""
    told = ("recall_at_1", "recall@1", "precision", "recall", "f1", "no_answer_left_alone")
    return "  ".join(f"{name} {found[name]:.4f}" for name in told if found.get(name) is not None)


def measure(scorer: Path, data: Path, work: Path, task: str) -> None:
    """Prepare, run and score one task; print a line for each of its lists."""
    folder = work / task
    registry = ("--ror", data / "ror.parquet") if task in ("fr-en", "affiliations", "queries") else ()
    country = ("--with-country",) if task == "fr-en" else ()
    run(sys.executable, scorer, "prepare", task, data, *registry, *country, "--out", folder)
    grappe = Path(sys.executable).parent / "grappe"
    if task == "vendors":
        lists = [(folder, ("dedupe", folder / "table.csv"))]
    else:
        parts = sorted(path.parent for path in folder.rglob("left.csv"))
        lists = [(part, ("link", part / "left.csv", part / "right.csv")) for part in parts]
    for part, command in lists:
        out = part / "predictions.csv"
        _, seconds = run(grappe, *command, "--out", out)
        told, _ = run(sys.executable, scorer, "score", task, part, out, "--json")
        report = json.loads(told)
        name = str(part.relative_to(work))
        print(name, f"{seconds:.0f} CPU s", shown(report.get("pairwise", report["all"])), flush=True)
        for model in shipped_models().values():
            if model.kind != "records" and name in model.measured.get("lists", ()):
                print(f"    unseen, {model.kind}:", shown(model.measured["lists"][name]), flush=True)


def main() -> None:
    """Run the tasks asked for, or all of them."""
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    scorer, data, work = (Path(text) for text in sys.argv[1:4])
    if not scorer.is_file() or not data.is_dir():
        print("the labelled sets are not here: nothing was measured")
        return
    for task in sys.argv[4:] or TASKS:
        measure(scorer, data, work, task)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest peak memory of a command: {peak:.0f} MB")


if __name__ == "__main__":
    main()
