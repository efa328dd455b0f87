"""Lists as they come: repeated, empty, endless, in several encodings. A clear error or a clean result."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grappe.cli import main

GRAPPE = str(Path(sys.executable).parent / "grappe")


def write(path, lines, header=("id", "name"), encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="", errors="surrogateescape") as handle:
        csv.writer(handle).writerows([header, *lines])
    return str(path)


def links(path):
    with Path(path).open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def run(*arguments):
    return CliRunner().invoke(main, ["--lang", "en", *arguments])


def test_names_of_ten_thousand_letters_are_linked(tmp_path):
    long = "grappe " * 1500
    left = write(
        tmp_path / "l.csv", [("1", long), ("2", "a" * 10_000), ("3", "Essai Grappe"), ("4", "大学" * 3000)]
    )
    right = write(tmp_path / "r.csv", [("r", "Essai-Grappe"), ("s", long), ("t", "b" * 10_000)])
    done = run("link", left, right, "--out", str(tmp_path / "o.csv"))
    assert done.exit_code == 0, done.output
    first = {row["left_id"]: row["right_id"] for row in links(tmp_path / "o.csv") if row["rank"] == "1"}
    assert (first["1"], first["3"]) == ("s", "r")


def test_rows_without_a_name_are_told(tmp_path):
    left = write(tmp_path / "l.csv", [("1", ""), ("2", " "), ("3", "Essai Grappe"), ("", "Sans identifiant")])
    right = write(tmp_path / "r.csv", [("r", "Essai-Grappe")])
    done = run("link", left, right, "--out", str(tmp_path / "o.csv"))
    assert done.exit_code == 0, done.output
    assert {row["left_id"] for row in links(tmp_path / "o.csv")} == {"3"}
    assert [line for line in done.output.splitlines() if line.startswith("!")] == [
        "! l.csv, row 2: value missing; expected the organisation’s name.",
        "! l.csv, row 3: value missing; expected the organisation’s name.",
        "! l.csv, row 5: value missing; expected id.",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_each_encoding_gives_the_same_links(tmp_path, encoding):
    left = write(
        tmp_path / "l.csv", [("1", "Société d’Évaluation Grappée"), ("2", "Été à Lévis")], encoding=encoding
    )
    right = write(tmp_path / "r.csv", [("r", "Societe d'evaluation grappee inc.")])
    assert run("link", left, right, "--out", str(tmp_path / "o.csv")).exit_code == 0
    assert links(tmp_path / "o.csv")[0]["right_id"] == "r"


def test_bytes_of_two_encodings_are_read_or_refused(tmp_path):
    path = tmp_path / "l.csv"
    path.write_bytes("id,name\n1,Été\n".encode() + "2,Été Grappe\n".encode("cp1252"))
    done = run("dedupe", str(path), "--out", str(tmp_path / "o.csv"))
    assert done.exit_code in (0, 3)
    assert (tmp_path / "o.csv").exists() is (done.exit_code == 0)


def sheet(path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (("Clé", "Raison sociale", "Ville"), ("r", "Essai-Grappe", "Lévis"), ("s", "Mines", "Gaspé")):
        book.active.append(row)
    book.save(path)


def parquet(path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(
        pa.table({"cle": ["r", "s"], "Raison sociale": ["Essai-Grappe", "Mines"], "Ville": ["Lévis", None]}),
        path,
    )


@pytest.mark.parametrize(("suffix", "make"), [("xlsx", sheet), ("parquet", parquet)])
def test_sheets_and_parquet_are_read_too(tmp_path, suffix, make):
    right = tmp_path / f"r.{suffix}"
    make(right)
    left = write(tmp_path / "l.csv", [("1", "Essai Grappe", "Lévis")], header=("id", "nom", "ville"))
    done = run("link", left, str(right), "--out", str(tmp_path / "o.csv"))
    assert done.exit_code == 0, done.output
    assert f"r.{suffix}: id ← " in done.output
    assert links(tmp_path / "o.csv")[0]["right_id"] == "r"


def test_a_mapping_corrects_what_was_guessed(tmp_path):
    left = write(tmp_path / "l.csv", [("1", "x", "Essai Grappe")], header=("id", "name", "autre"))
    right = write(tmp_path / "r.csv", [("r", "x", "Essai-Grappe")], header=("id", "name", "autre"))
    (tmp_path / "columns.toml").write_text('name = "autre"\n', "utf-8")
    mapping = ("--mapping", str(tmp_path / "columns.toml"))
    done = run("link", left, right, *mapping, "--out", str(tmp_path / "o.csv"))
    assert done.exit_code == 0, done.output
    assert "name ← autre" in done.output


@pytest.mark.parametrize("engine", ["grappe", "duckdb"])
def test_an_id_that_stands_twice_is_refused(tmp_path, engine):
    left = write(tmp_path / "l.csv", [("1", "Essai"), ("1", "Modèle")])
    right = write(tmp_path / "r.csv", [("r", "Essai")])
    done = run("link", left, right, "--engine", engine, "--out", str(tmp_path / "o.csv"))
    assert (done.exit_code, (tmp_path / "o.csv").exists()) == (3, False)
    assert "l.csv, row 3" in done.output


def test_rows_that_say_the_same_get_the_same_links(tmp_path):
    left = write(tmp_path / "l.csv", [(str(n), "Essai Grappe") for n in range(2500)])
    right = write(tmp_path / "r.csv", [("r", "Essai-Grappe"), ("s", "Mines")])
    assert run("link", left, right, "--out", str(tmp_path / "o.csv")).exit_code == 0
    found = [row for row in links(tmp_path / "o.csv") if row["rank"] == "1"]
    assert {(row["right_id"], row["score"]) for row in found} == {(found[0]["right_id"], found[0]["score"])}
    assert [row["left_id"] for row in found] == [str(n) for n in range(2500)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [("dedupe", "LEFT"), ("link", "LEFT", "RIGHT"), ("link", "LEFT", "LEFT", "--engine", "duckdb")],
)
def test_a_million_identical_names_stay_in_bounds(tmp_path, command):
    left = write(tmp_path / "l.csv", ((str(n), "Essai Grappe") for n in range(1_000_000)))
    right = write(tmp_path / "r.csv", [("r", "Essai-Grappe"), ("s", "Mines")])
    out = tmp_path / "o.csv"
    paths = {"LEFT": left, "RIGHT": right}
    told = subprocess.run(
        [sys.executable, "-c", _IN_BOUNDS, GRAPPE, *(paths.get(part, part) for part in command),
         "--out", str(out)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(told.stdout) < 2_000, "MB"
    with out.open(encoding="utf-8") as handle:
        rows = sum(1 for _ in handle) - 1
    assert rows == {"dedupe": 1_000_000, "link": 0 if "duckdb" in command else 1_000_000}[command[0]]


_IN_BOUNDS = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""
