"""The exports as a DCAT-AP 3 catalogue, for the portals that gather open data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from grappe.hub.api.rendering import url_of
from grappe.hub.registry.exporting.formats import FORMATS
from grappe.hub.registry.exporting.rows import Export
from grappe.statements.licences import licence_of

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
_LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
_MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"
_TABLES = {
    "organisations": {
        "fr": ("Organisations", "Les organisations de l’écosystème et où elles sont."),
        "en": ("Organisations", "The organisations of the ecosystem and where they are."),
    },
    "statements": {
        "fr": ("Énoncés", "Qui dit quoi de chaque organisation, quand, où, sous quelle licence."),
        "en": ("Statements", "Who says what of each organisation, when, where, under which licence."),
    },
    "sources": {
        "fr": ("Sources", "Les publications et les listes qui parlent."),
        "en": ("Sources", "The publications and lists that speak."),
    },
}


def catalogue(
    export: Export, title: Mapping[str, str], counts: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """The catalogue of what *export* lets go, under *title*, as it stands at *at*."""
    modified = {"@type": "xsd:dateTime", "@value": at.isoformat(timespec="seconds")}
    return {
        "@context": _CONTEXT,
        "@id": f"{settings.BASE_URL}/api/v1/exports/catalogue.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _in_languages(title),
        "dct:description": _in_languages(
            {
                "fr": f"{counts['organisations']} organisations, chaque valeur avec sa source.",
                "en": f"{counts['organisations']} organisations, each value with its source.",
            }
        ),
        "dct:publisher": _publisher(title),
        "dct:language": [{"@id": f"{_LANGUAGE}{code}"} for code in ("FRA", "ENG")],
        "dct:modified": modified,
        "foaf:homepage": {"@id": settings.BASE_URL},
        "dcat:dataset": [_dataset(table, export, title, modified) for table in _TABLES],
    }


def _dataset(
    table: str, export: Export, title: Mapping[str, str], modified: Mapping[str, str]
) -> dict[str, Any]:
    words = _TABLES[table]
    names = {language: f"{title[language]} · {words[language][0]}" for language in ("fr", "en")}
    found: dict[str, Any] = {
        "@id": f"{url_of('exports', table)}",
        "@type": "dcat:Dataset",
        "dct:identifier": table,
        "dct:title": _in_languages(names),
        "dct:description": _in_languages({language: words[language][1] for language in ("fr", "en")}),
        "dct:publisher": _publisher(title),
        "dct:language": [{"@id": f"{_LANGUAGE}{code}"} for code in ("FRA", "ENG")],
        "dct:modified": modified,
        "dct:accessRights": {"@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC"},
        "dct:source": [{"@id": source.url} for source in export.sources.values() if source.url],
        "dcat:distribution": [_distribution(table, ending, export) for ending in FORMATS],
    }
    if settings.CONTACT_EMAIL:
        mail = {"@id": f"mailto:{settings.CONTACT_EMAIL}"}
        found["dcat:contactPoint"] = {"@type": "vcard:Organization", "vcard:hasEmail": mail}
    return found


def _distribution(table: str, ending: str, export: Export) -> dict[str, Any]:
    address = url_of("exports", f"{table}.{ending}")
    media_type = FORMATS[ending].media_type.partition(";")[0]
    licences = [licence_of(code) for code in sorted({s.licence for s in export.sources.values()})]
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _in_languages(dict.fromkeys(("fr", "en"), FORMATS[ending].label)),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"{_MEDIA_TYPE}{media_type}"},
        "dct:license": {"@id": url_of("exports", "LICENCES.md")},
        "dct:rights": [
            {"@type": "dct:RightsStatement", "@id": licence.url, "rdfs:label": licence.en}
            for licence in licences
            if licence.url
        ],
    }


def _publisher(title: Mapping[str, str]) -> dict[str, Any]:
    return {"@type": "foaf:Agent", "@id": settings.BASE_URL, "foaf:name": _in_languages(title)}


def _in_languages(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@language": language, "@value": text} for language, text in texts.items()]
