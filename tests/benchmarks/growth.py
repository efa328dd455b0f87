"""Growth curves of build and load: ``python tests/benchmarks/growth.py --rows 1000 10000 100000``.

Each size in a process of its own, so that peak memory is that step's alone.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent))
import synthetic

_MEASURE = (
    "import resource,subprocess,sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, \
stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
)


def run(*command: str, home: Path) -> tuple[float, int]:
    """Seconds and peak megabytes of one ``grappe`` command."""
    started = time.perf_counter()
    answer = subprocess.run(
        [sys.executable, "-c", _MEASURE, sys.executable, "-m", "grappe.cli", *command],
        env={**os.environ, "GRAPPE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - started, int(answer.stdout)


def main() -> None:
    """Print one line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    names = ("rows", "statements", "build s", "MB", "load s", "MB", "database MB", "index MB")
    print(" ".join(f"{name:>11}" for name in names))
    for count in parser.parse_args().rows:
        with TemporaryDirectory() as scratch:
            folder = Path(scratch)
            synthetic.write_workspace(folder / "w", count)
            built = run("build", str(folder / "w"), "-o", str(folder / "e"), home=folder)
            loaded = run("load", str(folder / "e"), home=folder)
            from grappe.statements.ecosystem import read_manifest

            statements = read_manifest(folder / "e")["counts"]["statements"]
            database = sum(path.stat().st_size for path in folder.glob("grappe.sqlite3*")) / 1e6
            index = (
                sum(path.stat().st_size for path in (folder / "search").rglob("*") if path.is_file()) / 1e6
            )
        row = (count, statements, built[0], built[1], loaded[0], loaded[1], database, index)
        print(" ".join(f"{value:>11,.1f}" for value in row), flush=True)


if __name__ == "__main__":
    main()
