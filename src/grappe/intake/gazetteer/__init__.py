"""The place tables, read once when first asked for (see ``LICENCES.md`` for their publishers)."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Literal

from grappe.intake.gazetteer.geometry import Box, region_of_point
from grappe.intake.gazetteer.naming import place_key

LocatedBy = Literal["point", "place", "postal_area"]

#: Québec's administrative regions: official names, the same in both languages.
REGIONS: Mapping[str, str] = {
    "01": "Bas-Saint-Laurent",
    "02": "Saguenay–Lac-Saint-Jean",
    "03": "Capitale-Nationale",
    "04": "Mauricie",
    "05": "Estrie",
    "06": "Montréal",
    "07": "Outaouais",
    "08": "Abitibi-Témiscamingue",
    "09": "Côte-Nord",
    "10": "Nord-du-Québec",
    "11": "Gaspésie–Îles-de-la-Madeleine",
    "12": "Chaudière-Appalaches",
    "13": "Laval",
    "14": "Lanaudière",
    "15": "Laurentides",
    "16": "Montérégie",
    "17": "Centre-du-Québec",
}
#: Lands that bear the name of the village they surround: the village is meant.
_LANDS = ("Terre de la catégorie", "Terre réservée", "Territoire non organisé", "Réserve indienne")

#: How good a name is: official (or GeoNames' own, outside Québec), former or borough, alternate spelling.
OFFICIAL, FORMER, ALTERNATE = 0, 1, 2


@dataclass(frozen=True)
class Town:
    """A municipality or populated place; *code*, *mrc*, *region* only in Québec; degrees WGS84."""

    code: str | None
    name: str
    province: str
    region: str | None = None
    mrc: str | None = None
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    located_by: LocatedBy | None = None


@dataclass
class Gazetteer:
    """*named*: ``place_key`` of a name → (how good the name is, town)s. *areas*: area → (province,
    latitude, longitude). *area_region*: areas whose region is certain. *rings*: (region, box
    west-south-east-north, x₁, y₁, x₂…)."""

    named: dict[str, list[tuple[int, Town]]] = field(default_factory=dict)
    areas: dict[str, tuple[str, float, float]] = field(default_factory=dict)
    area_region: dict[str, str] = field(default_factory=dict)
    rings: list[tuple[str, Box, Sequence[float]]] = field(default_factory=list)

    def add(self, name: str, rank: int, town: Town) -> None:
        """Let *town* be found by *name*; said twice, it is one town."""
        bearers = self.named.setdefault(place_key(name), [])
        if town.code is None or all(town.code != other.code for _, other in bearers):
            bearers.append((rank, town))


@cache
def gazetteer() -> Gazetteer:
    """All tables, indexed. Reads some 400 kB, in a tenth of a second."""
    tables = Gazetteer()
    _load_rings(tables)
    _load_areas(tables)
    _load_towns(tables)
    return tables


def municipalities() -> list[dict[str, str]]:
    """The rows of ``municipalities.csv``: code, name, designation, region, mrc, population, postal_area,
    latitude, longitude and located_by, all as text."""
    return list(_rows("municipalities.csv"))


def _load_rings(tables: Gazetteer) -> None:
    text = files(__package__).joinpath("regions.json").read_text("utf-8")
    for region, rings in json.loads(text).items():
        for ring in rings:
            xs, ys = ring[::2], ring[1::2]
            tables.rings.append((region, (min(xs), min(ys), max(xs), max(ys)), ring))


def _load_areas(tables: Gazetteer) -> None:
    for row in _rows("postal_areas.csv"):
        tables.areas[row["area"]] = (row["province"], float(row["latitude"]), float(row["longitude"]))
    regions: dict[str, set[str]] = {}
    for row in _rows("municipalities.csv"):
        regions.setdefault(row["postal_area"], set()).add(row["region"])
    for area, (province, latitude, longitude) in tables.areas.items():
        if province == "QC":
            here = region_of_point(tables.rings, latitude, longitude)
            said = regions.get(area, set()) | ({here} if here else set())
            if len(said) == 1:
                tables.area_region[area] = said.pop()


def _load_towns(tables: Gazetteer) -> None:
    towns = list(_official(_rows("municipalities.csv")))
    for town in towns:
        tables.add(town.name, OFFICIAL, town)
    places = list(_rows("places.csv"))
    located: dict[str, dict[str, str]] = {}
    for row in places:
        if row["province"] == "QC":
            located[place_key(row["name"])] = row
            continue
        elsewhere = Town(None, row["name"], row["province"], None, None, *_numbers(row), "place")
        tables.add(row["name"], OFFICIAL, elsewhere)
        for other in filter(None, row["others"].split("|")):
            tables.add(other, ALTERNATE, elsewhere)
    by_code = {town.code: town for town in towns}
    for row in _rows("former_names.csv"):
        town = by_code[row["municipality_code"]]
        part = located.get(place_key(row["name"]))
        if part:
            _, latitude, longitude = _numbers(part)
            town = replace(town, latitude=latitude, longitude=longitude, located_by="place")
        tables.add(row["name"], FORMER, town)


def _official(rows: Iterable[dict[str, str]]) -> Iterator[Town]:
    ordered = sorted(rows, key=lambda row: (row["designation"].startswith(_LANDS), row["code"]))
    villages = {(row["name"], row["region"]) for row in ordered if not row["designation"].startswith(_LANDS)}
    for row in ordered:
        if row["designation"].startswith(_LANDS) and (row["name"], row["region"]) in villages:
            continue
        located_by: LocatedBy | None = "place" if row["located_by"] == "place" else None
        located_by = "postal_area" if row["located_by"] == "postal_area" else located_by
        yield Town(
            row["code"], row["name"], "QC", row["region"], row["mrc"] or None, *_numbers(row), located_by
        )


def _numbers(row: Mapping[str, str]) -> tuple[int | None, float | None, float | None]:
    return (
        int(row["population"]) if row["population"] else None,
        float(row["latitude"]) if row["latitude"] else None,
        float(row["longitude"]) if row["longitude"] else None,
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files(__package__).joinpath(name).open("r", encoding="utf-8") as file:
        yield from csv.DictReader(file)
