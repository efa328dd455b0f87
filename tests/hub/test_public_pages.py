"""The public pages on a small registry: what they say, to whom, in how many queries."""

import csv
import io
import json
import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from grappe.hub.public.views.directory import _cell
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Organisation, Redirect
from workspaces import build_ecosystem


@pytest.fixture
def registry(site, tmp_path, noon):
    """The site, with a small registry loaded and indexed."""
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()


@pytest.fixture
def institute(registry):
    """The organisation that two sources speak of, and disagree on."""
    return Organisation.objects.get(acronym="IFO")


def text_of(answer):
    """The words of a page, without its tags."""
    body = re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("&#x27;", "'")


def listed(answer):
    """The organisations of a page of results, in order."""
    return [str(organisation) for organisation in answer.context["organisations"]]


def test_an_organisation_says_who_says_so_and_who_disagrees(client, institute):
    page = text_of(client.get(f"/fr/organisations/{institute.pk}/"))
    assert "Qui le dit Liste des membres Grappe fictive · mars 2026" in page
    assert "Une autre source dit 150 Répertoire · Organisme fictif · 2024" in page
    assert "CC0-1.0" in page


def test_english_text_without_its_french_is_withheld_in_both_languages(client, registry):
    planes = Organisation.objects.get(name_fr="Avions Imaginaires")
    assert planes.description_en == "Aircraft parts."
    for language in ("fr", "en"):
        page = text_of(client.get(f"/{language}/organisations/{planes.pk}/"))
        assert "Aircraft parts." not in page
    assert "n’existe qu’en anglais" in text_of(client.get(f"/fr/organisations/{planes.pk}/"))
    assert "Aircraft parts." not in text_of(client.get("/en/directory/"))


def test_a_merged_id_leads_to_the_one_that_replaces_it(client, institute):
    Redirect.objects.create(former="GR00000000000000", current=institute.pk)
    answer = client.get("/en/organisations/GR00000000000000/")
    assert (answer.status_code, answer["Location"]) == (301, f"/en/organisations/{institute.pk}/")
    assert client.get("/en/organisations/GR11111111111111/").status_code == 404


def test_json_ld_names_the_organisation_in_schema_org_terms(client, institute):
    answer = client.get(f"/fr/organisations/{institute.pk}/").content.decode()
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer)
    content = json.loads(block)
    assert content["@context"] == "https://schema.org"
    assert content["name"] == institute.name_fr
    assert content["alternateName"] == ["Fictional Optics Institute", "IFO"]
    assert content["address"]["addressLocality"] == "Québec"
    assert [each["name"] for each in content["memberOf"]] == [
        "Grappe fictive d’aérospatiale",
        "Grappe fictive de photonique",
    ]


def test_facets_narrow_the_list_and_the_map_alike(client, registry):
    assert listed(client.get("/fr/repertoire/?cluster=aero")) == [
        "Avions Imaginaires",
        "Institut fictif d'optique",
        "Lasers Fictifs inc.",
    ]
    points = client.get("/fr/repertoire/points.json?cluster=aero").json()["features"]
    assert len(points) == 3
    assert points[0]["properties"].keys() == {"count", "name", "url"}


def test_htmx_gets_the_results_alone(client, registry):
    answer = client.get("/fr/repertoire/?q=laser", headers={"HX-Request-Type": "partial"})
    body = answer.content.decode().strip()
    assert body.startswith('<div class="directory" id="results"')
    assert "<html" not in body
    assert "HX-Request-Type" in answer["Vary"]


def test_the_download_is_every_result_and_no_formula(client, registry):
    answer = client.get("/fr/repertoire/telecharger.csv")
    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [line["name_fr"] for line in lines] == listed(client.get("/fr/repertoire/"))
    assert [_cell(text) for text in ("=1+1", "+a", "-a", "@a", "plain", "")] == [
        "'=1+1",
        "'+a",
        "'-a",
        "'@a",
        "plain",
        "",
    ]


def test_completion_offers_names(client, registry):
    assert "Institut fictif d'optique" in text_of(client.get("/fr/repertoire/completer/?q=instit"))
    assert client.get("/fr/repertoire/completer/?q=").content.strip() == b""


