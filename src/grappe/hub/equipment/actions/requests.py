"""From a question to a project: requests move on, quotes are issued, accepted, withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from grappe.hub.equipment.models import AccessRequest, Quote
from grappe.hub.equipment.queries.asking import may_ask_for, may_follow
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import require

Stage = AccessRequest.Stage
#: From each stage to which it may go: on, or closed.
NEXT = {
    Stage.LEAD: (Stage.SCOUTING, Stage.CLOSED),
    Stage.SCOUTING: (Stage.PROPOSAL, Stage.CLOSED),
    Stage.PROPOSAL: (Stage.PROJECT, Stage.CLOSED),
    Stage.PROJECT: (Stage.CLOSED,),
    Stage.CLOSED: (),
}


class WrongStage(Exception):  # noqa: N818
    """A request does not go from its stage to that one."""


class QuoteGone(Exception):  # noqa: N818
    """The quote is withdrawn, out of date, or accepted already."""


@dataclass(frozen=True)
class Asked:
    """What is asked: words, and a flow when there is one."""

    title: str
    organisation: str
    description: str = ""
    tier: str = "industrial"
    cluster: str = ""
    flow: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """What a quote says: a route as ``plan_json`` writes it, its lines, what is taken for granted."""

    route: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]]
    transport_cad: Decimal
    assumptions: Sequence[Mapping[str, str]]
    valid_until: date

    @property
    def total_cad(self) -> Decimal:
        """The sum of the lines and of the transport."""
        return sum((Decimal(line["total"]) for line in self.lines), self.transport_cad)


@transaction.atomic
def make_request(*, asked: Asked, actor: User, at: datetime) -> AccessRequest:
    """Ask the sites something. Raises NotAllowed."""
    require(may_ask_for(actor, asked.organisation))
    made = AccessRequest.objects.create(
        title=asked.title,
        description=asked.description,
        organisation=asked.organisation,
        tier=asked.tier,
        cluster=asked.cluster,
        flow=dict(asked.flow),
        contact=actor,
        asked_at=at,
    )
    _say(made, "make_request", actor, at)
    return made


@transaction.atomic
def move_request(*, request: AccessRequest, stage: str, why: str = "", actor: User, at: datetime) -> None:
    """Move *request* on to *stage*, or close it with *why*. Raises NotAllowed, WrongStage."""
    require(may_follow(actor, request))
    _move(request, stage, why, at)
    _say(request, "move_request", actor, at, stage=stage, why=why)


@transaction.atomic
def close_request(*, request: AccessRequest, why: str, actor: User, at: datetime) -> None:
    """Close one's own request. Raises NotAllowed, WrongStage."""
    require(may_follow(actor, request) or may_ask_for(actor, request.organisation))
    _move(request, Stage.CLOSED, why, at)
    _say(request, "close_request", actor, at, why=why)


@transaction.atomic
def issue_quote(*, request: AccessRequest, offer: Offer, actor: User, at: datetime) -> Quote:
    """Offer a route at its price until a day; the request becomes a proposal. Raises NotAllowed, WrongStage
    for one that is closed or a project already."""
    require(may_follow(actor, request))
    locked = AccessRequest.objects.select_for_update().get(pk=request.pk)
    if locked.stage in {Stage.PROJECT, Stage.CLOSED}:
        raise WrongStage
    made = Quote.objects.create(
        request=locked,
        number=(locked.quotes.aggregate(last=Max("number"))["last"] or 0) + 1,
        route=dict(offer.route),
        lines=[dict(line) for line in offer.lines],
        transport_cad=offer.transport_cad,
        total_cad=offer.total_cad,
        assumptions=[dict(each) for each in offer.assumptions],
        valid_until=offer.valid_until,
        issued_by=actor,
        issued_at=at,
    )
    locked.stage = Stage.PROPOSAL
    locked.save(update_fields=["stage"])
    request.stage = Stage.PROPOSAL
    _say(request, "issue_quote", actor, at, number=made.number, total_cad=str(made.total_cad))
    return made


@transaction.atomic
def withdraw_quote(*, quote: Quote, actor: User, at: datetime) -> None:
    """Take an offer back before it is accepted. Raises NotAllowed, QuoteGone."""
    require(may_follow(actor, quote.request))
    open_quote(quote, at)
    Quote.objects.filter(pk=quote.pk).update(withdrawn_at=at)
    _say(quote.request, "withdraw_quote", actor, at, number=quote.number)


def open_quote(quote: Quote, at: datetime) -> Quote:
    """*quote*, locked. Raises QuoteGone when it can't be accepted any more."""
    locked = Quote.objects.select_for_update().select_related("request").get(pk=quote.pk)
    if locked.withdrawn_at or locked.accepted_at or locked.valid_until < at.date():
        raise QuoteGone
    return locked


def _move(request: AccessRequest, stage: str, why: str, at: datetime) -> None:
    if stage not in NEXT[Stage(request.stage)]:
        raise WrongStage
    request.stage = stage
    if stage == Stage.CLOSED:
        request.outcome, request.closed_at = why, at
    request.save(update_fields=["stage", "outcome", "closed_at"])


def _say(request: AccessRequest, verb: str, actor: User, at: datetime, **data: Any) -> None:
    told = {"title": request.title, **data}
    record(actor=actor, at=at, verb=verb, object_kind="request", object_id=request.pk, data=told)
