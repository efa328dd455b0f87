"""Fact sheets hold to PDF/UA-1 in the eyes of another program than the one that set them."""

from datetime import date
from pathlib import Path

import pytest
import typst

from grappe.hub.observatory.models import FactSheet
from grappe.hub.observatory.sheet_files import sheet_pdf
from grappe.intake.workspace import load_workspace
from grappe.pipeline import build
from grappe.statements.figures import figure_row, read_figures
from hub.accessible_pdfs import failures

DEMO = Path(__file__).parents[2] / "demo" / "quebec"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def proposed(tmp_path_factory):
    """The figures that the demo's documents give, in both languages, with and without a source."""
    folder = tmp_path_factory.mktemp("demo")
    build(load_workspace(DEMO), folder)
    return [figure.with_changes(status="checked") for figure in read_figures(folder)]


def made(figures, *, reason=""):
    """The PDF of a sheet of *figures*."""
    sheet = FactSheet(
        title_fr="Chiffres clés : l’aérospatiale",
        title_en="Key figures: aerospace",
        as_of=date(2026, 11, 26),
        reason_fr=reason and f"Malgré tout : {reason}",
        reason_en=reason,
        figures=[[figure.id, figure_row(figure)] for figure in figures],
    )
    return sheet_pdf(
        sheet,
        site={"fr": "Les grappes", "en": "The clusters"},
        urls={"fr": "https://grappe.example/fr/fiches/1/", "en": "https://grappe.example/en/sheets/1/"},
        days={"fr": "26 novembre 2026", "en": "November 26, 2026"},
    )


@pytest.mark.parametrize("count", [1, 6, 51])
def test_a_fact_sheet_is_accessible(proposed, count):
    assert len(proposed) == 51
    assert failures(made(proposed[:count])) == []


def test_so_is_one_published_despite_reservations(proposed):
    doubtful = [
        proposed[0].with_changes(status="disputed", period_start=None, period_end=None, source=None),
        proposed[1].with_changes(status="draft", subject="*_#[" * 40, language=None),
    ]
    assert failures(made(doubtful, reason="Nobody else counts them.")) == []


def test_a_page_that_is_not_made_for_everybody_is_told_apart():
    plain = typst.compile(b"= A title\n#table(columns: 2)[a][b]", format="pdf")
    assert failures(plain) != []
