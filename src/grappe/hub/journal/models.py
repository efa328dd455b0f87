"""The journal's one table."""

from django.conf import settings
from django.db import models


class JournalIsAppendOnly(Exception):  # noqa: N818
    """Somebody tried to change or delete a journal line."""


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads only: neither ``update`` nor ``delete``."""

    def update(self, **values):
        """Refused: raises JournalIsAppendOnly."""
        raise JournalIsAppendOnly

    def delete(self):
        """Refused: raises JournalIsAppendOnly."""
        raise JournalIsAppendOnly


class Entry(models.Model):
    """One line: at *at*, *actor* did *verb* to the object of *object_kind* and *object_id*."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_label = models.CharField(max_length=200, blank=True)
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=200)
    data = models.JSONField(default=dict, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["object_kind", "object_id", "-at"], name="journal_by_object")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.verb} {self.object_kind} {self.object_id}"

    def save(self, *args, **kwargs):
        """Insert the line; raises JournalIsAppendOnly when it is already there."""
        if not self._state.adding:
            raise JournalIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """Refused: raises JournalIsAppendOnly."""
        raise JournalIsAppendOnly


class Unsent(models.Model):
    """A line that nobody outside was told of yet: written with it, gone once its deliveries are made.

    It is what makes an outbox of the journal: lines may be committed in another order than their numbers.
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="+")

    def __str__(self):
        return str(self.entry_id)
