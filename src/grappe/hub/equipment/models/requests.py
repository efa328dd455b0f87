"""From a question to a project: requests, quotes, and what was looked for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AccessRequest(models.Model):
    """What an organisation asks of the sites, from a first contact to a project."""

    class Stage(models.TextChoices):
        """Stages in the manner of ACTPHAST."""

        LEAD = "lead", pgettext_lazy("stage of a request", "lead")
        SCOUTING = "scouting", _("scouting")
        PROPOSAL = "proposal", _("proposal")
        PROJECT = "project", _("project")
        CLOSED = "closed", _("closed")

    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    organisation = models.CharField(max_length=20, blank=True, db_index=True)
    contact = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requests")
    #: The cluster whose staff follow it.
    cluster = models.CharField(max_length=60, blank=True)
    tier = models.CharField(max_length=40, default="industrial")
    #: The flow as ``grappe flow plan`` reads it; empty while there are only words.
    flow = models.JSONField(default=dict, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.LEAD, db_index=True)
    #: Why it was closed.
    outcome = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]

    def __str__(self):
        return self.title


class Quote(models.Model):
    """A route with its prices, offered until a day; accepted, it is booked as it is."""

    request = models.ForeignKey(AccessRequest, on_delete=models.PROTECT, related_name="quotes")
    number = models.PositiveSmallIntegerField()
    #: The chosen route as ``plan_json`` writes it.
    route = models.JSONField()
    #: [{step, facility, capability, tier, unit, lines: [{kind, quantity, amount}], total}], amounts as text.
    lines = models.JSONField()
    transport_cad = models.DecimalField(max_digits=12, decimal_places=2)
    total_cad = models.DecimalField(max_digits=12, decimal_places=2)
    #: [{fr, en}]: what is taken for granted, what is still to ask.
    assumptions = models.JSONField(default=list)
    valid_until = models.DateField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["request", "-number"]
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="quote_number_once")]

    def __str__(self):
        return f"{self.request} · {self.number}"


class Search(models.Model):
    """What was looked for, by whom is not kept: demand that an investment can be weighed against."""

    text = models.CharField(max_length=400)
    day = models.DateField()
    #: How many capabilities could, and how many of the process asked could not.
    can = models.PositiveIntegerField()
    cannot = models.PositiveIntegerField()

    class Meta:
        ordering = ["-day", "-id"]
        verbose_name_plural = "searches"

    def __str__(self):
        return self.text
