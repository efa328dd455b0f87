"""Places as sources write them, and how precisely they are known."""

import csv
import subprocess
import sys
from importlib.resources import files

import pytest

from grappe.intake.gazetteer import REGIONS, gazetteer, municipalities
from grappe.intake.places import postal_area, province_code, region_at, region_code, resolve_place
from grappe.statements import Place

MONTREAL = Place(
    "municipality",
    province="QC",
    region_code="06",
    region="Montréal",
    municipality_code="66023",
    municipality="Montréal",
    latitude=45.5088,
    longitude=-73.5878,
    located_by="place",
)


@pytest.mark.parametrize(
    "name",
    ["Montréal", "MONTREAL", "Ville de Montréal", "City of Montreal", "Montréal (Québec)", "Montréal, QC"],
)
def test_spellings_of_one_town(name: str) -> None:
    assert resolve_place(municipality=name) == MONTREAL


@pytest.mark.parametrize(
    ("name", "municipality", "region"),
    [
        ("Quebec City", "Québec", "03"),
        ("Québec", "Québec", "03"),
        ("St-Laurent", "Montréal", "06"),
        ("Ville Saint-Laurent", "Montréal", "06"),
        ("LaSalle", "Montréal", "06"),
        ("Sainte-Foy", "Québec", "03"),
        ("Saint-Hubert", "Longueuil", "16"),
        ("Chicoutimi", "Saguenay", "02"),
        ("Hull", "Gatineau", "07"),
        ("Asbestos", "Val-des-Sources", "05"),
        ("St-Jean-sur-Richelieu", "Saint-Jean-sur-Richelieu", "16"),
        ("Saint-Lin-Laurentides", "Saint-Lin–Laurentides", "14"),
        ("L’Ancienne-Lorette", "L'Ancienne-Lorette", "03"),
        ("Kuujjuaq", "Kuujjuaq", "10"),
    ],
)
def test_other_names_boroughs_and_former_towns(name: str, municipality: str, region: str) -> None:
    place = resolve_place(municipality=name, province="Québec")
    assert place is not None
    assert (place.precision, place.municipality, place.region_code) == ("municipality", municipality, region)


def test_bromont_is_in_estrie_by_name_and_by_point() -> None:
    by_name = resolve_place(municipality="Bromont")
    assert by_name is not None
    assert (by_name.region_code, by_name.region) == ("05", "Estrie")
    assert region_at(45.3168, -72.6491) == "05"


def test_homonyms_are_settled_by_what_else_is_said() -> None:
    outaouais = resolve_place(municipality="L'Ange-Gardien", region="Outaouais (07)")
    assert outaouais is not None
    assert outaouais.municipality_code == "82005"
    by_point = resolve_place(municipality="Saint-Lambert", latitude=45.50, longitude=-73.51)
    assert by_point is not None
    assert (by_point.precision, by_point.municipality_code, by_point.region_code) == ("point", "58012", "16")
    by_postal_code = resolve_place(municipality="Saint-Lambert", postal_code="J4P 3J8")
    assert by_postal_code is not None
    assert (by_postal_code.municipality_code, by_postal_code.postal_area) == ("58012", "J4P")


def test_homonyms_left_unsettled_say_less() -> None:
    assert resolve_place(municipality="L'Ange-Gardien") == Place("province", province="QC")
    assert resolve_place(municipality="Stanstead") == Place(
        "region", province="QC", region_code="05", region="Estrie"
    )
    assert resolve_place(municipality="Windsor") is None
    assert resolve_place(municipality="Windsor", country="Canada") == Place("country")


def test_a_town_of_another_province() -> None:
    assert resolve_place(municipality="Windsor", province="Ontario") == Place(
        "municipality",
        province="ON",
        municipality="Windsor",
        latitude=42.3001,
        longitude=-83.0165,
        located_by="place",
    )
    assert resolve_place(municipality="Montréal", province="ON") == Place("province", province="ON")


def test_a_town_that_geonames_does_not_have_is_located_by_its_postal_area() -> None:
    abercorn = resolve_place(municipality="Abercorn")
    assert abercorn is not None
    assert (abercorn.precision, abercorn.located_by) == ("municipality", "postal_area")


def test_postal_codes() -> None:
    assert resolve_place(postal_code="g1k7p4") == Place(
        "postal_area",
        province="QC",
        region_code="03",
        region="Capitale-Nationale",
        postal_area="G1K",
        latitude=46.8143,
        longitude=-71.2431,
        located_by="postal_area",
    )
    rural = resolve_place(postal_code="J0E 1X0")
    assert rural is not None
    assert (rural.precision, rural.region_code) == ("postal_area", None)
    assert postal_area("12345") is None
    assert postal_area("K1A") == "K1A"


def test_points() -> None:
    assert resolve_place(latitude=46.8, longitude=-71.3) == Place(
        "point",
        province="QC",
        region_code="03",
        region="Capitale-Nationale",
        latitude=46.8,
        longitude=-71.3,
        located_by="point",
    )
    ottawa = resolve_place(latitude=45.4236, longitude=-75.7009)
    assert ottawa == Place("point", latitude=45.4236, longitude=-75.7009, located_by="point")
    assert resolve_place(latitude=48.85, longitude=2.35) is None
    assert resolve_place(latitude=91.0, longitude=0.5) is None


def test_regions_provinces_countries() -> None:
    assert [region_code(text) for text in ("Estrie (05)", "5", "Eastern Townships", "Québec", "18")] == [
        "05",
        "05",
        "05",
        None,
        None,
    ]
    assert [province_code(text) for text in ("qc", "Quebec", "Nouvelle-Écosse", "Texas")] == [
        "QC",
        "QC",
        "NS",
        None,
    ]
    assert resolve_place(region="Québec") == Place("province", province="QC")
    assert resolve_place(municipality="Paris", country="France") == Place("country", country="FR")
    assert resolve_place() is None
    assert resolve_place(municipality="Nulle-Part") is None


def test_each_municipality_resolves_to_itself_in_its_region() -> None:
    rows = municipalities()
    assert len(rows) == 1277
    assert {row["region"] for row in rows} == set(REGIONS)
    wrong = []
    for row in rows:
        place = resolve_place(municipality=row["name"], region=row["region"])
        if place is None or (place.municipality or row["name"], place.region_code) != (
            row["name"],
            row["region"],
        ):
            wrong.append(row["name"])
    assert wrong == []


def test_former_names_lead_to_a_municipality() -> None:
    codes = {row["code"] for row in municipalities()}
    with files("grappe.intake.gazetteer").joinpath("former_names.csv").open("r", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows if row["municipality_code"] not in codes] == []


def test_nothing_is_read_before_it_is_asked_for() -> None:
    code = (
        "import grappe.intake.places\n"
        "from grappe.intake.gazetteer import gazetteer\n"
        "print(gazetteer.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"
    assert gazetteer() is gazetteer()
