"""Sectors measured from the registry: kept while nothing changes, shown with their tables and files."""

import csv
import io

import pytest

from grappe.hub.journal.models import Entry
from grappe.hub.observatory.jobs import measure_groups
from grappe.hub.observatory.models import Measurement
from grappe.hub.registry.indexing import rebuild_index
from grappe.hub.registry.loading import load_ecosystem
from grappe.hub.registry.models import Organisation
from workspaces import build_ecosystem

pytestmark = pytest.mark.django_db
TOWNS = ("Québec", "Lévis", "Montréal", "Laval", "Sherbrooke", "Rimouski", "Gatineau", "Saguenay")
PAGE = "/fr/secteurs/laser/mesures/"


def members():
    """Twelve of lasers about Québec, one in Gatineau, and everybody else everywhere."""
    near = [f"Laser fictif {n};{TOWNS[n % 2]};laser;optonique;membre" for n in range(12)]
    others = [f"Moulin fictif {n};{TOWNS[n % 8]};;aero;membre" for n in range(40)]
    far = ["Laser fictif lointain;Gatineau;laser;optonique;membre"]
    return "\n".join(["Nom;Ville;Secteur;Grappe;Rôle", *near, *far, *others]) + "\n"


@pytest.fixture
def registry(tmp_path, noon, site):
    folder = build_ecosystem(tmp_path / "workspace", tmp_path / "ecosystem", members=members())
    load_ecosystem(folder=folder, actor=None, at=noon)
    rebuild_index()


@pytest.fixture
def measured(registry):
    measure_groups.func()
    return Measurement.objects.get(pk="sector:laser")


def test_a_sector_about_one_town_is_localised(measured):
    result, found = measured.result, measured.result["concentration"]
    placed = Organisation.objects.exclude(latitude=None).count()
    assert (result["plants"], result["sites"]) == (13, placed)
    assert (found["p_value"] < 0.05, found["localisation"] > 0, found["seed"]) == (True, True, 1)
    assert found["rows"][0]["k"] > found["rows"][0]["global_hi"]
    about = {each["town"]: (each["inside"], each["plants"]) for each in result["near"]}
    assert about == {"Québec": (12, 13), "Lévis": (12, 13), "Gatineau": (1, 13)}


def test_quotients_say_how_present_it_is(measured):
    lq = {each["region"]: (each["value"], each["lq"]) for each in measured.result["quotients"]}
    sites = Organisation.objects.exclude(latitude=None)
    here, all_of_them = sites.filter(region_code="QC03").count(), sites.count()
    if not here:
        here = sites.filter(region_code="03").count()
    code = next(code for code in lq if code.endswith("03"))
    assert lq[code] == (6, pytest.approx((6 / here) / (13 / all_of_them)))


def test_nothing_is_measured_twice_and_a_change_is(measured):
    lines = Entry.objects.count()
    assert (measure_groups.func(), Entry.objects.count()) == (0, lines)
    Organisation.objects.filter(name_fr="Laser fictif 1").update(latitude=45.5, longitude=-73.6)
    assert measure_groups.func() == 3
    assert Measurement.objects.get(pk="sector:laser").inputs != measured.inputs


def test_the_page_has_each_table_beside_its_chart(measured, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        page = client.get(PAGE).content.decode()
    assert page.count("<table class=") == 3
    assert "Plus proches les unes des autres que le hasard" in page
    svg = client.get(f"{PAGE}concentration.svg")
    assert (svg.status_code, svg.content[:4]) == (200, b"<svg")
    assert client.get(f"{PAGE}quotients.svg").status_code == 200
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{PAGE}concentration.csv").content.decode("utf-8-sig")))
    )
    assert [float(row["k"]) for row in rows] == [row["k"] for row in measured.result["concentration"]["rows"]]
    assert client.get(f"{PAGE}near.svg").status_code == 404


def test_what_is_not_measured_yet_says_so(registry, client):
    page = client.get(PAGE)
    assert (page.status_code, "Pas encore mesuré" in page.content.decode()) == (200, True)
    assert client.get(f"{PAGE}concentration.csv").status_code == 404
    assert client.get("/fr/secteurs/inconnu/mesures/").status_code == 404


def test_too_few_are_counted_and_drawn_nowhere(registry, client):
    Organisation.objects.filter(name_fr__startswith="Laser fictif").exclude(name_fr="Laser fictif 1").update(
        sectors=[]
    )
    measure_groups.func()
    result = Measurement.objects.get(pk="sector:laser").result
    assert (result["plants"], result["concentration"], len(result["near"])) == (1, None, 1)
    assert "aucune courbe" in client.get(PAGE).content.decode()


def test_a_cluster_is_measured_as_a_sector_is(measured, client):
    result = Measurement.objects.get(pk="cluster:aero").result
    assert (result["plants"], result["sites"]) == (41, measured.result["sites"])
    assert client.get("/en/clusters/aero/measures/").status_code == 200
