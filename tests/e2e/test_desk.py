"""A secretariat's morning at the desk, by keyboard, in a real browser; and its pages as axe sees them."""

import sqlite3

import pytest
from axe_playwright_python.sync_playwright import Axe

from e2e.browsing import go, press

DERIVED = {
    "organisation": "SELECT * FROM hub_organisation",
    "record": "SELECT * FROM hub_record",
    "redirect": "SELECT * FROM hub_redirect",
    "belonging": "SELECT organisation_id, list, code, role, since FROM hub_belonging",
}
NAME = "Institut national d’optique"


def derived_rows(home):
    """Every derived row of the served database (SQLite)."""
    with sqlite3.connect(home / "grappe.sqlite3") as connection:
        return {name: sorted(map(repr, connection.execute(query))) for name, query in DERIVED.items()}


@pytest.fixture
def desk(signed_in):
    """A manager at the page of an organisation, found by keyboard."""
    page = signed_in("demo-manager")
    page.goto("/desk/registry/organisations/")
    page.focus("#q")
    page.keyboard.type("institut national optique")
    go(page, lambda: page.keyboard.press("Enter"))
    press(page, page.get_by_role("link", name=NAME, exact=True))
    return page


def undo_latest(page):
    """Undo the first line of the history, by keyboard."""
    page.locator(".registry-history button").first.focus()
    go(page, lambda: page.keyboard.press("Enter"))


def test_a_value_stated_by_keyboard_is_public_at_once_and_undone(desk, base_url, demo_home):
    before, organisation = derived_rows(demo_home), desk.url
    key = organisation.rstrip("/").rsplit("/", 1)[-1]
    desk.goto(f"{organisation}state/employees/")
    for name, text in {"value": "1 250", "valid_from": "2026-11", "reason": "Essai"}.items():
        desk.focus(f"[name={name}]")
        desk.keyboard.type(text)
    go(desk, lambda: desk.keyboard.press("Enter"))
    assert desk.url == organisation
    desk.goto(f"{base_url}/en/organisations/{key}/")
    assert "1,250" in desk.inner_text("main")
    desk.goto(organisation)
    undo_latest(desk)
    assert derived_rows(demo_home) == before


def test_two_organisations_merged_leave_the_list_and_come_back(desk, base_url, demo_home):
    before, organisation = derived_rows(demo_home), desk.url
    desk.goto(f"{organisation}judge/")
    go(desk, desk.locator(".registry-list a").first.click)
    desk.select_option("[name=relation]", "same_as")
    desk.fill("[name=why]", "Essai")
    go(desk, lambda: desk.press("[name=why]", "Enter"))
    merged = derived_rows(demo_home)
    assert len(merged["organisation"]) == len(before["organisation"]) - 1
    desk.goto(f"{base_url}/desk/registry/organisations/")
    assert desk.locator("p[role=status]").inner_text() == f"{len(merged['organisation'])} organisations"
    desk.goto(organisation)
    undo_latest(desk)
    assert derived_rows(demo_home) == before


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_of_the_desk_has_a_serious_fault(desk, base_url, width):
    organisation = desk.url
    source = f"{base_url}/desk/registry/sources/revue-de-presse/"
    pages = [
        f"{base_url}/desk/registry/organisations/",
        organisation,
        f"{organisation}state/description/",
        f"{organisation}judge/",
        f"{base_url}/desk/registry/sources/",
        source,
        f"{source}retract/",
    ]
    desk.set_viewport_size({"width": width, "height": 900})
    for url in pages:
        assert desk.goto(url).status == 200, url
        found = Axe().run(desk).response["violations"]
        assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == [], url
        assert desk.evaluate("document.documentElement.scrollWidth") <= width, url
