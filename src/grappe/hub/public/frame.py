"""What every page's frame shows: the languages of this page, its canonical address, the footer's links."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page, Site

from grappe.hub.public import queries
from grappe.hub.registry.queries import workspace_words


@dataclass(frozen=True)
class Alternate:
    """The same page in another language."""

    language: str
    url: str


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template. Lazy: a fragment that shows no frame costs no query."""
    language = (get_language() or "fr")[:2]
    return {
        "language": language,
        "site_name": SimpleLazyObject(lambda: _site_name(request, language)),
        "text_links": SimpleLazyObject(lambda: queries.text_links(language)),
        "canonical_url": f"{settings.BASE_URL}{request.path}",
        "base_url": settings.BASE_URL,
        "contact_email": settings.CONTACT_EMAIL,
        "officer": SimpleLazyObject(lambda: _officer(language)),
    }


def alternates_of(path: str, page: Page | None = None) -> Mapping[str, str]:
    """The address of the page at *path* in every language that has it, by language code."""
    if page is not None:
        return queries.page_addresses(page)
    return {language: translate_url(path, language) for language, _ in settings.LANGUAGES}


def _site_name(request: HttpRequest, language: str) -> str:
    """The name that editors gave the site, else the title of the workspace it shows."""
    site = Site.find_for_request(request)
    if site and site.site_name not in ("", "Grappe"):
        return str(site.site_name)
    return str(workspace_words().get(f"title_{language}") or "Grappe")


def _officer(language: str) -> tuple[str, str]:
    """Who answers for personal information, and at which address: the deployment's setting comes first."""
    if settings.PRIVACY_OFFICER:
        return settings.PRIVACY_OFFICER, settings.PRIVACY_EMAIL
    named = workspace_words().get("privacy_officer") or {}
    parts = (named.get("name"), named.get(f"title_{language}"))
    return ", ".join(part for part in parts if part), str(named.get("email") or "")
