"""A build is whole or it is not; the same input, the same bytes; a killed one leaves the former state."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from grappe.cli import main
from grappe.intake.workspace import load_workspace
from grappe.pipeline import build
from grappe.statements import GrappeError
from grappe.statements.ecosystem import read_manifest, read_rows, settle
from grappe.statements.tables import TABLES, VIEWS
from workspaces import MEMBERS, build_ecosystem, write_workspace


def bytes_of(folder: Path) -> dict[str, str]:
    """File → SHA-256."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_same_input_gives_the_same_bytes_wherever_and_however_often(tmp_path):
    first = build_ecosystem(tmp_path / "w", tmp_path / "one")
    once = bytes_of(first)
    second = build_ecosystem(tmp_path / "w", tmp_path / "two")
    again = build_ecosystem(tmp_path / "w", tmp_path / "one")
    assert bytes_of(second) == once
    assert bytes_of(again) == once
    assert set(once) == {f"{table}.parquet" for table in TABLES} | {"ecosystem.duckdb", "manifest.json"}


def test_the_duckdb_file_answers_who_is_in_two_clusters_and_says_who(tmp_path):
    out = build_ecosystem(tmp_path / "w", tmp_path / "out")
    with duckdb.connect(out / "ecosystem.duckdb", read_only=True) as connection:
        rows = connection.sql("FROM organisations_in_several_clusters").fetchall()
        views = {
            name
            for (name,) in connection.sql(
                "SELECT view_name FROM duckdb_views() WHERE NOT internal"
            ).fetchall()
        }
    assert [row[1:] for row in rows] == [
        ("Institut fictif d'optique", 2, ["aero", "optonique"], ["Grappe fictive", "Organisme fictif"])
    ]
    assert views == set(VIEWS)


def test_the_closing_summary_counts_what_was_kept(tmp_path):
    summary = build(load_workspace(write_workspace(tmp_path / "w")), tmp_path / "out")
    assert summary.rows_by_source == {"membres": 27, "repertoire": 4}
    assert summary.counts == read_manifest(tmp_path / "out")["counts"]
    assert (summary.counts["statements"], summary.counts["organisations"]) == (31, 4)


def test_a_refused_source_refuses_the_build_and_leaves_the_former_folder(tmp_path):
    out = build_ecosystem(tmp_path / "w", tmp_path / "out")
    before = bytes_of(out)
    workspace = load_workspace(write_workspace(tmp_path / "w", members=MEMBERS.replace(";40;", ";4o;")))
    with pytest.raises(GrappeError) as caught:
        build(workspace, out)
    problem = caught.value.problems[0]
    assert (problem.file, problem.row, problem.found) == ("membres.csv", 3, "4o")
    assert bytes_of(out) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_tolerated_rows_are_listed_and_the_rest_is_kept(tmp_path):
    folder = write_workspace(tmp_path / "w", members=MEMBERS.replace(";40;", ";4o;"))
    configuration = folder / "grappe.toml"
    text = configuration.read_text("utf-8").replace(
        'id = "membres"\n', 'id = "membres"\ntolerate_refused = 1\n'
    )
    configuration.write_text(text, "utf-8")
    summary = build(load_workspace(folder), tmp_path / "out")
    assert [problem.found for problem in summary.errors] == ["4o"]
    with duckdb.connect() as connection:
        rows = connection.sql(
            f"SELECT code, file, row, found FROM '{tmp_path}/out/refusals.parquet'"
        ).fetchall()
    assert rows == [("bad_value", "membres.csv", 3, "4o")]


@pytest.fixture
def workbook_with_one_mistake(tmp_path):
    """5,000 rows, one cell wrong."""
    folder = tmp_path / "big"
    folder.mkdir()
    book = Workbook()
    sheet = book.active
    sheet.title = "Membres 2026"
    sheet.append(["Nom", "Ville", "Nb d'employés"])
    for number in range(5_000):
        sheet.append([f"Organisation fictive {number}", "Québec", number % 90 + 1])
    sheet["C3456"] = "douze"
    book.save(folder / "membres.xlsx")
    return folder


def test_a_one_cell_mistake_in_5000_rows_is_named_by_the_command_line(workbook_with_one_mistake, tmp_path):
    runner = CliRunner()
    assert runner.invoke(main, ["init", str(workbook_with_one_mistake)]).exit_code == 0
    command = ["--lang", "fr", "build", str(workbook_with_one_mistake), "-o", str(tmp_path / "out")]
    result = runner.invoke(main, command)
    assert result.exit_code == 3
    assert "✗ membres.xlsx, feuille Membres 2026, ligne 3456, colonne C" in result.output
    assert "trouvé «\u00a0douze\u00a0»" in result.output
    assert not (tmp_path / "out").exists()
    english = runner.invoke(main, ["--lang", "en", "check", str(workbook_with_one_mistake)])
    assert english.exit_code == 3
    assert "sheet Membres 2026, row 3456, column C" in english.output


