"""What the checks find by themselves in a page whose figures cannot all be true, in either language."""

import random
from datetime import date
from pathlib import Path

import pytest

from grappe.figures.extraction import extract_figures
from grappe.figures.ledger import check_ledger
from grappe.intake.documents import read_document
from grappe.statements import Document, Passage, Source
from grappe.statements.figures import Figure

SAMPLES = Path(__file__).parent / "samples" / "figures"
TODAY = date(2026, 11, 25)
SAID = {
    "fr": {
        "shares_exceed_100": "Les 5 parts totalisent 118 % : 31 + 27 + 24 + 22 + 14 = 118. "
        "Une même réponse peut-elle compter dans plusieurs parts ?",
        "parts_exceed_whole": "Les parties dépassent le tout : 410 + 260 + 45 = 715, au-dessus de plus de "
        "600 entreprises. Des catégories se chevauchent, ou le tout n’est qu’un minimum.",
        "implied_part": "64 % de 31 450 emplois font 20 128 emplois : "
        "31 450 emplois × 0,64 = 20 128 emplois.",
        "implied_start": "4,1 % par année pendant 20 ans jusqu’à 9,6 G$ impliquent environ 4,3 G$ en 1994 si "
        "la croissance est composée (9,6 G$ ÷ 2,234), 5,27 G$ si elle est arithmétique.",
    },
    "en": {
        "shares_exceed_100": "The 5 shares add to 118%: 31 + 27 + 24 + 22 + 14 = 118. "
        "May one respondent count in several of them?",
        "parts_exceed_whole": "The parts exceed the whole: 410 + 260 + 45 = 715, above more than "
        "600 companies. Categories overlap, or the whole is only a lower bound.",
        "implied_part": "64% of 31,450 jobs is 20,128 jobs: 31,450 jobs × 0.64 = 20,128 jobs.",
        "implied_start": "4.1% a year for 20 years up to $9.6 billion imply about $4.3 billion in 1994 if "
        "growth is compound ($9.6 billion ÷ 2.234), $5.27 billion if arithmetic.",
    },
}
WHOLES = {
    "fr": {
        "18 240 travailleurs à 38 % impliquent un tout de 48 000 travailleurs (main-d’œuvre canadienne de "
        "l’aluminium) : 18 240 travailleurs ÷ 0,38 = 48 000 travailleurs.",
        "120 000 emplois à 6 % impliquent un tout de 2 000 000 emplois (emploi dans la région "
        "métropolitaine) : 120 000 emplois ÷ 0,06 = 2 000 000 emplois.",
    },
    "en": {
        "18,240 workers at 38% imply a whole of 48,000 workers (Canadian aluminium workforce): "
        "18,240 workers ÷ 0.38 = 48,000 workers.",
        "120,000 jobs at 6% imply a whole of 2,000,000 jobs (employment in the metropolitan region): "
        "120,000 jobs ÷ 0.06 = 2,000,000 jobs.",
    },
}


def ledger(language: str) -> list[Figure]:
    """The figures of the page that contradicts itself."""
    source = Source(id="page", title="page", publisher="", licence="")
    document, *passages = read_document(SAMPLES / f"contradictory.{language}.txt", source)
    assert isinstance(document, Document)
    return extract_figures(document, [one for one in passages if isinstance(one, Passage)])


