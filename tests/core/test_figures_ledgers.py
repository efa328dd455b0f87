"""Figures meet only those they may be compared with; what is found is what two by two finds."""

from dataclasses import replace
from datetime import date

import pytest
import two_by_two
from hypothesis import given, settings
from hypothesis import strategies as st

from grappe.figures.ledger import check_ledger
from grappe.statements.figures import Figure

DAY = date(2026, 11, 25)
SUBJECTS = (None, "photonique", "photonique et lasers", "lasers", "aluminium", "industrie de la mode", "")
#: One place in two languages, one spelt two ways, one that the lexicon does not know, none.
PLACES = (None, "", "Québec", "Quebec", "Canada", "Grand Montréal", "Greater Montreal", "Trois-Rivières",
          "Trois Rivières", "Saint-Machin", "Saint Machin", "monde")  # fmt: skip
PERIODS = (
    (None, None),
    ("2015", "2015"),
    ("2016-06", None),
    ("1991", "2016"),
    ("2014", "2016"),
    ("2016", "2014"),
    ("1815", "2015"),
    (None, "2015"),
)
#: (indicator, kind, unit, currency) that go together, headcounts by three names among them.
MEASURED = (
    ("employment", "level", "jobs", None),
    ("number", "level", "workers", None),
    ("researchers", "level", "employees", None),
    ("number", "level", "companies", None),
    ("sales", "level", "currency", "CAD"),
    ("sales", "cumulative", "currency", "CAD"),
    ("share of employment", "share", "percent", None),
    ("share of sales", "share", "percent", None),
    ("growth of sales", "growth", "percent per year", None),
    ("growth of employment", "growth", "percent", None),
    ("rank", "rank", "rank", None),
)
QUALIFIERS = ("exact", "more_than", "almost")
WHOLES = (None, "emploi au Canada", "de l’emploi total", "82 540 emplois", "photonique", "")


@st.composite
def figures(draw):
    """A figure of few words, so that it meets others, with periods and places of every make."""
    indicator, kind, unit, currency = draw(st.sampled_from(MEASURED))
    start, end = draw(st.sampled_from(PERIODS))
    value = draw(st.sampled_from((0, 1, 40, 58, 120, 900, 82540, -3, 2.5)))
    of = draw(st.sampled_from(WHOLES)) if kind == "share" else None
    return Figure(
        indicator, kind, unit, value, currency=currency,
        qualifier=draw(st.sampled_from(QUALIFIERS)),
        subject=draw(st.sampled_from(SUBJECTS)),
        place=draw(st.sampled_from(PLACES)),
        period_start=start, period_end=end,
        member=draw(st.sampled_from((None, None, "fibres", "les fibres", "verre"))),
        breakdown=draw(st.sampled_from((None, "segment"))),
        share_of=of,
        excludes=draw(st.sampled_from(((), (), ("services",)))),
        classification=draw(st.sampled_from((None, None, "SCIAN 2022"))),
        source=draw(st.sampled_from(("A", "B", None))),
        document=draw(st.sampled_from(("d", "e", None))),
        surface_start=draw(st.sampled_from((None, 10, 400, 1500))),
        method=draw(st.sampled_from(("cited", "computed"))),
        status=draw(st.sampled_from(("draft", "draft", "withdrawn"))),
        language="fr",
    )  # fmt: skip


@st.composite
def variations(draw):
    """A figure and others that differ from it in one thing or two, as rivals do."""
    first = draw(figures())
    told = [first]
    for other in draw(st.lists(figures(), min_size=1, max_size=9)):
        names = st.sampled_from(
            ("value", "subject", "place", "member", "source", "document", "period_start", "share_of")
        )
        changed = draw(st.lists(names, min_size=1, max_size=3))
        told.append(replace(first, **{name: getattr(other, name) for name in changed}))
        if draw(st.booleans()):
            told.append(other)
    return told


@settings(max_examples=300, deadline=None)
@given(ledger=st.one_of(st.lists(figures(), max_size=12), variations()))
def test_what_is_found_is_what_two_by_two_finds(ledger):
    assert check_ledger(ledger, as_of=DAY) == two_by_two.check(ledger, DAY)


@settings(max_examples=100, deadline=None)
@given(ledger=variations(), most=st.integers(0, 5))
def test_only_the_first_related_are_kept_when_few_are_asked(ledger, most):
    every = check_ledger(ledger, as_of=DAY)
    related = [one for one in every if one.code == "related"]
    kept = check_ledger(ledger, as_of=DAY, most_related=most)
    assert kept == [one for one in every if one.code != "related" or one in related[:most]]


@settings(max_examples=100, deadline=None)
@given(ledger=variations())
def test_nothing_only_informs_of_figures_of_one_making(ledger):
    made = {figure.id for figure in ledger if figure.method == "computed"}
    assert check_ledger(ledger, as_of=DAY, of_one_making=made) == [
        one
        for one in check_ledger(ledger, as_of=DAY)
        if one.severity != "information" or not made.issuperset(one.figures)
    ]


@pytest.mark.parametrize("subjects", [["photonique"], ["photonique", "lasers photonique", "aluminium"]])
def test_a_ledger_of_several_hundred_finds_the_same(subjects):
    ledger = [
        Figure(
            "employment", "level", "jobs", 100 + number % 37,
            subject=subjects[number % len(subjects)], place=PLACES[number % len(PLACES)],
            period_start=(year := str(2010 + number % 11)), period_end=year,
            source=f"S{number % 5}", document=f"D{number % 3}",
        )
        for number in range(300)
    ]  # fmt: skip
    found = check_ledger(ledger, as_of=DAY)
    assert found == two_by_two.check(ledger, DAY)
    assert {"contradiction", "related", "stale"} <= {one.code for one in found}
