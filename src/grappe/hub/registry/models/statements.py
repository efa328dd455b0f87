"""Statements are never rewritten: a new value is a new statement. Judgements are stored edges."""

from django.db import models

from grappe.hub.registry.models.sources import VISIBILITIES, Source


class Statement(models.Model):
    """One source says that *entity* has *property* = *value*. See ``grappe.statements.Statement``."""

    id = models.CharField(primary_key=True, max_length=24)
    entity = models.CharField(max_length=200, db_index=True)
    property = models.CharField(max_length=40)
    value = models.TextField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="statements")
    qualifier = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, blank=True)
    original_value = models.TextField(blank=True)
    valid_from = models.CharField(max_length=40, blank=True)
    valid_to = models.CharField(max_length=40, blank=True)
    locator = models.TextField(blank=True)
    method = models.CharField(max_length=20)
    extractor = models.CharField(max_length=60, blank=True)
    extractor_version = models.CharField(max_length=20, blank=True)
    first_seen = models.CharField(max_length=40, blank=True)
    last_seen = models.CharField(max_length=40, blank=True)
    retracted_at = models.CharField(max_length=40, blank=True)
    confidence = models.FloatField(default=1.0)
    rank = models.CharField(max_length=12, default="normal")
    rank_reason = models.TextField(blank=True)
    asserted_by = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    visibility = models.CharField(max_length=10, default="public", choices=VISIBILITIES)
    #: "load": an ecosystem folder brought it; "import": a list brought here; "hub": a person. Loads touch
    #: their own only.
    origin = models.CharField(max_length=6, default="load")
    #: What a load compares to know whether anything but the identity of the statement changed.
    digest = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["entity", "property", "id"]

    def __str__(self):
        return f"{self.entity} {self.property} {self.value}"


class Judgement(models.Model):
    """A stored decision about two records; taken back by ``retracted_at``, never deleted."""

    id = models.CharField(primary_key=True, max_length=24)
    left = models.CharField(max_length=200, db_index=True)
    right = models.CharField(max_length=200, db_index=True)
    relation = models.CharField(max_length=20)
    who = models.CharField(max_length=200)
    why = models.TextField(blank=True)
    at = models.CharField(max_length=40, blank=True)
    features = models.JSONField(default=list)
    retracted_at = models.CharField(max_length=40, blank=True)
    retracted_by = models.CharField(max_length=200, blank=True)
    origin = models.CharField(max_length=6, default="load")

    def __str__(self):
        return f"{self.left} {self.relation} {self.right}"
