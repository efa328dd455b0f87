"""Writes on endpoints, and on what is told to them."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext, override

from grappe.hub.fetching import FetchRefused, Limits, parts_of
from grappe.hub.journal.actions import record
from grappe.hub.journal.models import Unsent
from grappe.hub.people.models import User
from grappe.hub.registry.access import require
from grappe.hub.webhooks.events import EVENTS, events_of
from grappe.hub.webhooks.models import Delivery, Endpoint
from grappe.hub.webhooks.queries import may_manage_endpoint
from grappe.hub.webhooks.signing import new_secret

#: Minutes before each new attempt; after the last one the delivery is given up.
BACKOFF = (1, 5, 30, 120, 300, 600, 840, 1200, 1440)
#: Refusals in a row after which an endpoint is told nothing more.
MOST_FAILURES = 20
#: How long a delivery that is being made is nobody else's.
_LEASE = timedelta(minutes=5)
_BATCH = 500
_GONE = 410


class NoSuchAddress(Exception):  # noqa: N818
    """The address of an endpoint is not one that may be told anything."""


def check_address(url: str) -> None:
    """Raise NoSuchAddress unless *url* is a well-made https address (http where the deployment lets it)."""
    try:
        scheme = parts_of(url, Limits(0, ports=frozenset(range(1, 65_536))))[0]
    except FetchRefused:
        raise NoSuchAddress(url) from None
    if scheme != "https" and not settings.WEBHOOKS_ANYWHERE:
        raise NoSuchAddress(url)


@transaction.atomic
def add_endpoint(*, url: str, cluster: str, events: Collection[str], actor: User, at: datetime) -> Endpoint:
    """Have *url* told of *events* about *cluster*; returns the endpoint, with its secret.

    Managers of the cluster may. Raises NotAllowed, NoSuchAddress, ValueError.
    """
    require(may_manage_endpoint(actor, cluster))
    check_address(url)
    known = [kind for kind in EVENTS if kind in events]
    if not known or len(known) != len(set(events)):
        raise ValueError(events)
    endpoint = Endpoint.objects.create(
        url=url, cluster=cluster, events=known, secret=new_secret(), created_by=actor, created_at=at
    )
    _write_line(endpoint, "add_webhook", actor, at)
    return endpoint


@transaction.atomic
def remove_endpoint(*, endpoint: Endpoint, actor: User, at: datetime) -> None:
    """Tell *endpoint* nothing more; what it was told stays listed in the journal. Raises NotAllowed."""
    require(may_manage_endpoint(actor, endpoint.cluster))
    if endpoint.removed_at is None:
        endpoint.removed_at = at
        endpoint.save(update_fields=["removed_at"])
        _write_line(endpoint, "remove_webhook", actor, at)


@transaction.atomic
def enable_endpoint(*, endpoint: Endpoint, actor: User, at: datetime) -> None:
    """Tell *endpoint* again; what waits for it is due now. Raises NotAllowed."""
    require(may_manage_endpoint(actor, endpoint.cluster))
    if endpoint.disabled_at is not None:
        endpoint.disabled_at, endpoint.failures = None, 0
        endpoint.save(update_fields=["disabled_at", "failures"])
        endpoint.deliveries.filter(delivered_at=None, given_up_at=None).update(due_at=at)
        _write_line(endpoint, "enable_webhook", actor, at)


@transaction.atomic
def deliver_again(*, delivery: Delivery, actor: User, at: datetime) -> None:
    """Tell an event once more, whatever came of it. Raises NotAllowed."""
    require(may_manage_endpoint(actor, delivery.endpoint.cluster))
    delivery.due_at, delivery.attempts = at, 0
    delivery.delivered_at = delivery.given_up_at = None
    delivery.save(update_fields=["due_at", "attempts", "delivered_at", "given_up_at"])
    _write_line(delivery.endpoint, "deliver_again", actor, at)


@transaction.atomic
def fan_out(*, at: datetime) -> int:
    """Make the journal's unsent lines deliveries of the endpoints that listen; returns how many lines.

    A line that is fanned out twice, by a worker killed in between, makes the same deliveries.
    """
    lines = list(Unsent.objects.select_related("entry").order_by("pk")[:_BATCH])
    endpoints = list(Endpoint.objects.filter(removed_at=None))
    deliveries = []
    for line in lines if endpoints else ():
        for number, event in enumerate(events_of(line.entry)):
            key = f"evt_{line.entry.pk}_{number}"
            stamp = line.entry.at.isoformat(timespec="seconds")
            content = {"type": event.kind, "timestamp": stamp, "data": event.data}
            body = json.dumps(content, ensure_ascii=False)
            deliveries += [
                Delivery(endpoint=each, event=key, kind=event.kind, body=body, created_at=at, due_at=at)
                for each in endpoints
                if event.kind in each.events and (not each.cluster or each.cluster in event.clusters)
            ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    Unsent.objects.filter(pk__in=[line.pk for line in lines]).delete()
    return len(lines)


def claim_delivery(*, delivery: Delivery, at: datetime) -> bool:
    """Whether *delivery* is now this worker's to make: no other makes it for some minutes."""
    mine = Delivery.objects.filter(pk=delivery.pk, due_at=delivery.due_at, delivered_at=None)
    return bool(mine.update(due_at=at + _LEASE))


