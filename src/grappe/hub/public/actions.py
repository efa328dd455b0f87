"""Writes of the public site: its languages, its page trees and who may edit them."""

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Locale, Page, Site

from grappe.hub.people.actions import DESK_GROUPS
from grappe.hub.people.models import RoleName
from grappe.hub.public.models import (
    HomePage,
    NewsIndexPage,
    NewsPage,
    SectorTextIndexPage,
    SectorTextPage,
    TextPage,
)

LANGUAGES = ("fr", "en")
_PAGE_RIGHTS = {
    RoleName.MANAGER: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    RoleName.EDITOR: ("add_page", "change_page"),
    RoleName.VIEWER: (),
}
_FOLDERS: dict[str, type[Page]] = {"news": NewsIndexPage, "sector_texts": SectorTextIndexPage}


@transaction.atomic
def create_site(
    *, name: str = "Grappe", hostname: str = "localhost", port: int = 80, opened_on: date | None = None
) -> Site:
    """Make the two languages, the site, its page trees and the editors' groups; return the site.

    A new site opened on a known day has that as its first news. What exists is left as it is, so it may be
    called at every start. Called by the installation.
    """
    locales = {language: Locale.objects.get_or_create(language_code=language)[0] for language in LANGUAGES}
    texts = tomllib.loads(files("grappe.hub.public").joinpath("texts.toml").read_text("utf-8"))
    homes = _create_homes(_root(), locales, texts["home"])
    site = _point_site_at(homes["fr"], name, hostname, port)
    is_new = not NewsIndexPage.objects.exists()
    folders = {key: create_page_pair(model, homes, locales, texts[key]) for key, model in _FOLDERS.items()}
    if is_new and opened_on is not None:
        create_page_pair(NewsPage, folders["news"], locales, texts["first_news"], date=opened_on)
    for code in ("about", "privacy", "accessibility"):
        create_page_pair(TextPage, homes, locales, texts[code], code=code)
    _give_page_rights(homes)
    return site


@transaction.atomic
def write_sector_text(*, sector: str, texts: dict[str, dict[str, Any]]) -> None:
    """Make the editorial text of *sector* in both languages from {language: {title, slug, lead, body}}.

    A text that exists is left as it is. Raises KeyError when a language is missing.
    """
    if SectorTextPage.objects.filter(sector=sector).exists():
        return
    folders = {
        page.locale.language_code: page for page in SectorTextIndexPage.objects.select_related("locale")
    }
    locales = {language: folders[language].locale for language in LANGUAGES}
    create_page_pair(SectorTextPage, folders, locales, texts, sector=sector)


def _root() -> Page:
    root = Page.get_first_root_node()
    if root is None:
        locale = Locale.objects.get(language_code="fr")
        root = Page.add_root(title="Root", slug="root", locale=locale)
    return root


def _create_homes(root: Page, locales: dict[str, Locale], texts: dict[str, Any]) -> dict[str, Page]:
    homes: dict[str, Page] = {
        page.locale.language_code: page for page in HomePage.objects.select_related("locale").order_by("path")
    }
    parents = dict.fromkeys(LANGUAGES, root)
    return homes if len(homes) == len(LANGUAGES) else create_page_pair(HomePage, parents, locales, texts)


def create_page_pair(
    model: type[Page],
    parents: dict[str, Page],
    locales: dict[str, Locale],
    texts: dict[str, Any],
    **fields: object,
) -> dict[str, Page]:
    """The page of *model* in each language under *parents*, linked as translations; existing ones stay."""
    pages: dict[str, Page] = {}
    for language in LANGUAGES:
        parent, values = parents[language], texts[language]
        found = model.objects.child_of(parent).filter(slug=values["slug"]).first()
        pages[language] = found or _create_page(
            model, parent, locales[language], values, fields, pages.get("fr")
        )
    return pages


def _create_page(
    model: type[Page],
    parent: Page,
    locale: Locale,
    values: dict[str, Any],
    fields: dict[str, object],
    original: Page | None,
) -> Page:
    page = model(locale=locale, show_in_menus=True, **values, **fields)
    if original is not None:
        page.translation_key = original.translation_key
    # The tree's counters live on the parent: read them again before each addition.
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    return page


def _point_site_at(home: Page, name: str, hostname: str, port: int) -> Site:
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    former = site.root_page if site.root_page_id else None
    if former is not None and isinstance(former.specific, HomePage):
        return site
    site.hostname, site.port, site.site_name, site.root_page = hostname, port, name, home
    site.save()
    # Wagtail's own migrations leave a welcome page: it has no translation and nobody wrote it.
    if former is not None and type(former.specific) is Page:
        former.delete()
    return site


def _give_page_rights(homes: dict[str, Page]) -> None:
    enter = Permission.objects.filter(codename="access_admin")
    for role, rights in _PAGE_RIGHTS.items():
        group, _ = Group.objects.get_or_create(name=DESK_GROUPS[role])
        group.permissions.add(*enter)
        for permission in Permission.objects.filter(codename__in=rights, content_type__model="page"):
            for home in homes.values():
                GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
