"""The observatory's background tasks: each fetches what it needs and calls one function."""

from django.utils import timezone

from grappe.hub.config.tasks import LONG, task
from grappe.hub.observatory.actions.measurements import store_measurement
from grappe.hub.observatory.models import Measurement
from grappe.hub.registry.queries import codes_of


@task(queue_name=LONG)
def measure_groups() -> int:
    """Measure the sectors and clusters whose organisations, or their places, changed; returns how many."""
    # Compilers and table engines: only the worker that measures needs them.
    from grappe.hub.observatory.measuring import fingerprint, measure, sites_of

    sites, done = sites_of(), 0
    kept = dict(Measurement.objects.values_list("group", "inputs"))
    for group in (f"{kind}:{code}" for kind in ("sector", "cluster") for code in codes_of(kind)):
        inputs = fingerprint(sites, group)
        if kept.get(group) != inputs:
            store_measurement(group=group, inputs=inputs, result=measure(sites, group), at=timezone.now())
            done += 1
    return done