def test_a_build_killed_half_way_leaves_the_former_state_whole(tmp_path):
    out = build_ecosystem(tmp_path / "w", tmp_path / "out")
    before = bytes_of(out)
    header, *rows = MEMBERS.strip().split("\n")
    many = "\n".join([header, *(rows[1].replace("Lasers Fictifs", f"Lasers {n}") for n in range(30_000))])
    write_workspace(tmp_path / "w", members=many)
    command = [sys.executable, "-m", "grappe.cli", "build", str(tmp_path / "w"), "-o", str(out)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    staging = tmp_path / ".out.building"
    while not (staging / "parts").exists():
        assert process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert bytes_of(out) == before
    again = build_ecosystem(tmp_path / "w", out)
    assert bytes_of(again) == before
    assert not staging.exists()


@pytest.mark.parametrize("moment", ["between the two renames", "before the former is removed"])
def test_a_replacement_killed_at_its_last_step_is_settled_by_the_next_reader(tmp_path, moment):
    out = build_ecosystem(tmp_path / "w", tmp_path / "out")
    before = bytes_of(out)
    former = tmp_path / ".out.former"
    if moment == "between the two renames":
        out.rename(former)
    else:
        former.mkdir()
    settle(out)
    assert bytes_of(out) == before
    assert not former.exists()


def test_next_years_list_keeps_every_canonical_id(tmp_path):
    out = build_ecosystem(tmp_path / "w", tmp_path / "out")
    query = f"SELECT id, name_fr, municipality FROM '{out}/organisations.parquet' ORDER BY id"
    before = duckdb.sql(query).fetchall()
    header, *rows = MEMBERS.strip().replace(";120;", ";130;").split("\n")
    newcomer = "Absolument Nouvelle;;;Laval;aero;membre;;;3;;"
    build_ecosystem(tmp_path / "w", out, members="\n".join([header, newcomer, *reversed(rows)]))
    after = duckdb.sql(query).fetchall()
    assert [row for row in after if row[1] != "Absolument Nouvelle"] == before
    assert len(after) == len(before) + 1


def test_an_export_carries_licences_and_defuses_formulas(tmp_path):
    hostile = MEMBERS.replace("Fabrique des lasers à fibre.", "=HYPERLINK(x)").replace(
        "ifo.example", "ifo.example/=1"
    )
    out = build_ecosystem(tmp_path / "w", tmp_path / "out", members=hostile, visibility="private")
    result = CliRunner().invoke(main, ["export", str(out), "-o", str(tmp_path / "csv")])
    assert result.exit_code == 0
    statements = (tmp_path / "csv" / "statements.csv").read_text("utf-8")
    assert "'=HYPERLINK(x)" in statements
    assert ",=HYPERLINK" not in statements
    assert "repertoire" not in statements
    assert "Grappe fictive: Liste des membres (CC0-1.0)" in (tmp_path / "csv" / "ATTRIBUTION.md").read_text(
        "utf-8"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nonsense = [", "grappe.toml"),
        ('[workspace]\nid = "x"\n', "[workspace]"),
        ('[workspace]\nid = "x"\ntitle_fr = "X"\n[[source]]\nid = "a"\n', "[[source]] a"),
    ],
)
def test_a_configuration_to_mend_says_what_is_expected(tmp_path, text, found):
    (tmp_path / "grappe.toml").write_text(text, "utf-8")
    result = CliRunner().invoke(main, ["--lang", "en", "check", str(tmp_path)])
    assert result.exit_code == 3
    assert found in result.output


def test_help_answers_at_once():
    """Heavy libraries are imported where they are used: none of them for the help."""
    heavy = {"duckdb", "pyarrow", "django", "numpy", "lxml"}
    code = f"import sys, grappe.cli; print({heavy} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "set()\n"


def test_a_place_that_only_members_may_know_is_not_shown(tmp_path):
    nowhere = MEMBERS.replace(";Québec;", ";;")
    out = build_ecosystem(tmp_path / "w", tmp_path / "out", members=nowhere, visibility="members")
    (institute,) = [row for row in read_rows(out, "organisations") if row["acronym"] == "IFO"]
    assert (institute["municipality"], institute["latitude"], institute["precision"]) == (None, None, None)
    public = build_ecosystem(tmp_path / "w2", tmp_path / "out2", members=nowhere)
    (institute,) = [row for row in read_rows(public, "organisations") if row["acronym"] == "IFO"]
    assert institute["municipality"] == "Québec"
