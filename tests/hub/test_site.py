"""The site's skeleton: two trees of the same pages, safe headers, languages."""

import pytest
from django.urls import reverse
from wagtail.models import Page, Site

from grappe.hub.public.actions import create_site, write_sector_text
from grappe.hub.public.models import NewsPage, TextPage
from grappe.hub.registry.index import write_index
from grappe.hub.registry.models import Code


def test_making_the_site_again_changes_nothing(site):
    before = list(Page.objects.order_by("path").values_list("path", "title", "latest_revision_created_at"))
    assert create_site() == site
    assert (
        list(Page.objects.order_by("path").values_list("path", "title", "latest_revision_created_at"))
        == before
    )
    assert Site.objects.count() == 1


def test_every_page_has_its_translation(site):
    keys = {
        language: sorted(
            map(
                str,
                Page.objects.filter(depth__gt=1, locale__language_code=language).values_list(
                    "translation_key", flat=True
                ),
            )
        )
        for language in ("fr", "en")
    }
    assert keys["fr"] == keys["en"]
    assert len(keys["fr"]) == 6


@pytest.mark.parametrize("path", ["/fr/", "/en/", "/fr/confidentialite/", "/en/privacy/"])
def test_public_pages_may_be_cached_and_run_no_foreign_script(site, client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=60"
    assert "ETag" in answer
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_root_leads_to_french_unless_the_browser_asks_for_english(site, client):
    assert client.get("/")["Location"] == "/fr/"
    assert client.get("/", headers={"Accept-Language": "de"})["Location"] == "/fr/"
    assert client.get("/", headers={"Accept-Language": "en-CA"})["Location"] == "/en/"


def test_the_desk_asks_for_the_same_log_in(site, client):
    answer = client.get("/desk/")
    assert answer.status_code == 302
    assert answer["Location"].split("?")[0] == "/fr/compte/login/"
    assert "'unsafe-inline'" in answer["Content-Security-Policy"]


def test_an_english_page_is_not_published_before_its_french(site, admin_client):
    english = TextPage.objects.get(slug="about")
    english.get_translations().get(locale__language_code="fr").unpublish()
    english.unpublish()
    form = {"title": english.title, "slug": english.slug, "lead": "", "code": "about", "body-count": "0"}
    address = reverse("wagtailadmin_pages:edit", args=[english.pk])
    answer = admin_client.post(address, {**form, "action-publish": "1"}, follow=True)
    assert "version française" in answer.content.decode()
    assert not TextPage.objects.get(pk=english.pk).live


def test_a_new_site_says_the_day_it_opened_once(db, noon):
    create_site(opened_on=noon.date())
    create_site(opened_on=noon.date())
    news = NewsPage.objects.order_by("path").values_list("title", "date")
    assert list(news) == [
        ("Le répertoire est en ligne", noon.date()),
        ("The directory is online", noon.date()),
    ]


def test_a_sector_text_is_shown_on_the_page_of_its_sector(site, client):
    Code.objects.create(list="sector", code="laser", name_fr="Lasers", name_en="Lasers")
    write_index([])
    texts = {
        "fr": {"title": "Lasers", "slug": "lasers", "lead": "Couper, souder, mesurer.", "body": []},
        "en": {"title": "Lasers", "slug": "lasers", "lead": "To cut, weld, measure.", "body": []},
    }
    write_sector_text(sector="laser", texts=texts)
    write_sector_text(sector="laser", texts={})
    assert "Couper, souder, mesurer." in client.get("/fr/secteurs/laser/").content.decode()
    assert "To cut, weld, measure." in client.get("/en/sectors/laser/").content.decode()


def test_too_many_log_ins_are_refused(site, client):
    form = {"login": "personne", "password": "au hasard"}
    answers = [client.post("/fr/compte/login/", form).status_code for _ in range(35)]
    assert answers[0] == 200
    assert answers[-1] == 429
