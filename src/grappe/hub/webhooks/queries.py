"""Reads of endpoints and of what they were told."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from grappe.hub.people.queries import Visitor, clusters_where, may
from grappe.hub.webhooks.models import Delivery, Endpoint

_MOST_LISTED = 100


def managed_endpoints(user: Visitor) -> QuerySet[Endpoint]:
    """The endpoints of the clusters whose managers *user* is among, with how many deliveries wait."""
    clusters = clusters_where(user, "manage", "webhook")
    found = Endpoint.objects.filter(removed_at=None).select_related("created_by")
    if clusters is not None:
        found = found.filter(cluster__in=clusters)
    waiting = Q(deliveries__delivered_at=None, deliveries__given_up_at=None)
    return found.annotate(waiting=Count("deliveries", filter=waiting))


def may_manage_endpoint(user: Visitor, cluster: str) -> bool:
    """Whether *user* may have another system told about *cluster* (blank: about all of them)."""
    return may(user, "manage", "webhook", cluster)


def latest_deliveries(endpoint: Endpoint) -> QuerySet[Delivery]:
    """What *endpoint* was told last."""
    return endpoint.deliveries.all()[:_MOST_LISTED]


def due_deliveries(at: datetime) -> QuerySet[Delivery]:
    """What is to be told at *at*, the longest due first, to endpoints that still listen."""
    due = Delivery.objects.filter(due_at__lte=at, delivered_at=None, given_up_at=None)
    listening = due.filter(endpoint__disabled_at=None, endpoint__removed_at=None)
    return listening.select_related("endpoint__created_by").order_by("due_at", "pk")
