"""Reads of the editorial pages, and those reads of the registry that only public pages make."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Avg, Count, QuerySet
from wagtail.models import Page

from grappe.hub.people.queries import Visitor
from grappe.hub.public.models import NewsPage, SectorTextPage, TextPage
from grappe.hub.registry.models import Organisation, Record
from grappe.hub.registry.queries import registry_counts, visible_organisations

_KEPT_S = 60


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


@dataclass(frozen=True)
class Town:
    """A municipality, how many organisations are in it, and their mean place; degrees, WGS84."""

    name: str
    region_code: str
    province: str
    count: int
    latitude: float
    longitude: float


def towns(user: Visitor, most: int | None = None) -> list[Town]:
    """The *most* municipalities with the most organisations, or all of them: one query, kept a minute.

    Everybody sees the same: organisations are made of public statements only.
    """
    found: list[Town] | None = cache.get_or_set("towns", lambda: _count_towns(user), _KEPT_S)
    return (found or [])[:most]


def kept_counts() -> Mapping[str, int | str]:
    """What the registry holds, as ``registry_counts`` says: two queries, kept a minute."""
    kept: Mapping[str, int | str] | None = cache.get_or_set("registry-counts", registry_counts, _KEPT_S)
    return kept or {}


def _count_towns(user: Visitor) -> list[Town]:
    placed = visible_organisations(user).filter(latitude__isnull=False).exclude(municipality="")
    rows = (
        placed.order_by()
        .values("municipality", "region_code", "province")
        .annotate(total=Count("id"), middle=Avg("latitude"), centre=Avg("longitude"))
        .order_by("-total", "municipality", "region_code", "province")
    )
    return [
        Town(
            row["municipality"],
            row["region_code"],
            row["province"],
            row["total"],
            row["middle"],
            row["centre"],
        )
        for row in rows
    ]


def best_sourced(user: Visitor) -> Organisation | None:
    """The organisation that most sources speak of: one query."""
    return visible_organisations(user).order_by("-source_count", "-statement_count", "id").first()


def organisations_by_entity(entities: Collection[str]) -> dict[str, Organisation]:
    """The organisation of each record id: one query, none for no record."""
    if not entities:
        return {}
    records = Record.objects.filter(entity__in=entities).select_related("organisation")
    return {record.entity: record.organisation for record in records if record.organisation}


def sector_texts(language: str) -> Mapping[str, SectorTextPage]:
    """The live editorial texts by sector code: one query."""
    pages = SectorTextPage.objects.live().filter(locale__language_code=language)
    return {page.sector: page for page in pages}


def is_ahead_of_french(page: Page) -> bool:
    """Whether *page* is in another language than French and no live French page is its translation."""
    if page.locale.language_code == "fr":
        return False
    return not page.get_translations().live().filter(locale__language_code="fr").exists()
