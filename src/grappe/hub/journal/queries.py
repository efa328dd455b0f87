"""Reads of the journal."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Max, Q, QuerySet

from grappe.hub.journal.models import Entry

T = TypeVar("T")
_KEPT_S = 86_400


def entries_about(object_kind: str, object_id: object) -> QuerySet[Entry]:
    """The lines about one object, latest first."""
    return Entry.objects.filter(object_kind=object_kind, object_id=str(object_id)).select_related("actor")


def entries_of(objects: Mapping[str, Collection[object]], most: int = 100) -> list[Entry]:
    """The *most* latest lines about any of *objects* (kind → ids), latest first: one query."""
    wanted = Q(pk__in=())
    for kind, ids in objects.items():
        wanted |= Q(object_kind=kind, object_id__in=[str(each) for each in ids])
    return list(Entry.objects.filter(wanted).select_related("actor")[:most])


def count_entries(*, but: Collection[str]) -> int:
    """How many lines there are, but those about objects of the kinds *but*: it grows with what is done."""
    return Entry.objects.exclude(object_kind__in=but).count()


def until_written(key: str, make: Callable[[], T]) -> T:
    """What *make* gives, kept under *key* until the next line of the journal: never older than a write."""
    latest = Entry.objects.aggregate(latest=Max("pk"))["latest"]
    kept: T = cache.get_or_set(f"{key}@{latest}", make, _KEPT_S)  # type: ignore[assignment]
    return kept
