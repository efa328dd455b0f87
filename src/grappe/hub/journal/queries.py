"""Reads of the journal."""

from django.db.models import QuerySet

from grappe.hub.journal.models import Entry


def entries_about(object_kind: str, object_id: object) -> QuerySet[Entry]:
    """The lines about one object, latest first."""
    return Entry.objects.filter(object_kind=object_kind, object_id=str(object_id)).select_related("actor")
