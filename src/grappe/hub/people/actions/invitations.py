"""Writes on invitations: an account is opened by the person it is for, from a signed link."""

from datetime import datetime

from django.db import transaction

from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.journal.actions import record
from grappe.hub.people.actions.roles import grant_role
from grappe.hub.people.models import Invitation, RoleName, User
from grappe.hub.people.queries import NotAllowed, may_invite


class NotOpen(Exception):  # noqa: N818
    """The invitation was answered, withdrawn, or is for another account."""


@transaction.atomic
def invite(
    *,
    email: str,
    name: RoleName,
    actor: User,
    at: datetime,
    cluster: str = "",
    organisation: str = "",
    language: str = "fr",
) -> Invitation:
    """Invite *email* to hold the role *name*; returns the invitation, whose mail leaves on commit.

    Called by the desk and by representatives for their colleagues. Raises NotAllowed. An invitation to the
    same that is still open is sent again instead of doubled.
    """
    if not may_invite(actor, name, cluster, organisation):
        raise NotAllowed
    found, _ = Invitation.objects.update_or_create(
        email=email.lower(),
        name=name,
        cluster=cluster,
        organisation=organisation,
        answered_at=None,
        withdrawn_at=None,
        defaults={"language": language, "invited_by": actor, "invited_at": at},
    )
    _write_line(found, "invite", actor, at)
    enqueue_on_commit("grappe.hub.people.jobs.send_invitation", found.pk)
    return found


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, actor: User, at: datetime) -> Invitation:
    """Let the link of *invitation* open nothing any more; returns it. Raises NotAllowed."""
    if not may_invite(actor, RoleName(invitation.name), invitation.cluster, invitation.organisation):
        raise NotAllowed
    if invitation.answered_at is None and invitation.withdrawn_at is None:
        invitation.withdrawn_at = at
        invitation.save(update_fields=["withdrawn_at"])
        _write_line(invitation, "withdraw_invitation", actor, at)
    return invitation


@transaction.atomic
def open_account(*, invitation: Invitation, full_name: str, password: str, at: datetime) -> User:
    """Open the account that *invitation* is for, and answer it; returns the account.

    Called by whoever holds the signed link: that they read mail sent to the address is what it proves.
    Raises NotOpen when it was answered, or when the address has an account (which then answers it).
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not is_open(invitation) or User.objects.filter(email__iexact=invitation.email).exists():
        raise NotOpen
    first, _, last = full_name.strip().partition(" ")
    user = User.objects.create_user(
        invitation.email,
        invitation.email,
        password,
        first_name=first[:150],
        last_name=last[:150],
        language=invitation.language,
    )
    _answer(invitation, user, at)
    return user


@transaction.atomic
def accept_invitation(*, invitation: Invitation, actor: User, at: datetime) -> None:
    """Give *actor*, whose address it was sent to, the role of *invitation*. Raises NotOpen."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not is_open(invitation) or actor.email.lower() != invitation.email:
        raise NotOpen
    _answer(invitation, actor, at)


def is_open(invitation: Invitation) -> bool:
    """Whether *invitation* was neither answered nor withdrawn."""
    return invitation.answered_at is None and invitation.withdrawn_at is None


def _answer(invitation: Invitation, user: User, at: datetime) -> None:
    invitation.answered_at, invitation.answered_by = at, user
    invitation.save(update_fields=["answered_at", "answered_by"])
    grant_role(
        user=user,
        name=RoleName(invitation.name),
        cluster=invitation.cluster,
        organisation=invitation.organisation,
        actor=invitation.invited_by,
        at=at,
    )
    _write_line(invitation, "accept_invitation", user, at)


def _write_line(invitation: Invitation, verb: str, actor: User, at: datetime) -> None:
    data = {
        "role": invitation.name,
        "cluster": invitation.cluster,
        "organisation": invitation.organisation,
    }
    record(actor=actor, at=at, verb=verb, object_kind="invitation", object_id=invitation.pk, data=data)
