"""Workbooks as secretariats keep them: titles above the header, merges, several sheets, hidden rows."""

import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from sheets import SOURCE, codes, read, said, write_xlsx

from grappe.intake.spreadsheets import (
    Column,
    Mapping,
    SheetMapping,
    guess_mapping,
    load_mapping,
    read_spreadsheet,
    write_mapping,
)
from grappe.statements import GrappeError, Problem


def test_a_list_with_title_rows_above_its_header(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "membres.xlsx",
        (
            "Membres",
            [
                ["Optonique – liste des membres"],
                ["Mise à jour : mai 2025"],
                [],
                [
                    "No",
                    "Nom de l'entreprise",
                    "Nom (anglais)",
                    "Ville",
                    "Nb d'employés",
                    "Site web",
                    "Fondation",
                ],
                [
                    1,
                    "Alpha optique",
                    "Alpha Optics",
                    "Québec",
                    1250.0,
                    "alpha.example.com",
                    datetime.date(1998, 5, 3),
                ],
                [2, "Bêta", None, "Lévis", "1 300", None, "mai 2001"],
            ],
        ),
    )
    statements, problems = read(path)
    assert problems == []
    assert said(statements) == [
        ("Membres!B5", "name", "Alpha optique"),
        ("Membres!C5", "name", "Alpha Optics"),
        ("Membres!D5", "municipality", "Québec"),
        ("Membres!E5", "employees", "1250"),
        ("Membres!F5", "website", "https://alpha.example.com"),
        ("Membres!G5", "founded", "1998-05-03"),
        ("Membres!B6", "name", "Bêta"),
        ("Membres!D6", "municipality", "Lévis"),
        ("Membres!E6", "employees", "1300"),
        ("Membres!G6", "founded", "2001-05"),
    ]
    first, english, website, founded = statements[0], statements[1], statements[4], statements[9]
    assert (first.entity, first.language, first.original_value) == ("membres:1", "fr", None)
    assert (first.valid_from, first.first_seen, first.last_seen) == ("2025-06", "2026-01-15", "2026-01-15")
    assert (first.method, first.extractor, first.licence) == ("imported", "spreadsheet", "CC-BY-4.0")
    assert (english.language, website.original_value, website.language) == ("en", "alpha.example.com", None)
    assert founded.original_value == "mai 2001"


