"""``grappe figures``: from pages to a ledger, its findings, a fact sheet and the exports."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from grappe.cli import main
from grappe.figures_cli import FIELDS

SAMPLES = Path(__file__).parent / "samples" / "figures"


def run(*arguments, code=0) -> str:
    """What the command printed on standard output."""
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    assert done.exit_code == code, done.output
    return done.stdout


@pytest.fixture
def ledger(tmp_path):
    """A ledger of two checked figures, this year's."""
    rows = [
        {"indicator": "employment", "kind": "level", "unit": "jobs", "value": 7500, "subject": "photonique"},
        {"indicator": "rank", "kind": "rank", "unit": "rank", "value": 3, "subject": "lasers"},
    ]
    common = {"place": "Québec", "period": "2026", "source": "Essai", "status": "checked", "language": "fr"}
    path = tmp_path / "ledger.jsonl"
    path.write_text("".join(json.dumps({**row, **common}) + "\n" for row in rows), "utf-8")
    return path


def test_extract_writes_the_fields_and_offsets_of_each_figure():
    path = SAMPLES / "contradictory.fr.txt"
    rows = [json.loads(line) for line in run("figures", "extract", path, "--format", "jsonl").splitlines()]
    assert len(rows) == 17
    text = path.read_text("utf-8")
    for row in rows:
        assert tuple(row) == FIELDS
        assert row["file"] == "contradictory.fr.txt"
        assert text[row["surface_start"] : row["surface_end"]] == row["surface"]
        assert row["start"] <= row["surface_start"] < row["surface_end"] <= row["end"]


def test_extract_reads_a_folder_and_speaks_either_language(tmp_path):
    (tmp_path / "a.md").write_text("# Les lasers\n\nLe secteur compte 214 entreprises en 2025.\n", "utf-8")
    (tmp_path / "b.html").write_text("<h1>Lasers</h1><p>The sector has 214 companies.</p>", "utf-8")
    (tmp_path / "c.png").write_bytes(b"no document")
    french = run("--lang", "fr", "figures", "extract", tmp_path)
    assert french.splitlines()[0].split() == [
        "chiffre",
        "genre",
        "indicateur",
        "sujet",
        "lieu",
        "période",
        "source",
        "confiance",
    ]
    assert french.count("214\u00a0entreprises") == 2
    assert len(french.splitlines()) == 3


def test_check_says_its_findings_and_exits_with_3_when_strict(tmp_path):
    out = tmp_path / "ledger.jsonl"
    run("figures", "extract", SAMPLES / "contradictory.en.txt", "--format", "ledger", "-o", out)
    told = run("--lang", "en", "figures", "check", out, "--as-of", "2026-11-25")
    assert "? Shares above 100%: The 5 shares add to 118%" in told
    rows = [
        json.loads(line)
        for line in run("figures", "check", out, "--as-of", "2026-11-25", "--format", "jsonl").splitlines()
    ]
    assert {tuple(row) for row in rows} == {("code", "severity", "figures", "fr", "en")}
    run("figures", "check", out, "--as-of", "2026-11-25", "--strict", code=3)
    run("figures", "check", out, "--as-of", "2016-01-01", "--strict")


def test_a_ledger_that_is_none_is_refused_with_each_line(tmp_path):
    path = tmp_path / "ledger.jsonl"
    path.write_text('{"kind": "level"}\nnot json\n{"kind": "?", "unit": "jobs", "value": 1}\n', "utf-8")
    done = CliRunner().invoke(main, ["--lang", "en", "figures", "check", str(path)])
    assert done.exit_code == 3
    assert [f"ledger.jsonl, row {number}" in done.output for number in (1, 2, 3)] == [True] * 3


def test_a_sheet_shows_both_languages_with_period_and_source(ledger):
    told = run("figures", "sheet", ledger, "--as-of", "2026-11-25")
    assert [one in told for one in ("7\u00a0500\u00a0emplois", "7,500\u00a0jobs")] == [True, True]
    assert told.count("2026\n") >= 4
    html = run("figures", "sheet", ledger, "--as-of", "2026-11-25", "--format", "html")
    assert [html.count(f'<section lang="{language}">') for language in ("fr", "en")] == [1, 1]


def test_a_sheet_of_a_stale_figure_is_refused_unless_a_reason_is_given(ledger):
    run("figures", "sheet", ledger, "--as-of", "2030-01-01", code=3)
    told = run("figures", "sheet", ledger, "--as-of", "2030-01-01", "--reason", "Dernière édition connue")
    assert "Dernière édition connue" in told


def test_exports_hold_every_figure(ledger, tmp_path):
    for form in ("csv", "jsonld", "sdmx"):
        run("figures", "export", ledger, "-o", tmp_path / form, "--format", form)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "csv" / "figures.csv").read_text("utf-8"))))
    package = json.loads((tmp_path / "csv" / "datapackage.json").read_text("utf-8"))
    assert [field["name"] for field in package["resources"][0]["schema"]["fields"]] == list(rows[0])
    assert {row["value"] for row in rows} == {"7500", "3"}
    graph = json.loads((tmp_path / "jsonld" / "figures.jsonld").read_text("utf-8"))["@graph"]
    assert sorted(node["@type"] for node in graph) == ["Observation"] * 2 + ["StatisticalVariable"] * 2
    sdmx = list(csv.DictReader(io.StringIO((tmp_path / "sdmx" / "figures.sdmx.csv").read_text("utf-8"))))
    assert {(row["OBS_VALUE"], row["TIME_PERIOD"], row["OBS_STATUS"]) for row in sdmx} == {
        ("7500", "2026", "A"),
        ("3", "2026", "A"),
    }


def test_a_csv_export_is_a_ledger_again(ledger, tmp_path):
    run("figures", "export", ledger, "-o", tmp_path)
    again = run("figures", "check", tmp_path / "figures.csv", "--as-of", "2030-01-01", "--format", "jsonl")
    assert again == run("figures", "check", ledger, "--as-of", "2030-01-01", "--format", "jsonl")
