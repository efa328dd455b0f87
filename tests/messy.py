"""A member list as they come: title lines, merged cells, sections, two languages, 300 rows, 12 mistakes.

Everything in it is made up.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook

MEMBERS, PARTNERS = "Membres 2026", "Partners (EN)"
_TITLES = [
    *("No", "Nom de l’entreprise", "Name (English)", "Ville", "NEQ", "Site Web", "Téléphone", "Courriel"),
    *("Nb d’employés", "Secteurs", "Fondée en", "Description (FR)", "Description (EN)"),
]
_ENGLISH = ["Name", "City", "Website", "Email", "Number of employees", "Sectors"]
_TOWNS = ("Québec", "Montréal", "Lévis", "Sherbrooke", "Bromont", "Laval", "Gatineau", "Saguenay")
_SECTORS = ("Photonique", "Photonique; Aérospatiale", "Sciences de la vie", "Technologies propres")
_SECTIONS = {1: "Photonique et optique", 131: "Autres membres"}
_COUNT, _PARTNERS = 260, 40
#: What is wrong: number of the row among its sheet's organisations → column from 0, what stands there.
_MISTAKES: dict[str, dict[int, tuple[int, Any]]] = {
    MEMBERS: {
        5: (4, "1234567890"),
        12: (8, "12a"),
        23: (10, "03/05/2016"),
        34: (5, "pas de site"),
        56: (7, "info(at)exemple.example"),
        78: (6, "555-0100"),
        99: (0, "M-0017"),
        120: (0, None),
        145: (9, "Photoniqe"),
        200: (8, "=SUM(H1:H2)"),
    },
    PARTNERS: {7: (4, "about 40"), 21: (2, "www..example")},
}


def write_messy(path: Path, *, mended: bool = False, year: int = 2026) -> Path:
    """Write the workbook, with its mistakes or without; each *year* has its own few changes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _write_members(book.create_sheet(MEMBERS), mended, year)
    _write_partners(book.create_sheet(PARTNERS), mended)
    book.save(path)
    return path


def planted() -> list[tuple[str, int, str]]:
    """Sheet, row and column letters of each of the 12 mistakes, as a person finds them."""
    rows = {number: row for number, row, _ in _member_rows()}
    found = [(MEMBERS, rows[number], "ABCDEFGHIJKLM"[at]) for number, (at, _) in _MISTAKES[MEMBERS].items()]
    found += [(PARTNERS, number + 3, "ABCDEF"[at]) for number, (at, _) in _MISTAKES[PARTNERS].items()]
    return found


def _member_rows() -> Iterator[tuple[int, int, str | None]]:
    """Number of each organisation, the row it stands on, and the section title above it, if any."""
    row = 6
    for number in range(1, _COUNT + 1):
        title = _SECTIONS.get(number)
        row += title is not None
        yield number, row, title
        row += 1


def _write_members(sheet: Any, mended: bool, year: int) -> None:
    sheet["A1"] = f"Répertoire des membres — List of members {year}"
    sheet.merge_cells("A1:M1")
    sheet["A2"] = f"Mis à jour en janvier {year}"
    for at, title in enumerate(_TITLES, start=1):
        sheet.cell(row=5, column=at, value=title)
    last = 5
    for number, row, title in _member_rows():
        if title:
            sheet.cell(row=row - 1, column=1, value=title)
            sheet.merge_cells(start_row=row - 1, start_column=1, end_row=row - 1, end_column=13)
        cells = _member(number, year)
        if not mended and number in _MISTAKES[MEMBERS]:
            at, wrong = _MISTAKES[MEMBERS][number]
            cells[at] = wrong
        for at, value in enumerate(cells, start=1):
            sheet.cell(row=row, column=at, value=value)
        last = row
    # One organisation over two rows: its number and names are merged, its second sector stands below.
    for column in (1, 2, 3):
        sheet.merge_cells(start_row=last, start_column=column, end_row=last + 1, end_column=column)
    sheet.cell(row=last + 1, column=10, value="Photonique")
    sheet.cell(row=last + 2, column=1, value="Total")
    sheet.cell(row=last + 2, column=9, value=_COUNT)


def _member(number: int, year: int) -> list[Any]:
    people = 3 + number % 240 + (year - 2026 if number % 20 == 0 else 0)
    return [
        f"M-{number:04d}",
        f"Photons Fictifs {number} inc.",
        f"Fictional Photons {number}" if number % 3 else None,
        _TOWNS[number % len(_TOWNS)],
        None if number % 4 else f"11{number:08d}",
        f"photons-{number}.example",
        f"418 555-{number:04d}" if number % 2 else f"(514) 555-{number:04d}, poste {number}",
        f"info@photons-{number}.example",
        people,
        _SECTORS[number % len(_SECTORS)],
        1950 + number % 70,
        f"Fabrique des lentilles inventées, modèle {number}.",
        f"Makes made-up lenses, model {number}." if number % 3 else None,
    ]


def _write_partners(sheet: Any, mended: bool) -> None:
    sheet["A1"] = "Partners of the cluster"
    sheet.merge_cells("A1:F1")
    for at, title in enumerate(_ENGLISH, start=1):
        sheet.cell(row=3, column=at, value=title)
    for number in range(1, _PARTNERS + 1):
        cells: list[Any] = [
            f"Imaginary Partner {number} Ltd.",
            _TOWNS[number % len(_TOWNS)],
            f"https://partner-{number}.example",
            f"hello@partner-{number}.example",
            number * 3,
            "Photonics",
        ]
        if not mended and number in _MISTAKES[PARTNERS]:
            at, wrong = _MISTAKES[PARTNERS][number]
            cells[at] = wrong
        for at, value in enumerate(cells, start=1):
            sheet.cell(row=number + 3, column=at, value=value)