@transaction.atomic
def note_outcome(*, delivery: Delivery, is_taken: bool, outcome: str, at: datetime) -> None:
    """Write down what came of an attempt: taken, due again later, given up; an endpoint that never takes
    anything, or says that it is gone, is disabled, and whoever made it is told."""
    delivery.attempts += 1
    delivery.outcome = outcome[:200]
    endpoint = (
        Endpoint.objects.select_for_update(of=("self",))
        .select_related("created_by")
        .get(pk=delivery.endpoint_id)
    )
    if is_taken:
        delivery.delivered_at, endpoint.failures = at, 0
    else:
        endpoint.failures += 1
        if delivery.attempts > len(BACKOFF):
            delivery.given_up_at = at
        else:
            delivery.due_at = at + timedelta(minutes=BACKOFF[delivery.attempts - 1])
        is_over = endpoint.failures >= MOST_FAILURES or outcome == str(_GONE)
        if is_over and endpoint.disabled_at is None:
            endpoint.disabled_at = at
            _write_line(endpoint, "disable_webhook", None, at)
            transaction.on_commit(partial(_tell_of_disabling, endpoint, outcome))
    delivery.save(update_fields=["attempts", "outcome", "delivered_at", "given_up_at", "due_at"])
    endpoint.save(update_fields=["failures", "disabled_at"])


def forget_deliveries(*, before: datetime) -> int:
    """Delete what was told, or given up, before *before*; returns how much. Called by a timer."""
    over = Delivery.objects.filter(created_at__lt=before).exclude(delivered_at=None, given_up_at=None)
    return over.delete()[0]


def _tell_of_disabling(endpoint: Endpoint, outcome: str) -> None:
    owner = endpoint.created_by
    if owner is None or not owner.email:
        return
    with override(owner.language):
        subject = gettext("A webhook is disabled")
        text = gettext(
            "%(url)s refused what it was told too many times; the last answer was: %(outcome)s.\n"
            "It is told nothing more until you enable it again at the desk: %(desk)s"
        )
        values = {"url": endpoint.url, "outcome": outcome, "desk": f"{settings.BASE_URL}/desk/webhooks/"}
        send_mail(subject, text % values, None, [owner.email])


def _write_line(endpoint: Endpoint, verb: str, actor: User | None, at: datetime) -> None:
    data = {"url": endpoint.url, "cluster": endpoint.cluster, "events": endpoint.events}
    record(actor=actor, at=at, verb=verb, object_kind="webhook", object_id=endpoint.pk, data=data)
