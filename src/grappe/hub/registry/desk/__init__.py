"""The registry in Wagtail's shell: where a secretariat keeps it true."""

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from grappe.hub.people.shell import DeskItem
from grappe.hub.registry.desk import (
    accounts,
    bulk,
    imports,
    judging,
    listing,
    members,
    organisation,
    queue,
    reviewing,
    saved_views,
    sources,
)

_ONE = "registry/organisations/<str:canonical_id>/"
_MEMBER = f"{_ONE}member/"
_SOURCE = "registry/sources/<str:source_id>/"


def menu_items() -> list[DeskItem]:
    """The registry's items of the desk's menu."""
    return [
        DeskItem(needs, label, reverse_lazy(name), icon, order, name)
        for needs, label, name, icon, order in (
            (("consult", "organisation"), _("Organisations"), "desk_organisations", "group", 50),
            (("consult", "membership"), _("Members"), "desk_members", "user", 54),
            (("decide", "proposal"), _("To decide"), "desk_review", "tasks", 56),
            (("judge", "organisation"), _("The same?"), "desk_queue", "copy", 58),
            (("consult", "source"), _("Sources"), "desk_sources", "doc-full-inverse", 60),
            (("consult", "import"), _("Imports"), "desk_imports", "upload", 70),
            (("invite", "account"), _("Accounts"), "desk_accounts", "key", 90),
        )
    ]


def urls() -> list[URLPattern]:
    """The registry's addresses under the desk's."""
    return [*_organisations(), *_members(), *_sources(), *_accounts()]


def _organisations() -> list[URLPattern]:
    judgement = f"{_ONE}judgements/<str:judgement>/retract/"
    return [
        path("registry/organisations/", listing.OrganisationsView.as_view(), name="desk_organisations"),
        path("registry/tag/", bulk.TagView.as_view(), name="desk_tag"),
        path("registry/fill/<str:prop>/", bulk.GridView.as_view(), name="desk_grid"),
        path("registry/views/", saved_views.SaveView.as_view(), name="desk_save_view"),
        path("registry/views/<int:view>/delete/", saved_views.DeleteView.as_view(), name="desk_delete_view"),
        path(_ONE, organisation.OrganisationPage.as_view(), name="desk_organisation"),
        path(f"{_ONE}state/<str:prop>/", organisation.CorrectView.as_view(), name="desk_correct"),
        path(
            f"{_ONE}retract/<str:statement>/",
            organisation.RetractStatementView.as_view(),
            name="desk_retract",
        ),
        path(f"{_ONE}undo/<int:entry>/", organisation.UndoView.as_view(), name="desk_undo"),
        path(f"{_ONE}notes/", organisation.NotesView.as_view(), name="desk_notes"),
        path(
            f"{_ONE}notes/<int:note>/withdraw/",
            organisation.WithdrawNoteView.as_view(),
            name="desk_withdraw_note",
        ),
        path(f"{_ONE}judge/", judging.JudgeView.as_view(), name="desk_judge"),
        path(f"{_ONE}split/<path:entity>/", judging.SplitView.as_view(), name="desk_split"),
        path(judgement, judging.RetractJudgementView.as_view(), name="desk_retract_judgement"),
        path("registry/pairs/", queue.QueueView.as_view(), name="desk_queue"),
        path("registry/pairs/quality/", queue.LinkageView.as_view(), name="desk_linkage"),
        path("registry/pairs/nearly-sure/", queue.ObviousView.as_view(), name="desk_obvious"),
    ]


def _members() -> list[URLPattern]:
    one_membership = f"{_MEMBER}memberships/<int:membership>/"
    contact = f"{_MEMBER}contacts/<int:contact>/withdraw/"
    return [
        path("registry/members/", members.MembersView.as_view(), name="desk_members"),
        path(_MEMBER, members.MemberView.as_view(), name="desk_member"),
        path(f"{_MEMBER}memberships/", members.RecordMembershipView.as_view(), name="desk_record_membership"),
        path(one_membership, members.ChangeMembershipView.as_view(), name="desk_change_membership"),
        path(
            f"{one_membership}withdraw/",
            members.WithdrawMembershipView.as_view(),
            name="desk_withdraw_membership",
        ),
        path(f"{_MEMBER}contacts/", members.AddContactView.as_view(), name="desk_add_contact"),
        path(contact, members.WithdrawContactView.as_view(), name="desk_withdraw_contact"),
        path(f"{_MEMBER}invite/", members.InviteRepresentativeView.as_view(), name="desk_invite"),
        path(f"{_MEMBER}ask/", members.AskConfirmationView.as_view(), name="desk_ask"),
        path("registry/review/", reviewing.ReviewView.as_view(), name="desk_review"),
        path(
            "registry/review/proposals/<int:proposal>/",
            reviewing.ProposalView.as_view(),
            name="desk_proposal",
        ),
        path("registry/review/claims/<int:claim>/", reviewing.ClaimView.as_view(), name="desk_claim"),
        path(
            "registry/review/answers/<int:answer>/handled/",
            reviewing.HandleAnswerView.as_view(),
            name="desk_handle_answer",
        ),
    ]


def _sources() -> list[URLPattern]:
    return [
        path("registry/sources/", sources.SourcesView.as_view(), name="desk_sources"),
        path(_SOURCE, sources.SourcePage.as_view(), name="desk_source"),
        path(f"{_SOURCE}retract/", sources.RetractSourceView.as_view(), name="desk_retract_source"),
        path(f"{_SOURCE}restore/", sources.RestoreSourceView.as_view(), name="desk_restore_source"),
        path(f"{_SOURCE}due/", sources.DueView.as_view(), name="desk_due"),
        *imports.urls(),
    ]


def _accounts() -> list[URLPattern]:
    invitation = "people/invitations/<int:invitation>/withdraw/"
    return [
        path("people/accounts/", accounts.AccountsView.as_view(), name="desk_accounts"),
        path("people/accounts/<int:user>/", accounts.AccountView.as_view(), name="desk_account"),
        path("people/roles/<int:role>/revoke/", accounts.RevokeView.as_view(), name="desk_revoke_role"),
        path(invitation, accounts.WithdrawInvitationView.as_view(), name="desk_withdraw_invitation"),
    ]
