"""Results as figures and drawings: printed with the decimals they are good for, drawn with their words."""

import pytest

from grappe.figures.naming import indicator_name
from grappe.figures.printing import print_value, value_parts
from grappe.measure.computed import Computation
from grappe.measure.plots import beside_svg, parts_svg, series_svg


@pytest.mark.parametrize(
    ("formula", "value", "french", "english"),
    [
        ("lq", 2.34567, "2,35", "2.35"),
        ("radius", 0.461538, "46,2\u00a0%", "46.2%"),
        ("growth", -0.0451, "-4,5\u00a0%", "-4.5%"),
        ("cooperation", 3, "3\u00a0organisations", "3\u00a0organisations"),
    ],
)
def test_a_result_is_printed_with_the_decimals_it_is_good_for(formula, value, french, english):
    figure = Computation(formula, {}, {}).figure(value)
    assert (print_value(figure, "fr"), print_value(figure, "en")) == (french, english)
    assert "".join(value_parts(figure, "fr")[:2]) in french


def test_what_is_computed_has_a_name_in_both_languages():
    names = {
        formula: Computation(formula, {}, {}).figure(1).indicator for formula in ("lq", "radius", "growth")
    }
    assert {formula: indicator_name(name, "fr") for formula, name in names.items()} == {
        "lq": "Quotient de localisation",
        "radius": "Part des établissements dans un rayon",
        "growth": "Croissance annuelle composée",
    }
    assert indicator_name("share of employment", "fr") == "Part de l’emploi"


def test_series_are_drawn_with_their_names_and_stop_where_nothing_is_known():
    whole = [
        {"label": name, "period": str(year), "index": 100.0 + year - 2020}
        for name in ("Île", "Côte")
        for year in (2020, 2021, 2022)
    ]
    drawn = series_svg(whole, "label", "index", title="Essai", language="fr")
    assert all(word in drawn for word in ("Essai", "Île", "Côte", "2022", "Indice"))
    less = series_svg([{**whole[0], "index": None}, *whole[1:]], "label", "index", title="Essai")
    points = [each.count('aria-roledescription="point"') for each in (drawn, less)]
    assert points[1] * 6 == points[0] * 5


def test_groups_are_drawn_beside_one_another():
    rows = [
        {"label": region, "name": group, "lq": 1.0 + n, "lower": 0.5, "upper": 3.0}
        for n, (region, group) in enumerate([("Estrie", "A"), ("Estrie", "B"), ("Laval", "A")])
    ]
    drawn = beside_svg(rows, "label", "name", "lq", title="Essai", reference=1.0, language="en")
    assert all(word in drawn for word in ("Estrie", "Laval", "Location quotient"))


def test_parts_are_called_as_the_page_calls_them():
    rows = [{"industry": "Lasers", "national": 1.0, "industry_mix": 2.0, "competitive": -1.0}]
    parts = ("national", "industry_mix", "competitive")
    said = parts_svg(
        rows, parts, title="T", language="fr", words=dict(zip(parts, ("tout", "elle", "ici"), strict=True))
    )
    assert all(word in said for word in ("tout", "elle", "ici"))
    assert "effet régional" in parts_svg(rows, parts, title="T", language="fr")