def plain(text: str) -> str:
    """No-break spaces as spaces, so that a test is read; another test looks at them."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_kind_is_found_with_its_arithmetic(language):
    found = check_ledger(ledger(language), as_of=TODAY)
    for code, said in SAID[language].items():
        assert [plain(one.explain(language)) for one in found if one.code == code] == [said]
    wholes = {plain(one.explain(language)) for one in found if one.code == "implied_whole"}
    assert wholes == WHOLES[language]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_figure_with_a_period_of_ten_years_ago_is_stale(language):
    figures = ledger(language)
    dated = {figure.id for figure in figures if figure.period}
    found = check_ledger(figures, as_of=TODAY)
    assert {one.figures[0] for one in found if one.code == "stale"} == dated
    assert {one.figures[0] for one in found if one.code == "period_unknown"} == {
        figure.id for figure in figures if not figure.period
    }


def test_french_findings_are_typed_as_an_editor_would():
    text = next(
        one for one in check_ledger(ledger("fr"), as_of=TODAY) if one.code == "shares_exceed_100"
    ).explain("fr")
    assert text.startswith("Les 5 parts totalisent 118\u00a0%\u00a0: 31 + 27")


def test_no_contradiction_is_claimed_where_scopes_differ():
    for language in ("fr", "en"):
        found = check_ledger(ledger(language), as_of=TODAY)
        assert [one.explain("en") for one in found if one.code == "contradiction"] == []


def test_findings_do_not_depend_on_the_order_of_the_figures():
    figures = ledger("fr")
    expected = check_ledger(figures, as_of=TODAY)
    for seed in range(5):
        shuffled = random.Random(seed).sample(figures, len(figures))
        assert check_ledger(shuffled, as_of=TODAY) == expected


def figure(**told) -> Figure:
    """A figure with the usual fields."""
    usual = {"indicator": "employment", "kind": "level", "unit": "jobs", "subject": "photonique"}
    return Figure(**{**usual, "place": "Québec", "period_start": "2025", "period_end": "2025", **told})


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        ({"value": 7500, "source": "A"}, {"value": 22000, "source": "B"}, {"contradiction"}),
        ({"value": 7500, "source": "A"}, {"value": 7500, "source": "B"}, {"corroboration"}),
        (
            {"value": 7500, "qualifier": "more_than", "lower": 7500, "source": "A"},
            {"value": 9000, "source": "B"},
            {"corroboration"},
        ),
        ({"value": 7500}, {"value": 9000, "place": "Canada"}, {"related"}),
        ({"value": 9500}, {"value": 9000, "place": "Canada"}, {"region_exceeds_country", "related"}),
        ({"value": 7500}, {"value": 9000, "subject": "aluminium"}, set()),
    ],
)
def test_two_figures_are_compared(one, other, codes):
    found = check_ledger([figure(**one), figure(**other)], as_of=date(2026, 1, 1))
    assert {finding.code for finding in found} == codes


@pytest.mark.parametrize(
    ("told", "day", "code"),
    [
        ({"value": 5}, date(2027, 12, 31), None),
        ({"value": 5}, date(2028, 1, 1), "stale"),
        ({"value": 5, "unit": "rank", "kind": "rank"}, date(2027, 1, 31), None),
        ({"value": 5, "unit": "rank", "kind": "rank"}, date(2027, 2, 1), "stale"),
        ({"value": 5, "kind": "forecast"}, date(2025, 12, 31), None),
        ({"value": 5, "kind": "forecast"}, date(2026, 1, 1), "forecast_past"),
        ({"value": 5, "review_by": "2026-01-01"}, date(2026, 1, 2), "review_due"),
    ],
)
def test_staleness_depends_on_the_kind_and_on_the_day(told, day, code):
    found = [one.code for one in check_ledger([figure(**told)], as_of=day)]
    assert found == ([code] if code else [])


def test_a_computed_cell_of_two_firms_is_suppressed():
    cell = figure(value=2, unit="companies", indicator="number of companies", method="computed")
    assert [one.code for one in check_ledger([cell], as_of=date(2026, 1, 1))] == ["suppressed"]


def test_shares_said_to_be_exclusive_above_100_are_an_error():
    def shares(multi_response):
        return [
            figure(
                indicator="share",
                kind="share",
                unit="percent",
                value=value,
                member=member,
                breakdown="segment",
                multi_response=multi_response,
            )
            for member, value in (("lasers", 60), ("fibres", 55))
        ]

    def severities(multi_response):
        found = check_ledger(shares(multi_response), as_of=date(2026, 1, 1))
        return [one.severity for one in found if one.code == "shares_exceed_100"]

    assert severities(None) == ["question"]
    assert severities(False) == ["error"]
    assert severities(True) == []


@pytest.mark.parametrize(("exclusive", "codes"), [(None, []), (True, []), (False, ["shares_short_of_100"])])
def test_shares_said_to_be_complete_may_not_fall_short_of_100(exclusive, codes):
    shares = [
        figure(
            indicator="share",
            kind="share",
            unit="percent",
            value=value,
            member=member,
            multi_response=exclusive,
        )
        for member, value in (("lasers", 40), ("fibres", 35))
    ]
    assert [one.code for one in check_ledger(shares, as_of=date(2026, 1, 1)) if "shares" in one.code] == codes
