"""A figure's number in three, for cards: nothing of what is printed is lost."""

import pytest

from grappe.figures.naming import indicator_name, place_name
from grappe.figures.printing import print_value, value_parts
from grappe.statements.figures import read_figure


def figure(**words):
    return read_figure({"indicator": "x", "kind": "level", "unit": "jobs", **words})


@pytest.mark.parametrize(
    ("words", "fr", "en"),
    [
        ({"value": 39130, "qualifier": "more_than"}, "plus de|39 130|emplois", "more than|39,130|jobs"),
        ({"value": 205, "unit": "companies"}, "|205|entreprises", "|205|companies"),
        ({"value": 15.5e9, "unit": "currency", "currency": "CAD"}, "|15,5 G$|", "|$15.5 billion|"),
        ({"value": 5.2, "unit": "percent per year"}, "|5,2 %|par année", "|5.2%|per year"),
        ({"value": 45, "unit": "percent", "kind": "share"}, "|45 %|", "|45%|"),
        ({"value": 3, "unit": "rank", "kind": "rank"}, "|3e rang|", "|ranked 3rd|"),
        (
            {"lower": 2, "upper": 5, "qualifier": "range"},
            "|de 2 à 5 emplois|",
            "|between 2 and 5 jobs|",
        ),
        ({"value": 2, "unit": "times lower", "kind": "comparison"}, "|2 fois moins|", "|2 times lower|"),
        ({"value": 4, "unit": "widgets"}, "|4|widgets", "|4|widgets"),
    ],
)
def test_a_value_is_its_qualifier_its_number_and_its_unit(words, fr, en):
    for language, expected in (("fr", fr), ("en", en)):
        parts = value_parts(figure(**words), language)
        assert "|".join(parts).replace("\u00a0", " ") == expected
        whole = print_value(figure(**words), language).replace("\u00a0", " ")
        assert " ".join(part for part in parts if part).replace("\u00a0", " ") == whole


@pytest.mark.parametrize(
    ("indicator", "fr", "en"),
    [
        ("employment", "Emploi", "Employment"),
        ("number of companies", "Nombre d’entreprises", "Number of companies"),
        ("number of plants", "Nombre d’usines", "Number of plants"),
        ("number of centres", "Nombre de centres", "Number of centres"),
        ("share of employment", "Part de l’emploi", "Share of employment"),
        ("growth of sales", "Croissance des ventes", "Growth of sales"),
        ("number of unheard things", "Number of unheard things", "Number of unheard things"),
        ("", "", ""),
    ],
)
def test_an_indicator_has_its_name_in_both_languages(indicator, fr, en):
    assert (indicator_name(indicator, "fr"), indicator_name(indicator, "en")) == (fr, en)


def test_a_place_is_named_in_the_language_of_the_page_when_it_is_known():
    assert [place_name("Grand Montréal", "en"), place_name("Greater Montréal", "fr")] == [
        *("Greater Montréal", "Grand Montréal"),
    ]
    assert (place_name("Nulle-Part", "en"), place_name(None, "fr")) == ("Nulle-Part", "")
