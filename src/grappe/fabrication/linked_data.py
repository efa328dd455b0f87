"""A catalogue as linked data (JSON-LD): facilities and services of schema.org, instruments with the terms of
PIDINST 1.0, processes and materials as the concepts of our SKOS; and each catalogue as a DCAT 3 dataset."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from grappe.fabrication.equipment import Capability, Catalogue, Equipment, Facility, Party
from grappe.fabrication.matching import properties
from grappe.fabrication.quantities import Range, base_unit
from grappe.fabrication.taxonomy import TERMS, term_name

#: The data types of PIDINST's properties, as registered for handles (Krahl et al. 2022).
_PIDINST = {
    "identifier": "8eb858ee0b12e8e463a5",
    "landingPage": "9a15a4735d4bda329d80",
    "instrumentName": "709a23220f2c3d64d1e1",
    "owners": "4eaec4bc0f1df68ab2a7",
    "manufacturers": "1f3e82ddf0697a497432",
    "model": "c1a0ec5ad347427f25d6",
    "instrumentDescription": "55f8ebc805e65b5b71dd",
    "instrumentType": "f76ad9d0324302fc47dd",
    "measuredVariables": "72928b84e060d491ee41",
    "alternateIdentifiers": "eb3c713572f681e6c4c3",
    "relatedIdentifiers": "178fb558abc755ca7046",
}
_CONTEXT: dict[str, Any] = {
    "@vocab": "https://schema.org/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "concept": {"@id": "dcterms:type", "@type": "@id"},
    **{name: f"https://hdl.handle.net/21.T11148/{code}" for name, code in _PIDINST.items()},
    "landingPage": {"@id": f"https://hdl.handle.net/21.T11148/{_PIDINST['landingPage']}", "@type": "@id"},
}
#: What a facility's catalogue is distributed as: end of the address, media type, names.
DISTRIBUTIONS = {
    "catalogue.json": ("application/json", "Catalogue (JSON)", "Catalogue (JSON)"),
    "catalogue.csv": ("text/csv", "Capacités (CSV)", "Capabilities (CSV)"),
    "catalogue.jsonld": ("application/ld+json", "Données liées (JSON-LD)", "Linked data (JSON-LD)"),
    "pidinst.json": ("application/json", "Instruments (PIDINST)", "Instruments (PIDINST)"),
    "bookings.ics": ("text/calendar", "Réservations (iCalendar)", "Bookings (iCalendar)"),
}
_MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"


def catalogue_graph(catalogue: Catalogue, base: str) -> dict[str, Any]:
    """A JSON-LD document of all facilities, instruments and services, named by addresses under *base*."""
    graph = [
        *(_facility(one, base) for one in catalogue.facilities.values()),
        *(_instrument(one, catalogue, base) for one in catalogue.equipment.values()),
        *(_service(one, base) for one in catalogue.capabilities),
        *_concepts(catalogue),
    ]
    return {"@context": _CONTEXT, "@graph": graph}


def address_of(base: str, kind: str, key: str) -> str:
    """The address that names a facility, an equipment or a capability."""
    return f"{base.rstrip('/')}/{kind}/{quote(key, safe='')}"


def _facility(one: Facility, base: str) -> dict[str, Any]:
    place = {"@type": "PostalAddress", "addressLocality": one.city} if one.city else None
    return _known(
        {
            "@id": address_of(base, "facilities", one.id),
            "@type": "ResearchOrganization",
            "name": one.name,
            "address": place,
            "sameAs": {"@id": one.ror} if one.ror else None,
        }
    )


def _instrument(one: Equipment, catalogue: Catalogue, base: str) -> dict[str, Any]:
    processes = {each.process for each in catalogue.capabilities if each.equipment == one.id}
    return _known(
        {
            "@id": address_of(base, "equipment", one.id),
            "@type": "IndividualProduct",
            "name": one.name,
            "description": one.description,
            "instrumentName": one.name,
            "instrumentDescription": one.description,
            "identifier": one.identifier,
            "landingPage": one.landing_page,
            "owners": [_party(each) for each in one.owners],
            "manufacturers": [_party(each) for each in one.manufacturers],
            "model": one.model,
            "instrumentType": list(one.instrument_types),
            "measuredVariables": list(one.measured_variables),
            "alternateIdentifiers": list(one.serial_numbers),
            "relatedIdentifiers": [value for value, _, _ in one.related],
            "concept": [_concept("processes", code) for code in sorted(processes)],
            "dcterms:isPartOf": {"@id": address_of(base, "facilities", one.facility)},
        }
    )


def _party(one: Party) -> dict[str, Any]:
    named = {"@id": one.identifier} if (one.identifier or "").startswith("https://") else {}
    return {**named, "@type": "Organization", "name": one.name}


def _service(one: Capability, base: str) -> dict[str, Any]:
    limits = [_limit(name, limit) for name, limit in one.limits.items()]
    wafers = [_property("wafer", each, "mm", 1e6) for each in one.wafer_mm]
    tool = {"@id": address_of(base, "equipment", one.equipment)} if one.equipment else None
    dates = {"validFrom": _dated(one.valid_from), "validThrough": _dated(one.valid_to)}
    offer = _known({"additionalProperty": [*wafers, *limits], **dates})
    return _known(
        {
            "@id": address_of(base, "capabilities", one.id),
            "@type": "Service",
            "name": one.name,
            "concept": [
                _concept("processes", one.process),
                *(_concept("materials", code) for code in sorted(one.materials_allowed)),
            ],
            "provider": {"@id": address_of(base, "facilities", one.facility)},
            "isRelatedTo": tool,
            "offers": {"@type": "Offer", **offer} if offer else None,
            "dcterms:source": one.source,
        }
    )


def _dated(day: Any) -> dict[str, str] | None:
    return {"@type": "xsd:date", "@value": day.isoformat()} if day else None


def _limit(name: str, limit: Range) -> dict[str, Any]:
    return _property(name, limit, base_unit(properties()[name]["quantity"]), 1.0)


def _property(name: str, limit: Range, unit: str, factor: float) -> dict[str, Any]:
    low, high = (None if end is None else end / factor for end in (limit.low, limit.high))
    return _known(
        {"@type": "PropertyValue", "propertyID": name, "minValue": low, "maxValue": high, "unitText": unit}
    )


def _concept(scheme: Any, code: str) -> str:
    return f"{TERMS}{scheme}/{code}"


def _concepts(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """The concepts named, with their labels in both languages."""
    named: dict[Any, set[str]] = {
        "processes": {one.process for one in catalogue.capabilities},
        "materials": {code for one in catalogue.capabilities for code in one.materials_allowed},
    }
    for scheme, codes in named.items():
        for code in sorted(codes):
            yield {
                "@id": _concept(scheme, code),
                "@type": "skos:Concept",
                "skos:inScheme": {"@id": f"{TERMS}{scheme}"},
                "skos:prefLabel": _both(*(term_name(scheme, code, language) for language in ("fr", "en"))),
            }


def dcat_of(catalogue: Catalogue, base: str) -> dict[str, Any]:
    """A DCAT 3 catalogue: a dataset for each facility, with a distribution for each form it comes in.

    Each is at ``{base}/facilities/{id}/`` and the names of :data:`DISTRIBUTIONS`.
    """
    datasets = [_dataset(one, base) for one in catalogue.facilities.values()]
    title = _both("Équipement et capacités des installations", "Equipment and capabilities of facilities")
    return {
        "@context": _CONTEXT,
        "@id": f"{base.rstrip('/')}/facilities",
        "@type": "dcat:Catalog",
        "dcterms:title": title,
        "dcterms:conformsTo": {"@id": "https://www.w3.org/TR/vocab-dcat-3/"},
        "dcat:dataset": datasets,
    }


def _dataset(one: Facility, base: str) -> dict[str, Any]:
    at = address_of(base, "facilities", one.id)
    return _known(
        {
            "@id": f"{at}/catalogue",
            "@type": "dcat:Dataset",
            "dcterms:title": _both(
                f"Équipement et capacités\u00a0: {one.name}", f"Equipment and capabilities: {one.name}"
            ),
            "dcterms:identifier": one.id,
            "dcterms:language": ["fr", "en"],
            "dcterms:modified": _dated(one.confirmed_on),
            "dcterms:publisher": _facility(one, base),
            "dcat:distribution": [_distribution(at, name, *told) for name, told in DISTRIBUTIONS.items()],
        }
    )


def _distribution(at: str, name: str, media: str, french: str, english: str) -> dict[str, Any]:
    return {
        "@id": f"{at}/{name}",
        "@type": "dcat:Distribution",
        "dcterms:title": _both(french, english),
        "dcat:accessURL": {"@id": at},
        "dcat:downloadURL": {"@id": f"{at}/{name}"},
        "dcat:mediaType": {"@id": f"{_MEDIA_TYPES}{media}"},
    }


def _both(french: str, english: str) -> list[dict[str, str]]:
    return [{"@language": "fr", "@value": french}, {"@language": "en", "@value": english}]


def _known(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in (None, [], "")}
