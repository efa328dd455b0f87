"""Writes on claims: somebody says to speak for an organisation; the address answers, then staff decide."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.journal.actions import record
from grappe.hub.people.actions.invitations import invite
from grappe.hub.people.models import Invitation, RoleName, User
from grappe.hub.registry.access import may_do, may_speak_for, require
from grappe.hub.registry.actions.records import first_record
from grappe.hub.registry.models import Claim, Organisation
from grappe.hub.registry.queries import organisation_of

_State = Claim.State


@dataclass(frozen=True)
class Claimant:
    """Who claims: a name, an address at work, a title, and why they should be believed."""

    name: str
    email: str
    job_title: str = ""
    message: str = ""
    language: str = "fr"


@transaction.atomic
def make_claim(*, organisation: Organisation, claimant: Claimant, at: datetime) -> Claim:
    """Store the claim and send its address a link to confirm; returns it.

    Anybody may: nothing is shown to staff before the address has answered.
    """
    claim = Claim.objects.create(entity=first_record(organisation), made_at=at, **vars(claimant))
    enqueue_on_commit("grappe.hub.registry.jobs.send_claim_link", claim.pk)
    return claim


@transaction.atomic
def confirm_claim(*, claim: Claim, at: datetime) -> Claim:
    """The address of *claim* answered: let staff decide; returns it. Confirming again changes nothing."""
    if claim.state == _State.UNCONFIRMED:
        claim.state = _State.PENDING
        claim.save(update_fields=["state"])
        record(
            actor=None,
            at=at,
            verb="confirm_claim",
            object_kind="claim",
            object_id=claim.pk,
            data=_told(claim),
        )
    return claim


@transaction.atomic
def decide_claim(*, claim: Claim, is_accepted: bool, why: str, actor: User, at: datetime) -> Claim:
    """Accept *claim*, which invites its address to represent the organisation, or refuse it; returns it.

    Managers of one of the organisation's clusters may. Raises NotAllowed. One already decided stays as it is.
    """
    claim = Claim.objects.select_for_update().get(pk=claim.pk)
    organisation = organisation_of(claim.entity)
    require(organisation is not None and may_do(actor, "decide", organisation, "claim"))
    if claim.state != _State.PENDING:
        return claim
    claim.state = _State.ACCEPTED if is_accepted else _State.REFUSED
    claim.decided_at, claim.decided_by, claim.why = at, actor, why
    claim.save(update_fields=["state", "decided_at", "decided_by", "why"])
    if is_accepted and organisation:
        invite(
            email=claim.email,
            name=RoleName.REPRESENTATIVE,
            organisation=organisation.pk,
            language=claim.language,
            actor=actor,
            at=at,
        )
    else:
        enqueue_on_commit("grappe.hub.registry.jobs.send_claim_refusal", claim.pk)
    data = {**_told(claim), "why": why, "accepted": is_accepted}
    record(actor=actor, at=at, verb="decide_claim", object_kind="claim", object_id=claim.pk, data=data)
    return claim


@transaction.atomic
def invite_representative(
    *, organisation: Organisation, email: str, language: str, actor: User, at: datetime
) -> Invitation:
    """Invite *email* to represent *organisation*; returns the invitation.

    Managers of one of its clusters may, and those who already represent it. Raises NotAllowed.
    """
    allowed = may_do(actor, "invite", organisation, "account") or may_speak_for(actor, organisation)
    require(allowed)
    return invite(
        email=email,
        name=RoleName.REPRESENTATIVE,
        organisation=organisation.pk,
        language=language,
        actor=actor,
        at=at,
    )


def _told(claim: Claim) -> dict[str, str]:
    # The person stays out of the journal, which is kept longer than the claim.
    return {"entity": claim.entity}
