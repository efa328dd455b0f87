"""Writes on the yearly question “is your page right?”, answered from a signed link without log-in."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import may_do, may_speak_for, require
from grappe.hub.registry.actions.records import first_record
from grappe.hub.registry.actions.statements import MEMBERS_SOURCE, Correction, declare_value
from grappe.hub.registry.models import ConfirmationRequest, Organisation
from grappe.hub.registry.queries import organisation_of

_Answer = ConfirmationRequest.Answer


@transaction.atomic
def ask_confirmation(
    *, organisation: Organisation, email: str, language: str, actor: User, at: datetime
) -> ConfirmationRequest:
    """Send *email* a link to confirm the page of *organisation*; returns the request. Raises NotAllowed."""
    require(may_do(actor, "ask", organisation, "confirmation"))
    request = ConfirmationRequest.objects.create(
        entity=first_record(organisation), email=email, language=language, sent_at=at, sent_by=actor
    )
    _write_line(request, "ask_confirmation", actor, at)
    enqueue_on_commit("grappe.hub.registry.jobs.send_confirmation_request", request.pk)
    return request


@transaction.atomic
def ask_confirmations(
    *, recipients: Iterable[tuple[Organisation, str]], language: str, actor: User, at: datetime
) -> list[ConfirmationRequest]:
    """Ask each (organisation, address) of *recipients*; returns the requests. Raises NotAllowed for any."""
    return [
        ask_confirmation(organisation=organisation, email=email, language=language, actor=actor, at=at)
        for organisation, email in recipients
    ]


@transaction.atomic
def answer_confirmation(
    *, request: ConfirmationRequest, is_right: bool, comment: str, at: datetime
) -> ConfirmationRequest:
    """Keep the answer that the signed link of *request* brought; returns it.

    “All is right” is a statement of the organisation, dated: the page is fresh again. Anything else goes to
    the review list. A second answer replaces the first as long as staff have not handled it.
    """
    request = ConfirmationRequest.objects.select_for_update().get(pk=request.pk)
    organisation = organisation_of(request.entity)
    if request.handled_at is not None or organisation is None:
        return request
    request.answered_at = at
    request.answer = _Answer.RIGHT if is_right else _Answer.WRONG
    request.comment = "" if is_right else comment
    request.save(update_fields=["answered_at", "answer", "comment"])
    if is_right:
        declare_value(organisation=organisation, correction=_confirmed(organisation, at), at=at)
    _write_line(request, "answer_confirmation", None, at)
    return request


@transaction.atomic
def confirm_page(*, organisation: Organisation, actor: User, at: datetime) -> None:
    """*actor*, who represents *organisation*, says that its page is right. Raises NotAllowed."""
    require(may_speak_for(actor, organisation))
    statement = declare_value(organisation=organisation, correction=_confirmed(organisation, at), at=at)
    data = {"property": "confirmed", "value": statement.value}
    record(
        actor=actor, at=at, verb="confirm_page", object_kind="statement", object_id=statement.pk, data=data
    )


@transaction.atomic
def handle_answer(*, request: ConfirmationRequest, actor: User, at: datetime) -> ConfirmationRequest:
    """Staff have done what the answer asked for; returns the request. Raises NotAllowed."""
    organisation = organisation_of(request.entity)
    require(organisation is not None and may_do(actor, "decide", organisation, "proposal"))
    if request.handled_at is None:
        request.handled_at = at
        request.save(update_fields=["handled_at"])
        _write_line(request, "handle_answer", actor, at)
    return request


def _confirmed(organisation: Organisation, at: datetime) -> Correction:
    day = at.date().isoformat()
    return Correction(
        property="confirmed",
        value=day,
        reason="",
        valid_from=day,
        source=MEMBERS_SOURCE,
        asserted_by=str(organisation),
        method="declared",
    )


def _write_line(request: ConfirmationRequest, verb: str, actor: User | None, at: datetime) -> None:
    data = {"entity": request.entity, "answer": request.answer}
    record(actor=actor, at=at, verb=verb, object_kind="confirmation", object_id=request.pk, data=data)
