"""Writes on measurements: made by a task when what they are computed from changed, taken away with
their group.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.observatory.models import Measurement


@transaction.atomic
def store_measurement(*, group: str, inputs: str, result: dict[str, Any], at: datetime) -> Measurement:
    """Keep *result* as what *group* measures now, computed from *inputs*; returns it."""
    values = {"inputs": inputs, "result": result, "made_at": at}
    made, _ = Measurement.objects.update_or_create(group=group, defaults=values)
    told = {"inputs": inputs, "plants": result["plants"], "sites": result["sites"]}
    record(actor=None, at=at, verb="measure_group", object_kind="measurement", object_id=group, data=told)
    return made


@transaction.atomic
def remove_measurement(*, measurement: Measurement, at: datetime) -> None:
    """Take *measurement* away, with the figures it gave: its group is no more."""
    told = {"figures": list(measurement.figures.values_list("pk", flat=True))}
    group = measurement.pk
    measurement.delete()
    record(
        actor=None, at=at, verb="remove_measurement", object_kind="measurement", object_id=group, data=told
    )