@pytest.mark.parametrize(
    ("name", "arguments", "queries"),
    [
        ("directory", (), 4),
        ("organisation", ("institute",), 6),
        ("sectors", (), 3),
        ("sector", ("laser",), 6),
        ("clusters", (), 3),
        ("cluster", ("optonique",), 5),
        ("map", (), 2),
        ("sources", (), 3),
        ("source", ("membres",), 8),
    ],
)
def test_a_page_costs_a_fixed_number_of_queries(
    client, institute, django_assert_num_queries, name, arguments, queries
):
    arguments = [institute.pk if each == "institute" else each for each in arguments]
    with override("fr"):
        address = reverse(name, args=arguments)
    client.get(address)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(("query", "rows"), [("?kind=none", 0), ("?q=ifo", 1), ("?cluster=aero", 3), ("", 4)])
def test_a_list_costs_as_much_with_one_row_as_with_many(
    client, registry, django_assert_num_queries, query, rows
):
    client.get("/fr/repertoire/")
    with django_assert_num_queries(4 if rows else 3):
        answer = client.get(f"/fr/repertoire/{query}")
    assert len(listed(answer)) == rows


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("/fr/", "/en/"),
        ("/fr/repertoire/", "/en/directory/"),
        ("/fr/secteurs/laser/", "/en/sectors/laser/"),
        ("/fr/grappes/optonique/", "/en/clusters/optonique/"),
        ("/fr/carte/", "/en/map/"),
        ("/fr/sources/membres/", "/en/sources/membres/"),
        ("/fr/confidentialite/", "/en/privacy/"),
    ],
)
def test_each_page_says_where_its_other_language_is(client, registry, french, english):
    for address in (french, english):
        page = client.get(address).content.decode()
        found = re.findall(
            r'<link rel="alternate" hreflang="(\w\w)" href="http://localhost:8000([^"]+)">', page
        )
        assert dict(found) == {"fr": french, "en": english}
        assert f'<link rel="canonical" href="http://localhost:8000{address}">' in page


def test_the_site_map_has_every_page_in_both_languages(client, institute):
    index = client.get("/sitemap.xml").content.decode()
    assert re.findall(r"<loc>http://localhost:8000/sitemap-(\w+).xml</loc>", index) == [
        "lists",
        "organisations",
        "texts",
    ]
    pages = client.get("/sitemap-organisations.xml").content.decode()
    found = re.findall(rf"<loc>http://localhost:8000(/\w\w/organisations/{institute.pk}/)</loc>", pages)
    assert sorted(found) == [f"/en/organisations/{institute.pk}/", f"/fr/organisations/{institute.pk}/"]
    texts = client.get("/sitemap-texts.xml").content.decode()
    assert "<loc>http://localhost:8000/fr/confidentialite/</loc>" in texts


def test_an_unnamed_officer_is_said_and_a_named_one_shown(client, site, settings):
    assert "Pas encore désignée" in text_of(client.get("/fr/confidentialite/"))
    settings.PRIVACY_OFFICER, settings.PRIVACY_EMAIL = (
        "Camille Exemple, secrétaire (fictive)",
        "vie@example.org",
    )
    assert "Camille Exemple, secrétaire (fictive) vie@example.org" in text_of(
        client.get("/fr/confidentialite/")
    )


def test_an_unknown_address_offers_the_search(client, registry):
    answer = client.get("/fr/rien/")
    assert answer.status_code == 404
    assert "Rien ne répond à cette adresse." in text_of(answer)
    assert 'action="/fr/repertoire/"' in answer.content.decode()


def test_what_a_signed_in_person_sees_is_not_shared(client, registry, django_user_model):
    client.force_login(django_user_model.objects.create_user("a.exemple"))
    assert client.get("/fr/repertoire/")["Cache-Control"] == "private, no-cache"


def test_a_cluster_counts_alike_on_its_page_in_the_list_and_in_the_directory(client, registry):
    groups = client.get("/fr/grappes/").context["groups"]
    counts = {group["record"].code: group["count"] for group in groups}
    assert counts == {"aero": 3, "optonique": 2}
    page = client.get("/fr/grappes/aero/").context
    assert (page["total"], len(listed(client.get("/fr/repertoire/?cluster=aero")))) == (3, 3)
    shared = [(each["record"].code, each["shared"]) for each in page["neighbours"]]
    assert shared == [("optonique", 1)]
