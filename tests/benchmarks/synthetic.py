"""A synthetic ecosystem of any size: visibly made up, the same for the same seed.

``python tests/benchmarks/synthetic.py FOLDER --rows 100000 [--xlsx]`` writes a workspace.
"""

import argparse
import csv
import random
from collections.abc import Iterator
from pathlib import Path

FIRST = (
    *("Boréal", "Optique", "Laser", "Quantum", "Photon", "Micro", "Nano", "Fibre", "Prisme", "Spectre"),
    *("Cristal", "Polaire", "Onde", "Lentille"),
)
SECOND = (
    *("Systèmes", "Technologies", "Instruments", "Solutions", "Capteurs", "Imagerie", "Matériaux"),
    *("Composants", "Analyse", "Conseil"),
)
FORMS = ["inc.", "ltée", "S.E.N.C.", "", "", ""]
TOWNS = (
    *("Québec", "Montréal", "Laval", "Gatineau", "Longueuil", "Sherbrooke", "Lévis", "Saguenay", "Alma"),
    *("Trois-Rivières", "Terrebonne", "Bromont", "Saint-Hyacinthe", "Drummondville", "Granby", "Rimouski"),
    *("Rouyn-Noranda", "Shawinigan", "Victoriaville", "Magog"),
)
SECTORS = ["optique", "laser", "imagerie", "telecom", "sante", "energie", "aerospatiale", "mines"]
STAGES = ["conception", "fabrication", "integration", "essai"]
CLUSTERS = [f"grappe-{number}" for number in range(1, 12)]
HEADER = [
    *("Identifiant", "Nom", "Nom (anglais)", "Ville", "Grappe", "Rôle", "Secteurs", "Maillon", "Type"),
    *("Site web", "Nb d'employés", "Description (FR)", "Description EN"),
]


def rows(count: int, seed: int = 7) -> Iterator[list[str]]:
    """*count* rows under ``HEADER``."""
    chance = random.Random(seed)
    for number in range(count):
        first, second = chance.choice(FIRST), chance.choice(SECOND)
        sector, town = chance.choice(SECTORS), chance.choice(TOWNS)
        yield [
            f"S{number:07d}",
            f"{first} {second} {number} {chance.choice(FORMS)}".strip(),
            f"{first} Synthetic {number}",
            town,
            chance.choice(CLUSTERS),
            "membre",
            "; ".join(sorted({sector, chance.choice(SECTORS)})),
            chance.choice(STAGES),
            chance.choice(["Entreprise", "Centre de recherche"]),
            f"https://synthetique-{number}.example",
            str(chance.randint(1, 900)),
            f"Organisation inventée : {first.lower()} et {second.lower()} pour {sector} à {town}.",
            f"Made-up organisation: {first.lower()} for {sector} in {town}.",
        ]


def write_workspace(folder: Path, count: int, *, xlsx: bool = False) -> Path:
    """Write the list and its ``grappe.toml`` in *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "liste.xlsx" if xlsx else "liste.csv"
    (_write_xlsx if xlsx else _write_csv)(folder / name, count)
    (folder / "grappe.toml").write_text(_configuration(name), "utf-8")
    return folder


def _write_csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        sheet = csv.writer(stream, delimiter=";")
        sheet.writerow(HEADER)
        sheet.writerows(rows(count))


def _write_xlsx(path: Path, count: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Membres")
    sheet.append(HEADER)
    for row in rows(count):
        row[10] = int(row[10])  # type: ignore[call-overload]
        sheet.append(row)
    book.save(path)


def _configuration(path: str) -> str:
    head = (
        '[workspace]\nid = "synthetique"\n'
        'title_fr = "Écosystème synthétique"\ntitle_en = "Synthetic ecosystem"\n'
        'languages = ["fr", "en"]\nplace = "QC"\nas_of = "2026-11-01"\n'
    )
    lists = (("cluster", CLUSTERS), ("sector", SECTORS), ("stage", STAGES))
    codes = "".join(
        f'\n[[{kind}]]\nid = "{code}"\nname_fr = "{code}"\nname_en = "{code}"\n'
        for kind, codes in lists
        for code in codes
    )
    return (
        head
        + codes
        + (
            f'\n[[source]]\nid = "synthetique"\npath = "{path}"\nreader = "spreadsheet"\n'
            'title = "Liste synthétique"\npublisher = "Générateur d’essai"\nlicence = "CC0-1.0"\n'
            'published = "2026"\naccessed = "2026-11-01"\n'
        )
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--xlsx", action="store_true")
    chosen = parser.parse_args()
    print(write_workspace(chosen.folder, chosen.rows, xlsx=chosen.xlsx))
