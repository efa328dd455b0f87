"""What the staff's own writings share: they hang on a record, and are put away rather than deleted."""

from datetime import datetime
from typing import Protocol

from grappe.hub.registry.models import Organisation


class Withdrawable(Protocol):
    """A row that can be out of sight."""

    withdrawn_at: datetime | None

    def save(self, *, update_fields: list[str]) -> None:
        """Store it."""


def first_record(organisation: Organisation) -> str:
    """The record that writings about *organisation* hang on, so that they follow a merge and its undoing."""
    return str(organisation.records.order_by("entity").values_list("entity", flat=True)[0])


def put_away(row: Withdrawable, at: datetime | None) -> bool:
    """Put *row* out of sight at *at*, or show it again (None); whether that changed anything."""
    if (row.withdrawn_at is None) == (at is None):
        return False
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    return True
