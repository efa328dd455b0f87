"""What every journey does: log in, go on by keyboard, look for serious faults."""

from axe_playwright_python.sync_playwright import Axe

LOG_IN = {"fr": "/fr/compte/login/", "en": "/en/account/login/"}


def go(page, act):
    """Do what leaves the page, and wait for the next one."""
    with page.expect_navigation():
        act()


def press(page, button):
    """Press a button by keyboard alone."""
    button.focus()
    go(page, lambda: page.keyboard.press("Enter"))


_STILL = """() => Promise.race([
  Promise.allSettled(document.getAnimations().map(each => each.finished)),
  new Promise(done => setTimeout(done, 2000)),
])"""


def faults(page) -> list[str]:
    """The serious faults that axe finds once nothing moves, and whether the page is wider than the screen."""
    page.evaluate(_STILL)
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [v["id"] for v in found if v["impact"] in ("serious", "critical")] + ["too wide"] * wide
