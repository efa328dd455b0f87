"""The members of a cluster at the desk: terms, who speaks for whom, who is to be asked to confirm."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from grappe.hub.people.shell import DeskView
from grappe.hub.registry.access import may_do
from grappe.hub.registry.actions.claims import invite_representative
from grappe.hub.registry.actions.confirmations import ask_confirmation, ask_confirmations
from grappe.hub.registry.actions.contacts import add_contact, withdraw_contact
from grappe.hub.registry.actions.memberships import (
    change_membership,
    record_membership,
    withdraw_membership,
)
from grappe.hub.registry.desk.shell import OrganisationView
from grappe.hub.registry.member_forms import AddressForm, ContactForm, MembershipForm
from grappe.hub.registry.members import (
    Member,
    contacts_of,
    member_lines,
    members_of,
    memberships_of,
    representatives_of,
    visible_memberships,
)
from grappe.hub.registry.models import Membership, Organisation
from grappe.hub.registry.quality import is_stale
from grappe.hub.registry.queries import codes_of
from grappe.hub.registry.wording import language, name_of, name_of_code, own_clusters

PAGE_LENGTH = 50


class MembersView(DeskView):
    """The members of one cluster, with their terms and who speaks for them. A fixed number of queries."""

    needs = ("consult", "membership")
    template_name = "hub/desk/members.html"
    header_icon = "group"

    def get_page_title(self) -> str:
        """The title of the list."""
        return gettext("Members")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows of the page, and the clusters to choose from."""
        clusters = own_clusters(self.request.user, "consult", "membership")
        cluster = self._cluster(clusters)
        page = self._page(cluster)
        today = timezone.localdate()
        lines = member_lines(self.request.user, cluster, list(page.object_list)) if cluster else []
        context = {
            "clusters": clusters,
            "cluster": cluster,
            "page": page,
            "rows": [_row(line, today) for line in lines],
            "may_record": cluster in own_clusters(self.request.user, "record", "membership"),
            "may_ask": cluster in own_clusters(self.request.user, "ask", "confirmation"),
        }
        return super().get_context_data(**context, **kwargs)

    def _cluster(self, clusters: dict[str, str]) -> str:
        asked = self.request.GET.get("cluster", "")
        return asked if asked in clusters else next(iter(clusters), "")

    def _page(self, cluster: str) -> Any:
        found = members_of(self.request.user, cluster) if cluster else Organisation.objects.none()
        return Paginator(found, PAGE_LENGTH).get_page(self.request.GET.get("page"))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask the organisations ticked whether their page is right, where somebody represents them."""
        cluster = request.POST.get("cluster", "")
        if cluster not in own_clusters(request.user, "ask", "confirmation"):
            raise Http404
        ticked = request.POST.getlist("organisation")[:PAGE_LENGTH]
        chosen = members_of(request.user, cluster).filter(pk__in=ticked)
        lines = member_lines(request.user, cluster, list(chosen))
        spoken_for = [line for line in lines if line.representatives]
        recipients = [(line.organisation, line.representatives[0].email) for line in spoken_for]
        ask_confirmations(
            recipients=recipients,
            language=language(),
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        self.tell(ngettext("%s request is sent.", "%s requests are sent.", len(recipients)) % len(recipients))
        silent = ", ".join(name_of(line.organisation) for line in lines if not line.representatives)
        if silent:
            self.warn(gettext("Nobody represents these yet: %s. Ask them from their page.") % silent)
        return redirect(f"{reverse('desk_members')}?cluster={cluster}")


def _row(line: Member, today: Any) -> dict[str, Any]:
    ends_on = line.membership.ends_on if line.membership else None
    return {
        "organisation": line.organisation,
        "membership": line.membership,
        "is_current": line.is_current(today),
        "ends_soon": bool(ends_on and 0 <= (ends_on - today).days <= 60),
        "representatives": line.representatives,
        "is_stale": is_stale(line.organisation, today),
    }


class MemberView(OrganisationView):
    """What one organisation is to a cluster: memberships, who speaks for it, whom the staff know there."""

    needs = ("consult", "membership")
    template_name = "hub/desk/member.html"

    def get_page_title(self) -> str:
        """What is shown here."""
        return gettext("Membership and people")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows, and the forms this person may fill in."""
        user, organisation = self.request.user, self.organisation
        entities = list(organisation.records.values_list("entity", flat=True))
        context = {
            "organisation": organisation,
            "memberships": memberships_of(user, entities),
            "contacts": contacts_of(user, entities),
            "representatives": representatives_of([organisation.pk]).get(organisation.pk, []),
            "cluster_names": {code: name_of_code(each) for code, each in codes_of("cluster").items()},
            "membership_form": self.membership_form(),
            "contact_form": self.contact_form(),
            "address_form": AddressForm(prefix="address", initial={"language": language()}),
            "may_ask": may_do(user, "ask", organisation, "confirmation"),
            "may_invite": may_do(user, "invite", organisation, "account"),
        }
        return super().get_context_data(**{**context, **kwargs})

    def membership_form(self, data: Any = None) -> MembershipForm | None:
        """The form of a membership, for the clusters this person keeps; None when there is none."""
        ours = self._ours("record", "membership")
        initial = {"starts_on": timezone.localdate()}
        return MembershipForm(data, clusters=ours, prefix="membership", initial=initial) if ours else None

    def contact_form(self, data: Any = None) -> ContactForm | None:
        """The form of a contact, likewise."""
        ours = self._ours("write", "contact")
        return ContactForm(data, clusters=ours, prefix="contact") if ours else None

    def back(self) -> HttpResponse:
        """To this page."""
        return redirect("desk_member", self.organisation.pk)

    def _ours(self, verb: str, kind: str) -> dict[str, str]:
        """The clusters of a form's choice, those of the organisation first."""
        ours = own_clusters(self.request.user, verb, kind)
        return {**{c: ours[c] for c in self.organisation.clusters if c in ours}, **ours}


