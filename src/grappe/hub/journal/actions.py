"""The journal's one write."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from grappe.hub.journal.models import Entry, Unsent

if TYPE_CHECKING:
    from grappe.hub.people.models import User


def record(
    *,
    actor: "User | None",
    at: datetime,
    verb: str,
    object_kind: str,
    object_id: object,
    data: dict[str, Any] | None = None,
) -> Entry:
    """Append one line and return it; *actor* None is the machine (a load, a timer).

    Called by every action of the hub, inside that action's transaction.
    """
    entry = Entry.objects.create(
        actor=actor,
        actor_label=actor.get_username() if actor else "grappe",
        at=at,
        verb=verb,
        object_kind=object_kind,
        object_id=str(object_id),
        data=data or {},
    )
    Unsent.objects.create(entry=entry)
    return entry
