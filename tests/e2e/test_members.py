"""A representative proposes, staff accept, the page says it: in two browsers, in both languages."""

import pytest

from e2e.browsing import faults, go


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