def test_merged_cells_are_carried_down_and_merged_titles_are_no_header(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "Liste"
    for cell, value in {
        "A1": "Répertoire des entreprises",
        "A2": "Nom",
        "B2": "Adresse",
        "D2": "Secteurs",
        "B3": "Ville",
        "C3": "Code postal",
        "A4": "Alpha",
        "B4": "Québec",
        "C4": "g1p 4s4",
        "D4": "Santé",
        "D5": "Défense",
        "A6": "Entreprises associées",
        "A7": "Bêta",
        "B7": "Lévis",
    }.items():
        sheet[cell] = value
    for block in ("A1:D1", "A2:A3", "B2:C2", "D2:D3", "A4:A5", "B4:B5", "A6:D6"):
        sheet.merge_cells(block)
    workbook.save(tmp_path / "l.xlsx")
    statements, problems = read(tmp_path / "l.xlsx")
    assert said(statements) == [
        ("Liste!A4", "name", "Alpha"),
        ("Liste!B4", "municipality", "Québec"),
        ("Liste!C4", "postal_code", "G1P 4S4"),
        ("Liste!D4", "sector", "Santé"),
        ("Liste!A5", "name", "Alpha"),
        ("Liste!B5", "municipality", "Québec"),
        ("Liste!D5", "sector", "Défense"),
        ("Liste!A7", "name", "Bêta"),
        ("Liste!B7", "municipality", "Lévis"),
    ]
    assert len({statement.entity for statement in statements}) == 2
    assert problems == [
        Problem("row_left_out", "l.xlsx", "Liste", 6, found="Entreprises associées", severity="warning")
    ]


def test_every_sheet_is_read_or_reported(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "m.xlsx",
        ("Membres", [["Company", "City"], ["Alpha", "Québec"]]),
        ("Vide", []),
        ("Budget", [["Poste", "Montant"], ["Loyer", 12]]),
        ("Partenaires", [["Note"], ["Organisme", "Courriel"], ["Gamma", "info@gamma.example"]]),
    )
    statements, problems = read(path)
    assert said(statements) == [
        ("Membres!A2", "name", "Alpha"),
        ("Membres!B2", "municipality", "Québec"),
        ("Partenaires!A3", "name", "Gamma"),
        ("Partenaires!B3", "email", "info@gamma.example"),
    ]
    assert problems == [
        Problem("sheet_not_read", "m.xlsx", "Budget", found="Poste | Montant", severity="warning")
    ]


def test_a_value_that_reads_like_a_title_is_no_header(tmp_path: Path) -> None:
    rows = [["q", "w"], ["Alpha", "Company"], ["Bêta", "Company"], ["Gamma", "Person"]]
    path = write_xlsx(tmp_path / "v.xlsx", ("M", rows))
    with pytest.raises(GrappeError) as refusal:
        read(path)
    assert refusal.value.problems == (Problem("no_header", "v.xlsx", expected="header"),)


def test_hidden_rows_columns_and_sheets_are_read_and_reported(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "h.xlsx",
        ("M", [["Nom", "Ville"], ["Alpha", "Québec"], ["Bêta", "Lévis"], ["Gamma", "Laval"]]),
    )
    from openpyxl import load_workbook

    workbook = load_workbook(path)
    sheet = workbook["M"]
    sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["B"].hidden = True
    workbook.create_sheet("Autre")
    sheet.sheet_state = "hidden"
    workbook.active = 1
    workbook.save(path)
    statements, problems = read(path)
    assert [statement.value for statement in statements if statement.property == "name"] == [
        "Alpha",
        "Bêta",
        "Gamma",
    ]
    assert problems == [
        Problem("hidden_sheet", "h.xlsx", "M", severity="warning"),
        Problem("hidden_rows", "h.xlsx", "M", found="3–4", severity="warning"),
        Problem("hidden_columns", "h.xlsx", "M", found="B", severity="warning"),
    ]


def test_totals_and_notes_are_left_out_and_organisations_that_sound_so_are_not(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "t.xlsx",
        (
            "M",
            [
                ["Nom", "Ville", "Effectif"],
                ["Total Énergies", "Montréal", 40],
                ["Source Évolution", "Lévis", 3],
                ["Nom", "Ville", "Effectif"],
                [None, None, None],
                ["Total", None, 43],
                ["Source : secrétariat, 2025"],
                ["* estimation"],
            ],
        ),
    )
    statements, problems = read(path)
    names = [statement.value for statement in statements if statement.property == "name"]
    assert names == ["Total Énergies", "Source Évolution"]
    assert [(problem.code, problem.row, problem.severity) for problem in problems] == [
        ("row_left_out", 6, "warning"),
        ("row_left_out", 7, "warning"),
        ("row_left_out", 8, "warning"),
    ]


def test_formulas_are_never_run_and_one_without_value_is_said(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "f.xlsx",
        ("M", [["Nom", "Effectif", "Description"], ["Alpha", "=1+1", "'=cmd|' /C calc'!A0"]]),
    )
    statements, problems = read(path)
    assert said(statements) == [("M!A2", "name", "Alpha"), ("M!C2", "description", "'=cmd|' /C calc'!A0")]
    assert problems == [Problem("formula_without_value", "f.xlsx", "M", 2, "B (Effectif)", found="=1+1")]


def test_one_bad_cell_in_five_thousand_rows_names_itself(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Nom", "Ville", "Nb d'employés"]]
    rows += [[f"Entreprise {number}", "Québec", number] for number in range(5000)]
    rows[3210][2] = "12a"
    statements, problems = read(write_xlsx(tmp_path / "g.xlsx", ("Membres", rows)))
    assert len(statements) == 3 * 5000 - 1
    assert problems == [
        Problem("bad_value", "g.xlsx", "Membres", 3211, "C (Nb d'employés)", found="12a", expected="integer")
    ]
    assert problems[0].describe("en") == (
        "g.xlsx, sheet Membres, row 3211, column C (Nb d'employés): "
        "found “12a”; expected a whole number, for example 1,234."
    )


def test_all_mistakes_are_listed_at_once(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "p.xlsx",
        (
            "M",
            [
                ["Nom", "NEQ", "Courriel", "Téléphone", "Truc"],
                ["Alpha", "1144556677", "a@alpha.example", "418 555-0100", 1],
                ["Bêta", "123", "bêta", "12", 2],
                [None, "1144556678", None, None, 3],
                ["ALPHA ", None, None, None, 4],
            ],
        ),
    )
    statements, problems = read(path)
    assert [
        (problem.code, problem.row, problem.column, problem.found, problem.expected) for problem in problems
    ] == [
        ("unmapped_column", None, "E (Truc)", "Truc", None),
        ("bad_value", 3, "B (NEQ)", "123", "neq"),
        ("bad_value", 3, "C (Courriel)", "bêta", "email"),
        ("bad_value", 3, "D (Téléphone)", "12", "phone"),
        ("missing_value", 4, "A (Nom)", None, "name"),
        ("duplicate_key", 5, "A (Nom)", "ALPHA", "M!A2"),
    ]
    assert [statement.value for statement in statements] == [
        "Alpha", "1144556677", "a@alpha.example", "+14185550100", "Bêta",
    ]  # fmt: skip


def test_a_row_gives_its_own_source_date_licence_and_roles(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "s.xlsx",
        (
            "M",
            [
                ["Nom", "Grappe", "Rôle", "Personne", "Fonction", "Source", "URL source", "Date", "Licence"],
                [
                    "Alpha",
                    "aero; optonique",
                    "chef de file cité",
                    "A. B.",
                    "présidente",
                    "Aéro",
                    "https://a.example/x",
                    "3 mai 2016",
                    "CC0",
                ],
                ["Bêta", "aero", "roi", None, None, None, "https://b.example", "jadis", None],
            ],
        ),
    )
    statements, problems = read(path)
    assert [
        (s.property, s.value, s.qualifier, s.asserted_by, s.valid_from, s.licence) for s in statements
    ] == [
        ("name", "Alpha", None, "Aéro", "2016-05-03", "CC0"),
        ("cluster", "aero", "leader", "Aéro", "2016-05-03", "CC0"),
        ("cluster", "optonique", "leader", "Aéro", "2016-05-03", "CC0"),
        ("person", "A. B., présidente", None, "Aéro", "2016-05-03", "CC0"),
        ("mentioned_in", "https://a.example/x", None, "Aéro", "2016-05-03", "CC0"),
        ("name", "Bêta", None, "https://b.example", "2025-06", "CC-BY-4.0"),
        ("cluster", "aero", None, "https://b.example", "2025-06", "CC-BY-4.0"),
        ("mentioned_in", "https://b.example", None, "https://b.example", "2025-06", "CC-BY-4.0"),
    ]
    assert [(problem.code, problem.column, problem.found) for problem in problems] == [
        ("bad_value", "H (Date)", "jadis"),
        ("bad_value", "C (Rôle)", "roi"),
    ]


def test_workspace_codes_are_read_and_a_comma_parts_codes_only_when_each_is_one(tmp_path: Path) -> None:
    sectors = {
        "health": {"fr": "Santé", "en": "Health"},
        "am": {"fr": "Mines, métaux", "en": "Mining, metals"},
    }
    path = write_xlsx(
        tmp_path / "c.xlsx",
        ("M", [["Nom", "Secteurs"], ["Alpha", "santé, health; Mines, métaux"], ["Bêta", "Santé, agro"]]),
    )
    statements, problems = read(path, codes={"sector": sectors})
    assert [s.value for s in statements if s.property == "sector"] == ["health", "am"]
    assert [(problem.found, problem.expected) for problem in problems] == [
        ("Santé, agro", "one_of:Santé, Mines, métaux|Health, Mining, metals")
    ]


def test_a_mapping_is_guessed_written_corrected_and_read_back(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "m.xlsx",
        ("Membres", [["Liste"], ['Qui "donc"', "Nom", "Ville", "Bidule"], ["x", "Alpha", "Québec", "a/b"]]),
    )
    guessed = guess_mapping(path)
    assert guessed == Mapping(
        (
            SheetMapping(
                "Membres",
                2,
                (
                    Column('Qui "donc"', "A"),
                    Column("Nom", "B", "name"),
                    Column("Ville", "C", "municipality"),
                    Column("Bidule", "D"),
                ),
            ),
        )
    )
    write_mapping(guessed, tmp_path / "m.toml")
    assert load_mapping(tmp_path / "m.toml") == guessed
    corrected = (tmp_path / "m.toml").read_text("utf-8")
    corrected = corrected.replace("[defaults]", '[defaults]\ncluster = "optonique"')
    corrected = corrected.replace('letter = "A"\nproperty = ""', 'letter = "A"\nproperty = "ignore"')
    corrected = corrected.replace(
        'letter = "D"\nproperty = ""', 'letter = "D"\nproperty = "offer"\nlanguage = "en"\nsplit = "/"'
    )
    (tmp_path / "m.toml").write_text(corrected, "utf-8")
    statements, problems = read(path, load_mapping(tmp_path / "m.toml"))
    assert problems == []
    assert [(s.property, s.value, s.language, s.locator) for s in statements] == [
        ("name", "Alpha", "fr", "Membres!B3"),
        ("municipality", "Québec", None, "Membres!C3"),
        ("offer", "a", "en", "Membres!D3"),
        ("offer", "b", "en", "Membres!D3"),
        ("cluster", "optonique", None, "Membres!B3"),
    ]


def test_a_mapping_that_does_not_fit_says_which_column_or_sheet(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "m.xlsx", ("M", [["Nom"], ["Alpha"]]))
    fits = SheetMapping("M", 1, (Column("Nom", "A", "name"),))
    _, problems = read(path, Mapping((fits, SheetMapping("Z", 1))))
    assert problems == [Problem("missing_sheet", "m.xlsx", found="M", expected="Z")]
    with pytest.raises(GrappeError) as refusal:
        read(path, Mapping((SheetMapping("M", 1, (Column("Ville", "B", "municipality"),)),)))
    assert refusal.value.problems == (
        Problem("missing_column", "m.xlsx", "M", 1, found="Nom", expected="Ville"),
    )
    (tmp_path / "bad.toml").write_text(
        '[[sheet]]\nname = "M"\n[[sheet.column]]\nheader = "Nom"\nproperty = "nom"\n', "utf-8"
    )
    with pytest.raises(GrappeError) as refusal:
        load_mapping(tmp_path / "bad.toml")
    assert codes(refusal.value.problems) == ["bad_mapping"]


def test_records_come_in_the_order_of_the_file_and_twice_the_same(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "o.xlsx", ("M", [["Nom", "Effectif"], ["A", "x"], ["B", 2]]))
    once = list(read_spreadsheet(path, SOURCE))
    assert [type(record).__name__ for record in once] == ["Statement", "Problem", "Statement", "Statement"]
    assert once == list(read_spreadsheet(path, SOURCE))
