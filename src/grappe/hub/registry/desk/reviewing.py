"""The review list: claims to decide, values proposed, answers that ask for a correction."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from grappe.hub.people.shell import DeskView
from grappe.hub.registry.actions.claims import decide_claim
from grappe.hub.registry.actions.confirmations import handle_answer
from grappe.hub.registry.actions.proposals import accept_proposal, refuse_proposal
from grappe.hub.registry.forms import ReasonForm
from grappe.hub.registry.member_forms import DecisionForm
from grappe.hub.registry.members import in_care_of, organisations_by_record, review_list
from grappe.hub.registry.models import Claim, ConfirmationRequest, Proposal
from grappe.hub.registry.queries import all_codes, dossier_of, organisation_of
from grappe.hub.registry.wording import property_label, qualifier_labels, value_labels
from grappe.statements.vocabulary import properties


class ReviewView(DeskView):
    """What waits for this person's decision, oldest first. Five queries."""

    needs = ("decide", "proposal")
    template_name = "hub/desk/review.html"
    header_icon = "tasks"

    def get_page_title(self) -> str:
        """The title of the list."""
        return gettext("To decide")

    def trail(self) -> list[tuple[str, str]]:
        """Nothing above."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Three short lists, each line with its organisation."""
        found = review_list(self.request.user)
        about = organisations_by_record(found.entities)
        context = {
            "claims": [(each, about.get(each.entity)) for each in found.claims],
            "proposals": [
                (each, about.get(each.entity), property_label(each.property)) for each in found.proposals
            ],
            "answers": [(each, about.get(each.entity)) for each in found.answers],
            "count": len(found),
        }
        return super().get_context_data(**context, **kwargs)


class _Deciding(DeskView):
    """A page that decides one thing, under the review list."""

    header_icon = "tasks"

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(reverse("desk_review"), gettext("To decide"))]

    def back(self) -> HttpResponse:
        """To the list."""
        return redirect("desk_review")


class ProposalView(_Deciding):
    """One proposal beside what is said now; accepted as it is or mended, or refused."""

    needs = ("decide", "proposal")
    template_name = "hub/desk/proposal.html"

    def get_page_title(self) -> str:
        """What is decided."""
        return gettext("Decide a proposal")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The proposal, the values that stand, and the form."""
        proposal = self._proposal()
        prop = properties()[proposal.property]
        organisation = organisation_of(proposal.entity)
        if organisation is None:
            raise Http404
        shown = dossier_of(self.request.user, organisation.pk).properties.get(prop.code)
        labels = value_labels(prop, all_codes())
        context = {
            "proposal": proposal,
            "organisation": organisation,
            "label": property_label(prop.code),
            "value": labels.get(proposal.value, proposal.value),
            "kind": qualifier_labels(prop).get(proposal.qualifier, ""),
            "now": [(each, labels.get(each.value, each.value)) for each in shown.values] if shown else [],
            "form": kwargs.pop("form", None) or DecisionForm(prop=prop, initial={"value": proposal.value}),
        }
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, proposal: int) -> HttpResponse:
        """Accept or refuse."""
        found = self._proposal()
        form = DecisionForm(request.POST, prop=properties()[found.property])
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        said: dict[str, Any] = {"why": form.cleaned_data["why"], "actor": request.user, "at": self.now()}
        if request.POST.get("decision") == "accept":
            accept_proposal(proposal=found, value=form.cleaned_data["value"], **said)
            self.tell(gettext("The page now says it; the organisation is who says so."))
        else:
            refuse_proposal(proposal=found, **said)
            self.tell(gettext("The proposal is refused; whoever made it reads why."))
        return self.back()

    def _proposal(self) -> Proposal:
        records = in_care_of(self.request.user, "decide", "proposal").values("entity")
        pending = Proposal.objects.filter(state="pending", entity__in=records)
        return get_object_or_404(pending, pk=self.kwargs["proposal"])


class ClaimView(_Deciding):
    """One claim: who says to speak for which organisation, accepted or refused."""

    needs = ("decide", "claim")
    template_name = "hub/desk/claim.html"

    def get_page_title(self) -> str:
        """What is decided."""
        return gettext("Decide a claim")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The claim and its organisation."""
        claim = self._claim()
        context = {
            "claim": claim,
            "organisation": organisation_of(claim.entity),
            "form": kwargs.pop("form", None) or ReasonForm(),
        }
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, claim: int) -> HttpResponse:
        """Accept or refuse."""
        found, form = self._claim(), ReasonForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        is_accepted = request.POST.get("decision") == "accept"
        decide_claim(
            claim=found,
            is_accepted=is_accepted,
            why=form.cleaned_data["why"],
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        self.tell(gettext("An invitation is sent.") if is_accepted else gettext("The claim is refused."))
        return self.back()

    def _claim(self) -> Claim:
        records = in_care_of(self.request.user, "decide", "claim").values("entity")
        return get_object_or_404(
            Claim.objects.filter(state="pending", entity__in=records), pk=self.kwargs["claim"]
        )


class HandleAnswerView(_Deciding):
    """Says that what an answer asked for is done."""

    needs = ("decide", "proposal")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the list."""
        return self.back()

    def post(self, request: HttpRequest, answer: int) -> HttpResponse:
        """Mark it. Raises Http404 for an organisation in the care of others."""
        records = in_care_of(request.user, "decide", "proposal").values("entity")
        found = get_object_or_404(ConfirmationRequest.objects.filter(entity__in=records), pk=answer)
        handle_answer(request=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The answer is handled."))
        return self.back()
