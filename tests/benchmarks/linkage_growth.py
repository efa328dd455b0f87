"""How linking grows: CPU seconds and peak memory of ``grappe link`` on made-up lists of 10,000, 100,000 and
1,000,000 rows.

    python tests/benchmarks/linkage_growth.py WORK_DIR [ROWS ...] [--engine grappe|duckdb]

The right list has 15,000 rows. Half of the left rows are right rows misspelt, in another legal form, with
or without their address; the others are of no register. Names are drawn from syllables with a fixed seed.
"""

import argparse
import csv
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

REGISTER = 15_000
_HEADER = ("id", "name", "address", "city", "postal_code")
_SYLLABLES = [
    "ba",
    "be",
    "bo",
    "cra",
    "da",
    "dri",
    "el",
    "fa",
    "fo",
    "ga",
    "gri",
    "ha",
    "io",
    "ka",
    "lo",
    "lu",
    "ma",
    "mi",
    "no",
    "ol",
    "pa",
    "pe",
    "qui",
    "ra",
    "ro",
    "sa",
    "sta",
    "ti",
    "tu",
    "va",
    "vo",
    "xi",
]
_TRADES = [
    "Acier",
    "Optique",
    "Mines",
    "Bois",
    "Verre",
    "Plastiques",
    "Solutions",
    "Systems",
    "Foods",
    "Boulangerie",
    "Transport",
    "Conseil",
    "Energy",
]
_FORMS = ("inc.", "ltée", "Ltd", "Corporation", "S.E.N.C.", "")


def word(chance: random.Random) -> str:
    """A made-up word of two to four syllables."""
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))).capitalize()


def organisation(chance: random.Random, number: int) -> tuple[str, str, str, str]:
    """Name, address, city and postal code."""
    name = f"{word(chance)} {chance.choice(_TRADES)}" + (f" {word(chance)}" if number % 3 else "")
    postal = f"{chance.choice('GHJ')}{number % 10}{chance.choice('ABCEGHJKLMN')} {chance.randint(0, 9)}{chance.choice('ABCEGHJ')}{number % 7}"  # noqa: E501
    return name, f"{chance.randint(1, 9999)} rue {word(chance)}", f"Ville-{number % 400}", postal


def misspelt(chance: random.Random, name: str) -> str:
    """The name with two letters swapped, one time in three, and another legal form."""
    at = chance.randrange(1, len(name) - 2)
    if chance.random() < 1 / 3:
        name = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return f"{name} {chance.choice(_FORMS)}".strip()


def left_rows(
    chance: random.Random, register: list[tuple[str, str, str, str]], rows: int
) -> Iterator[tuple[str, ...]]:
    """The left list, one row at a time."""
    for number in range(rows):
        if number % 2:
            name, address, city, postal = chance.choice(register)
            placed = (address, city, postal) if number % 4 == 1 else ("", city, "")
            yield f"l{number}", misspelt(chance, name), *placed
        else:
            yield f"l{number}", *organisation(chance, number)


def write(path: Path, rows: Iterator[tuple[str, ...]]) -> None:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_HEADER)
        writer.writerows(rows)


def measured(*command: object) -> tuple[float, float]:
    """CPU seconds and peak memory (MB) of one command; its own process, so that one peak does not hide
    another.
    """
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL);"
        "u = resource.getrusage(resource.RUSAGE_CHILDREN); print(u.ru_utime + u.ru_stime, u.ru_maxrss / 1024)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, *map(str, command)], check=True, capture_output=True, text=True
    )
    seconds, peak = told.stdout.split()
    return float(seconds), float(peak)


def main() -> None:
    """Write the lists, link them, print a line a size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work", type=Path)
    parser.add_argument("rows", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--engine", default="duckdb")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    chance = random.Random(11)
    register = [organisation(chance, number) for number in range(REGISTER)]
    right = args.work / "right.csv"
    write(right, ((f"r{number}", *row) for number, row in enumerate(register)))
    grappe = Path(sys.executable).parent / "grappe"
    for rows in args.rows:
        left, out = args.work / f"left{rows}.csv", args.work / f"links{rows}.csv"
        write(left, left_rows(chance, register, rows))
        seconds, peak = measured(grappe, "link", left, right, "--out", out, "--engine", args.engine)
        print(f"{rows:>9,} × {REGISTER:,}  {args.engine:<7} {seconds:7.1f} CPU s  {peak:6.0f} MB", flush=True)


if __name__ == "__main__":
    main()
