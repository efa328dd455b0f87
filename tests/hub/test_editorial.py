"""The demo's news and sector texts, in both languages, once."""

from pathlib import Path

import pytest
import rules

from grappe.hub.public.editorial import publish_editorial
from grappe.hub.public.models import NewsPage, SectorTextPage

EDITORIAL = Path(__file__).parents[2] / "demo" / "quebec" / "editorial.toml"


@pytest.mark.django_db
def test_editorial_texts_are_published_once_in_both_languages(site, client):
    assert publish_editorial(path=EDITORIAL) == publish_editorial(path=EDITORIAL) == 3
    assert sorted(NewsPage.objects.values_list("locale__language_code", "slug")) == [
        ("en", "ino-and-c2mi"),
        ("en", "vision-2035"),
        ("fr", "ino-et-c2mi"),
        ("fr", "vision-2035"),
    ]
    assert SectorTextPage.objects.filter(sector="photonics").count() == 2
    french, english = NewsPage.objects.filter(date="2023-09-07").order_by("-locale__language_code")
    assert french.translation_key == english.translation_key
    answer = client.get(french.url)
    assert answer.status_code == 200
    assert "mettent leurs équipements en commun" in answer.content.decode()


def test_the_french_of_the_editorial_texts_has_its_no_break_spaces():
    french = EDITORIAL.read_text("utf-8").split("fr.title")[1:]
    assert [rules.loose_french_spaces(part.split("en.title")[0]) for part in french] == [[]] * 3
