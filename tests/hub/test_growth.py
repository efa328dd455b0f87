"""The pages of growth: numbers checked by hand, suppressed cells unknown, charts with tables."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from grappe.hub.observatory.growing import Span, compare, decompose
from grappe.hub.registry.loading import load_ecosystem
from hub.table_fixtures import load_table, table_text
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db
PAGE = "/fr/mesures/tableaux/emplois-fictifs/"
WHOLE = Span("2020", "2024")


@pytest.fixture
def codes(site, tmp_path, noon):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem")
    load_ecosystem(folder=folder, actor=None, at=noon)


@pytest.fixture
def table(codes, tmp_path, noon):
    # No suppressed cell: every part can be checked by hand.
    known = {("Mines fictives [211]", "Terre fictive"): (50, 45, 40)}
    return load_table(tmp_path, noon, text=table_text(known))


@pytest.fixture
def hidden(codes, tmp_path, noon):
    return load_table(tmp_path, noon)


def lines(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_parts_are_those_of_the_formula(table):
    # Everything: 1,300 to 1,385; lasers: 240 to 280; on the island, lasers went from 100 to 150.
    one = next(row for row in decompose(table, "Île fictive", WHOLE, "dunn") if row["industry"] == "3345")
    whole, industry = 1385 / 1300 - 1, 280 / 240 - 1
    assert one["national"] == pytest.approx(100 * whole)
    assert one["industry_mix"] == pytest.approx(100 * (industry - whole))
    assert one["competitive"] == pytest.approx(150 - 100 * (1 + industry))
    assert one["change"] == pytest.approx(one["national"] + one["industry_mix"] + one["competitive"])
    assert (one["growth"], one["yearly"]) == (pytest.approx(0.5), pytest.approx(0.125))
    assert one["cagr"] == pytest.approx(1.5**0.25 - 1)


@pytest.mark.parametrize("model", ["dunn", "esteban-marquillas", "dynamic"])
def test_the_parts_add_up_by_every_method(table, model):
    parts = ("national", "industry_mix", "competitive", "allocation", "residual")
    for row in decompose(table, "Terre fictive", WHOLE, model):
        assert sum(row.get(part, 0) for part in parts) == pytest.approx(row["change"]), row


def test_quotients_and_shares_are_those_of_the_last_period(table):
    here, there = compare(table, [("Île fictive", "3345"), ("Côte fictive", "3345")], WHOLE)
    island, coast, everything = 150 + 330 + 10, 20 + 225 + 5, 1385
    assert here["lq"] == pytest.approx((150 / island) / (280 / everything))
    assert there["lq"] == pytest.approx((20 / coast) / (280 / everything))
    assert (here["share"], there["growth"]) == (pytest.approx(150 / island), pytest.approx(-0.5))
    assert here["lower"] < here["lq"] < here["upper"]
    assert here["series"] == [("2020", 100), ("2022", 110), ("2024", 150)]


def test_what_is_suppressed_is_unknown_and_said(hidden, client):
    rows = {row["industry"]: row for row in decompose(hidden, "Terre fictive", WHOLE, "dunn")}
    assert (rows["211"]["end"], rows["211"]["change"], rows["211"]["cagr"]) == (None, None, None)
    page = client.get(PAGE, {"region": "Terre fictive", "industry": "211"}).content.decode()
    assert "L’organisme supprime une de ces cellules" in page
    assert "<small>supprimée</small>" in page
    # Another region's industry has no parts, for the whole of it is not known.
    island = client.get(PAGE, {"region": "Île fictive", "industry": "211"}).content.decode()
    assert "sa croissance ne se décompose pas" in island
    (mines,) = compare(hidden, [("Terre fictive", "211")], WHOLE)
    assert (mines["lq"], mines["share"], mines["status"]) == (None, None, "suppressed")


def test_the_page_says_it_in_both_languages(table, client, django_assert_num_queries):
    client.get(PAGE)
    with django_assert_num_queries(4):
        page = client.get(PAGE).content.decode()
    assert "100 → 150" in page
    assert "+10,7\u00a0%" in page
    assert "+50 = L’ensemble <b>+7</b> · L’industrie <b>+10</b> · La région <b>+33</b>" in page
    english = client.get("/en/measures/tables/emplois-fictifs/?method=esteban-marquillas").content.decode()
    assert "Fictional jobs by region" in english
    assert "+10.7%" in english
    assert 'th scope="col" class="number">Allocation' in english
    assert english.count("<table class=") == 1


def test_the_files_are_what_the_page_shows(table, client):
    asked = {"region": "Île fictive", "from": "2020", "to": "2022", "method": "dynamic"}
    rows = {row["industry"]: row for row in lines(client.get(f"{PAGE}croissance.csv", asked))}
    assert (rows["3345"]["from"], rows["3345"]["to"], rows["3345"]["method"]) == ("2020", "2022", "dynamic")
    assert (float(rows["3345"]["start"]), float(rows["3345"]["end"])) == (100, 110)
    svg = client.get(f"{PAGE}croissance.svg", asked).content.decode()
    assert svg.startswith("<svg")
    assert "Lasers fictifs" in svg
    assert "L’industrie" in svg


def test_the_comparison_has_its_charts_tables_and_files(table, client, django_assert_num_queries):
    asked = {"region1": "Île fictive", "industry1": "3345", "region2": "Côte fictive", "industry2": "337"}
    client.get(f"{PAGE}comparaison/", asked)
    with django_assert_num_queries(3):
        page = client.get(f"{PAGE}comparaison/", asked).content.decode()
    assert page.count("<table class=") == 2
    assert "Lasers fictifs · Île fictive" in page
    assert "Meubles fictifs · Côte fictive" in page
    quotients = lines(client.get(f"{PAGE}comparaison/quotients.csv", asked))
    assert [(row["region"], row["industry"]) for row in quotients] == [
        ("Île fictive", "3345"),
        ("Côte fictive", "337"),
    ]
    indices = lines(client.get(f"{PAGE}comparaison/growth.csv", asked))
    assert [float(row["index"]) for row in indices] == [100, pytest.approx(110), 150, 100, 105, 112.5]
    for name in ("quotients", "growth"):
        svg = client.get(f"{PAGE}comparaison/{name}.svg", asked).content.decode()
        assert "Meubles fictifs · Côte fictive" in svg


@pytest.mark.parametrize(
    "query",
    [
        "region=Atlantide&industry=0&from=2024&to=2020&method=magie",
        "region1=Atlantide&industry1=3345&from=x",
        "from=2020&to=2020&region=%00",
    ],
)
def test_an_address_that_asks_nonsense_gets_what_the_table_chooses(table, client, query):
    assert client.get(f"{PAGE}?{query}").content.decode().count("100 → 150") == 1
    assert "Lasers fictifs · Terre fictive" not in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}comparaison/?{query}").status_code == 200


def test_a_table_of_one_period_says_what_to_do(codes, tmp_path, noon, client):
    text = "\n".join(line for line in table_text().splitlines() if not line.startswith(("2022", "2024")))
    load_table(tmp_path, noon, text=text)
    page = client.get(PAGE).content.decode()
    assert "Chargez-en une édition" in page
    assert "Chargez-en une édition" in client.get(f"{PAGE}comparaison/").content.decode()
    assert client.get(f"{PAGE}croissance.csv").status_code == 404
    assert client.get(f"{PAGE}comparaison/growth.svg").status_code == 404


def test_the_list_leads_to_each_table_and_says_when_there_is_none(codes, tmp_path, noon):
    client = Client()
    assert "Aucun tableau officiel" in client.get("/fr/mesures/").content.decode()
    load_table(tmp_path, noon)
    assert f'href="{PAGE}"' in client.get("/fr/mesures/").content.decode()
    assert client.get(reverse("table_growth", args=["inconnu"])).status_code == 404
