"""The policy of second factors: who must have one enters the desk with it, or is led to set it up."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from grappe.hub.people.queries import Visitor, must_use_two_factors

_GUARDED = ("/desk/",)


class TwoFactorMiddleware:
    """Leads those who must have a second factor, and have none, to where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; for the desk, only once the policy is met."""
        if not request.path.startswith(_GUARDED) or _may_pass(request.user):
            return self.get_response(request)
        messages.warning(request, gettext("Your role asks for a second factor: set it up first."))
        return redirect("mfa_index")


def _may_pass(user: Visitor) -> bool:
    return not user.is_authenticated or not must_use_two_factors(user) or is_mfa_enabled(user)
