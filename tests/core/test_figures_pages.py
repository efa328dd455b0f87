"""Whole pages of our own: what headings, footers, footnotes, labels and lead-in lines give to figures."""

from pathlib import Path

from grappe.figures.extraction import extract_figures
from grappe.intake.documents import read_document
from grappe.statements import Source
from grappe.statements.figures import Figure

SAMPLES = Path(__file__).parent / "samples" / "figures"


def read(name: str) -> list[Figure]:
    """The figures of a sample page."""
    source = Source(id="page", title="page", publisher="", licence="")
    document, *passages = read_document(SAMPLES / f"page-{name}.fr.txt", source)
    return extract_figures(document, passages)


def test_labels_before_numbers_and_a_footer_for_all_of_them():
    figures = read("tic")
    listed = figures[:6]
    assert [(one.value, one.unit, one.kind, one.period) for one in listed] == [
        (184_300, "jobs", "level", "2022"),
        (9_720, "companies", "level", "2022"),
        (14_200_000_000, "currency", "level", "2022"),
        (88_500, "currency", "level", "2022"),
        (22, "percent", "growth", "2017/2022"),
        (24, "percent", "share", "2022"),
    ]
    assert {one.source for one in listed} == {"Statistique Canada, 2022; TECHNOCompétences, 2023"}
    assert {one.source for one in figures[6:]} == {None}
    assert {one.subject for one in figures} == {"technologies de l’information"}


def test_numbers_over_their_labels():
    told = [(one.value, one.qualifier, one.unit, one.kind, one.period) for one in read("logistique")]
    assert told == [
        (150, "almost", "members", "level", None),
        (40, "exact", "percent", "share", None),
        (30_000, "exact", "jobs", "level", None),
        (85, "exact", "percent", "share", None),
        (3, "exact", "rank", "rank", None),
        (1_700_000, "more_than", "containers", "level", "2021"),
        (2_600_000_000, "exact", "currency", "level", "2020"),
        (5, "exact", "percent", "share", "2020"),
        (3.1, "exact", "percent per year", "growth", "2010/2019"),
        (32, "exact", "percent", "growth", "2010/2019"),
        (-30, "exact", "percent", "forecast", "2030"),
    ]


def test_a_star_leads_to_its_note():
    figures = {one.surface: one for one in read("ia")}
    assert figures["2,3 G$"].source == "Données de Montréal International, 2022"
    assert {one.place for one in figures.values()} == {"Montréal"}
    assert {one.subject.split(" (")[0] for one in figures.values()} == {"intelligence artificielle"}
