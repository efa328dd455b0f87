"""Reads of the editorial pages."""

from collections.abc import Mapping

from django.db.models import QuerySet
from wagtail.models import Page

from grappe.hub.public.models import NewsPage, SectorTextPage, TextPage


def text_links(language: str) -> Mapping[str, TextPage]:
    """The live text pages that the footer links to, by code; one query."""
    pages = TextPage.objects.live().filter(locale__language_code=language).exclude(code="")
    return {page.code: page for page in pages.defer("body")}


def latest_news(language: str, most: int = 3) -> QuerySet[NewsPage]:
    """The *most* latest live pieces of news in *language*."""
    return NewsPage.objects.live().filter(locale__language_code=language).order_by("-date", "-pk")[:most]


def sector_text(code: str, language: str) -> SectorTextPage | None:
    """The live editorial text of a sector in *language*, or None."""
    return SectorTextPage.objects.live().filter(sector=code, locale__language_code=language).first()


def page_addresses(page: Page) -> Mapping[str, str]:
    """The address of *page* and of its live translations, by language."""
    translations = page.get_translations(inclusive=True).live().select_related("locale")
    return {each.locale.language_code: each.url for each in translations if each.url}
