"""Lists that staff bring in the hub: each edition is an import, kept with its file, mapping and outcome."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportState(models.TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", _("being opened")
    COLUMNS = "columns", _("columns to be said")
    READING = "reading", _("being read")
    REFUSED = "refused", _("mistakes to mend")
    READY = "ready", _("ready to confirm")
    APPLYING = "applying", _("being applied")
    APPLIED = "applied", _("applied")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("stopped by a fault")


#: A background task is at work, or waits for its turn.
WORKING = frozenset({ImportState.UPLOADED, ImportState.READING, ImportState.APPLYING, ImportState.UNDOING})
#: Nothing was changed yet: the list may be replaced, the mapping corrected, the import cancelled.
OPEN = frozenset(
    {
        *(ImportState.UPLOADED, ImportState.COLUMNS, ImportState.READING),
        *(ImportState.REFUSED, ImportState.READY, ImportState.FAILED),
    }
)


class Import(models.Model):
    """One edition of a list: what it is, how it is read, what it would change or changed."""

    #: The id of its source, which may not be stored yet; *described* is how it will then be.
    source_key = models.CharField(max_length=100, db_index=True)
    described = models.JSONField(default=dict)
    #: Whose list it is; "": of all clusters.
    cluster = models.CharField(max_length=60, blank=True)
    file_name = models.CharField(max_length=200)
    content_hash = models.CharField(max_length=64)
    size = models.BigIntegerField(default=0)
    #: The address it was fetched from, if it was.
    address = models.TextField(blank=True)
    mapping = models.JSONField(default=dict)
    #: ``cells`` said anew and ``rows`` left out, each with who and when.
    amendments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    step = models.CharField(max_length=20, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    task = models.CharField(max_length=64, blank=True)
    is_cancel_asked = models.BooleanField(default=False)
    #: How it was read and what it changes, by kind.
    counts = models.JSONField(default=dict)
    #: What the comparison came to, and the last line of the journal that it took into account.
    digest = models.CharField(max_length=64, blank=True)
    seen_entry = models.BigIntegerField(default=0)
    #: The registry changed since its changes were shown: they are to be looked at again.
    is_stale = models.BooleanField(default=False)
    fault = models.TextField(blank=True)
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return (
            f"{self.described.get('title', self.source_key)} {self.described.get('published') or ''}".strip()
        )

    @property
    def is_working(self) -> bool:
        """Whether a background task has it in hand."""
        return self.state in WORKING

    @property
    def is_open(self) -> bool:
        """Whether it may still be corrected or cancelled."""
        return self.state in OPEN


class Inverse(models.Model):
    """What brings one table back to how it was before an import: rows as they were, ids that were not there.

    *rows* and *keys* are Parquet files, so that they are stored and kept with what they undo.
    """

    brought = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="inverses")
    table = models.CharField(max_length=20)
    rows = models.BinaryField()
    keys = models.BinaryField()

    class Meta:
        ordering = ["brought", "table"]
        constraints = [models.UniqueConstraint(fields=["brought", "table"], name="inverse_of_a_table")]

    def __str__(self):
        return f"{self.brought_id} {self.table}"
