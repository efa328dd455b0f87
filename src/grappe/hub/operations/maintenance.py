"""Maintenance: a file in GRAPPE_HOME says that nothing is written, or that nothing is answered, for now."""

from pathlib import Path
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

State = Literal["reading", "closed"]
_FILE = "maintenance"
_SAFE = {"GET", "HEAD", "OPTIONS"}
#: Answered always: who looks after the site must see it.
_OPEN = ("/healthz", "/readyz", "/metrics", "/static/")
RETRY_AFTER_S = 300


def state_of(home: Path) -> State | None:
    """The maintenance of the deployment at *home*: ``reading`` (nothing is written), ``closed`` or None."""
    try:
        return "closed" if (home / _FILE).read_text("ascii").strip() == "closed" else "reading"
    except FileNotFoundError:
        return None


def begin(home: Path, state: State) -> None:
    """Put the deployment at *home* in maintenance, at once and for every process."""
    part = home / f".{_FILE}.part"
    part.write_text(state, "ascii")
    part.replace(home / _FILE)


def end(home: Path) -> None:
    """Take the deployment at *home* out of maintenance."""
    (home / _FILE).unlink(missing_ok=True)


class MaintenanceMiddleware:
    """Refuses what maintenance refuses, with a page in both languages and when to come back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, or the refusal."""
        state = state_of(settings.GRAPPE_HOME)
        if state is None or request.path_info.startswith(_OPEN):
            return self.get_response(request)
        if state == "reading" and request.method in _SAFE:
            return self.get_response(request)
        page = render_to_string("hub/errors/503.html", {"is_reading": state == "reading"})
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER_S)})
