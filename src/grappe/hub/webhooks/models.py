"""Who is told, and what was said to whom."""

from django.conf import settings
from django.db import models


class Endpoint(models.Model):
    """An address that is told of *events*, about the organisations of *cluster* (blank: of all)."""

    url = models.TextField()
    cluster = models.CharField(max_length=60, blank=True)
    events = models.JSONField(default=list)
    #: What deliveries are signed with; the receiver keeps the same.
    secret = models.CharField(max_length=80)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    #: Refused deliveries since the last one that was taken.
    failures = models.PositiveIntegerField(default=0)
    disabled_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self):
        return self.url


class Delivery(models.Model):
    """One event for one endpoint: taken when *delivered_at*, given up when *given_up_at*, else due."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    body = models.TextField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    #: The status of the last answer, or why there was none.
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["endpoint", "event"], name="event_told_once")]

    def __str__(self):
        return f"{self.kind} {self.event}"
