"""The observatory's background tasks: each fetches what it needs and calls one function."""

from django.utils import timezone

from grappe.hub.config.tasks import LONG, task
from grappe.hub.observatory.actions.measurements import remove_measurement, store_measurement
from grappe.hub.observatory.models import MeasuredSearch, Measurement
from grappe.hub.registry.models import Code
from grappe.hub.registry.queries import all_codes

#: The lists of codes whose members are measured.
GROUPED = ("sector", "cluster")


@task(queue_name=LONG)
def measure_groups() -> int:
    """Measure the sectors, clusters and searches whose organisations, or their places, changed, and put the
    results in the ledger; returns how many were measured, or taken away because there is no such group now.
    """
    # Compilers and table engines: only the worker that measures needs them.
    from grappe.hub.observatory.actions.computing import keep_results
    from grappe.hub.observatory.measuring import fingerprint, found_by, measure, sites_of
    from grappe.hub.observatory.recording import results_of

    searches = {each.group: each for each in MeasuredSearch.objects.all()}
    sites, done = sites_of(found_by(searches.values())), 0
    kept = {made.group: made for made in Measurement.objects.all()}
    codes = all_codes()
    groups: dict[str, Code | MeasuredSearch] = {
        f"{kind}:{code}": each for kind in GROUPED for code, each in codes[kind].items()
    }
    for group, named in (groups | searches).items():
        inputs, made = fingerprint(sites, group), kept.pop(group, None)
        if made is None or made.inputs != inputs:
            result = measure(sites, group)
            made = store_measurement(group=group, inputs=inputs, result=result, at=timezone.now())
            done += 1
        keep_results(results=results_of(made, named), of=made, at=made.made_at)
    for gone in kept.values():
        remove_measurement(measurement=gone, at=timezone.now())
    return done + len(kept)
