"""How things are written and asked: numbers, dates, marks, addresses, dots."""

import importlib.util
from pathlib import Path

import pytest
from django.http import QueryDict

from grappe.hub.public import static_map, typography
from grappe.hub.public.asked import Asked, asked_in
from grappe.hub.public.highlighting import mark_words
from grappe.hub.public.linked_data import script_json
from grappe.hub.public.static_map import Place, place_dots
from grappe.hub.registry.paired import paired

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        (1234567, "fr", "1\u00a0234\u00a0567"),
        (1234567, "en", "1,234,567"),
        (1234.5, "fr", "1\u00a0234,5"),
        (0, "fr", "0"),
    ],
)
def test_numbers(value, language, text):
    assert typography.write_number(value, language) == text


@pytest.mark.parametrize(
    ("iso", "french", "english"),
    [
        ("2016", "2016", "2016"),
        ("2016-05", "mai 2016", "May 2016"),
        ("2016-05-01", "1er\u00a0mai 2016", "May 1, 2016"),
        (None, "s.\u00a0d.", "n.d."),
        ("vers 1990", "vers 1990", "vers 1990"),
        ("2016-13", "2016", "2016"),
    ],
)
def test_dates_are_as_precise_as_known(iso, french, english):
    assert (typography.write_date(iso, "fr"), typography.write_date(iso, "en")) == (french, english)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2023-09-07", None, "au 7\u00a0septembre 2023"),
        ("2023", None, "en 2023"),
        (None, "2019", "jusqu’en 2019"),
        ("2019", "2021", "2019 – 2021"),
        ("2019", "2019", "2019"),
        ("", "", ""),
    ],
)
def test_periods(start, end, text):
    assert typography.write_period(start, end, "fr") == text


def test_words_are_marked_whatever_their_accents_and_nothing_else_is_html():
    assert mark_words("École <b>polytechnique</b>", ("ecole",)) == (
        "<mark>École</mark> &lt;b&gt;polytechnique&lt;/b&gt;"
    )
    assert mark_words("Fibres optiques", ("fibre",)) == "<mark>Fibres</mark> optiques"
    assert mark_words("Nulle part", ()) == "Nulle part"


def test_json_cannot_close_its_script():
    assert script_json({"a": "</script><b>&"}) == '{"a":"\\u003c/script\\u003e\\u003cb\\u003e\\u0026"}'


def test_the_other_language_stands_in_and_says_so():
    record = {"name_fr": "", "name_en": "Institute"}
    assert paired(record, "name", "fr") == ("Institute", "en")
    assert paired({"name_fr": "", "name_en": ""}, "name", "fr") == ("", "fr")


def test_what_is_asked_is_read_and_written_back():
    query = QueryDict("q=  laser \x00 fibre&kind=company&kind=research&kind=company&page=3&evil=1&size=")
    asked = asked_in(query)
    assert asked == Asked("laser fibre", {"kind": ("company", "research")}, 3)
    assert asked.query_string == "q=laser+fibre&kind=company&kind=research&page=3"
    assert asked.without("kind", "company").query_string == "q=laser+fibre&kind=research"


@pytest.mark.parametrize("page", ["", "0", "-1", "²", "99999999999", "1e3", "abc"])
def test_an_impossible_page_is_the_first_or_the_last(page):
    assert asked_in(QueryDict(f"page={page}")).page in {1, 400}


def test_too_much_is_cut_never_an_error():
    query = QueryDict("&".join([f"kind={n}" for n in range(100)] + [f"q={'a' * 999}", f"sector={'b' * 99}"]))
    asked = asked_in(query)
    assert (len(asked.words), len(asked.filters["kind"]), "sector" in asked.filters) == (200, 40, False)


def test_a_covered_dot_is_counted_in_the_one_that_covers_it():
    montreal = Place(45.51, -73.6, 90, "Montréal", "06")
    laval = Place(45.58, -73.72, 10, "Laval", "13")
    quebec = Place(46.81, -71.22, 25, "Québec", "03")
    london = Place(51.5, -0.1, 5, "London", "")
    first, second = place_dots([laval, quebec, montreal, london], "{} et environs")
    assert (first.name, first.count, first.codes) == ("Montréal et environs", 100, ("06", "13"))
    assert (second.name, second.count, second.codes) == ("Québec", 25, ("03",))
    assert second.radius == first.radius / 2


@pytest.mark.parametrize(
    ("count", "radius", "holds"), [(45_001, 36, True), (9_876, 16, False), (9, 12, False)]
)
def test_a_count_is_written_only_where_it_fits(count, radius, holds):
    assert static_map.Dot(0, 0, count, "", (), radius).holds_its_count == holds


def test_no_name_leaves_the_map_or_covers_another():
    places = [
        Place(45.5 + n * 0.05, -73.6 + n * 0.9, 5, f"Une région au nom assez long {n}") for n in range(9)
    ]
    boxes = [dot.label.box for dot in place_dots(places) if dot.label]
    left, top, width, height = static_map.VIEW
    assert 0 < len(boxes) < len(places)
    assert all(left <= box[0] and box[1] <= left + width for box in boxes)
    assert all(top <= box[2] and box[3] <= top + height for box in boxes)
    assert not any(static_map._overlap(a, b) for a in boxes for b in boxes if a is not b)


def test_land_and_dots_share_one_projection():
    specification = importlib.util.spec_from_file_location("basemap", ROOT / "tools/basemap/build.py")
    tool = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(tool)
    names = ("WEST", "NORTH", "EAST", "SOUTH", "WIDTH", "STRETCH", "SCALE")
    assert [getattr(tool, name) for name in names] == [getattr(static_map, name) for name in names]
