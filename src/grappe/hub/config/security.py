"""The content security policies: strict for all that is ours, wider where Wagtail edits pages."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponse, HttpResponseBase

PUBLIC: dict[str, list[str]] = {
    "default-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "worker-src": [SELF],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    # The desk previews pages in a frame of the same origin.
    "frame-ancestors": [SELF],
}
# Wagtail's own admin pages write inline scripts and styles (draftail, choosers, comments): they can't do with
# less. The desk's pages that are ours do without, and get the strict policy.
DESK: dict[str, list[str]] = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-src": [SELF],
}
DESK_PATH = "/desk/"


class PolicyMiddleware(CSPMiddleware):
    """Adds the strict policy to every answer, the wider one to Wagtail's own pages under ``/desk/``."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The parts of the policy that goes with the view that answered *request*."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(DESK_PATH) and not _is_ours(request):
            parts.replace = {**DESK, **(parts.replace or {})}
        return parts


def _is_ours(request: HttpRequest) -> bool:
    return bool(request.resolver_match and request.resolver_match.func.__module__.startswith("grappe."))


class AnonymousCacheMiddleware:
    """Public pages may be kept a minute; what a signed-in person sees is kept by nobody."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with ``Cache-Control`` when the view said nothing about it."""
        response = self.get_response(request)
        if response.has_header("Cache-Control") or request.path.startswith(DESK_PATH):
            return response
        response["Cache-Control"] = (
            "public, max-age=60" if self._is_shareable(request, response) else "private, no-cache"
        )
        return response

    @staticmethod
    def _is_shareable(request: HttpRequest, response: HttpResponse) -> bool:
        return (
            request.method in {"GET", "HEAD"}
            and response.status_code == 200
            and not response.cookies
            and not request.user.is_authenticated
        )
