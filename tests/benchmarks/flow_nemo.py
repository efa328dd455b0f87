"""What a reservation costs and what a race for one slot leaves: NEMO 8.1.5 beside Grappe, in one run.

    python tests/benchmarks/flow_nemo.py [--races 20] [--users 8] [--reservations 200] [--work DIR]

Prints the processor milliseconds of a checked reservation (through NEMO's own policy and save, and through
its page), how many races of so many users for one slot left more than one reservation, and what its page and
its REST API answer to a user who is not qualified (``tests/hub/test_booking_doors.py`` holds that every door
of Grappe answers alike). NEMO is installed in DIR, with SQLite; without a package index the benchmark says so
and measures Grappe alone. Grappe's races are of eight processes, whatever --users says of NEMO's threads.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from peers import environment

sys.path.insert(0, str(Path(__file__).parents[1]))
from hub.booking_races import ask, races

NEMO = "NEMO==8.1.5"
RUNNER = Path(__file__).with_name("flow_nemo_peer.py")


@dataclass(frozen=True)
class Measured:
    """One side: processor milliseconds a reservation, races and those double-booked, answers of its doors."""

    side: str
    policy_ms: float
    races: int
    double_booked: int
    refused_by_error: int
    page_ms: float | None = None
    page_takes_unqualified: bool | None = None
    api_takes_unqualified: bool | None = None


def reserve_nemo(asked: argparse.Namespace, work: Path) -> Measured | None:
    """NEMO's measures; None when it can't be installed."""
    python = environment(work / "nemo", [NEMO])
    if python is None:
        return None
    numbers = [str(each) for each in (asked.reservations, asked.races, asked.users)]
    done = subprocess.run(
        [python, RUNNER, work / "nemo.sqlite3", *numbers],
        capture_output=True, text=True, check=False, cwd=work,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return Measured(NEMO, **json.loads(done.stdout.splitlines()[-1]))


def reserve_grappe(asked: argparse.Namespace, work: Path) -> Measured:
    """Our own measures, on an SQLite of its own: a booking with the whole policy, and the same races."""
    home = work / "grappe"
    home.mkdir(parents=True, exist_ok=True)
    ask(home, "", "prepare")
    speed = ask(home, "", "measure", asked.reservations)
    found = races(home, "", asked.races)
    double, others = sum(won > 1 for won, _, _ in found), sum(bool(other) for _, _, other in found)
    return Measured("Grappe", speed["booked"], asked.races, double, others)


SIDES = (reserve_nemo, reserve_grappe)


def show(one: Measured) -> None:
    """The lines of one side."""
    answer = {True: "accepted", False: "refused"}
    print(f"{one.side}")
    print(f"  {one.policy_ms:8.1f} ms CPU a reservation, policy and save")
    if one.page_ms is not None:
        print(f"  {one.page_ms:8.1f} ms CPU a reservation, through its page")
    print(f"  {one.double_booked:5d} of {one.races} races double-booked ({one.refused_by_error} errors)")
    if one.page_takes_unqualified is not None and one.api_takes_unqualified is not None:
        print(f"  a user who is not qualified: page {answer[one.page_takes_unqualified]}, ", end="")
        print(f"REST API {answer[one.api_takes_unqualified]}")


def main() -> None:
    """Measure every side that can be had."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--races", type=int, default=20)
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--reservations", type=int, default=200)
    parser.add_argument("--work", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = asked.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        for side in SIDES:
            measured = side(asked, work)
            if measured:
                show(measured)


if __name__ == "__main__":
    main()
