"""Each request as operators see it: its id, its time, its view, its status, its user's number."""

import logging
import re
import time
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from grappe.hub.config.logs import REQUEST_ID
from grappe.hub.operations import metrics

_log = logging.getLogger("grappe.requests")
_ID = re.compile(r"[\w.-]{8,64}")
_LOG_IN = "account_login"


class RequestMiddleware:
    """Outermost: what the others answer is measured whole (a streamed answer until it begins)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with the request's id."""
        kept = REQUEST_ID.set(_id_of(request))
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            _tell(request, response, time.perf_counter() - started)
            response["X-Request-ID"] = REQUEST_ID.get()
        finally:
            REQUEST_ID.reset(kept)
        return response


def _id_of(request: HttpRequest) -> str:
    """The id that a trusted proxy gave, else a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    return given if _ID.fullmatch(given) else uuid.uuid4().hex


def _tell(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    match = request.resolver_match
    view = (match.view_name or "unnamed") if match else "none"
    status, method = response.status_code, str(request.method)
    metrics.count_request(view, method, status, seconds)
    if view == _LOG_IN and method == "POST" and status in (200, 429):
        # The form shown again: what was typed opened nothing.
        metrics.LOGIN_FAILURES.inc()
    told: dict[str, Any] = {
        "view": view,
        "method": method,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "user": _user_of(request),
    }
    _log.info("request", extra=told)


def _user_of(request: HttpRequest) -> int | None:
    """The number of the account, if the answer had to know it: never the name or the address."""
    user = getattr(request, "_cached_user", None) or request.__dict__.get("user")
    known = getattr(request, "_cached_user", None) is not None or hasattr(request, "token")
    return user.pk if known and user is not None else None
