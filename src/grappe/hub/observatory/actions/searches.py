"""Writes on searches that are measured as sectors are."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from grappe.hub.config.tasks import enqueue_on_commit
from grappe.hub.journal.actions import record
from grappe.hub.observatory.actions.measurements import remove_measurement
from grappe.hub.observatory.models import MeasuredSearch, Measurement
from grappe.hub.observatory.queries import may_publish
from grappe.hub.people.models import User
from grappe.hub.registry.access import require


@transaction.atomic
def measure_search(
    *, code: str, names: tuple[str, str], words: str, filters: Mapping[str, Sequence[str]], actor: User,
    at: datetime,
) -> MeasuredSearch:  # fmt: skip
    """Have what *words* and *filters* find measured under *names* (French, English); returns the search.

    One of that *code* is replaced. Raises NotAllowed.
    """
    require(may_publish(actor))
    asked = {"words": words, "filters": {facet: list(codes) for facet, codes in filters.items()}}
    made, _ = MeasuredSearch.objects.update_or_create(
        code=code,
        defaults={
            "name_fr": names[0],
            "name_en": names[1],
            "made_by": actor.get_username(),
            "made_at": at,
            **asked,
        },
    )
    record(actor=actor, at=at, verb="measure_search", object_kind="search", object_id=code, data=asked)
    enqueue_on_commit("grappe.hub.observatory.jobs.measure_groups")
    return made


@transaction.atomic
def remove_search(*, search: MeasuredSearch, actor: User, at: datetime) -> None:
    """Measure *search* no more; its measurement and figures go. Raises NotAllowed."""
    require(may_publish(actor))
    for measurement in Measurement.objects.filter(group=search.group):
        remove_measurement(measurement=measurement, at=at)
    code = search.pk
    search.delete()
    record(actor=actor, at=at, verb="remove_search", object_kind="search", object_id=code)
