"""The maps and bars as files: exact tables, drawings that stand alone, and who gets what."""

import csv
import io
import re
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils.translation import override

from grappe.hub.public.drawings import Bar, Caption, bars_svg, map_svg
from grappe.hub.public.static_map import Place
from grappe.hub.public.urls import per_language
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Code, Organisation
from workspaces import build_ecosystem

SVG = "{http://www.w3.org/2000/svg}"
CAPTION = Caption("Grappe <fictive>", "énoncé le plus récent : 2026", "https://grappe.example/fr/carte/")


@pytest.fixture
def institute(site, tmp_path, noon):
    """A small registry, loaded and indexed; its institute, which has a place."""
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()
    return Organisation.objects.get(acronym="IFO")


def table(answer):
    """The lines of a CSV answer."""
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def words(document):
    """Every text of an SVG document, in order, and nothing that it would fetch."""
    root = ElementTree.fromstring(document)
    links = [each.get("href") for each in root.iter(f"{SVG}use")]
    assert all(link.startswith("#") for link in links)
    return [text for each in root.iter(f"{SVG}text") if (text := (each.text or "").strip())]


def test_a_drawing_has_title_legend_date_and_credit():
    with override("fr"):
        document = map_svg(
            [
                Place(45.51, -73.6, 9, "Montréal", "06"),
                Place(46.81, -71.22, 4, "Québec", "03"),
                Place(51.5, -0.1, 2, "Londres"),
            ],
            CAPTION,
        )
    assert words(document) == [
        "Grappe <fictive>",
        "énoncé le plus récent : 2026",
        "9",
        "Montréal",
        "4",
        "Québec",
        "La surface d’un point est proportionnelle au nombre de ses organisations. "
        "Hors de la carte\u00a0: 2.",
        "Limites\u00a0: Statistique Canada, 2016, adaptées\u00a0; Natural Earth.",
        "https://grappe.example/fr/carte/",
    ]


def test_bars_are_as_long_as_their_counts():
    with override("en"):
        document = bars_svg([Bar("Company", 1000), Bar("School", 250)], CAPTION, "A note.")
    assert words(document)[2:] == ["Company", "1,000", "School", "250", "A note.", CAPTION.credit]
    bars = [
        each for each in ElementTree.fromstring(document).iter(f"{SVG}rect") if each.get("class") == "bar"
    ]
    assert [each.get("width") for each in bars] == ["360.0", "90.0"]


def test_the_table_of_the_map_is_every_municipality(client, institute):
    assert table(client.get("/fr/carte/carte.csv")) == [
        ["Municipalité", "Région ou province", "Organisations", "Latitude moyenne", "Longitude moyenne"],
        ["Québec", "Capitale-Nationale", "2", "46.8123", "-71.2145"],
        ["Bromont", "Estrie", "1", "45.3168", "-72.6491"],
        ["Montréal", "Montréal", "1", "45.5088", "-73.5878"],
    ]


def test_the_table_of_a_sector_is_its_regions(client, institute):
    assert table(client.get("/en/sectors/laser/map.csv")) == [
        ["Region", "Organisations", "Mean latitude", "Mean longitude"],
        ["Capitale-Nationale", "2", "46.8123", "-71.2145"],
        ["Estrie", "1", "45.3168", "-72.6491"],
    ]


def test_the_bars_of_a_cluster_are_a_table_too(client, institute):
    assert table(client.get("/fr/grappes/aero/par-region.csv")) == [
        ["Code", "Libellé", "Organisations"],
        ["03", "Capitale-Nationale", "1"],
        ["05", "Estrie", "1"],
        ["06", "Montréal", "1"],
    ]
    answer = client.get("/fr/grappes/aero/par-region.svg")
    assert unquote(answer["Content-Disposition"]) == (
        "attachment; filename*=utf-8''Grappe fictive d’aérospatiale, Par région.svg"
    )
    assert words(answer.content.decode()) == [
        "Grappe fictive d’aérospatiale · Par région",
        "dernier énoncé\u00a0: mars 2026",
        *("Capitale-Nationale", "1", "Estrie", "1", "Montréal", "1"),
        "http://localhost:8000/fr/grappes/aero/",
    ]


def test_an_organisation_outside_the_drawing_has_no_map(client, institute):
    page = client.get(f"/fr/organisations/{institute.pk}/").content.decode()
    assert f'href="/fr/organisations/{institute.pk}/carte.svg"' in page
    Organisation.objects.filter(pk=institute.pk).update(latitude=51.5, longitude=-0.1)
    page = client.get(f"/fr/organisations/{institute.pk}/").content.decode()
    assert "carte.svg" not in page
    assert "static-map" not in page


def test_a_name_that_is_a_formula_is_not_run(client, institute):
    Organisation.objects.filter(pk=institute.pk).update(name_fr="=1+1")
    assert table(client.get(f"/fr/organisations/{institute.pk}/carte.csv"))[1][0] == "'=1+1"


@pytest.mark.parametrize(
    "address",
    [
        "/fr/grappes/none/carte.svg",
        "/fr/grappes/aero/par-cluster.csv",
        "/fr/grappes/aero/par-none.svg",
        "/fr/secteurs/laser/carte.pdf",
        "/fr/organisations/GR11111111111111/carte.csv",
    ],
)
def test_what_is_not_there_is_not_found(client, institute, address):
    assert client.get(address).status_code == 404


#: Figures, sheets, measures and official tables have something to show in tests of their own.
ASKED_ELSEWHERE = ("figure", "sheet", "table_", "comparison_file", "search_")


def test_every_public_address_answers_a_visitor_in_both_languages(client, institute):
    values = {
        "canonical_id": institute.pk,
        "code": {"sector": "laser", "cluster": "aero"},
        "source_id": "membres",
        "facet": "region",
        "form": "svg",
    }
    asked = {}
    for language in ("fr", "en"):
        with override(language):
            for route in per_language:
                if route.name.startswith(ASKED_ELSEWHERE) or route.name.endswith("measures_file"):
                    continue
                names = route.pattern.converters
                kind = route.name.split("_")[0]
                given = {name: values[name][kind] if name == "code" else values[name] for name in names}
                asked[language, route.name] = reverse(route.name, kwargs=given)
    assert {key: client.get(address).status_code for key, address in asked.items()} == dict.fromkeys(
        asked, 200
    )


def test_a_download_costs_a_fixed_number_of_queries(client, institute, django_assert_num_queries):
    for address in ("/fr/grappes/aero/carte.svg", "/fr/grappes/aero/par-region.svg"):
        client.get(address)
        with django_assert_num_queries(1):
            client.get(address)


def test_a_row_says_that_french_is_missing(client, institute):
    page = client.get("/en/directory/").content.decode()
    marks = re.findall(r'<p class="state look partial">([^<]+)</p>', page)
    assert marks == ["A description exists in English only; it is published with its translation."]


def test_a_group_without_french_is_withheld_and_says_so(client, institute):
    Code.objects.filter(list="cluster", code="aero").update(text_fr="", text_en="Only in English.")
    for address in ("/fr/grappes/", "/fr/grappes/aero/", "/en/clusters/", "/en/clusters/aero/"):
        page = client.get(address).content.decode()
        assert "Only in English." not in page
        assert page.count('<span class="state look partial">') == 1
