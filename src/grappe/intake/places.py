"""Offline places: what a source says of a location → a :class:`Place` that says how precise it is.

A name that several places bear is settled by what else is said (region, province, postal code, point);
failing that the answer is less precise, never a guess.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from grappe.intake.gazetteer import ALTERNATE, REGIONS, Town, gazetteer
from grappe.intake.gazetteer.geometry import region_of_point
from grappe.intake.gazetteer.naming import place_key
from grappe.statements import Place
from grappe.statements.vocabulary import code_labels

_POSTAL = re.compile(r"([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])\s*-?\s*(?:\d[ABCEGHJ-NPRSTV-Z]\d)?")
_LETTER_PROVINCE = {
    letter: province
    for province, letters in {
        "NL": "A", "NS": "B", "PE": "C", "NB": "E", "QC": "GHJ", "ON": "KLMNP",
        "MB": "R", "SK": "S", "AB": "T", "BC": "V", "YT": "Y",
    }.items()
    for letter in letters
}  # fmt: skip
_COUNTRIES = {
    "canada": "CA", "etats unis": "US", "united states": "US", "usa": "US", "us": "US", "france": "FR",
    "royaume uni": "GB", "united kingdom": "GB", "uk": "GB", "allemagne": "DE", "germany": "DE",
    "belgique": "BE", "belgium": "BE", "suisse": "CH", "switzerland": "CH", "japon": "JP", "japan": "JP",
    "chine": "CN", "china": "CN", "italie": "IT", "italy": "IT", "espagne": "ES", "spain": "ES",
    "pays bas": "NL", "netherlands": "NL", "suede": "SE", "sweden": "SE", "norvege": "NO", "norway": "NO",
    "irlande": "IE", "ireland": "IE", "inde": "IN", "india": "IN", "mexique": "MX", "mexico": "MX",
    "bresil": "BR", "brazil": "BR", "israel": "IL", "australie": "AU", "australia": "AU",
    "coree du sud": "KR", "south korea": "KR", "danemark": "DK", "denmark": "DK",
}  # fmt: skip


def resolve_place(
    *,
    municipality: str | None = None,
    postal_code: str | None = None,
    region: str | None = None,
    province: str | None = None,
    country: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> Place | None:
    """The most precise place that all that is said allows, or None when nothing of it is known.

    Texts are as printed, in French or English, accents optional; *latitude*, *longitude* in degrees
    (WGS84): a point without a country is taken for Canada's only within its bounds. ``Place.located_by``
    says where the coordinates come from. Raises nothing.
    """
    return _resolve(municipality, postal_code, region, province, country, latitude, longitude)


@lru_cache(maxsize=65_536)
def _resolve(
    municipality: str | None,
    postal_code: str | None,
    region: str | None,
    province: str | None,
    country: str | None,
    latitude: float | None,
    longitude: float | None,
) -> Place | None:
    point = _valid_point(latitude, longitude)
    country_code = _country_code(country)
    if point and country_code is None and not _may_be_canada(point):
        return None
    if country_code not in (None, "CA"):
        return _abroad(str(country_code), point)
    area = postal_area(postal_code)
    known_region = region_code(region)
    known_province = _province(province, region, area, known_region)
    frame = _frame(country_code, known_province, known_region, area, point)
    town = _choose(municipality, frame)
    return _compose(frame, town, area, point)


def _abroad(country: str, point: tuple[float, float] | None) -> Place:
    if point is None:
        return Place("country", country=country)
    return Place("point", country=country, latitude=point[0], longitude=point[1], located_by="point")


def _valid_point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    return (latitude, longitude) if -90 <= latitude <= 90 and -180 <= longitude <= 180 else None


def _may_be_canada(point: tuple[float, float]) -> bool:
    return 41.6 <= point[0] <= 83.2 and -141.1 <= point[1] <= -52.5


def _province(
    province: str | None, region: str | None, area: str | None, known_region: str | None
) -> str | None:
    if known_region:
        return "QC"
    said = province_code(province) or province_code(region)
    if said or area is None:
        return said
    listed = gazetteer().areas.get(area)
    return listed[0] if listed else _LETTER_PROVINCE.get(area[0])


def _frame(
    country: str | None,
    province: str | None,
    region: str | None,
    area: str | None,
    point: tuple[float, float] | None,
) -> Place | None:
    """What is known without the municipality: a country, province or region; None for nothing at all."""
    if region is None and province in (None, "QC"):
        region = (region_at(*point) if point else None) or gazetteer().area_region.get(area or "")
    if region:
        return Place("region", province="QC", region_code=region, region=REGIONS[region])
    if province:
        return Place("province", province=province)
    return Place("country") if country == "CA" or area else None


def _choose(municipality: str | None, frame: Place | None) -> Town | None:
    """The one town that bears this name within *frame*; None when there is none or more than one."""
    if not municipality:
        return None
    named = [
        (rank, town)
        for rank, town in gazetteer().named.get(place_key(municipality), ())
        if frame is None or frame.province in (None, town.province)
    ]
    named = _best_of_each_province(named)
    towns = [town for _, town in named]
    if frame is not None and frame.region_code and len(towns) > 1:
        towns = [town for town in towns if town.region == frame.region_code]
    return towns[0] if len(towns) == 1 else _what_homonyms_share(towns)


def _best_of_each_province(named: Sequence[tuple[int, Town]]) -> list[tuple[int, Town]]:
    """An official name beats a former one of the same province; alternate spellings count when alone."""
    usual = [pair for pair in named if pair[0] < ALTERNATE] or named
    best: dict[str, int] = {}
    for rank, town in usual:
        best[town.province] = min(rank, best.get(town.province, rank))
    return [pair for pair in usual if pair[0] == best[pair[1].province]]


def _what_homonyms_share(towns: Sequence[Town]) -> Town | None:
    provinces = {town.province for town in towns}
    if len(provinces) != 1:
        return None
    regions = {town.region for town in towns}
    return Town(None, "", provinces.pop(), regions.pop() if len(regions) == 1 else None)


def _compose(
    frame: Place | None, town: Town | None, area: str | None, point: tuple[float, float] | None
) -> Place | None:
    place = _with_town(frame, town)
    listed = gazetteer().areas.get(area or "")
    if area:
        place = replace(place or Place("country"), postal_area=area)
    if listed and place and place.province == listed[0] and _is_finer(str(area), place):
        place = replace(
            place, precision="postal_area", latitude=listed[1], longitude=listed[2], located_by="postal_area"
        )
    if point:
        base = place or Place("country")
        place = replace(base, precision="point", latitude=point[0], longitude=point[1], located_by="point")
    return place


def _with_town(frame: Place | None, town: Town | None) -> Place | None:
    if town is None:
        return frame
    region = town.region or (frame.region_code if frame and town.province == "QC" else None)
    return Place(
        "municipality" if town.name else "region" if region else "province",
        province=town.province,
        region_code=region,
        region=REGIONS[region] if region else None,
        municipality_code=town.code,
        municipality=town.name or None,
        latitude=town.latitude,
        longitude=town.longitude,
        located_by=town.located_by,
    )


def _is_finer(area: str, place: Place) -> bool:
    """An urban area is a part of a town; a rural one (its digit is 0) gathers several."""
    return area[1] != "0" or place.municipality is None


def postal_area(postal_code: str | None) -> str | None:
    """The forward sortation area of a Canadian postal code, or of the area itself (``g1k 7p4`` → ``G1K``)."""
    match = _POSTAL.fullmatch((postal_code or "").strip().upper())
    return match.group(1) if match else None


def province_code(text: str | None) -> str | None:
    """The two-letter code of a province said by its code or its name in French or English, or None."""
    if not text:
        return None
    return _province_names().get(place_key(text))


@lru_cache(maxsize=1)
def _province_names() -> dict[str, str]:
    names = {"pq": "QC", "ca qc": "QC", "province of quebec": "QC", "terre neuve": "NL", "newfoundland": "NL"}
    for code, labels in code_labels("province").items():
        names[code.lower()] = code
        names.update({place_key(label): code for label in labels.values()})
    return names


def region_code(text: str | None) -> str | None:
    """The code 01–17 of a Québec administrative region said by name, code or both (``Estrie (05)``)."""
    if not text:
        return None
    bare = text.strip()
    number = re.fullmatch(r"(?:région\s+)?0?(\d{1,2})|.*\((\d{2})\)", bare, re.IGNORECASE)
    if number:
        code = (number.group(1) or number.group(2)).zfill(2)
        return code if code in REGIONS else None
    return _region_names().get(place_key(bare))


@lru_cache(maxsize=1)
def _region_names() -> dict[str, str]:
    names = {place_key(name): code for code, name in REGIONS.items()}
    english = {"eastern townships": "05", "national capital": "03", "north shore": "09", "abitibi": "08"}
    return {**english, "cantons de l est": "05", "saguenay lac st jean": "02", **names}


def _country_code(text: str | None) -> str | None:
    if not text:
        return None
    if re.fullmatch("[A-Za-z]{2}", text.strip()) and text.strip().lower() != "uk":
        return text.strip().upper()
    return _COUNTRIES.get(place_key(text))


def region_at(latitude: float, longitude: float) -> str | None:
    """The code of the Québec administrative region that holds a point (degrees, WGS84), or None outside."""
    return region_of_point(gazetteer().rings, latitude, longitude)
