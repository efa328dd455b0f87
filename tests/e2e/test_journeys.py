"""What people do: with the keyboard only, without scripts, in the other language, in the dark."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def wide(page):
    """A page as wide as a desk's."""
    page.set_viewport_size({"width": 1440, "height": 900})
    return page


def test_by_keyboard_from_the_home_page_to_a_source(wide):
    wide.goto("/fr/")
    wide.keyboard.press("Tab")
    expect(wide.locator(".skip")).to_be_focused()
    wide.keyboard.press("Enter")
    expect(wide.locator("main")).to_be_focused()
    wide.keyboard.press("Tab")
    expect(wide.get_by_role("combobox")).to_be_focused()
    wide.keyboard.type("institut national d")
    expect(wide.get_by_role("option").first).to_be_visible()
    wide.keyboard.press("ArrowDown")
    assert wide.get_by_role("option").first.get_attribute("aria-selected") == "true"
    wide.keyboard.press("Enter")
    wide.wait_for_url(re.compile("/fr/organisations/"))
    wide.locator("details.value summary").first.focus()
    wide.keyboard.press("Enter")
    expect(wide.locator(".says").first).to_be_visible()
    wide.keyboard.press("Tab")
    expect(wide.locator(".says a").first).to_be_focused()
    wide.keyboard.press("Escape")
    expect(wide.locator(".says").first).to_be_hidden()
    expect(wide.locator("details.value summary").first).to_be_focused()


def test_a_facet_changes_list_count_address_and_map_together(wide):
    wide.goto("/fr/repertoire/", wait_until="networkidle")
    before = wide.locator(".result-bar b").inner_text()
    with wide.expect_response(re.compile(r"points\.json\?kind=research")) as points:
        wide.get_by_role("checkbox", name=re.compile("Centre de recherche")).check()
    expect(wide.locator(".chosen a")).to_have_text("Centre de recherche")
    shown = int(re.sub(r"\D", "", wide.locator(".result-bar b").inner_text()))
    assert shown < int(re.sub(r"\D", "", before))
    assert wide.url.endswith("?kind=research") or "kind=research" in wide.url
    assert 0 < len(points.value.json()["features"]) <= shown
    assert wide.get_by_role("checkbox", name=re.compile("Centre de recherche")).is_checked()


def test_going_back_brings_the_whole_page_back(wide):
    wide.goto("/fr/repertoire/", wait_until="networkidle")
    before = wide.locator(".result-bar b").inner_text()
    wide.get_by_role("checkbox", name=re.compile("Centre de recherche")).check()
    expect(wide.locator(".chosen a")).to_be_visible()
    wide.go_back()
    expect(wide.locator(".result-bar b")).to_have_text(before)
    expect(wide.locator("h1")).to_have_text("Répertoire")
    expect(wide.locator("[data-ready=yes]")).to_be_visible()
    assert not wide.get_by_role("checkbox", name=re.compile("Centre de recherche")).is_checked()


def test_the_map_shows_clusters_that_open_with_the_keyboard(wide):
    wide.goto("/fr/carte/", wait_until="networkidle")
    expect(wide.locator("[data-ready=yes]")).to_be_visible()
    largest = wide.locator(".map-cluster").first
    expect(largest).to_be_visible()
    shown = wide.locator(".map-cluster, .map-point").count()
    largest.focus()
    wide.keyboard.press("Enter")
    wide.wait_for_timeout(800)
    assert (
        wide.locator(".map-cluster, .map-point").count() != shown
        or wide.locator(".maplibregl-popup").count() == 1
    )


def test_all_can_be_read_and_searched_without_scripts(browser, base_url):
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto("/en/")
    page.get_by_role("combobox").fill("national optics institute")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=re.compile("National Optics Institute|Institut national")).first.click()
    page.locator("details.value summary").first.click()
    assert page.locator(".says").first.is_visible()
    page.goto("/fr/repertoire/?kind=research")
    assert page.locator(".rows > li").count() > 0
    context.close()


def test_the_other_language_is_the_same_page(wide):
    wide.goto("/fr/secteurs/photonics/")
    wide.get_by_role("link", name="English").first.click()
    wide.wait_for_url("**/en/sectors/photonics/")
    assert wide.locator("html").get_attribute("lang") == "en"
    assert wide.locator("link[hreflang=fr]").get_attribute("href").endswith("/fr/secteurs/photonics/")


def test_the_chosen_appearance_is_kept(wide):
    wide.emulate_media(color_scheme="light")
    wide.goto("/fr/")
    light = wide.evaluate("getComputedStyle(document.body).backgroundColor")
    wide.get_by_role("button", name="Passer du clair au sombre").click()
    dark = wide.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    wide.goto("/fr/sources/")
    assert wide.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_a_wrong_password_is_said_in_a_summary_that_takes_focus(wide):
    wide.goto("/fr/compte/login/")
    wide.get_by_label("Identifiant").fill("personne")
    wide.get_by_label("Mot de passe").fill("rien du tout")
    wide.get_by_role("main").get_by_role("button", name="Ouvrir une session").click()
    expect(wide.locator(".error-summary")).to_be_focused()
