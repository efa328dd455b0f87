"""The pages of those who represent an organisation: theirs, what they propose, who else speaks for it."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grappe.hub.people.models import User
from grappe.hub.registry.access import may_speak_for
from grappe.hub.registry.actions.claims import invite_representative
from grappe.hub.registry.actions.confirmations import confirm_page
from grappe.hub.registry.actions.proposals import make_proposal, withdraw_proposal
from grappe.hub.registry.member_forms import AddressForm, ProposalForm
from grappe.hub.registry.members import (
    decided_proposals,
    pending_proposals,
    representatives_of,
    represented_by,
)
from grappe.hub.registry.models import Organisation, Proposal
from grappe.hub.registry.queries import all_codes, current_id, visible_organisations
from grappe.hub.registry.views.shown import addable, may_be_proposed, value_rows
from grappe.hub.registry.wording import property_label, qualifier_labels, value_labels


@login_required
@require_safe
def member_home(request: HttpRequest) -> HttpResponse:
    """The organisations that this person represents; where to begin when there is none."""
    organisations = represented_by(request.user)
    waiting = {each.pk: len(pending_proposals(each)) for each in organisations}
    lines = [(each, waiting[each.pk]) for each in organisations]
    return render(request, "hub/members/home.html", {"lines": lines})


@login_required
@require_safe
def member_organisation(request: HttpRequest, canonical_id: str) -> HttpResponse:
    """The page of an organisation for those who represent it. Raises Http404 for others."""
    organisation = _represented(request, canonical_id)
    return render(request, "hub/members/organisation.html", _context(request, organisation))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, canonical_id: str, prop: str) -> HttpResponse:
    """The form that proposes a value; the secretariat decides."""
    organisation, found = _represented(request, canonical_id), may_be_proposed(prop)
    if found is None:
        raise Http404
    codes = all_codes()
    form = ProposalForm(
        request.POST or None,
        prop=found,
        labels=value_labels(found, codes),
        qualifiers=qualifier_labels(found),
        initial={"in_language": get_language()},
    )
    if request.method == "POST" and form.is_valid():
        make_proposal(
            organisation=organisation, proposed=form.proposed(), actor=_person(request), at=timezone.now()
        )
        messages.success(request, gettext("Your proposal is on the secretariat’s list."))
        return redirect("member_organisation", organisation.pk)
    now = [row for row in value_rows(organisation) if row.code == prop]
    context = {"form": form, "organisation": organisation, "label": property_label(prop), "now": now}
    return render(request, "hub/members/propose.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, canonical_id: str, proposal: int) -> HttpResponse:
    """Takes a proposal back before it is decided."""
    organisation = _represented(request, canonical_id)
    mine = Proposal.objects.filter(entity__in=organisation.records.values("entity"))
    withdraw_proposal(
        proposal=get_object_or_404(mine, pk=proposal), actor=_person(request), at=timezone.now()
    )
    messages.success(request, gettext("Your proposal is withdrawn."))
    return redirect("member_organisation", organisation.pk)


@login_required
@require_POST
def confirm_mine(request: HttpRequest, canonical_id: str) -> HttpResponse:
    """Says that the page of an organisation is right today."""
    organisation = _represented(request, canonical_id)
    confirm_page(organisation=organisation, actor=_person(request), at=timezone.now())
    messages.success(request, gettext("Thank you: the page says that you confirmed it today."))
    return redirect("member_organisation", organisation.pk)


@login_required
@require_POST
def invite_colleague(request: HttpRequest, canonical_id: str) -> HttpResponse:
    """Invites somebody to represent the organisation too."""
    organisation = _represented(request, canonical_id)
    form = AddressForm(request.POST)
    if not form.is_valid():
        context = {**_context(request, organisation), "form": form}
        return render(request, "hub/members/organisation.html", context)
    invite_representative(
        organisation=organisation, actor=_person(request), at=timezone.now(), **form.cleaned_data
    )
    messages.success(request, gettext("The invitation is sent."))
    return redirect("member_organisation", organisation.pk)


def _person(request: HttpRequest) -> User:
    """Who is logged in: the decorators saw to it."""
    return cast("User", request.user)


def _represented(request: HttpRequest, canonical_id: str) -> Organisation:
    """The organisation, for those who speak for it. Raises Http404: nobody learns who represents whom."""
    found = get_object_or_404(visible_organisations(request.user), pk=current_id(canonical_id))
    if not may_speak_for(request.user, found):
        raise Http404
    return found


def _context(request: HttpRequest, organisation: Organisation) -> dict[str, Any]:
    rows = value_rows(organisation)
    return {
        "organisation": organisation,
        "rows": rows,
        "addable": addable(rows),
        "pending": [(each, property_label(each.property)) for each in pending_proposals(organisation)],
        "decided": [(each, property_label(each.property)) for each in decided_proposals(organisation)],
        "colleagues": representatives_of([organisation.pk]).get(organisation.pk, []),
        "form": AddressForm(initial={"language": get_language()}),
    }
