"""An account's own page, and the page that an invitation opens."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from grappe.hub.people.actions.invitations import NotOpen, accept_invitation, is_open, open_account
from grappe.hub.people.forms import OpenAccountForm
from grappe.hub.people.links import INVITATION, BadLink
from grappe.hub.people.models import Invitation, User
from grappe.hub.people.queries import must_use_two_factors, role_label, roles_of


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What this account is, which roles it holds, and where its password, second factor and sessions are."""
    roles = [(role_label(role.name), role.cluster) for role in roles_of(request.user)]
    context = {
        "held": roles,
        "has_two_factors": is_mfa_enabled(request.user),
        "must_have": must_use_two_factors(request.user),
    }
    return render(request, "hub/members/account.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Opens the account that somebody is invited to, or gives the role to the account they have."""
    try:
        found = Invitation.objects.get(pk=INVITATION.read(token))
    except (BadLink, Invitation.DoesNotExist):
        return render(request, "hub/members/invitation_gone.html", status=410)
    if not is_open(found):
        return render(request, "hub/members/invitation_gone.html", status=410)
    if User.objects.filter(email__iexact=found.email).exists():
        return _answer_as_account(request, found)
    return _open(request, found)


def _open(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = OpenAccountForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "email": found.email, "role": role_label(found.name)}
        return render(request, "hub/members/invitation.html", context)
    try:
        user = open_account(
            invitation=found,
            full_name=form.cleaned_data["full_name"],
            password=form.cleaned_data["password"],
            at=timezone.now(),
        )
    except NotOpen:
        return render(request, "hub/members/invitation_gone.html", status=410)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    messages.success(request, gettext("Your account is open."))
    return redirect("account")


def _answer_as_account(request: HttpRequest, found: Invitation) -> HttpResponse:
    is_theirs = request.user.is_authenticated and request.user.email.lower() == found.email
    if request.method == "POST" and is_theirs:
        try:
            accept_invitation(invitation=found, actor=request.user, at=timezone.now())  # type: ignore[arg-type]
        except NotOpen:
            return render(request, "hub/members/invitation_gone.html", status=410)
        messages.success(request, gettext("Your new role is yours."))
        return redirect("account")
    context = {"email": found.email, "role": role_label(found.name), "is_theirs": is_theirs}
    return render(request, "hub/members/invitation_known.html", context)
