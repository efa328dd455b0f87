"""Who may work where: qualifications with levels and expiry, what sites recognise, agreements."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grappe.hub.equipment.models.catalogue import Facility


class Qualification(models.Model):
    """*user* asked for, or holds, a qualification of a site; what a capability's ``qualification`` names."""

    class Level(models.IntegerChoices):
        """How far, each above the one before."""

        SUPERVISED = 1, _("works with somebody beside")
        AUTONOMOUS = 2, _("works alone")
        TRAINER = 3, _("trains others")

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", _("asked")
        HELD = "held", _("granted")
        REFUSED = "refused", _("refused")
        REVOKED = "revoked", _("revoked")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="qualifications"
    )
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="qualifications")
    code = models.CharField(max_length=120)
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.AUTONOMOUS)
    state = models.CharField(max_length=10, choices=State.choices, db_index=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_on = models.DateField(null=True, blank=True)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "facility", "code", "state"],
                condition=Q(state__in=["asked", "held"]),
                name="qualified_once",
            )
        ]

    def __str__(self):
        return f"{self.user} {self.code}"


class Recognition(models.Model):
    """*facility* takes a qualification of *other* as its own, up to *level*."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="recognises")
    other = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="recognised_by")
    #: What the other site calls it, and what it counts as here.
    other_code = models.CharField(max_length=120)
    code = models.CharField(max_length=120)
    level = models.PositiveSmallIntegerField(
        choices=Qualification.Level.choices, default=Qualification.Level.AUTONOMOUS
    )
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["facility", "code", "id"]

    def __str__(self):
        return f"{self.facility} {self.code} ← {self.other} {self.other_code}"


class Agreement(models.Model):
    """An organisation signed for access to a site, at a tier, and was screened for export control."""

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="agreements")
    organisation = models.CharField(max_length=20, db_index=True)
    tier = models.CharField(max_length=40)
    signed_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    #: Until when it may use what is under export control; null: not screened.
    cleared_until = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-signed_on", "-id"]

    def __str__(self):
        return f"{self.facility} {self.organisation}"
