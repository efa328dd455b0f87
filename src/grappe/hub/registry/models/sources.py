"""What brought what is known: loads, sources, the clean text of documents."""

from django.db import models
from django.utils.translation import gettext_lazy as _

VISIBILITIES = [("public", _("public")), ("members", _("members")), ("private", _("private"))]


class Load(models.Model):
    """One loading of an ecosystem folder: its manifest, and a fingerprint that recognises the same folder."""

    at = models.DateTimeField()
    fingerprint = models.CharField(max_length=64)
    manifest = models.JSONField()

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.manifest.get('workspace', {}).get('id', '?')} {self.at:%Y-%m-%d %H:%M}"


class Source(models.Model):
    """A publication or a list that says things."""

    id = models.CharField(primary_key=True, max_length=100)
    title = models.TextField()
    publisher = models.TextField()
    licence = models.CharField(max_length=200)
    url = models.TextField(blank=True)
    published = models.CharField(max_length=40, blank=True)
    accessed = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    chain = models.JSONField(default=list)
    visibility = models.CharField(max_length=10, default="public", choices=VISIBILITIES)
    attribution = models.TextField(blank=True)
    note = models.TextField(blank=True)
    path = models.TextField(blank=True)
    reader = models.CharField(max_length=100, blank=True)
    position = models.IntegerField(default=0)
    statement_count = models.IntegerField(default=0)
    is_current = models.BooleanField(default=True)
    #: "load": an ecosystem folder brought it; "import": the hub keeps it up, and loads leave it alone;
    #: "hub": the staff's own.
    origin = models.CharField(max_length=6, default="load")
    #: Whose list it is; "": of all clusters. Staff of that cluster may bring its next edition.
    cluster = models.CharField(max_length=60, blank=True)
    #: After how many months a new edition is expected.
    due_months = models.PositiveSmallIntegerField(default=12)
    retracted_at = models.CharField(max_length=40, blank=True)
    retracted_why = models.TextField(blank=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self):
        return self.title


class Document(models.Model):
    """The clean text of a file; offsets count its characters."""

    id = models.CharField(primary_key=True, max_length=100)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="documents")
    title = models.TextField(blank=True)
    language = models.CharField(max_length=2, blank=True)
    published = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    media_type = models.CharField(max_length=100)
    pages = models.IntegerField(null=True)
    encoding = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["source", "id"]

    def __str__(self):
        return self.title or self.id


class Passage(models.Model):
    """A heading, paragraph, list item, table cell or footer of a document."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    number = models.IntegerField()
    kind = models.CharField(max_length=10)
    start = models.IntegerField()
    end = models.IntegerField()
    level = models.IntegerField(null=True)
    page = models.IntegerField(null=True)
    headings = models.JSONField(default=list)
    table = models.IntegerField(null=True)
    row = models.IntegerField(null=True)
    column = models.IntegerField(null=True)

    class Meta:
        ordering = ["document", "number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="passage_number")]

    def __str__(self):
        return f"{self.document_id} #{self.number}"
