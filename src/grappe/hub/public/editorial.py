"""Editorial texts kept in a file beside a workspace → pages in both languages. Called by ``grappe demo``."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from grappe.hub.public.actions import LANGUAGES, create_page_pair, write_sector_text
from grappe.hub.public.models import NewsIndexPage, NewsPage


@transaction.atomic
def publish_editorial(*, path: Path) -> int:
    """Publish the news and sector texts of *path* (TOML) that are not there yet; returns how many were named.

    Raises KeyError when a text lacks one of its languages.
    """
    content = tomllib.loads(path.read_text("utf-8"))
    for news in content.get("news", ()):
        _publish_news(news)
    for text in content.get("sector_text", ()):
        texts = {language: text[language] for language in LANGUAGES}
        write_sector_text(sector=text["sector"], texts=texts)
    return sum(len(entries) for entries in content.values())


def _publish_news(news: dict[str, Any]) -> None:
    folders = {
        page.locale.language_code: page
        for page in NewsIndexPage.objects.select_related("locale").order_by("path")
    }
    locales = {language: folders[language].locale for language in LANGUAGES}
    texts = {language: news[language] for language in LANGUAGES}
    shared = {name: news[name] for name in ("date", "source_label", "source_url")}
    create_page_pair(NewsPage, folders, locales, texts, **shared)
