"""Writes on proposals: a representative says what their page should say; staff accept or refuse."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import may_do, may_speak_for, require
from grappe.hub.registry.actions.records import first_record
from grappe.hub.registry.actions.statements import MEMBERS_SOURCE, Correction, correct_value
from grappe.hub.registry.models import Organisation, Proposal
from grappe.hub.registry.queries import organisation_of, version_of

_State = Proposal.State


@dataclass(frozen=True)
class Proposed:
    """A value for one property, as read from a form, and a word to the staff."""

    property: str
    value: str
    original_value: str = ""
    qualifier: str = ""
    language: str = ""
    valid_from: str = ""
    comment: str = ""


@transaction.atomic
def make_proposal(*, organisation: Organisation, proposed: Proposed, actor: User, at: datetime) -> Proposal:
    """Put *proposed* on the review list; returns the proposal. Representatives may. Raises NotAllowed.

    A pending proposal of the same person for the same property is replaced: it is withdrawn.
    """
    require(may_speak_for(actor, organisation))
    entity = first_record(organisation)
    earlier = Proposal.objects.filter(
        entity=entity,
        property=proposed.property,
        qualifier=proposed.qualifier,
        language=proposed.language,
        proposed_by=actor,
        state=_State.PENDING,
    )
    earlier.update(state=_State.WITHDRAWN, decided_at=at)
    proposal = Proposal.objects.create(entity=entity, proposed_by=actor, proposed_at=at, **vars(proposed))
    _write_line(proposal, "make_proposal", actor, at)
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, actor: User, at: datetime) -> Proposal:
    """Take *proposal* off the list; returns it. Representatives may. Raises NotAllowed."""
    organisation = organisation_of(proposal.entity)
    require(organisation is not None and may_speak_for(actor, organisation))
    if proposal.state == _State.PENDING:
        proposal.state, proposal.decided_at = _State.WITHDRAWN, at
        proposal.save(update_fields=["state", "decided_at"])
        _write_line(proposal, "withdraw_proposal", actor, at)
    return proposal


@transaction.atomic
def accept_proposal(*, proposal: Proposal, value: str, why: str, actor: User, at: datetime) -> Proposal:
    """Let the organisation's page say *value* (what was proposed, or as staff mended it); returns *proposal*.

    The organisation is who says so; *why* is kept with the statement. Raises NotAllowed. One that was decided
    meanwhile stays as it is.
    """
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    organisation = organisation_of(proposal.entity)
    require(organisation is not None and may_do(actor, "decide", organisation, "proposal"))
    if proposal.state != _State.PENDING or organisation is None:
        return proposal
    correction = replace(_correction(proposal, organisation), value=value, reason=why)
    entities = list(organisation.records.values_list("entity", flat=True))
    statement = correct_value(
        organisation=organisation,
        correction=correction,
        version=version_of(entities, proposal.property),
        actor=actor,
        at=at,
    )
    proposal.statement = statement.pk
    return _decide(proposal, _State.ACCEPTED, why, actor, at)


@transaction.atomic
def refuse_proposal(*, proposal: Proposal, why: str, actor: User, at: datetime) -> Proposal:
    """Refuse *proposal*, saying why to who made it; returns it. Raises NotAllowed."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    organisation = organisation_of(proposal.entity)
    require(organisation is not None and may_do(actor, "decide", organisation, "proposal"))
    if proposal.state != _State.PENDING:
        return proposal
    return _decide(proposal, _State.REFUSED, why, actor, at)


def _correction(proposal: Proposal, organisation: Organisation) -> Correction:
    return Correction(
        property=proposal.property,
        value=proposal.value,
        reason="",
        qualifier=proposal.qualifier,
        language=proposal.language,
        original_value=proposal.original_value,
        valid_from=proposal.valid_from or proposal.proposed_at.date().isoformat(),
        source=MEMBERS_SOURCE,
        asserted_by=str(organisation),
        method="declared",
    )


def _decide(proposal: Proposal, state: str, why: str, actor: User, at: datetime) -> Proposal:
    proposal.state, proposal.decided_at, proposal.decided_by, proposal.why = state, at, actor, why
    proposal.save(update_fields=["state", "decided_at", "decided_by", "why", "statement"])
    verb = "accept_proposal" if state == _State.ACCEPTED else "refuse_proposal"
    _write_line(proposal, verb, actor, at)
    return proposal


def _write_line(proposal: Proposal, verb: str, actor: User, at: datetime) -> None:
    data = {"property": proposal.property, "value": proposal.value, "why": proposal.why}
    record(actor=actor, at=at, verb=verb, object_kind="proposal", object_id=proposal.pk, data=data)
