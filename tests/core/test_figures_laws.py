"""Printing a figure in either language and reading it again gives it back; checks do not depend on order."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.figures.extraction import extract_figures
from grappe.figures.intervals import interval_of
from grappe.figures.ledger import check_ledger
from grappe.figures.printing import print_value
from grappe.statements.figures import Figure, figure_row, read_figure
from grappe.statements.records import Document, Passage

QUALIFIERS = ("exact", "more_than", "at_least", "less_than", "up_to", "almost", "approx")
COUNTED = (
    "jobs",
    "workers",
    "companies",
    "organizations",
    "establishments",
    "researchers",
    "students",
    "members",
    "projects",
    "patents",
)
LANGUAGES = ("fr", "en")


def bounds(value, qualifier):
    """The bounds that a qualifier gives."""
    return {
        "lower": value if qualifier in ("more_than", "at_least") else None,
        "upper": value if qualifier in ("less_than", "up_to", "almost", "within_top") else None,
    }


@st.composite
def counts(draw):
    """So many things."""
    value = draw(st.integers(2, 999_999_999).filter(lambda number: not 1500 <= number <= 2199))
    qualifier = draw(st.sampled_from(QUALIFIERS))
    return Figure(
        "number",
        "level",
        draw(st.sampled_from(COUNTED)),
        value,
        qualifier=qualifier,
        **bounds(value, qualifier),
    )


@st.composite
def amounts(draw):
    """Money, round as pages print it or to the dollar."""
    power = draw(st.sampled_from((0, 6, 9)))
    printed = draw(st.integers(2, 999)) if power == 0 else draw(st.integers(1, 99_999)) / 100
    value = round(printed * 10**power)
    qualifier = draw(st.sampled_from(QUALIFIERS))
    currency = draw(st.sampled_from(("CAD", "USD", "EUR")))
    return Figure(
        "amount",
        "level",
        "currency",
        value,
        currency=currency,
        qualifier=qualifier,
        **bounds(value, qualifier),
    )


@st.composite
def percents(draw):
    """Shares to one decimal."""
    tenths = draw(st.integers(1, 1000))
    value = tenths // 10 if tenths % 10 == 0 else tenths / 10
    qualifier = draw(st.sampled_from(QUALIFIERS))
    return Figure("share", "share", "percent", value, qualifier=qualifier, **bounds(value, qualifier))


@st.composite
def ranks(draw):
    """A rank, or being among the first."""
    value = draw(st.integers(1, 60))
    return Figure("rank", "rank", "rank", value)


@st.composite
def ranges(draw):
    """From one number to a larger one, of things or percent."""
    low = draw(st.integers(2, 90))
    high = draw(st.integers(low + 1, 99))
    unit = draw(st.sampled_from(("percent", *COUNTED)))
    return Figure(
        "number",
        "share" if unit == "percent" else "level",
        unit,
        None,
        lower=low,
        upper=high,
        qualifier="range",
    )


FIGURES = st.one_of(counts(), amounts(), percents(), ranks(), ranges())
FRAMES = {
    "fr": {"rank": "La photonique occupe le {}.", "": "La grappe de la photonique compte {}."},
    "en": {"rank": "The photonics cluster is {}.", "": "The photonics cluster has {}."},
}


def read_again(text: str, language: str) -> list[Figure]:
    """The figures of one paragraph."""
    document = Document("d", "s", None, language, None, text)
    return extract_figures(document, [Passage("d", 0, "paragraph", 0, len(text))])


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=150, deadline=None)
@given(figure=FIGURES)
def test_what_is_printed_reads_back_the_same(language, figure):
    frames = FRAMES[language]
    text = frames.get(figure.unit, frames[""]).format(print_value(figure, language))
    found = read_again(text, language)
    assert len(found) == 1, text
    for name in ("value", "lower", "upper", "qualifier", "unit", "currency"):
        assert getattr(found[0], name) == getattr(figure, name), (name, text)


@st.composite
def ledgers(draw):
    """A few figures about few subjects, so that they meet."""
    figures = draw(st.lists(FIGURES, min_size=1, max_size=8))
    years = [None, "2015", "2024"]
    return [
        one.with_changes(
            subject=draw(st.sampled_from(("photonique", "aluminium"))),
            place=draw(st.sampled_from(("Québec", "Canada", None))),
            source=draw(st.sampled_from(("A", "B", None))),
            member=draw(st.sampled_from(("lasers", "fibres", None))),
            period_start=(year := draw(st.sampled_from(years))),
            period_end=year,
        )
        for one in figures
    ]


@settings(max_examples=60, deadline=None)
@given(figures=ledgers(), data=st.data())
def test_checks_do_not_depend_on_order(figures, data):
    day = date(2026, 11, 25)
    shuffled = data.draw(st.permutations(figures))
    assert check_ledger(shuffled, as_of=day) == check_ledger(figures, as_of=day)


@settings(max_examples=60, deadline=None)
@given(figures=ledgers())
def test_every_finding_explains_itself_in_both_languages(figures):
    for finding in check_ledger(figures, as_of=date(2026, 11, 25)):
        assert finding.explain("fr") != finding.explain("en")
        assert "{" not in finding.explain("fr") + finding.explain("en")


@given(figure=FIGURES)
def test_an_interval_holds_the_value_it_is_of(figure):
    interval = interval_of(figure)
    assert interval.low <= interval.high
    if figure.value is not None:
        assert interval.low <= figure.value <= interval.high


@given(figures=ledgers())
def test_a_row_is_the_figure_again(figures):
    for figure in figures:
        again = read_figure(figure_row(figure))
        assert again == figure
        assert again.id == figure.id
