"""A representative proposes, staff accept, the page says it: in two browsers, in both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe

LOG_IN = {"fr": "/fr/compte/login/", "en": "/en/account/login/"}


@pytest.fixture
def signed_in(browser, base_url, log_ins):
    """Opens a page for one of the demonstration's accounts, in a language and of a width."""
    contexts = []

    def open_page(who, language="fr", width=1440):
        context = browser.new_context(
            locale=f"{language}-CA", viewport={"width": width, "height": 900}, base_url=base_url
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(LOG_IN[language])
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", log_ins[who])
        with page.expect_navigation():
            page.press("input[name=password]", "Enter")
        return page

    yield open_page
    for context in contexts:
        context.close()


def go(page, act):
    """Do what leaves the page, and wait for the next one."""
    with page.expect_navigation():
        act()


def faults(page) -> list[str]:
    """The serious faults that axe finds, and whether the page is wider than the screen."""
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [v["id"] for v in found if v["impact"] in ("serious", "critical")] + ["too wide"] * wide


@pytest.mark.parametrize(("language", "width"), [("fr", 1440), ("en", 390)])
def test_a_proposal_goes_from_a_representative_to_the_public_page(signed_in, language, width):
    number = {"fr": "418 555-0147", "en": "418 555-0148"}[language]
    member = signed_in("demo-representative", language, width)
    member.goto({"fr": "/fr/membre/", "en": "/en/member/"}[language])
    member.locator(".cards a").first.focus()
    go(member, lambda: member.keyboard.press("Enter"))
    page_of_theirs = member.url
    assert faults(member) == []
    member.goto(page_of_theirs + {"fr": "proposer/phone/", "en": "propose/phone/"}[language])
    assert faults(member) == []
    member.focus("[name=value]")
    member.keyboard.type(number)
    go(member, lambda: member.keyboard.press("Enter"))
    digits = number[-4:]
    assert digits in member.inner_text("aside")

    staff = signed_in("demo-manager", language, width)
    staff.goto("/desk/registry/review/")
    assert faults(staff) == []
    staff.get_by_role("row").filter(has_text=digits).get_by_role("link").focus()
    go(staff, lambda: staff.keyboard.press("Enter"))
    assert faults(staff) == []
    staff.fill("[name=why]", "Essai de la démonstration")
    go(staff, staff.locator("button[value=accept]").click)

    key = page_of_theirs.rstrip("/").rsplit("/", 1)[-1]
    member.goto({"fr": f"/fr/organisations/{key}/", "en": f"/en/organisations/{key}/"}[language])
    assert digits in member.inner_text("main")
    member.goto(page_of_theirs)
    assert "Essai de la démonstration" in member.inner_text("aside")


def test_rows_are_ticked_by_keyboard_and_tagged_together(signed_in):
    desk = signed_in("demo-editor")
    desk.goto("/desk/registry/organisations/")
    desk.keyboard.press("j")
    for key in ("x", "j", "x"):
        desk.keyboard.press(key)
    assert desk.locator("tbody input:checked").count() == 2
    go(desk, desk.get_by_role("button", name="Étiqueter les organisations cochées").click)
    assert desk.locator(".registry-dependents li").count() == 2
    assert faults(desk) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_of_members_and_accounts_has_a_serious_fault(signed_in, width):
    staff = signed_in("demo-administrator", "fr", width)
    for url in (
        "/desk/registry/members/?cluster=aero",
        "/desk/people/accounts/",
        "/desk/registry/organisations/",
        "/fr/compte/moi/",
        "/fr/compte/sessions/",
        "/fr/compte/deux-facteurs/",
    ):
        assert staff.goto(url).status == 200, url
        assert faults(staff) == [], url
