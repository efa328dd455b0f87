"""A messy list in a real browser: twelve mistakes named, mended, confirmed, undone, exactly as before."""

import re
import sqlite3

import pytest
from axe_playwright_python.sync_playwright import Axe

from e2e.browsing import go, press
from messy import planted, write_messy

KEPT = {
    **{
        name: f"SELECT * FROM hub_{name}"
        for name in ("statement", "organisation", "record", "redirect", "judgement")
    },
    # What is measured in the background has a source of its own, which may come meanwhile.
    "source": "SELECT * FROM hub_source WHERE id <> 'grappe-measures'",
    "belonging": "SELECT organisation_id, list, code, role, since FROM hub_belonging",
}
WORDS = {
    "fr": {
        "locale": "fr-CA",
        "read": "Lire ainsi la liste",
        "refused": "12 erreurs arrêtent l’importation.",
        "row": "ligne\u00a0",
        "new": "Nouvelles",
        "applied": "Le registre dit maintenant ce que dit cette liste.",
        "undone": "Tout est redevenu comme avant cette importation.",
    },
    "en": {
        "locale": "en-CA",
        "read": "Read the list so",
        "refused": "12 mistakes stand in the way.",
        "row": "row ",
        "new": "New",
        "applied": "The registry now says what this list says.",
        "undone": "Everything is again as it was before this import.",
    },
}
_PATIENCE_MS = 180_000


def dump(home):
    """Every row of the registry in the served database (SQLite)."""
    with sqlite3.connect(home / "grappe.sqlite3") as connection:
        return {name: sorted(map(repr, connection.execute(query))) for name, query in KEPT.items()}


def follow(page, address):
    """Wait for a task to lead to the page whose address ends so."""
    page.wait_for_url(f"**/{address}/", timeout=_PATIENCE_MS)
    page.wait_for_load_state()


def says(page, told):
    """Whether the page comes to say *told* once its task is done, looked at again and again."""
    for _ in range(_PATIENCE_MS // 2_000):
        if told in page.inner_text("main"):
            return True
        page.wait_for_timeout(2_000)
        page.reload()
    return False


def has_no_serious_fault(page):
    """Whether axe finds nothing serious, and nothing overflows, on a wide screen and on a telephone's."""
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == [], (page.url, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture(params=["fr", "en"])
def secretariat(request, browser, base_url, log_ins):
    """A manager at the list of imports, and the words of their language."""
    words = WORDS[request.param]
    context = browser.new_context(locale=words["locale"])
    page = context.new_page()
    page.goto(f"{base_url}/fr/compte/login/")
    page.fill("input[name=login]", "demo-manager")
    page.fill("input[name=password]", log_ins["demo-manager"])
    go(page, lambda: page.press("input[name=password]", "Enter"))
    page.goto(f"{base_url}/desk/registry/imports/")
    yield page, words
    context.close()


def test_a_messy_list_mended_confirmed_and_undone(secretariat, demo_home, tmp_path):
    page, words = secretariat
    before = dump(demo_home)
    has_no_serious_fault(page)
    press(page, page.locator("a[href$='/imports/bring/']").first)
    has_no_serious_fault(page)
    said = {"title": "Membres fictifs", "publisher": "Grappe fictive", "licence": "CC-BY-4.0"}
    for name, text in {**said, "published": "2026-01"}.items():
        page.focus(f"[name={name}]")
        page.keyboard.type(text)
    page.select_option("[name=cluster]", "optonique")
    page.set_input_files("[name=file]", write_messy(tmp_path / "membres.xlsx"))
    press(page, page.locator("form.registry-form button.button"))
    follow(page, "columns")
    has_no_serious_fault(page)
    press(page, page.get_by_role("button", name=words["read"]))
    follow(page, "mistakes")
    has_no_serious_fault(page)
    assert words["refused"] in page.inner_text("main")
    named = re.sub(r"[^\S\u00a0]+", " ", page.inner_text("main"))
    places = [f"{sheet}, {words['row']}{row}, {letters} (" for sheet, row, letters in planted()]
    assert len(places) == 12
    assert [place for place in places if place not in named] == []
    assert dump(demo_home) == before
    press(page, page.locator("a[href$='/replace/']").last)
    page.set_input_files("[name=file]", write_messy(tmp_path / "membres.xlsx", mended=True))
    press(page, page.locator("form.registry-form button.button"))
    follow(page, "columns")
    press(page, page.get_by_role("button", name=words["read"]))
    follow(page, "changes")
    has_no_serious_fault(page)
    counted = page.locator(".import-kinds a").first.inner_text().split()
    assert counted == ["300", *words["new"].split()]
    assert dump(demo_home) == before
    press(page, page.locator("form:has([name=digest]) button"))
    assert says(page, words["applied"])
    has_no_serious_fault(page)
    applied = dump(demo_home)
    assert len(applied["organisation"]) == len(before["organisation"]) + 300
    press(page, page.locator("form[action$='/undo/'] button"))
    assert says(page, words["undone"])
    assert dump(demo_home) == before
