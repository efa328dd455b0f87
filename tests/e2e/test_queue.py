"""The queue of pairs in two browsers: one key a verdict, undone by another; two people, two pairs."""

import time

import pytest

from e2e.browsing import faults, go, press

WORDS = {
    "fr": ("La même organisation\u00a0?", "paires à juger"),
    "en": ("The same organisation?", "pairs to judge"),
}
_PATIENCE_S = 60


def open_queue(page):
    """The queue, once the task that fills it after the load is done."""
    page.goto("/desk/registry/pairs/")
    end = time.monotonic() + _PATIENCE_S
    while not page.locator("form[data-queue]").count() and time.monotonic() < end:
        page.wait_for_timeout(1_000)
        page.reload()
    assert page.locator("form[data-queue]").count() == 1


def pair_of(page):
    return page.input_value("form[data-queue] [name=pair]")


@pytest.mark.parametrize(("language", "width"), [("fr", 1440), ("en", 390)])
def test_a_pair_is_judged_and_the_verdict_undone_by_keyboard(signed_in, language, width):
    page = signed_in("demo-administrator", language, width)
    open_queue(page)
    title, waiting = WORDS[language]
    assert title in page.inner_text("h1")
    assert waiting in page.inner_text("[role=status].registry-facts")
    assert faults(page) == []
    pair, sides = pair_of(page), page.locator(".registry-compared thead a").all_inner_texts()
    go(page, lambda: page.keyboard.press("s"))
    assert pair_of(page) != pair
    go(page, lambda: page.keyboard.press("z"))
    assert (pair_of(page), page.locator(".registry-compared thead a").all_inner_texts()) == (pair, sides)
    go(page, lambda: page.keyboard.press("n"))
    assert pair_of(page) != pair


def test_two_reviewers_have_two_pairs(signed_in):
    one, other = signed_in("demo-administrator"), signed_in("demo-manager", "en")
    open_queue(one)
    open_queue(other)
    assert pair_of(one) != pair_of(other)
    go(one, lambda: one.keyboard.press("u"))
    go(other, lambda: other.keyboard.press("u"))
    assert pair_of(one) != pair_of(other)
    for page in (one, other):
        go(page, lambda page=page: page.keyboard.press("z"))


@pytest.mark.parametrize(("language", "width"), [("fr", 390), ("en", 1440)])
def test_the_planted_pair_is_nearly_sure_and_judged_in_the_list(signed_in, language, width):
    page = signed_in("demo-administrator", language, width)
    open_queue(page)
    press(page, page.locator("a[href$='/nearly-sure/']"))
    assert faults(page) == []
    row = page.get_by_role("row").filter(has_text="Ateliers d’optique fictifs Exemplaire")
    row.locator("input").focus()
    page.keyboard.press("Space")
    press(page, page.locator(".registry-deeds button"))
    assert page.get_by_text("Ateliers d’optique fictifs Exemplaire").count() == 0
    page.goto("/desk/registry/pairs/quality/")
    assert faults(page) == []
    page.goto("/desk/registry/pairs/")
    go(page, lambda: page.keyboard.press("z"))
    assert "Exemplaire" in page.locator(".registry-compared thead").inner_text()
