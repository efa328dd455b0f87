"""The background work of the API: what was only remembered is written, what is old is forgotten."""

from datetime import timedelta

from django.utils import timezone

from grappe.hub.api.actions import forget_replays, write_last_uses
from grappe.hub.config.tasks import task

_KEPT = timedelta(days=1)


@task()
def tidy() -> int:
    """Write down when tokens were last used, forget the answers kept for a day; returns how many were."""
    write_last_uses()
    return forget_replays(before=timezone.now() - _KEPT)
