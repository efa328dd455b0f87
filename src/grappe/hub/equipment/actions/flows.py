"""The library of flows: versions written, reviewed by each site, released, held and taken up again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from grappe.hub.equipment.models import Facility, FlowReview, FlowVersion
from grappe.hub.equipment.planning import read_flow
from grappe.hub.equipment.queries.access import may_run
from grappe.hub.equipment.queries.asking import may_ask_for, may_change_flow
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.registry.access import require

_State = FlowVersion.State


class NotReviewed(Exception):  # noqa: N818
    """A site has not accepted the flow yet."""


@transaction.atomic
def write_flow(
    *, flow: Mapping[str, Any], organisation: str, actor: User | None, at: datetime
) -> FlowVersion:
    """Keep *flow* as the next version of its name; an equal one is not kept twice.

    *actor* None: an example that came with a catalogue. Raises GrappeError for a row that is no flow,
    NotAllowed.
    """
    name = read_flow(flow).name
    if actor is not None:
        require(may_ask_for(actor, organisation))
    others = FlowVersion.objects.select_for_update().filter(name=name, organisation=organisation)
    last = others.order_by("-version").first()
    if last is not None and {**last.flow, "version": ""} == {**flow, "version": ""}:
        return last
    version = (others.aggregate(last=Max("version"))["last"] or 0) + 1
    made = FlowVersion.objects.create(
        name=name,
        version=version,
        organisation=organisation,
        flow={**flow, "version": str(version)},
        made_by=actor,
        made_at=at,
    )
    _say(made, "write_flow", actor, at)
    return made


@transaction.atomic
def ask_reviews(*, flow: FlowVersion, sites: Sequence[str], actor: User, at: datetime) -> None:
    """Ask each of *sites* (codes) what it says of the steps that would run there. Raises NotAllowed."""
    require(may_change_flow(actor, flow))
    flow.state, flow.sites = _State.REVIEW, list(sites)
    flow.save(update_fields=["state", "sites"])
    _say(flow, "ask_reviews", actor, at, sites=list(sites))


@transaction.atomic
def review_flow(
    *, flow: FlowVersion, facility: Facility, verdict: str, why: str, actor: User, at: datetime
) -> None:
    """Say what *facility* thinks of *flow*; said again, it replaces what was said. Raises NotAllowed."""
    require(may_run(actor, facility) and facility.code in flow.sites)
    FlowReview.objects.update_or_create(
        flow=flow, facility=facility, defaults={"verdict": verdict, "why": why, "who": actor, "at": at}
    )
    _say(flow, "review_flow", actor, at, site=facility.code, verdict=verdict)


@transaction.atomic
def release_flow(*, flow: FlowVersion, actor: User, at: datetime) -> None:
    """Release *flow*, or take it up again after a hold. Raises NotAllowed, NotReviewed."""
    require(may_change_flow(actor, flow))
    accepted = flow.reviews.filter(verdict=FlowReview.Verdict.ACCEPT)
    if set(flow.sites) - set(accepted.values_list("facility__code", flat=True)) or not flow.sites:
        raise NotReviewed
    flow.state, flow.why = _State.RELEASED, ""
    flow.save(update_fields=["state", "why"])
    _say(flow, "release_flow", actor, at)


@transaction.atomic
def hold_flow(*, flow: FlowVersion, why: str, actor: User, at: datetime) -> None:
    """Put *flow* on hold: nobody books it until it is released again. Raises NotAllowed."""
    require(may_change_flow(actor, flow) or any(may_run(actor, each) for each in _sites(flow)))
    flow.state, flow.why = _State.HELD, why
    flow.save(update_fields=["state", "why"])
    _say(flow, "hold_flow", actor, at, why=why)


def _sites(flow: FlowVersion) -> list[Facility]:
    return list(Facility.objects.filter(code__in=flow.sites))


def _say(flow: FlowVersion, verb: str, actor: User | None, at: datetime, **data: Any) -> None:
    told = {"name": flow.name, "version": flow.version, **data}
    record(actor=actor, at=at, verb=verb, object_kind="flow", object_id=flow.pk, data=told)
