"""The next edition of a list: amended, its columns recalled, its rows recognised, what it changes told."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st
from openpyxl import Workbook
from sheets import codes, read, said, write_text, write_xlsx

from grappe.editions.comparing import compare_editions
from grappe.intake.spreadsheets import (
    Amendments,
    Column,
    Mapping,
    SheetMapping,
    guess_mapping,
    guess_sheet,
    mapping_content,
    read_mapping,
    recall_mapping,
)
from grappe.intake.spreadsheets.headers import ROLES
from grappe.linkage.recognising import recognise_rows
from grappe.statements import GrappeError, Statement
from grappe.statements.records import as_row
from grappe.statements.tables import TABLES, columns_sql
from grappe.statements.vocabulary import properties


def test_an_amended_cell_is_read_and_what_the_file_says_is_kept(tmp_path: Path) -> None:
    path = write_text(tmp_path / "l.csv", "Nom;Effectif\nAlpha;12a\nBeta;7\n")
    statements, problems = read(path, amendments=Amendments({("csv", 2, "B"): "12"}))
    assert problems == []
    amended = next(s for s in statements if s.locator == "csv!B2")
    assert (amended.value, amended.original_value) == ("12", "12a")
    assert next(s for s in statements if s.locator == "csv!B3").original_value is None


def test_a_missing_cell_is_given_and_a_row_is_left_out(tmp_path: Path) -> None:
    path = write_text(tmp_path / "l.csv", "No;Nom;Ville\n;Alpha;Laval\n2;Beta;Laval\n1;Gamma;Laval\n")
    given_ = Amendments({("csv", 2, "A"): "7", ("csv", 3, "D"): "x"}, frozenset([("csv", 4)]))
    statements, problems = read(path, amendments=given_)
    assert [s.entity for s in statements if s.property == "name"] == ["membres:7", "membres:2"]
    assert [p.code for p in problems if p.severity == "error"] == []


def test_a_merged_cell_is_amended_for_all_its_rows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (
        ["Nom", "Ville", "Téléphone"],
        ["Alfa", "Laval", "418 555-0100"],
        [None, None, "418 555-0101"],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "m.xlsx")
    statements, _ = read(tmp_path / "m.xlsx", amendments=Amendments({("Sheet", 2, "A"): "Alpha"}))
    names = [(s.locator, s.value) for s in statements if s.property == "name"]
    assert names == [("Sheet!A2", "Alpha"), ("Sheet!A3", "Alpha")]


def test_a_formula_without_value_is_amended(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "f.xlsx", ("M", [["Nom", "Effectif"], ["Alpha", "=1+1"]]))
    assert codes(read(path)[1]) == ["formula_without_value"]
    statements, problems = read(path, amendments=Amendments({("M", 2, "B"): "2"}))
    assert (codes(problems), said(statements)[-1]) == ([], ("M!B2", "employees", "2"))


def test_a_list_of_more_rows_than_allowed_is_refused(tmp_path: Path) -> None:
    path = write_text(tmp_path / "l.csv", "Nom\n" + "".join(f"N{n}\n" for n in range(9)))
    assert len(read(path, rows_limit=10)[0]) == 9
    with pytest.raises(GrappeError) as caught:
        read(path, rows_limit=9)
    assert codes(caught.value.problems) == ["too_many_rows"]


def test_a_role_may_be_given_to_every_row(tmp_path: Path) -> None:
    path = write_text(tmp_path / "l.csv", "Nom;Rôle\nAlpha;\nBeta;partenaire\n")
    mapping = replace(guess_mapping(path), defaults={"cluster": "optonique", "cluster_role": "member"})
    clusters = [s for s in read(path, mapping)[0] if s.property == "cluster"]
    assert [(s.value, s.qualifier) for s in clusters] == [("optonique", "member"), ("optonique", "partner")]


_CODES = sorted([*properties(), *ROLES, ""])
_COLUMN = st.builds(
    Column,
    header=st.text(max_size=9),
    letter=st.sampled_from("ABC"),
    property=st.sampled_from(_CODES),
    qualifier=st.sampled_from([None, "legal", "member"]),
    language=st.sampled_from([None, "fr", "en"]),
    split=st.sampled_from([None, ",", " / "]),
)
_SHEET = st.builds(
    SheetMapping,
    name=st.text(max_size=9),
    header_row=st.integers(0, 99),
    columns=st.lists(_COLUMN, max_size=3).map(tuple),
    ignore=st.booleans(),
)


@given(st.builds(Mapping, st.lists(_SHEET, max_size=2).map(tuple), st.just({"cluster": "optonique"})))
def test_a_mapping_is_kept_as_plain_values(mapping: Mapping) -> None:
    assert read_mapping(mapping_content(mapping)) == mapping


def test_last_years_mapping_is_recalled_by_titles(tmp_path: Path) -> None:
    kept = Mapping(
        (
            SheetMapping(
                "Membres 2026", 4, (Column("Raison", "A", "name"), Column("Bourg", "B", "municipality"))
            ),
        )
    )
    path = write_text(tmp_path / "l.csv", "Bourg;Nom;RAISON;Pays\nLaval;x;Alpha;CA\n")
    guessed = guess_mapping(path).sheets[0]
    columns = recall_mapping(guessed, kept).columns
    assert [(c.header, c.letter, c.property) for c in columns] == [
        ("Bourg", "A", "municipality"),
        ("Nom", "B", "name"),
        ("RAISON", "C", "name"),
        ("Pays", "D", "country"),
    ]


def test_titles_may_be_where_a_person_says(tmp_path: Path) -> None:
    from grappe.intake.spreadsheets import first_rows

    path = write_text(tmp_path / "l.csv", "a;b\nNom;Ville\nAlpha;Laval\n")
    ((name, rows),) = first_rows(path)
    assert guess_sheet(name, rows).header_row == 2
    assert [c.header for c in guess_sheet(name, rows, titles_at=1).columns] == ["a", "b"]
    assert guess_sheet(name, rows, titles_at=9) is None


def tables(former, brought):
    """A connection with the statements of two editions: each a record → [(property, value)…]."""
    connection = duckdb.connect()
    for table, records in (("former", former), ("brought", brought)):
        connection.execute(f"CREATE TABLE {table} ({columns_sql('statements')}, position BIGINT)")
        for entity, pairs in records.items():
            for prop, value in pairs:
                row = as_row(Statement(entity=entity, property=prop, value=value, source="s"))
                values = [*(row[name] for name in TABLES["statements"]), 0]
                connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
    return connection


def recognised(former, brought):
    connection = tables(former, brought)
    recognise_rows(connection)
    return dict(connection.execute("SELECT entity, former FROM recognised").fetchall()), connection


def test_rows_are_recognised_by_what_no_other_row_has():
    alpha, beta = ("name", "Alpha inc."), ("name", "Bêta")
    laval, levis = ("municipality", "Laval"), ("municipality", "Lévis")
    neq, other = ("neq", "1140000009"), ("neq", "1140000017")
    assert recognised({"s:1": [alpha, neq]}, {"s:2": [beta, neq]})[0] == {"s:2": "s:1"}
    assert recognised({"s:1": [alpha, laval]}, {"s:2": [("name", "ALPHA"), laval]})[0] == {"s:2": "s:1"}
    assert recognised({"s:1": [alpha, laval]}, {"s:2": [alpha, levis]})[0] == {"s:2": "s:1"}
    assert recognised({"s:1": [alpha, neq]}, {"s:2": [alpha, other]})[0] == {}
    assert recognised({"s:1": [alpha, laval]}, {"s:2": [alpha, levis], "s:3": [alpha]})[0] == {}
    assert recognised({"s:1": [alpha]}, {"s:1": [beta], "s:2": [alpha]})[0] == {}


_PAIR = st.sampled_from(
    [
        *(("name", name) for name in ("Alpha", "Alpha inc.", "Beta", "Gamma")),
        *(("municipality", town) for town in ("Laval", "Lévis")),
        *(("neq", value) for value in ("1140000009", "1140000017")),
    ]
)
_EDITION = st.dictionaries(
    st.sampled_from([f"s:{n}" for n in range(6)]),
    st.lists(_PAIR, min_size=1, max_size=3, unique_by=lambda pair: pair[0]),
    min_size=1,
    max_size=4,
)


@law(deadline=None, max_examples=25)
@given(_EDITION, _EDITION)
def test_recognising_gives_each_row_one_id_and_the_id_its_statements_hash_to(former, brought):
    pairs, connection = recognised(former, brought)
    assert len(set(pairs.values())) == len(pairs)
    assert set(pairs) & set(former) == set()
    assert set(pairs.values()) & set(brought) == set()
    found = connection.execute("SELECT id, entity, property, value FROM brought").fetchall()
    for key, entity, prop, value in found:
        assert key == Statement(entity=entity, property=prop, value=value, source="s").id
    assert {entity for _, entity, _, _ in found} == {pairs.get(entity, entity) for entity in brought}
    assert recognise_rows(connection) == 0


@law(deadline=None, max_examples=25)
@given(_EDITION, _EDITION)
def test_every_row_of_either_edition_is_of_one_kind(former, brought):
    _, connection = recognised(former, brought)
    connection.execute("""
        CREATE TABLE owners AS SELECT DISTINCT entity, 'GR' AS organisation, 'GR' AS before FROM brought;
        CREATE TABLE present AS SELECT 'GR' AS organisation;
        CREATE TABLE standing AS FROM present;
        CREATE TABLE others AS SELECT *, false AS is_curated FROM former LIMIT 0;
        CREATE TABLE reasons (entity VARCHAR, rule VARCHAR, why VARCHAR)
    """)
    counts = compare_editions(connection)
    now = {entity for (entity,) in connection.execute("SELECT entity FROM brought").fetchall()}
    assert counts["rows"] == len(now)
    assert counts["new"] == len(now - set(former))
    assert counts["gone"] == len(set(former) - now)
    kept = now & set(former)
    assert counts["same"] + counts["changed"] == len(kept)
    said_now: dict[str, set[tuple[str, str]]] = {}
    for entity, *pair in connection.execute("SELECT entity, property, value FROM brought").fetchall():
        said_now.setdefault(entity, set()).add(tuple(pair))
    assert counts["same"] == sum(said_now[entity] == set(former[entity]) for entity in kept)
