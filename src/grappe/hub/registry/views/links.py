"""Pages that a signed link opens without log-in: a claim confirmed, a page confirmed once a year."""

from typing import Any

from allauth.core.ratelimit import consume_or_429
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from grappe.hub.people.links import CLAIM, CONFIRMATION, BadLink
from grappe.hub.registry.actions.claims import confirm_claim, make_claim
from grappe.hub.registry.actions.confirmations import answer_confirmation
from grappe.hub.registry.member_forms import AnswerForm, ClaimForm
from grappe.hub.registry.models import Claim, ConfirmationRequest, Organisation
from grappe.hub.registry.queries import organisation_of, visible_organisations
from grappe.hub.registry.views.shown import value_rows


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, canonical_id: str) -> HttpResponse:
    """Asks to represent an organisation; the address given is then asked to confirm."""
    organisation = get_object_or_404(visible_organisations(request.user), pk=canonical_id)
    form = ClaimForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "hub/members/claim.html", {"form": form, "organisation": organisation})
    claimant = form.claimant()
    refused = consume_or_429(request, action="claim", key=claimant.email.lower())
    if refused:
        return refused
    make_claim(organisation=organisation, claimant=claimant, at=timezone.now())
    return _said(request, "claim_sent", organisation, email=claimant.email)


@require_http_methods(["GET", "HEAD", "POST"])
def claim_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirms the address of a claim: by a button, for mail programs open links by themselves."""
    try:
        found = Claim.objects.get(pk=CLAIM.read(token))
    except (BadLink, Claim.DoesNotExist):
        return _gone(request)
    organisation = organisation_of(found.entity)
    if organisation is None:
        return _gone(request)
    if request.method == "POST":
        confirm_claim(claim=found, at=timezone.now())
    elif found.state == Claim.State.UNCONFIRMED:
        return render(request, "hub/members/claim_confirm.html", {"organisation": organisation})
    return _said(request, "claim_confirmed", organisation)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what is published of an organisation, and takes the answer: right, or what is to correct."""
    try:
        found = ConfirmationRequest.objects.get(pk=CONFIRMATION.read(token))
    except (BadLink, ConfirmationRequest.DoesNotExist):
        return _gone(request)
    organisation = organisation_of(found.entity)
    if organisation is None:
        return _gone(request)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer_confirmation(
            request=found,
            is_right=form.cleaned_data["answer"] == "right",
            comment=form.cleaned_data["comment"],
            at=timezone.now(),
        )
        return _said(request, "answered", organisation)
    context: dict[str, Any] = {"organisation": organisation, "form": form, "asked": found}
    context["rows"] = value_rows(organisation)
    return render(request, "hub/members/confirm.html", context)


def _said(request: HttpRequest, what: str, organisation: Organisation, **context: str) -> HttpResponse:
    """A page that says what was done, and what follows."""
    values = {"what": what, "organisation": organisation, **context}
    return render(request, "hub/members/done.html", values)


def _gone(request: HttpRequest) -> HttpResponse:
    """The link is not ours, or too old: what to do instead."""
    return render(request, "hub/members/done.html", {"what": "gone"}, status=410)
