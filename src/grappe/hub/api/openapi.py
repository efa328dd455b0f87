"""The API object, its OpenAPI 3.1 description, and what it answers when something is refused."""

import logging
from functools import cache
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from grappe import __version__
from grappe.hub.api import shapes
from grappe.hub.api.caller import Caller
from grappe.hub.api.problems import MEDIA_TYPE, Refused, answer_of, kind_of
from grappe.hub.registry.index import IndexMissing

_log = logging.getLogger(__name__)
_DESCRIPTION = """The registry for machines: organisations, who says what about them, sources, exports.

Public data needs no token. A token (made at the desk, “API access”) acts for its owner within its scopes.
Every answer has an ETag; lists go on at `next`; a refusal is a problem of RFC 9457, in the language asked."""


def make_api() -> NinjaAPI:
    """The API without its operations: routers are added to it."""
    api = NinjaAPI(
        title="Grappe",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
        auth=Caller("read"),
    )
    handlers: dict[type[Exception], Any] = {
        Refused: lambda request, refused: answer_of(refused, request.path),
        ValidationError: _invalid,
        HttpError: lambda request, error: answer_of(Refused(kind_of(error.status_code)), request.path),
        Http404: lambda request, _: answer_of(Refused("not-found"), request.path),
        IndexMissing: _unavailable,
        OperationalError: _busy,
    }
    for refusal, handler in handlers.items():
        api.add_exception_handler(refusal, handler)
    return api


def describe(api: NinjaAPI) -> dict[str, Any]:
    """The OpenAPI document of *api*: as ninja writes it, with the problems, the security and the servers."""
    found = _described(api)
    return {**found, "servers": [{"url": settings.BASE_URL}]}


@cache
def _described(api: NinjaAPI) -> dict[str, Any]:
    document: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    schemas = document["components"]["schemas"]
    problem = shapes.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**problem.pop("$defs"), "Problem": problem}
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token made at the desk."}
    }
    for path in document["paths"].values():
        for operation in path.values():
            _finish(operation)
    return document


def _finish(operation: dict[str, Any]) -> None:
    needs_token = operation.pop("x-needs-token", False)
    operation["security"] = [{"token": []}] if needs_token else [{}, {"token": []}]
    reference = {"$ref": "#/components/schemas/Problem"}
    operation["responses"]["default"] = {
        "description": "A problem (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": reference}},
    }


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [
        {"field": ".".join(str(part) for part in each["loc"][1:]), "message": _worded(each)}
        for each in error.errors
    ]
    return answer_of(Refused("invalid", errors=fields), request.path)


def _worded(error: dict[str, Any]) -> str:
    """What is wrong with a parameter, in the reader's language for what is wrong most often."""
    context = error.get("ctx", {})
    said = {
        "missing": gettext("This is needed."),
        "extra_forbidden": gettext("There is no such field."),
        "string_too_long": gettext("At most %s characters.") % context.get("max_length"),
        "string_too_short": gettext("At least %s character.") % context.get("min_length"),
        "string_pattern_mismatch": gettext("Some of these characters are not accepted."),
        "int_parsing": gettext("A whole number is expected."),
        "greater_than_equal": gettext("At least %s.") % context.get("ge"),
        "less_than_equal": gettext("At most %s.") % context.get("le"),
        "literal_error": gettext("One of these is expected: %s.") % context.get("expected"),
    }
    return said.get(error["type"], str(error["msg"]))


def _unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.error("the search index is not built: run grappe index")
    return answer_of(Refused("unavailable", headers={"Retry-After": "60"}), request.path)


def _busy(request: HttpRequest, error: Exception) -> HttpResponse:
    """Another writer held SQLite longer than one waits: nothing was written. Any other error is raised on."""
    if "database is locked" not in str(error):
        raise error
    return answer_of(Refused("unavailable", headers={"Retry-After": "2"}), request.path)
