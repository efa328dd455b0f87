"""Peers of the benchmarks, each in an environment of its own."""

import subprocess
import venv
from pathlib import Path


def environment(folder: Path, requirements: list[str]) -> Path | None:
    """The interpreter of an environment with *requirements*; None, with a message, when they cannot be
    had."""
    python = folder / "bin" / "python"
    if not python.is_file():
        venv.create(folder, with_pip=True)
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print(f"{requirements[0]} cannot be installed: left out ({done.stderr.strip().splitlines()[-1:]})")
        return None
    return python
