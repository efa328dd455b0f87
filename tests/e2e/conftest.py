"""The demonstration built, loaded and served as ``make demo`` does, seen by a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from e2e.browsing import LOG_IN, go

_BIN = Path(sys.executable).parent
_PATIENCE_S = 30


def pytest_collection_modifyitems(items):
    """Everything in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium when it is there, with software WebGL."""
    flags = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
    installed = shutil.which("chromium")
    own = {"executable_path": installed} if installed else {}
    return {**browser_type_launch_args, **own, "args": flags}


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    """The folder of a demonstration built and loaded; ``said`` is what the command printed."""
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "GRAPPE_HOME": str(home)}
    # A folder of its own for the build too: workers build at once.
    command = [_BIN / "grappe", "demo", "--no-serve", "--home", str(home)]
    built = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    (home / "said").write_text(built.stdout, "utf-8")
    return home


@pytest.fixture(scope="session")
def log_ins(demo_home):
    """User name → password of the demonstration's accounts, as the command printed them."""
    lines = (line.split() for line in (demo_home / "said").read_text("utf-8").splitlines())
    return {words[0]: words[1] for words in lines if len(words) == 2 and words[0].startswith("demo-")}


@pytest.fixture(scope="session")
def base_url(demo_home):
    """The address of a served demonstration."""
    home, port = demo_home, _free_port()
    # As `grappe demo` serves it: every role may be tried without a second factor.
    environment = {
        **os.environ,
        "GRAPPE_HOME": str(home),
        "GRAPPE_BASE_URL": f"http://localhost:{port}",
        "GRAPPE_TWO_FACTOR_ROLES": "",
    }
    command = [_BIN / "grappe", "serve", "--port", str(port)]
    with (home / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(port, server)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(timeout=_PATIENCE_S)


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
        go(page, lambda: page.press("input[name=password]", "Enter"))
        return page

    yield open_page
    for context in contexts:
        context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen) -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        assert server.poll() is None, "the server stopped"
        try:
            socket.create_connection(("localhost", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no answer on port {port}")
