"""Figures in tables: headers and labels say what a bare number is."""

from pathlib import Path

import pytest

from grappe.figures.extraction import extract_figures
from grappe.intake.documents import read_document
from grappe.statements import Source
from grappe.statements.figures import Figure


def read(path: Path, text: str) -> list[Figure]:
    """The figures of the page, each of which leads back to its characters."""
    path.write_text(text, "utf-8")
    document, *passages = read_document(path, Source(id="page", title="", publisher="", licence=""))
    figures = extract_figures(document, passages)
    for one in figures:
        assert document.text[one.surface_start : one.surface_end] == one.surface
    return figures


YEARS = """# Les lasers au Québec

| Indicateur | 2015 | 2016 |
|---|---|---|
| Emplois | 3 100 | 3 250 |
| Ventes (M$) | 414,5 | 455 |
| Part des exportations | 78 % | 80 |
| Croissance des ventes (%) | 2,1 | 9,8 |

Source : Recensement fictif, 2017
"""


def test_years_in_the_header_and_measures_in_the_labels(tmp_path):
    found = [
        (one.indicator, one.kind, one.unit, one.value, one.period) for one in read(tmp_path / "a.md", YEARS)
    ]
    assert found == [
        ("employment", "level", "jobs", 3100, "2015"),
        ("employment", "level", "jobs", 3250, "2016"),
        ("sales", "level", "currency", 414_500_000, "2015"),
        ("sales", "level", "currency", 455_000_000, "2016"),
        ("share of exports", "share", "percent", 78, "2015"),
        ("share of exports", "share", "percent", 80, "2016"),
        ("growth of sales", "growth", "percent", 2.1, "2015"),
        ("growth of sales", "growth", "percent", 9.8, "2016"),
    ]


def test_the_source_under_a_table_speaks_for_its_cells(tmp_path):
    assert {(one.source, one.place) for one in read(tmp_path / "a.md", YEARS)} == {
        ("Recensement fictif, 2017", "Québec")
    }


def test_sectors_in_the_labels_and_measures_in_the_header(tmp_path):
    page = (
        "<h1>Clusters</h1><table><tr><th>Sector</th><th>Jobs</th><th>Companies</th></tr>"
        "<tr><td>Photonics</td><td>7,500</td><td>over 214</td></tr>"
        "<tr><td>Fashion</td><td>n/a</td><td>1,846</td></tr></table>"
        "<p>The sectors of this page are those of the clusters, which say what they count.</p>"
    )
    told = [(one.subject, one.unit, one.value, one.qualifier) for one in read(tmp_path / "a.html", page)]
    assert told == [
        ("Photonics", "jobs", 7500, "exact"),
        ("Photonics", "companies", 214, "more_than"),
        ("Fashion", "companies", 1846, "exact"),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "| 2015 | 2016 |\n|---|---|\n| 12 | 14 |\n",
        "| Nom | Téléphone |\n|---|---|\n| Aline | 418 555-0199 |\n",
        "| Séance | Heure |\n|---|---|\n| Ouverture | 9 h 30 |\n",
        "| a | b |\n|---|---|\n| c | 12 |\n",
    ],
)
def test_a_number_that_nothing_names_is_no_figure(tmp_path, table):
    assert read(tmp_path / "a.md", f"# Les lasers\n\n{table}\nUne phrase suit le tableau.\n") == []
