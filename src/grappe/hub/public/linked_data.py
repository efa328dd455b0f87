"""JSON-LD of the pages, in schema.org terms."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from grappe.hub.public.urls_of import directory_url, organisation_url
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import Dossier

_IDENTIFIERS = {
    "neq": "NEQ",
    "bn": "BN",
    "lei": "LEI",
    "ror": "ROR",
    "corporation_number": "Corporations Canada",
}
_TYPES = {
    "education": "EducationalOrganization",
    "research": "ResearchOrganization",
    "government": "GovernmentOrganization",
}


def organisation_json_ld(dossier: Dossier, codes: Any, language: str, base_url: str) -> SafeString:
    """The ``Organization`` of a page, ready for a ``<script type="application/ld+json">``."""
    organisation = dossier.organisation
    names = dossier.properties.get("name")
    main = paired(organisation, "name", language)[0]
    content = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(organisation.kind, "Organization"),
        "@id": f"{base_url}{organisation_url(organisation.pk)}",
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "Grappe", "value": organisation.pk},
            *_identifiers(dossier),
        ],
        "name": main,
        "alternateName": sorted({value.value for value in names.values} - {main}) if names else [],
        "description": paired(organisation, "description", language)[0]
        if organisation.description_fr
        else "",
        "url": organisation.website,
        "address": _address(organisation),
        "location": _point(organisation),
        "sameAs": [f"https://ror.org/{value}" for value in _values(dossier, "ror")],
        "memberOf": [
            {"@type": "Organization", "name": paired(codes["cluster"][code], "name", language)[0]}
            for code in organisation.clusters
            if code in codes["cluster"]
        ],
    }
    return script_json({key: value for key, value in content.items() if value})


def site_json_ld(name: str, language: str, base_url: str) -> SafeString:
    """The ``WebSite`` of the home page, with the address of its search."""
    target = f"{base_url}{directory_url()}q={{words}}"
    action = {"@type": "SearchAction", "target": target, "query-input": "required name=words"}
    return script_json(
        {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": name,
            "url": f"{base_url}/{language}/",
            "inLanguage": f"{language}-CA",
            "potentialAction": action,
        }
    )


def script_json(content: object) -> SafeString:
    """*content* as JSON that no closing tag can escape from."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return mark_safe(safe)  # noqa: S308 - the three characters that matter are escaped above


def _values(dossier: Dossier, code: str) -> list[str]:
    shown = dossier.properties.get(code)
    return [value.value for value in shown.values if not value.is_rival] if shown else []


def _identifiers(dossier: Dossier) -> list[dict[str, str]]:
    return [
        {"@type": "PropertyValue", "propertyID": label, "value": value}
        for code, label in _IDENTIFIERS.items()
        for value in _values(dossier, code)
    ]


def _address(organisation: Any) -> dict[str, str]:
    parts = {
        "addressLocality": organisation.municipality,
        "addressRegion": organisation.province,
        "addressCountry": organisation.country,
    }
    found = {key: value for key, value in parts.items() if value}
    return {"@type": "PostalAddress", **found} if found else {}


def _point(organisation: Any) -> dict[str, Any]:
    if organisation.latitude is None:
        return {}
    geo = {"@type": "GeoCoordinates", "latitude": organisation.latitude, "longitude": organisation.longitude}
    return {"@type": "Place", "geo": geo}
