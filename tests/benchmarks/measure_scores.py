"""The measurement score table, through the real command line and an independent scorer.

    python tests/benchmarks/measure_scores.py SCORER.py DATA_DIR WORK_DIR

SCORER.py prepares cases with a manifest (``prepare``) and compares outputs (``score all``); DATA_DIR holds
the cases, which are never part of the project: without them the benchmark says so and does nothing.
"""

import json
import subprocess
import sys
from pathlib import Path

#: Parameters of the manifest that say what a formula is, not what to ask.
DEFINITIONS = {"method", "standardise", "sign"}


def arguments(parameters: dict, folder: Path) -> list[str]:
    """The options of one case."""
    found: list[object] = []
    for name, value in parameters.items():
        option = f"--{name.replace('_', '-')}"
        if name in DEFINITIONS or value is None:
            continue
        if name == "distances":
            found += [option, value["from"], value["to"], value["step"]]
        elif isinstance(value, bool):
            found.append(option if value else "--unweighted")
        else:
            found += [option, folder / value if name == "area_totals" else value]
    return [str(one) for one in found]


def main() -> None:
    """Prepare, run and score every case; exit with the scorer's status."""
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    scorer, data, work = (Path(text) for text in sys.argv[1:])
    if not scorer.is_file() or not data.is_dir():
        print("the cases are not here: nothing was scored")
        return
    results = work / "results"
    subprocess.run([sys.executable, scorer, "prepare", data, "--out", work], check=True)
    results.mkdir(exist_ok=True)
    cases = json.loads((work / "manifest.json").read_text("utf-8"))["cases"]
    grappe = Path(sys.executable).parent / "grappe"
    for name, case in cases.items():
        command = "relatedness" if "proximity" in case["output_columns"] else case["command"]
        asked = arguments(case["parameters"], work)
        run = (grappe, "measure", command, work / case["input"], *asked, "--out", results / f"{name}.csv")
        subprocess.run([str(part) for part in run], check=True, capture_output=True)
    sys.exit(
        subprocess.run(
            [sys.executable, scorer, "score", "all", results, "--dir", work], check=False
        ).returncode
    )


if __name__ == "__main__":
    main()
