"""What machines and the desk are answered: no redirection to a page in a language; machines, no HTML."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.translation import activate, get_language

#: Where machines ask: what is not found there is not looked for among the pages.
MACHINE_PATHS = ("/api/", "/healthz", "/readyz", "/metrics")
_PACKED = frozenset(
    (
        *("application/zip", "application/vnd.apache.parquet"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
)


class LanguageMiddleware(LocaleMiddleware):
    """Django's, which sends whom it finds nothing for to ``/fr/…``: neither machines, nor the desk, whose
    pages are in the language that each person chose there, what it says of a wrong address included.
    """

    def process_view(self, request: HttpRequest, view: object, arguments: object, named: object) -> None:
        """At the desk, the language of the account, when it says one."""
        profile = getattr(request.user, "wagtail_userprofile", None) if _is_of_the_desk(request) else None
        if profile is not None and profile.preferred_language:
            activate(profile.preferred_language)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer with its language."""
        if not (request.path_info.startswith(MACHINE_PATHS) or _is_of_the_desk(request)):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", get_language() or "")
        return response


def _is_of_the_desk(request: HttpRequest) -> bool:
    return request.path_info.startswith("/desk/")


class CompressionMiddleware(GZipMiddleware):
    """Django's, which would compress again what is compressed."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, compressed unless it is packed already."""
        if response.headers.get("Content-Type", "") in _PACKED:
            return response
        return super().process_response(request, response)


class ProblemMiddleware:
    """Under ``/api/``, a refusal of Django's own (405, 400, 413, 500) is a problem like the others.

    And every answer varies with the token.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, reworded when it is a bare error."""
        response = self.get_response(request)
        if not request.path_info.startswith("/api/"):
            return response
        patch_vary_headers(response, ("Authorization",))
        is_bare = response.status_code >= HTTPStatus.BAD_REQUEST and "json" not in response["Content-Type"]
        if not is_bare:
            return response
        from grappe.hub.api.problems import Refused, answer_of, kind_of

        kept = {name: response[name] for name in ("Allow", "Retry-After") if response.has_header(name)}
        return answer_of(Refused(kind_of(response.status_code), headers=kept), request.path)
