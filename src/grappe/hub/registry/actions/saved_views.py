"""Writes on saved views: the lists that somebody comes back to."""

from datetime import datetime

from django.db import transaction

from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.people.queries import may
from grappe.hub.registry.access import require
from grappe.hub.registry.models import SavedView


@transaction.atomic
def save_view(*, name: str, query: str, cluster: str, actor: User, at: datetime) -> SavedView:
    """Keep what *query* asks as *name*, for *actor* or also for the staff of *cluster*; returns the view.

    A view of that name that *actor* has is replaced. Raises NotAllowed.
    """
    require(may(actor, "consult", "organisation", cluster or None))
    view, _ = SavedView.objects.update_or_create(
        owner=actor, name=name, defaults={"query": query, "cluster": cluster, "at": at}
    )
    data = {"name": name, "cluster": cluster}
    record(actor=actor, at=at, verb="save_view", object_kind="view", object_id=view.pk, data=data)
    return view


@transaction.atomic
def delete_view(*, view: SavedView, actor: User, at: datetime) -> None:
    """Forget *view*. Its owner may. Raises NotAllowed."""
    require(view.owner_id == actor.pk)
    data = {"name": view.name, "query": view.query}
    record(actor=actor, at=at, verb="delete_view", object_kind="view", object_id=view.pk, data=data)
    view.delete()
