"""Reduce the official files to the small tables of ``src/grappe/intake/gazetteer``.

    python tools/gazetteer/reduce.py FOLDER src/grappe/intake/gazetteer

FOLDER holds ``municipalites_qc.csv`` (Données Québec), ``geonames_cities500_ca.csv`` (GeoNames),
``fsa_pypostalcode.csv`` and ``qc_census_divisions.geojson`` (Statistics Canada). ``former_names.csv`` is
kept by hand in the target folder. Run again when an edition changes; the output is sorted,
so that a diff shows what moved.
"""

import csv
import json
import re
import sys
from pathlib import Path
from typing import Any

from grappe.intake.gazetteer.geometry import inside_rings
from grappe.intake.gazetteer.naming import place_key

PROVINCES = {
    "Alberta": "AB",
    "British Columbia": "BC",
    "Manitoba": "MB",
    "New Brunswick": "NB",
    "Newfoundland and Labrador": "NL",
    "Nova Scotia": "NS",
    "Nunavut Territory": "NU",
    "Northwest Territory": "NT",
    "Ontario": "ON",
    "Prince Edward Island": "PE",
    "Quebec": "QC",
    "Saskatchewan": "SK",
    "Yukon": "YT",
}
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿŒœ' .’–-]+")
_TELLING = re.compile(r"Saint|Sainte|St\b|City|Grand|Fort|Lac|[éèêàâîôûç]")


def main(folder: Path, target: Path) -> None:
    """Write the four tables of *target* from the official files of *folder*."""
    towns = _read(folder / "municipalites_qc.csv")
    geonames = [
        row for row in _read(folder / "geonames_cities500_ca.csv") if not row["name"].startswith("Ct 0")
    ]
    areas = {row["fsa"]: row for row in _read(folder / "fsa_pypostalcode.csv")}
    regions = write_regions(folder / "qc_census_divisions.geojson", towns, target)
    former = _read(target / "former_names.csv")
    write_municipalities(towns, geonames, areas, regions, target)
    write_postal_areas(areas, target)
    write_places(geonames, towns, former, target)


def write_regions(path: Path, towns: list[dict[str, str]], target: Path) -> dict[str, list[list[float]]]:
    """``regions.json``: region code → rings. A census division is where its municipalities are today, so
    that the two MRCs that joined Estrie in 2021 are right although the boundaries are of 2016."""
    today = {town["mcode"][:2]: _region_code(town) for town in towns if town["regadm"]}
    rings: dict[str, list[list[float]]] = {}
    for feature in json.loads(path.read_text("utf-8"))["features"]:
        region = today[feature["properties"]["cduid"][2:]]
        rings.setdefault(region, []).extend(_rings(feature["geometry"]))
    ordered = {code: rings[code] for code in sorted(rings)}
    (target / "regions.json").write_text(json.dumps(ordered, separators=(",", ":")) + "\n", "utf-8")
    return rings


def _rings(geometry: dict[str, Any]) -> list[list[float]]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[round(x, 3) for point in ring for x in point] for polygon in polygons for ring in polygon]


def write_municipalities(
    towns: list[dict[str, str]],
    geonames: list[dict[str, str]],
    areas: dict[str, dict[str, str]],
    regions: dict[str, list[list[float]]],
    target: Path,
) -> None:
    """``municipalities.csv``, each located by GeoNames where one place of its name lies in its region."""
    by_key: dict[str, list[dict[str, str]]] = {}
    for row in geonames:
        if row["province"] == "QC":
            by_key.setdefault(place_key(row["name"]), []).append(row)
    rows = []
    for town in sorted(towns, key=lambda town: town["mcode"]):
        if town["munnom"] == "Toponyme à venir":
            continue
        lat, lon, located_by = _locate(town, by_key, areas, regions)
        rows.append(
            (
                town["mcode"],
                town["munnom"].replace("--", "–"),
                town["mdes"],
                _region_code(town),
                re.sub(r"^MRC | \(.*", "", town["mrc"]),
                town["mpopul"],
                town["mcodpos"][:3],
                lat,
                lon,
                located_by,
            )
        )
    header = "code name designation region mrc population postal_area latitude longitude located_by"
    _write(target / "municipalities.csv", header.split(), rows)


def _locate(
    town: dict[str, str],
    by_key: dict[str, list[dict[str, str]]],
    areas: dict[str, dict[str, str]],
    regions: dict[str, list[list[float]]],
) -> tuple[str, str, str]:
    rings = regions[_region_code(town)]
    candidates = [
        row
        for row in by_key.get(place_key(town["munnom"]), [])
        if inside_rings(float(row["lon"]), float(row["lat"]), rings)
    ]
    if len(candidates) == 1:
        return _degrees(candidates[0]["lat"]), _degrees(candidates[0]["lon"]), "place"
    area = areas.get(town["mcodpos"][:3])
    return (area["latitude"], area["longitude"], "postal_area") if area else ("", "", "")


def write_postal_areas(areas: dict[str, dict[str, str]], target: Path) -> None:
    """``postal_areas.csv``: forward sortation areas with their centroids."""
    rows = [
        (fsa, PROVINCES[row["province"]], row["latitude"], row["longitude"])
        for fsa, row in sorted(areas.items())
    ]
    _write(target / "postal_areas.csv", ["area", "province", "latitude", "longitude"], rows)


def write_places(
    geonames: list[dict[str, str]], towns: list[dict[str, str]], former: list[dict[str, str]], target: Path
) -> None:
    """``places.csv``: GeoNames outside Québec, and inside what locates a name of ``former_names.csv``."""
    wanted = {place_key(row["name"]) for row in former} - {place_key(town["munnom"]) for town in towns}
    rows = []
    for row in geonames:
        if row["province"] == "QC" and place_key(row["name"]) not in wanted:
            continue
        others = "" if row["province"] == "QC" else "|".join(_alternates(row))
        rows.append(
            (
                row["name"],
                row["province"],
                _degrees(row["lat"]),
                _degrees(row["lon"]),
                row["population"],
                others,
            )
        )
    rows.sort(key=lambda row: (row[1], row[0], row[2]))
    _write(target / "places.csv", ["name", "province", "latitude", "longitude", "population", "others"], rows)


def _alternates(row: dict[str, str]) -> list[str]:
    latin = [name for name in row["alternatenames"].split("|") if _LATIN.fullmatch(name)]
    if len(latin) > 6:
        latin = [name for name in latin if _TELLING.search(name)]
    seen = {place_key(row["name"])}
    kept = []
    for name in latin:
        key = place_key(name)
        if key in seen or re.fullmatch("[A-Z]{3,4}", name) or not key:
            continue
        seen.add(key)
        kept.append(name)
    return kept


def _region_code(town: dict[str, str]) -> str:
    return town["regadm"][-3:-1]


def _degrees(text: str) -> str:
    return f"{float(text):.4f}"


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, header: list[str], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
