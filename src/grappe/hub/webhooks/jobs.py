"""The background work of webhooks: make the deliveries, and make them again."""

from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.utils import timezone

from grappe.hub.config.tasks import task
from grappe.hub.fetching import Address, FetchRefused, Limits, is_public, post
from grappe.hub.webhooks.actions import claim_delivery, fan_out, forget_deliveries, note_outcome
from grappe.hub.webhooks.models import Delivery
from grappe.hub.webhooks.queries import due_deliveries
from grappe.hub.webhooks.signing import headers_of

_TIMEOUT_S = 10.0
#: One run makes so many; the next minute goes on.
_MOST_A_RUN = 200
_RUN_S = 50.0
_KEPT = timedelta(days=30)
_TAKEN = range(200, 300)


@task()
def tell() -> int:
    """Turn new journal lines into deliveries and make those that are due; returns how many were taken."""
    while fan_out(at=timezone.now()):
        pass
    taken, deadline, refusing = 0, monotonic() + _RUN_S, set()
    for delivery in due_deliveries(timezone.now())[:_MOST_A_RUN]:
        if monotonic() > deadline:
            break
        # One that does not answer keeps the others waiting once a run, not once an event.
        if delivery.endpoint_id in refusing or not claim_delivery(delivery=delivery, at=timezone.now()):
            continue
        is_taken = _deliver(delivery)
        taken += is_taken
        refusing |= set() if is_taken else {delivery.endpoint_id}
    forget_deliveries(before=timezone.now() - _KEPT)
    return taken


def _deliver(delivery: Delivery) -> bool:
    now, body = timezone.now(), delivery.body.encode()
    headers = headers_of(delivery.endpoint.secret, delivery.event, int(now.timestamp()), body)
    try:
        status = post(delivery.endpoint.url, body, headers, _limits())
        is_taken, outcome = status in _TAKEN, str(status)
    except FetchRefused as refusal:
        is_taken, outcome = False, str(refusal)
    note_outcome(delivery=delivery, is_taken=is_taken, outcome=outcome, at=timezone.now())
    return is_taken


def _limits() -> Limits:
    """Public addresses only, any port: unless the deployment lets its own network be told."""
    allowed = _is_any if settings.WEBHOOKS_ANYWHERE else is_public
    return Limits(0, seconds=_TIMEOUT_S, is_allowed=allowed, ports=frozenset(range(1, 65_536)))


def _is_any(address: Address) -> bool:
    return True
