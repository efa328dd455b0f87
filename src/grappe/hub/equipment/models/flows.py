"""The library of flows: versions that sites review, then released, held or taken up again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grappe.hub.equipment.models.catalogue import Facility


class FlowVersion(models.Model):
    """One version of a flow, of one organisation; what it says never changes, a change is a new version."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        RELEASED = "released", _("released")
        HELD = "held", _("on hold")

    name = models.CharField(max_length=200)
    version = models.PositiveSmallIntegerField()
    organisation = models.CharField(max_length=20, blank=True, db_index=True)
    #: As ``grappe flow plan`` reads it.
    flow = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    why = models.TextField(blank=True)
    #: The codes of the sites whose steps it has: each reviews it before it is released.
    sites = models.JSONField(default=list, blank=True)
    #: None: an example that came with a catalogue.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name", "version"], name="flow_version_once")
        ]

    def __str__(self):
        return f"{self.name} {self.version}"


class FlowReview(models.Model):
    """What a site says of the steps that a flow would run there."""

    class Verdict(models.TextChoices):
        """What was said."""

        ACCEPT = "accept", _("accepted")
        REFUSE = "refuse", _("refused")

    flow = models.ForeignKey(FlowVersion, on_delete=models.CASCADE, related_name="reviews")
    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="reviews")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    why = models.TextField(blank=True)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["flow", "facility"], name="one_review_a_site")]

    def __str__(self):
        return f"{self.flow} {self.facility} {self.verdict}"
