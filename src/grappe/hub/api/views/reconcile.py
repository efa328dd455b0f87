"""The reconciliation service: one address that says what it is, answers batches and extends rows."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from grappe import __version__
from grappe.hub.api.caller import Caller
from grappe.hub.api.problems import Refused, answer_of
from grappe.hub.api.reconciling import (
    MOST_AT_ONCE,
    answer,
    extend,
    read_batch,
    suggest_entities,
    suggest_properties,
    suggest_types,
    types_of,
)
from grappe.hub.registry.index import IndexMissing
from grappe.hub.registry.queries import visible_organisations, workspace_words
from grappe.statements.vocabulary import code_labels

_CALLER = Caller("read")
_LONGEST_PREFIX = 200


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST", "OPTIONS"])
def reconcile(request: HttpRequest) -> HttpResponse:
    """What the service is; the candidates of a batch of `queries`; the values of an `extend`."""
    try:
        user = _CALLER(request)
        asked = request.POST if request.method == "POST" else request.GET
        with override(_language(request)):
            if "queries" in asked:
                batch = read_batch(json.loads(asked["queries"]))
                found = {key: {"result": answer(user, each, _spoken())} for key, each in batch.items()}
                return _open(JsonResponse(found))
            if "extend" in asked:
                return _open(JsonResponse(extend(user, json.loads(asked["extend"]), _spoken())))
            return _open(JsonResponse(_manifest()))
    except Refused as refused:
        return _open(answer_of(refused, request.path))
    except ValueError as wrong:
        return _open(answer_of(Refused("bad-request", str(wrong)[:500]), request.path))
    except IndexMissing:
        return _open(answer_of(Refused("unavailable", headers={"Retry-After": "60"}), request.path))


@require_safe
def suggest(request: HttpRequest, what: str) -> HttpResponse:
    """Completes what a person types: organisations, kinds of organisation, or properties."""
    try:
        user = _CALLER(request)
        prefix = request.GET.get("prefix", "").replace("\x00", "")[:_LONGEST_PREFIX]
        with override(_language(request)):
            found: list[Any]
            if what == "entity":
                found = suggest_entities(user, prefix, _spoken())
            else:
                found = (suggest_types if what == "type" else suggest_properties)(prefix, _spoken())
        return _open(JsonResponse({"result": found}))
    except Refused as refused:
        return _open(answer_of(refused, request.path))


@require_safe
def propose_properties(request: HttpRequest) -> HttpResponse:
    """The properties that a column of organisations may be extended with."""
    with override(_language(request)):
        content = {"type": request.GET.get("type", ""), "properties": suggest_properties("", _spoken())}
        return _open(JsonResponse(content))


@require_safe
@xframe_options_exempt
def preview(request: HttpRequest, canonical_id: str) -> HttpResponse:
    """An organisation in a few lines, to be shown in a frame of whoever asks."""
    found = get_object_or_404(visible_organisations(request.user), pk=canonical_id)
    with override(_language(request)):
        shown = render(request, "hub/api/preview.html", {"organisation": found, "language": _spoken()})
    shown._csp_update = {"frame-ancestors": "*"}  # type: ignore[attr-defined]
    return shown


def _manifest() -> dict[str, Any]:
    base = f"{settings.BASE_URL}/api/reconcile"
    words, language = workspace_words(), _spoken()
    suggested = {
        what: {"service_url": base, "service_path": f"/suggest/{what}"}
        for what in ("entity", "type", "property")
    }
    page = reverse("organisation", args=["ID"]).replace("ID", "{{id}}")
    return {
        "versions": ["0.1", "0.2"],
        "name": words.get(f"title_{language}") or "Grappe",
        "identifierSpace": f"{settings.BASE_URL}/api/v1/organisations/",
        "schemaSpace": "https://schema.org/Organization",
        "serviceVersion": __version__,
        "documentation": f"{settings.BASE_URL}{reverse('data')}",
        "defaultTypes": types_of(code_labels("kind"), language),
        "view": {"url": f"{settings.BASE_URL}{page}"},
        "preview": {"url": f"{base}/preview/{{{{id}}}}", "width": 400, "height": 160},
        "suggest": suggested,
        "extend": {
            "propose_properties": {"service_url": base, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "Maximum number of values per row (0 for no limit)",
                }
            ],
        },
        "batchSize": MOST_AT_ONCE,
    }


def _language(request: HttpRequest) -> str:
    """The language of the answer: asked in the address (``?lang=en``), else the browser's, else French."""
    asked = request.GET.get("lang", "")
    return asked if asked in ("fr", "en") else (get_language() or settings.LANGUAGE_CODE)[:2]


def _spoken() -> str:
    return (get_language() or "fr")[:2]


def _open(answered: HttpResponse) -> HttpResponse:
    """*answered*, readable by programs of any site: the protocol asks for it, and no cookie is needed."""
    answered["Access-Control-Allow-Origin"] = "*"
    answered["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    answered["Vary"] = "Accept-Language, Authorization"
    return answered
