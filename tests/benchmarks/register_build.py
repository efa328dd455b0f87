"""``grappe build`` of a register of a million rows: rows a second and peak memory, in one run.

``python tests/benchmarks/register_build.py [--rows 1000000]`` writes a register in GLEIF's layout (made-up
firms, valid check digits), builds it beside a reading of the same file by ``csv.DictReader`` alone.
"""

import argparse
import csv
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent))
import synthetic

HEADER = [
    "LEI",
    "Entity.LegalName",
    "Entity.LegalName.xmllang",
    "Entity.LegalAddress.FirstAddressLine",
    "Entity.LegalAddress.AdditionalAddressLine.1",
    "Entity.LegalAddress.City",
    "Entity.LegalAddress.Region",
    "Entity.LegalAddress.Country",
    "Entity.LegalAddress.PostalCode",
    "Entity.EntityStatus",
    "Entity.EntityCreationDate",
]
WORKSPACE = """[workspace]
id = "registre"
title_fr = "Registre synthétique"
title_en = "Synthetic register"
place = "QC"
as_of = "2026-11-01"
[[source]]
id = "registre"
path = "registre.csv"
reader = "register"
recipe = "gleif"
title = "Registre synthétique"
publisher = "Générateur d’essai"
licence = "CC0-1.0"
accessed = "2026-11-01"
"""


def lei(number: int) -> str:
    """A made-up LEI with its ISO 7064 check digits."""
    body = f"F1CT{number:014d}"
    digits = int("".join(str(int(char, 36)) for char in body + "00"))
    return f"{body}{98 - digits % 97:02d}"


def write_register(path: Path, count: int) -> None:
    """*count* firms in GLEIF's CSV layout."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(HEADER)
        for number in range(count):
            name = f"{chance.choice(synthetic.FIRST)} {chance.choice(synthetic.SECOND)} {number} inc."
            town = chance.choice(synthetic.TOWNS)
            day = f"{chance.randint(1950, 2025)}-01-01T00:00:00Z"
            sheet.writerow(
                [lei(number), name, "fr", "1 rue Fictive", "", town, "CA-QC", "CA", "G1K 7P4", "ACTIVE", day]
            )


def main() -> None:
    """Write, build, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    count = parser.parse_args().rows
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_register(folder / "registre.csv", count)
        (folder / "grappe.toml").write_text(WORKSPACE, "utf-8")
        started = time.perf_counter()
        with (folder / "registre.csv").open(encoding="utf-8") as stream:
            plain = sum(1 for _ in csv.DictReader(stream)) / (time.perf_counter() - started)
        started = time.perf_counter()
        command = [sys.executable, "-m", "grappe.cli", "build", scratch, "-o", str(folder / "out")]
        subprocess.run(command, check=True)
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{count:,} rows: {seconds:.0f} s, {count / seconds:,.0f} rows/s, peak {peak:,.0f} MB")
    ratio = plain * seconds / count
    print(f"csv.DictReader alone: {plain:,.0f} rows/s ({ratio:.0f}× faster, and keeps nothing)")


if __name__ == "__main__":
    main()
