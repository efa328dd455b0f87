"""The observatory's background tasks: each fetches what it needs and calls one function."""

from django.utils import timezone

from grappe.hub.config.tasks import task
from grappe.hub.observatory.actions.measurements import store_measurement
from grappe.hub.observatory.models import Measurement
from grappe.hub.registry.queries import codes_of


@task()
def measure_sectors() -> int:
    """Measure the sectors whose organisations, or their places, changed; returns how many."""
    # Compilers and table engines: only the worker that measures needs them.
    from grappe.hub.observatory.measuring import fingerprint, measure, sites_of

    sites, done = sites_of(), 0
    kept = dict(Measurement.objects.values_list("sector", "inputs"))
    for sector in codes_of("sector"):
        inputs = fingerprint(sites, sector)
        if kept.get(sector) != inputs:
            store_measurement(sector=sector, inputs=inputs, result=measure(sites, sector), at=timezone.now())
            done += 1
    return done
