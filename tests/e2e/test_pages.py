"""Every kind of page: no serious accessibility violation, nothing from outside, no script refused."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = [
    "/fr/",
    "/en/",
    "/fr/repertoire/?q=photonique",
    "/en/directory/?kind=research",
    "/fr/secteurs/",
    "/fr/secteurs/photonics/",
    "/fr/grappes/",
    "/en/clusters/optonique/",
    "/fr/carte/",
    "/fr/sources/",
    "/fr/sources/entente-ino-c2mi/",
    "/en/privacy/",
    "/fr/nouvelles/",
    "/fr/compte/login/",
    "/fr/adresse-inconnue/",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"wide": (1440, 900, "light"), "phone": (390, 844, "dark")}


@pytest.fixture(params=SIZES)
def view(request, browser, base_url):
    """A page of one size and appearance, with what it complained of and what it fetched elsewhere."""
    width, height, scheme = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="fr-CA", base_url=base_url
    )
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "request",
        lambda asked: page.complaints.append(asked.url) if _is_foreign(asked.url, base_url) else None,
    )
    yield page
    context.close()


def _is_foreign(url: str, base_url: str) -> bool:
    return not url.startswith((base_url, "data:", "blob:"))


def _serious(page) -> list[str]:
    for value in page.locator("details.value").all()[:3]:
        value.locator("summary").first.click()
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:120]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_self_contained_and_no_wider_than_the_screen(view, path):
    view.goto(path, wait_until="networkidle")
    expected = (
        []
        if "inconnue" not in path
        else ["Failed to load resource: the server responded with a status of 404 (Not Found)"]
    )
    assert view.complaints == expected
    assert view.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert _serious(view) == []


def test_an_organisation_opens_on_who_says_so(view):
    view.goto("/fr/repertoire/?q=institut national d'optique")
    view.get_by_role("link", name="Institut national d’optique").first.click()
    assert view.locator("h1").inner_text().startswith("Institut national d’optique")
    value = view.locator("details.value", has_text="Centre de recherche").first
    value.locator("summary").click()
    panel = value.locator(".says")
    assert panel.is_visible()
    assert panel.locator(".says-title").inner_text() == "Qui le dit"
    assert "INO et C2MI" in panel.inner_text()
    assert _serious(view) == []
    assert view.complaints == []
