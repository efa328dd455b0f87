"""An organisation in schema.org terms: the same in the JSON-LD of its page and in an export of all."""

from collections.abc import Mapping, Sequence
from typing import Any

from grappe.hub.registry.facets import Codes
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.paired import paired

CONTEXT = "https://schema.org"
_IDENTIFIERS = {
    "neq": "NEQ",
    "bn": "BN",
    "lei": "LEI",
    "ror": "ROR",
    "corporation_number": "Corporations Canada",
}
#: The properties whose values an organisation's JSON-LD says beside its own columns.
SAID = ("name", *_IDENTIFIERS)
_TYPES = {
    "education": "EducationalOrganization",
    "research": "ResearchOrganization",
    "government": "GovernmentOrganization",
}


def organisation_thing(
    organisation: Organisation, said: Mapping[str, Sequence[str]], codes: Codes, language: str, address: str
) -> dict[str, Any]:
    """The ``Organization``, without context: *said* has the values of ``SAID``, *address* is its page's."""
    main = paired(organisation, "name", language)[0]
    identifiers = [
        {"@type": "PropertyValue", "propertyID": label, "value": value}
        for code, label in _IDENTIFIERS.items()
        for value in said.get(code, ())
    ]
    content = {
        "@type": _TYPES.get(organisation.kind, "Organization"),
        "@id": address,
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "Grappe", "value": organisation.pk},
            *identifiers,
        ],
        "name": main,
        "alternateName": sorted(set(said.get("name", ())) - {main}),
        "description": paired(organisation, "description", language)[0]
        if organisation.description_fr
        else "",
        "url": organisation.website,
        "address": _postal_address(organisation),
        "location": _point(organisation),
        "sameAs": [f"https://ror.org/{value}" for value in said.get("ror", ())],
        "memberOf": [
            {"@type": "Organization", "name": paired(codes["cluster"][code], "name", language)[0]}
            for code in organisation.clusters
            if code in codes["cluster"]
        ],
    }
    return {key: value for key, value in content.items() if value}


def _postal_address(organisation: Organisation) -> dict[str, str]:
    parts = {
        "addressLocality": organisation.municipality,
        "addressRegion": organisation.province,
        "addressCountry": organisation.country,
    }
    found = {key: value for key, value in parts.items() if value}
    return {"@type": "PostalAddress", **found} if found else {}


def _point(organisation: Organisation) -> dict[str, Any]:
    if organisation.latitude is None:
        return {}
    geo = {"@type": "GeoCoordinates", "latitude": organisation.latitude, "longitude": organisation.longitude}
    return {"@type": "Place", "geo": geo}
