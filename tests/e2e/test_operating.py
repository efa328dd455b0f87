"""Tokens, webhooks, the journal and the data page in a real browser: by keyboard, and as axe sees them."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from e2e.browsing import go


@pytest.fixture
def desk(signed_in):
    """A manager at the desk."""
    return signed_in("demo-manager")


def test_a_token_made_by_keyboard_works_and_is_revoked(desk, base_url):
    desk.goto(f"{base_url}/desk/tokens/")
    desk.focus("[name=name]")
    desk.keyboard.type("Carnet")
    go(desk, lambda: desk.keyboard.press("Enter"))
    secret = desk.input_value("#secret")
    assert desk.evaluate("document.activeElement.id") == "secret"
    asked = {"Authorization": f"Bearer {secret}"}
    answer = desk.request.get(f"{base_url}/api/v1/me", headers=asked)
    assert answer.json()["username"] == "demo-manager"
    button = desk.locator("form[action$='/revoke/'] button").first
    button.focus()
    go(desk, lambda: desk.keyboard.press("Enter"))
    assert desk.request.get(f"{base_url}/api/v1/me", headers=asked).status == 401
    desk.goto(f"{base_url}/desk/tokens/")
    assert secret not in desk.content()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_page_of_those_who_run_it_has_a_serious_fault(desk, base_url, width, language):
    desk.set_extra_http_headers({"Accept-Language": language})
    desk.set_viewport_size({"width": width, "height": 900})
    desk.goto(f"{base_url}/desk/webhooks/")
    desk.fill("[name=url]", "https://hooks.example.org/grappe")
    desk.check("[name=events][value='statement.added']")
    go(desk, lambda: desk.press("[name=url]", "Enter"))
    pages = [desk.url, *(f"{base_url}/desk/{name}/" for name in ("tokens", "webhooks", "journal"))]
    pages.append(f"{base_url}/{'fr/donnees' if language == 'fr' else 'en/data'}/")
    for url in pages:
        assert desk.goto(url).status == 200, url
        found = Axe().run(desk).response["violations"]
        assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == [], url
        assert desk.evaluate("document.documentElement.scrollWidth") <= width, url
