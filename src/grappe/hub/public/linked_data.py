"""JSON-LD of the pages, in schema.org terms."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from grappe.hub.public.urls_of import directory_url, organisation_url
from grappe.hub.registry.linked_data import CONTEXT, SAID, organisation_thing
from grappe.hub.registry.queries import Dossier


def organisation_json_ld(dossier: Dossier, codes: Any, language: str, base_url: str) -> SafeString:
    """The ``Organization`` of a page, ready for a ``<script type="application/ld+json">``."""
    organisation = dossier.organisation
    names = dossier.properties.get("name")
    said = {code: _values(dossier, code) for code in SAID}
    said["name"] = [value.value for value in names.values] if names else []
    address = f"{base_url}{organisation_url(organisation.pk)}"
    thing = organisation_thing(organisation, said, codes, language, address)
    return script_json({"@context": CONTEXT, **thing})


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
