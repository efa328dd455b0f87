"""ROR records, schema v2 (names with kinds and languages) or v1, as register entries."""

from collections.abc import Iterator
from typing import Any

from grappe.intake.recipes import Entry, Fact, Recipe
from grappe.intake.register_files import RegisterFiles
from grappe.statements import Problem
from grappe.statements.identifiers import normalise_ror

#: ROR's "facility" is one where research takes place; "funder" is kept only when it is all there is.
_KINDS = {
    "archive": "archive",
    "company": "company",
    "education": "education",
    "facility": "research",
    "funder": "funder",
    "government": "government",
    "healthcare": "healthcare",
    "nonprofit": "nonprofit",
    "other": "other",
}
_RELATIONS = {
    "parent": "part_of",
    "related": "related_to",
    "successor": "related_to",
    "predecessor": "related_to",
}


def read(files: RegisterFiles, recipe: Recipe) -> Iterator[Entry]:
    """One entry a record; those that ROR has withdrawn are left out."""
    for index, item in files.items(
        recipe.member if files.path.is_dir() or files.path.suffix == ".zip" else None
    ):
        if item.get("status") == "withdrawn":
            continue
        key = normalise_ror(str(item.get("id") or ""))
        if key is None:
            files.problems.append(
                Problem(
                    "bad_value",
                    file=files.path.name,
                    column=f"$[{index}].id",
                    found=str(item.get("id")),
                    expected="ror",
                )
            )
            continue
        yield Entry(key, f"$[{index}]", _facts(item))


def _facts(item: dict[str, Any]) -> Iterator[Fact]:
    yield from _names(item) if "names" in item else _names_v1(item)
    yield from _kinds(item.get("types") or ())
    if item.get("status"):
        yield Fact("status", item["status"], at=".status")
    if item.get("established"):
        yield Fact("founded", str(item["established"]), at=".established")
    yield from _links(item.get("links") or ())
    yield from _place(item) if "locations" in item else _place_v1(item)
    yield from _identifiers(item.get("external_ids") or ())
    yield from _relations(item.get("relationships") or ())


def _names(item: dict[str, Any]) -> Iterator[Fact]:
    shown = next((name["lang"] for name in item["names"] if "ror_display" in name["types"]), None)
    for index, name in enumerate(item["names"]):
        kinds = name["types"]
        if "ror_display" in kinds:
            qualifier = None
        elif "acronym" in kinds:
            qualifier = "acronym"
        elif "label" in kinds and name["lang"] != shown:
            qualifier = "translation"
        else:
            qualifier = "other"
        yield Fact("name", name["value"], qualifier, name["lang"], at=f".names[{index}].value")


def _names_v1(item: dict[str, Any]) -> Iterator[Fact]:
    yield Fact("name", item["name"], at=".name")
    for index, label in enumerate(item.get("labels") or ()):
        yield Fact("name", label["label"], "translation", label.get("iso639"), at=f".labels[{index}].label")
    for index, acronym in enumerate(item.get("acronyms") or ()):
        yield Fact("name", acronym, "acronym", at=f".acronyms[{index}]")
    for index, alias in enumerate(item.get("aliases") or ()):
        yield Fact("name", alias, "other", at=f".aliases[{index}]")


def _kinds(types: list[str]) -> Iterator[Fact]:
    lowered = [kind.lower() for kind in types]
    for index, kind in enumerate(lowered):
        if kind != "funder" or len(lowered) == 1:
            yield Fact("kind", _KINDS.get(kind, kind), at=f".types[{index}]")


def _links(links: list[Any]) -> Iterator[Fact]:
    for index, link in enumerate(links):
        if isinstance(link, str):
            yield Fact("website", link, at=f".links[{index}]")
        elif link["type"] == "website":
            yield Fact("website", link["value"], at=f".links[{index}].value")


def _place(item: dict[str, Any]) -> Iterator[Fact]:
    for index, location in enumerate(item["locations"][:1]):
        details, at = location["geonames_details"], f".locations[{index}].geonames_details"
        yield Fact("municipality", details["name"], at=f"{at}.name")
        yield Fact("country", details["country_code"], at=f"{at}.country_code")
        if details["country_code"] == "CA" and details.get("country_subdivision_code"):
            yield Fact("province", details["country_subdivision_code"], at=f"{at}.country_subdivision_code")


def _place_v1(item: dict[str, Any]) -> Iterator[Fact]:
    country = item["country"]["country_code"]
    for index, address in enumerate(item["addresses"][:1]):
        city = address.get("geonames_city") or {}
        if city.get("city"):
            yield Fact("municipality", city["city"], at=f".addresses[{index}].geonames_city.city")
        region = (city.get("geonames_admin1") or {}).get("name")
        if country == "CA" and region:
            yield Fact("province", region, at=f".addresses[{index}].geonames_city.geonames_admin1.name")
    yield Fact("country", country, at=".country.country_code")


def _identifiers(external: Any) -> Iterator[Fact]:
    if isinstance(external, dict):
        external = [{"type": kind.lower(), **ids, "v1": kind} for kind, ids in external.items()]
    for index, ids in enumerate(external):
        at = f".external_ids.{ids['v1']}" if "v1" in ids else f".external_ids[{index}]"
        every = ids["all"] if isinstance(ids["all"], list) else [ids["all"]]
        value = ids.get("preferred") or next(iter(every), None)
        if value:
            yield Fact("identifier", f"{ids['type']}:{value}", at=at)


def _relations(relations: list[dict[str, str]]) -> Iterator[Fact]:
    for index, relation in enumerate(relations):
        code, other = _RELATIONS.get(relation["type"].lower()), normalise_ror(relation["id"])
        if code and other:
            yield Fact(code, f"ror:{other}", at=f".relationships[{index}].id")