class RecordMembershipView(MemberView):
    """Says that the organisation is a member, on which terms."""

    needs = ("record", "membership")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the page of the forms."""
        return self.back()

    def post(self, request: HttpRequest, canonical_id: str) -> HttpResponse:
        """Record it, or show what is wrong."""
        form = self.membership_form(request.POST)
        if form is None or not form.is_valid():
            return self.render_to_response(self.get_context_data(membership_form=form))
        record_membership(
            organisation=self.organisation,
            cluster=form.cleaned_data["cluster"],
            terms=form.terms(),
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        self.tell(gettext("The membership is recorded."))
        return self.back()


class ChangeMembershipView(MemberView):
    """Changes the terms of a membership; the journal keeps the former."""

    needs = ("record", "membership")
    template_name = "hub/desk/membership.html"

    def get_page_title(self) -> str:
        """What is changed."""
        return gettext("Change a membership")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, filled with the terms."""
        found = self._membership()
        initial = {name: getattr(found, name) for name in ("cluster", "kind", "starts_on", "ends_on", "dues")}
        ours = own_clusters(self.request.user, "record", "membership")
        clusters = {found.cluster: ours[found.cluster]}
        form = kwargs.pop("form", None) or MembershipForm(clusters=clusters, initial=initial)
        return super().get_context_data(form=form, membership=found, **kwargs)

    def post(self, request: HttpRequest, canonical_id: str, membership: int) -> HttpResponse:
        """Change it, or show what is wrong."""
        found = self._membership()
        form = MembershipForm(request.POST, clusters={found.cluster: found.cluster})
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        change_membership(membership=found, terms=form.terms(), actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The membership is changed."))
        return self.back()

    def _membership(self) -> Membership:
        theirs = visible_memberships(self.request.user).filter(
            entity__in=self.organisation.records.values("entity"),
            cluster__in=own_clusters(self.request.user, "record", "membership"),
        )
        return get_object_or_404(theirs, pk=self.kwargs["membership"])


class WithdrawMembershipView(ChangeMembershipView):
    """Takes back a membership recorded by mistake."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the page of the forms."""
        return self.back()

    def post(self, request: HttpRequest, canonical_id: str, membership: int) -> HttpResponse:
        """Withdraw it."""
        withdraw_membership(membership=self._membership(), actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The membership is taken back; the history brings it back."))
        return self.back()


class AddContactView(MemberView):
    """Writes down somebody whom the staff of one cluster know."""

    needs = ("write", "contact")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the page of the forms."""
        return self.back()

    def post(self, request: HttpRequest, canonical_id: str) -> HttpResponse:
        """Add it, or show what is wrong."""
        form = self.contact_form(request.POST)
        if form is None or not form.is_valid():
            return self.render_to_response(self.get_context_data(contact_form=form))
        add_contact(
            organisation=self.organisation,
            cluster=form.cleaned_data["cluster"],
            card=form.card(),
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        self.tell(gettext("The contact is written down, for the staff of that cluster alone."))
        return self.back()


class WithdrawContactView(MemberView):
    """Puts a contact out of sight."""

    needs = ("write", "contact")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the page of the forms."""
        return self.back()

    def post(self, request: HttpRequest, canonical_id: str, contact: int) -> HttpResponse:
        """Withdraw it. Raises Http404 for one that this person does not read."""
        entities = list(self.organisation.records.values_list("entity", flat=True))
        read = {each.pk: each for each in contacts_of(request.user, entities)}
        found = read.get(contact)
        if found is None:
            raise Http404
        withdraw_contact(contact=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The contact is withdrawn; the history brings it back."))
        return self.back()


class InviteRepresentativeView(MemberView):
    """Invites somebody to represent the organisation."""

    needs = ("invite", "account")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the page of the forms."""
        return self.back()

    def post(self, request: HttpRequest, canonical_id: str) -> HttpResponse:
        """Invite, or show what is wrong."""
        form = AddressForm(request.POST, prefix="address")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(address_form=form))
        self.send(form.cleaned_data)
        return self.back()

    def send(self, typed: dict[str, str]) -> None:
        """Send what this form sends."""
        invite_representative(
            organisation=self.organisation,
            actor=self.request.user,  # type: ignore[arg-type]
            at=self.now(),
            **typed,
        )
        self.tell(gettext("The invitation is sent."))


class AskConfirmationView(InviteRepresentativeView):
    """Asks an address whether the page is right."""

    needs = ("ask", "confirmation")

    def send(self, typed: dict[str, str]) -> None:
        """Send the signed link."""
        ask_confirmation(
            organisation=self.organisation,
            actor=self.request.user,  # type: ignore[arg-type]
            at=self.now(),
            **typed,
        )
        self.tell(gettext("The request is sent."))
