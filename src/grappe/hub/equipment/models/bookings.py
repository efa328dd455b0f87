"""Who has which equipment when: reservations of several bookings, closures, waiting, use."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grappe.hub.equipment.exclusion import NoOverlap
from grappe.hub.equipment.models.catalogue import Capability, Equipment
from grappe.hub.equipment.models.requests import AccessRequest


class Reservation(models.Model):
    """Bookings made together, over one site or several: all of them stand, or none."""

    class State(models.TextChoices):
        """Where it stands."""

        HELD = "held", _("held")
        BOOKED = "booked", _("booked")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("expired")

    title = models.CharField(max_length=200)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reservations")
    #: Whom it is for: canonical id of the organisation, "" for a person of a site.
    organisation = models.CharField(max_length=20, blank=True, db_index=True)
    tier = models.CharField(max_length=40)
    request = models.ForeignKey(
        AccessRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="reservations"
    )
    state = models.CharField(max_length=10, choices=State.choices, db_index=True)
    made_at = models.DateTimeField()
    #: When a hold that nobody confirms lets go.
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self):
        return self.title


class Booking(models.Model):
    """One unit of an equipment is taken from *starts_at* (included) to *ends_at* (excluded)."""

    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, related_name="bookings")
    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="bookings")
    capability = models.ForeignKey(
        Capability, null=True, blank=True, on_delete=models.PROTECT, related_name="bookings"
    )
    #: Which of the equipment's units, from 1.
    unit = models.PositiveSmallIntegerField(default=1)
    #: Who works on it; handed over, somebody else.
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bookings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    step = models.CharField(max_length=200, blank=True)
    wafers = models.PositiveIntegerField(default=1)
    runs = models.PositiveIntegerField(default=1)
    price_cad = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    #: When its time was given back: cancelled, expired, moved.
    released_at = models.DateTimeField(null=True, blank=True)
    #: Its time went by without use.
    missed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(
                fields=["equipment", "starts_at"], condition=Q(released_at=None), name="standing_bookings"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="booking_ends_after_start"),
            NoOverlap(
                name="unit_taken_once", keys=("equipment", "unit"), start="starts_at", end="ends_at",
                released="released_at",
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.equipment} {self.starts_at:%Y-%m-%d %H:%M}"


class Closure(models.Model):
    """An equipment can't be used: planned maintenance, or out of order. Earlier bookings stand, to repair."""

    class Kind(models.TextChoices):
        """Why."""

        MAINTENANCE = "maintenance", _("maintenance")
        OUTAGE = "outage", _("out of order")

    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="closures")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    why = models.TextField(blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    #: Open again sooner, or declared by mistake.
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="closure_ends_after_start")
        ]

    def __str__(self):
        return f"{self.equipment} {self.kind} {self.starts_at:%Y-%m-%d %H:%M}"


class Waiting(models.Model):
    """Somebody waits for *minutes* of an equipment between two instants; the first is offered a hold."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.CharField(max_length=20, blank=True)
    equipment = models.ForeignKey(Equipment, on_delete=models.CASCADE, related_name="waiting")
    capability = models.ForeignKey(Capability, null=True, blank=True, on_delete=models.CASCADE)
    tier = models.CharField(max_length=40)
    minutes = models.PositiveIntegerField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    asked_at = models.DateTimeField()
    offered = models.OneToOneField(Reservation, null=True, blank=True, on_delete=models.SET_NULL)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]

    def __str__(self):
        return f"{self.user} {self.equipment}"


class Use(models.Model):
    """What was really done in a booking, as logged."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="use")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    runs = models.PositiveIntegerField(default=0)
    wafers = models.PositiveIntegerField(default=0)
    price_cad = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    note = models.TextField(blank=True)
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["started_at", "id"]

    def __str__(self):
        return str(self.booking)
