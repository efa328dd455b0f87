"""Key figures read from labelled pages, beside two readers of quantities: how well, and how fast.

    python tests/benchmarks/figures_scores.py SCORER.py GOLD.jsonl PAGES_DIR [WORK_DIR]

SCORER.py scores predictions against GOLD.jsonl (``--json``), whose claims name files of PAGES_DIR; they are
no part of the project: without them the benchmark says so and does nothing. quantulum3 and recognizers-text
are installed in an environment of their own in WORK_DIR, and left out with a message when they cannot be.
Speed is one core's, in megabytes of text a second of processor time, on the pages repeated up to two
megabytes (peers: fewer, they are slow).
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from peers import environment

PEERS = {
    "quantulum3": ["quantulum3==0.10.0", "inflect", "num2words"],
    "recognizers-text": ["recognizers-text-suite==1.0.2a2", "emoji==1.7.0", "setuptools<81"],
}
OURS = "grappe"
BYTES = {OURS: 2_000_000, "quantulum3": 60_000, "recognizers-text": 60_000}
FIELDS = ("qualifier", "unit", "kind", "period", "place", "source", "subject")

READER = Path(__file__).with_name("figures_reader.py")


def measure(name: str, python: Path, work: Path, scorer: Path, gold: Path, pages: list[Path]) -> None:
    """Read and score the pages with one reader; print its line of the table."""
    done = subprocess.run(
        [python, READER, name, str(BYTES[name]), *pages], capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"{name} failed: {done.stderr.strip().splitlines()[-1:]}")
        return
    *rows, speed = done.stdout.splitlines()
    told = json.loads(speed)
    predictions = work / f"{name}.jsonl"
    predictions.write_text("\n".join(rows) + "\n", "utf-8")
    scored = subprocess.run(
        [sys.executable, scorer, gold, predictions, "--json"], capture_output=True, text=True, check=True
    )
    print(line(name, json.loads(scored.stdout), told["bytes"] / 1e6 / max(told["seconds"], 1e-9)))
    if name == OURS:
        print(f"{'':>17} {done.stderr.strip().splitlines()[-1]}, the rest is the reading of documents")


def line(name: str, report: dict, speed: float) -> str:
    """One line of the table: spans, values, fields and speed."""
    fields = report.get("fields", {})
    rates = [report.get("span_recall"), report.get("value_recall"), report.get("span_precision")]
    rates += [fields.get(field, {}).get("accuracy") if name == OURS else None for field in FIELDS]
    return (
        f"{name:>17} "
        + " ".join(f"{rate:>9.3f}" if rate is not None else f"{'–':>9}" for rate in rates)
        + f" {speed:>8.3f}"
    )


def main() -> None:
    """Score the three readers on the labelled pages."""
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    scorer, gold, folder = (Path(text) for text in sys.argv[1:4])
    if not (scorer.is_file() and gold.is_file() and folder.is_dir()):
        print("the labelled pages are not here: nothing was measured")
        return
    names = {json.loads(row)["file"] for row in gold.read_text("utf-8").splitlines() if row.strip()}
    pages = sorted(path for path in folder.rglob("*") if path.name in names)
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(sys.argv[4]) if len(sys.argv) > 4 else Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        print(" " * 17, *(f"{name:>9}" for name in ("recall", "value", "precision", *FIELDS)), f"{'MB/s':>8}")
        measure(OURS, Path(sys.executable), work, scorer, gold, pages)
        for name, requirements in PEERS.items():
            python = environment(work / name, requirements)
            if python:
                measure(name, python, work, scorer, gold, pages)


if __name__ == "__main__":
    main()
