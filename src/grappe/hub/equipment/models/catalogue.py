"""What several sites offer: each part as the core's catalogue writes it (``record``), with what is asked for
beside it. A site owns its rows: loading its catalogue again replaces them, and no one else's.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Facility(models.Model):
    """A site that keeps its own catalogue and its own bookings."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    city = models.CharField(max_length=100, blank=True)
    #: The organisation it belongs to: those who represent it run the site.
    organisation = models.CharField(max_length=20, blank=True)
    #: The cluster whose managers may run it too.
    cluster = models.CharField(max_length=60, blank=True)
    is_fictional = models.BooleanField(default=False)
    #: The row of ``facilities`` in the core's catalogue: hours, days closed, time zone, day confirmed.
    record = models.JSONField()
    #: What this site asks before a booking: see ``grappe.fabrication.policy``.
    rules = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=500, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self):
        return self.name

    @property
    def timezone(self) -> str:
        """The name of its time zone, the core's default when its record says none."""
        return str(self.record.get("timezone") or "America/Montreal")


class Equipment(models.Model):
    """What is occupied by a booking: an instrument, or a site's staff for what it does without one."""

    class Kind(models.TextChoices):
        """What it is."""

        INSTRUMENT = "instrument", _("instrument")
        STAFF = "staff", _("staff")

    code = models.CharField(max_length=120, unique=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="equipment")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.INSTRUMENT)
    name = models.CharField(max_length=300)
    #: How many bookings it takes at once.
    capacity = models.PositiveSmallIntegerField(default=1)
    #: The row of ``equipment``; empty for staff.
    record = models.JSONField(default=dict)
    #: When its site's catalogue no longer had it; its bookings stay.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["facility", "name", "id"]

    def __str__(self):
        return self.name


class Capability(models.Model):
    """What an equipment can do, within published limits."""

    code = models.CharField(max_length=120, unique=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="capabilities")
    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="capabilities")
    process = models.CharField(max_length=60, db_index=True)
    name = models.CharField(max_length=300)
    #: The row of ``capabilities``.
    record = models.JSONField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["facility", "process", "name", "id"]
        verbose_name_plural = "capabilities"

    def __str__(self):
        return self.name


class Rate(models.Model):
    """A published rate of a site."""

    code = models.CharField(max_length=300, unique=True)
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="rates")
    #: The row of ``rates``.
    record = models.JSONField()

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.code


class Transfer(models.Model):
    """The way between two sites."""

    origin = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="ways_out")
    destination = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="ways_in")
    #: The row of ``transfers``.
    record = models.JSONField()

    class Meta:
        ordering = ["origin", "destination"]
        constraints = [
            models.UniqueConstraint(fields=["origin", "destination"], name="one_way_between_sites")
        ]

    def __str__(self):
        return f"{self.origin} → {self.destination}"
