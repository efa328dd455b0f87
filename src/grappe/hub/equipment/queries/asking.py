"""Reads of flows, requests and quotes: what a person may see comes first."""

from datetime import datetime

from django.db.models import Q, QuerySet

from grappe.fabrication.flows import flow_from_json
from grappe.fabrication.matching import Wish
from grappe.hub.equipment.models import AccessRequest, FlowVersion, Quote
from grappe.hub.equipment.queries.access import represented
from grappe.hub.people.queries import Visitor, clusters_where, may


def visible_flows(user: Visitor) -> QuerySet[FlowVersion]:
    """The flows that *user* may see: examples, their own, those of the organisations that they represent;
    staff see all."""
    if may(user, "follow", "request"):
        return FlowVersion.objects.all()
    mine = Q(made_by=None) | Q(organisation__in=represented(user) - {""})
    return FlowVersion.objects.filter(mine | Q(made_by=user.pk))


def visible_requests(user: Visitor) -> QuerySet[AccessRequest]:
    """The requests that *user* may see: their own, those of the organisations that they represent; staff see
    those of their clusters, and those of none."""
    mine = Q(contact=user.pk) | Q(organisation__in=represented(user) - {""})
    clusters = clusters_where(user, "follow", "request")
    if clusters is None:
        return AccessRequest.objects.all()
    if clusters:
        mine |= Q(cluster__in={*clusters, ""})
    return AccessRequest.objects.filter(mine)


def may_follow(user: Visitor, request: AccessRequest) -> bool:
    """Whether *user* may lead *request*: move it on, quote it."""
    return may(user, "follow", "request", request.cluster or None)


def may_ask_for(user: Visitor, organisation: str) -> bool:
    """Whether *user* may ask, and book, in the name of *organisation* ("": of none, staff only)."""
    if organisation and organisation in represented(user):
        return may(user, "make", "request")
    return may(user, "follow", "request")


def standing_quotes(request: AccessRequest) -> QuerySet[Quote]:
    """The quotes of *request*, the latest first."""
    return request.quotes.select_related("issued_by", "accepted_by")


def may_change_flow(user: Visitor, flow: FlowVersion) -> bool:
    """Whether *user* may send *flow* to review, release it, hold it: who may ask for its organisation, or
    wrote it; nobody an example."""
    if flow.made_by_id is None:
        return False
    return flow.made_by_id == user.pk or may_ask_for(user, flow.organisation)


def asked_flows(*, since: datetime) -> list[Wish]:
    """The wish of each step of the flows that were asked for since an instant: what would do first."""
    rows = AccessRequest.objects.filter(asked_at__gte=since).exclude(flow={}).values_list("flow", flat=True)
    return [step.alternatives[0] for row in rows for step in flow_from_json(row).steps]
