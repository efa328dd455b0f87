"""A build proposes the figures of its documents, apart from its statements, the same bytes each time."""

import re
from datetime import date
from pathlib import Path

import pytest

from grappe.figures.extraction import extract_figures
from grappe.figures.ledger import check_ledger
from grappe.intake.documents import read_document
from grappe.intake.workspace import load_workspace
from grappe.pipeline import build
from grappe.statements import Document, Passage, Source
from grappe.statements.ecosystem import read_rows
from grappe.statements.figures import read_figures
from workspaces import HEAD

DOCUMENT = """
[[source]]
id = "{id}"
path = "{id}.{form}"
reader = "document"
title = "{id}"
publisher = "Essai"
licence = "CC0-1.0"
published = "2026-01-01"
accessed = "2026-10-01"
"""
PAGE_FR = "# Les lasers au Québec\n\nEn 2025, la filière des lasers compte plus de 214 entreprises.\n"
PAGE_EN = "# Lasers in Québec\n\nNothing is counted on this page, which says so in a sentence.\n"
PAGE_LAST = "<h1>Lasers in Québec</h1><p>The laser industry employs 3,100 people in 2025.</p>"


@pytest.fixture
def workspace(tmp_path) -> Path:
    """Three documents, the second without a figure."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    pages = [("un", "md", PAGE_FR), ("deux", "md", PAGE_EN), ("trois", "html", PAGE_LAST)]
    for name, form, text in pages:
        (folder / f"{name}.{form}").write_text(text, "utf-8")
    told = "".join(DOCUMENT.format(id=name, form=form) for name, form, _ in pages)
    (folder / "grappe.toml").write_text(HEAD + told, "utf-8")
    return folder


def test_figures_are_proposed_with_their_document_and_offsets(workspace, tmp_path):
    out = tmp_path / "eco"
    summary = build(load_workspace(workspace), out)
    figures = list(read_figures(out))
    assert summary.counts["figures"] == 2
    told = [
        (one.document, one.value, one.qualifier, one.unit, one.period, one.place, one.status)
        for one in figures
    ]
    assert told == [
        ("un", 214, "more_than", "companies", "2025", "Québec", "draft"),
        ("trois", 3100, "exact", "people", "2025", "Québec", "draft"),
    ]
    texts = {row["id"]: row["text"] for row in read_rows(out, "documents")}
    for one in figures:
        assert texts[one.document][one.surface_start : one.surface_end] == one.surface
        assert texts[one.document][one.start : one.end] == one.excerpt


def test_figures_are_no_statements(workspace, tmp_path):
    out = tmp_path / "eco"
    build(load_workspace(workspace), out)
    values = {row["value"] for row in read_rows(out, "statements")}
    assert values.isdisjoint({"214", "3100"})


def test_the_table_gives_each_figure_back_with_its_id(workspace, tmp_path):
    out = tmp_path / "eco"
    build(load_workspace(workspace), out)
    rows = {row["id"] for row in read_rows(out, "figures")}
    assert {figure.id for figure in read_figures(out)} == rows


def test_the_same_pages_give_the_same_bytes(workspace, tmp_path):
    hashes = []
    for name in ("first", "second"):
        build(load_workspace(workspace), tmp_path / name)
        hashes.append((tmp_path / name / "figures.parquet").read_bytes())
    assert hashes[0] == hashes[1]


def test_a_folder_of_before_has_no_figures(tmp_path):
    assert list(read_figures(tmp_path)) == []


def test_the_demonstration_s_ledger_shows_what_checks_are_for():
    page = Path(__file__).parents[2] / "demo" / "quebec" / "documents" / "chiffres-cles.md"
    document, *passages = read_document(page, Source(id="note", title="note", publisher="", licence=""))
    found = check_ledger(extract_figures(document, passages), as_of=date(2026, 11, 25))
    said = {plain(one.explain("fr")) for one in found}
    for part in (
        "totalisent 122 %",
        "923 + 684 + 75 = 1 682",
        "un tout de 86 956 travailleurs",
        "environ 4,36 G$ en 1991",
        "un tout de 2 000 000 emplois",
        "font 47 873 emplois",
    ):
        assert [part in one for one in said].count(True) == 1, part


def plain(text: str) -> str:
    """No-break spaces as spaces, so that a test is read."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_year_that_ends_a_heading_above_a_list_issues_no_release():
    text = "Notes, d’après un communiqué de la grappe.\n\nEn 2018\n\n- Des ventes de 15 millions de dollars\n"
    document = Document("d", "s", None, "fr", "2026-03", text)
    passages = [
        Passage("d", at, "paragraph", start, end)
        for at, (start, end) in enumerate(found.span() for found in re.finditer(r"[^\n]+", text))
    ]
    assert [figure.source for figure in extract_figures(document, passages)] == [None]
