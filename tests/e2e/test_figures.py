"""Key figures in a browser: reviewed by keyboard, put on a fact sheet, read on the site."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from e2e.browsing import faults, go, press

WORDS = {
    "fr": {
        "review": "Revoir les",
        "refused": "malgré tout",
        "sheet": "Malgré les réserves",
        "stale": "périmé",
    },
    "en": {
        "review": "Review the",
        "refused": "all the same",
        "sheet": "Despite reservations",
        "stale": "stale",
    },
}
LIST = {"fr": "/fr/chiffres-cles/", "en": "/en/key-figures/"}


def shown(page):
    """The figure looked at, its status and the words marked in its document."""
    parts = (".figure-number", ".figure-number + p", ".figure-text .is-current")
    return [page.locator(part).first.inner_text() for part in parts]


@pytest.mark.parametrize(("language", "width"), [("fr", 1440), ("en", 390)])
def test_figures_are_accepted_fixed_rejected_and_undone_by_keyboard(signed_in, language, width):
    page = signed_in("demo-administrator", language, width)
    page.goto("/desk/figures/")
    assert faults(page) == []
    press(page, page.locator("a.button", has_text=WORDS[language]["review"]))
    page.keyboard.press("f")
    page.keyboard.type("production")
    assert page.evaluate("[document.activeElement.name, document.activeElement.value]") == [
        *("indicator", "production"),
    ]
    assert faults(page) == []
    page.reload()
    before, first = shown(page), page.url
    go(page, lambda: page.keyboard.press("a"))
    assert page.url != first
    go(page, lambda: page.keyboard.press("z"))
    assert (page.url, shown(page)) == (first, before)
    page.keyboard.press("f")
    page.fill(".figure-fix [name=subject]", "essai de correction")
    go(page, lambda: page.press(".figure-fix [name=subject]", "Enter"))
    assert page.url != first
    go(page, lambda: page.keyboard.press("z"))
    assert shown(page) == before
    go(page, lambda: page.keyboard.press("r"))
    go(page, lambda: page.keyboard.press("z"))
    assert shown(page) == before
    go(page, lambda: page.keyboard.press("n"))
    assert page.url != first


@pytest.mark.parametrize(("language", "width"), [("fr", 1440), ("en", 390)])
def test_a_fact_sheet_is_refused_then_published_with_a_reason_and_read(signed_in, language, width):
    page = signed_in("demo-manager", language, width)
    page.goto("/desk/figures/?q=aérospatiale&status=checked")
    for box in page.locator("tbody input[type=checkbox]").all()[:3]:
        box.focus()
        page.keyboard.press("Space")
    press(page, page.locator("form[action*=sheets] .registry-bulk button"))
    assert page.locator(".figure-chosen .registry-look").all_inner_texts() == [WORDS[language]["stale"]] * 3
    page.fill("[name=title_fr]", "L’aérospatiale en trois chiffres")
    page.fill("[name=title_en]", "Aerospace in three figures")
    press(page, page.locator(".registry-form .registry-go button"))
    assert WORDS[language]["refused"] in page.inner_text("main")
    assert faults(page) == []
    page.fill("[name=reason_fr]", "Ce sont les derniers chiffres publiés.")
    page.fill("[name=reason_en]", "These are the latest figures published.")
    press(page, page.locator(".registry-form .registry-go button"))
    assert faults(page) == []
    press(page, page.locator("tbody th a").first)
    assert WORDS[language]["sheet"] in page.inner_text("main")
    assert page.locator(".figure-card").count() == 3
    assert faults(page) == []
    answer = page.request.get(page.locator("main a.button").first.get_attribute("href"))
    assert (answer.headers["content-type"], answer.body()[:5]) == ("application/pdf", b"%PDF-")
    page.go_back()
    press(page, page.locator("tbody form button").first)


@pytest.mark.parametrize(("language", "width"), [("fr", 390), ("en", 1440)])
def test_a_checked_figure_is_read_with_its_source_and_its_state(page, base_url, language, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(base_url + LIST[language])
    assert faults(page) == []
    press(page, page.locator(".figures-table a").first)
    assert faults(page) == []
    assert "Optonique" in page.inner_text(".facts")
    assert page.locator(".facts mark").count() == 1
    other = page.locator(".site-tools a[hreflang], .site-menu a[hreflang]").first.get_attribute("href")
    assert page.request.get(base_url + other).ok


@pytest.fixture
def elsewhere(tmp_path):
    """A folder, and the address at which another site serves it: from this machine, as browsers now ask."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_site_shows_a_figure_in_its_own_page(page, base_url, elsewhere):
    page.goto(base_url + LIST["en"])
    link = base_url + page.locator(".figures-table a").first.get_attribute("href")
    folder, address = elsewhere
    (folder / "index.html").write_text(
        f'<!doctype html><script src="{base_url}/static/grappe/js/embed.js"></script>'
        f'<grappe-figure src="{link}figure.json"></grappe-figure><iframe src="{link}embed/"></iframe>'
    )
    page.goto(address)
    assert page.locator("grappe-figure strong").inner_text() == "22,000\u00a0jobs"
    assert page.frame_locator("iframe").locator("h1").inner_text().replace("\u00a0", " ") == "22,000 jobs"
