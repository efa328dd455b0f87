"""What describes the API: its OpenAPI document and the kinds of problems it answers with."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from grappe.hub.api.openapi import describe
from grappe.hub.api.problems import KINDS, Refused, answer_of, type_of


@require_safe
def openapi(request: HttpRequest, api: NinjaAPI) -> JsonResponse:
    """The OpenAPI 3.1 description of the API."""
    return JsonResponse(describe(api))


@require_safe
def problem(request: HttpRequest, code: str) -> JsonResponse:
    """What one kind of problem means and what to do about it, in both languages."""
    if code not in KINDS:
        raise Http404
    kind = KINDS[code]
    content: dict[str, object] = {"type": type_of(code), "status": kind.status}
    for language in ("fr", "en"):
        with override(language):
            content |= {f"title_{language}": str(kind.title), f"remedy_{language}": str(kind.remedy)}
    return JsonResponse(content)


@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """The problem of an address under ``/api/`` that nothing answers."""
    return answer_of(Refused("not-found"), request.path)
