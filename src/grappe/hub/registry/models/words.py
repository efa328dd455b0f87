"""The workspace's own codes, and what staff write to one another."""

from django.db import models

from grappe.hub.registry.models.sources import Source


class Code(models.Model):
    """A cluster, sector of activity or value-chain stage of the workspace."""

    list = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    name_fr = models.TextField(blank=True)
    name_en = models.TextField(blank=True)
    parent = models.CharField(max_length=60, blank=True)
    position = models.IntegerField(default=0)
    text_fr = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="+")
    extra = models.JSONField(default=dict)

    class Meta:
        ordering = ["list", "position", "code"]
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="code_in_list")]

    def __str__(self):
        return self.name_fr or self.name_en or self.code


class Note(models.Model):
    """What the staff of one cluster write to one another about an organisation; nobody else reads it.

    It hangs on a record, so that it follows a merge and comes back with its undoing.
    """

    entity = models.CharField(max_length=200, db_index=True)
    cluster = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    author = models.ForeignKey("hub.User", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return self.text[:60]


class Contact(models.Model):
    """Whom the staff of one cluster know at an organisation: work contact only, read by them alone."""

    entity = models.CharField(max_length=200, db_index=True)
    cluster = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    author = models.ForeignKey("hub.User", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self):
        return self.name


class SavedView(models.Model):
    """A list of organisations that one person, or the staff of a cluster, come back to."""

    owner = models.ForeignKey("hub.User", on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    #: The cluster whose staff see it too; empty: its owner only.
    cluster = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="view_named_once")]

    def __str__(self):
        return self.name
