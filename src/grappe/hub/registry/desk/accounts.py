"""Accounts at the desk: who holds which role, who is invited, and the writing of both."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from grappe.hub.people.actions import grant_role, revoke_role
from grappe.hub.people.actions.invitations import invite, withdraw_invitation
from grappe.hub.people.forms import GrantForm, InviteForm
from grappe.hub.people.models import Role, RoleName, User
from grappe.hub.people.queries import (
    may_administer,
    open_invitations,
    role_label,
    visible_accounts,
)
from grappe.hub.people.shell import DeskView
from grappe.hub.registry.wording import own_clusters

#: What a manager may invite to; administrators to any but a representative, who is invited for a page.
_LESSER = [RoleName.EDITOR, RoleName.VIEWER]


class AccountsView(DeskView):
    """The accounts this person may see, with their roles, and the invitations that wait."""

    needs = ("invite", "account")
    template_name = "hub/desk/accounts.html"
    header_icon = "user"

    def get_page_title(self) -> str:
        """The title of the list."""
        return gettext("Accounts")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One row an account; the form that invites."""
        accounts = list(visible_accounts(self.request.user))
        secured = set(
            Authenticator.objects.filter(user__in=accounts).values_list("user", flat=True).distinct()
        )
        context = {
            "rows": [
                {
                    "account": each,
                    "roles": [(role_label(role.name), role.cluster) for role in each.held],  # type: ignore[attr-defined]
                    "has_two_factors": each.pk in secured,
                }
                for each in accounts
            ],
            "invitations": [(each, role_label(each.name)) for each in open_invitations(self.request.user)],
            "may_administer": may_administer(self.request.user),
            "form": kwargs.pop("form", None) or self.form(),
        }
        return super().get_context_data(**context, **kwargs)

    def form(self, data: Any = None) -> InviteForm:
        """The form that invites to what this person may invite to."""
        is_admin = may_administer(self.request.user)
        every = [each for each in RoleName if each != RoleName.REPRESENTATIVE]
        return InviteForm(
            data,
            roles=[str(each) for each in (every if is_admin else _LESSER)],
            clusters=_clusters(self.request, "invite", has_all=is_admin),
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Invite."""
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        invite(actor=request.user, at=self.now(), **form.cleaned_data)  # type: ignore[arg-type]
        self.tell(gettext("The invitation is sent."))
        return redirect("desk_accounts")


class AccountView(DeskView):
    """One account: its roles, to grant and to revoke. For administrators."""

    needs = ("administer", "account")
    template_name = "hub/desk/account.html"
    header_icon = "user"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Which account. Raises Http404."""
        super().setup(request, *args, **kwargs)
        self.account = User.objects.filter(pk=kwargs["user"]).first()

    def get_page_title(self) -> str:
        """Whose account."""
        return self.account.get_username() if self.account else gettext("Accounts")

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        return [(reverse("desk_accounts"), gettext("Accounts"))]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The account; the list when there is none."""
        if self.account is None:
            return redirect("desk_accounts")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The roles held, and the form that grants."""
        held = Role.objects.filter(user=self.account).order_by("revoked_at", "name")
        context = {
            "account": self.account,
            "roles": [(role, role_label(role.name)) for role in held],
            "form": kwargs.pop("form", None) or GrantForm(clusters=_clusters(self.request, "administer")),
        }
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, user: int) -> HttpResponse:
        """Grant a role."""
        form = GrantForm(request.POST, clusters=_clusters(request, "administer"))
        if self.account is None or not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        grant_role(
            user=self.account,
            name=RoleName(form.cleaned_data["name"]),
            cluster=form.cleaned_data["cluster"],
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        self.tell(gettext("The role is granted."))
        return redirect("desk_account", self.account.pk)


class RevokeView(DeskView):
    """Ends a role."""

    needs = ("administer", "account")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the list."""
        return redirect("desk_accounts")

    def post(self, request: HttpRequest, role: int) -> HttpResponse:
        """Revoke it. Raises Http404."""
        found = get_object_or_404(Role, pk=role)
        revoke_role(role=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The role is ended; the account keeps its past."))
        return redirect("desk_account", found.user_id)


class WithdrawInvitationView(DeskView):
    """Withdraws an invitation that was not answered."""

    needs = ("invite", "account")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the list."""
        return redirect("desk_accounts")

    def post(self, request: HttpRequest, invitation: int) -> HttpResponse:
        """Withdraw it. Raises Http404 for one that this person does not see."""
        found = get_object_or_404(open_invitations(request.user), pk=invitation)
        withdraw_invitation(invitation=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The invitation is withdrawn."))
        return redirect("desk_accounts")


def _clusters(request: HttpRequest, verb: str, *, has_all: bool = True) -> dict[str, str]:
    """The clusters of a form's choice: those in which this person may *verb*, and all of them."""
    ours = own_clusters(request.user, verb, "account")
    return {"": gettext("All clusters"), **ours} if has_all else ours
