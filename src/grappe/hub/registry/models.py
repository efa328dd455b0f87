"""What is stored of the registry. Statements are never rewritten: a new value is a new statement."""

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
    #: "load": an ecosystem folder brought it; "hub": the staff's own.
    origin = models.CharField(max_length=4, default="load")
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


class Organisation(models.Model):
    """A projection of accepted statements; derived again whenever they change."""

    id = models.CharField(primary_key=True, max_length=16)
    name_fr = models.TextField(blank=True)
    name_en = models.TextField(blank=True)
    acronym = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=20, blank=True)
    description_fr = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    website = models.TextField(blank=True)
    size = models.CharField(max_length=20, blank=True)
    precision = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=100, blank=True)
    province = models.CharField(max_length=2, blank=True)
    region_code = models.CharField(max_length=4, blank=True)
    region = models.CharField(max_length=100, blank=True)
    municipality_code = models.CharField(max_length=10, blank=True)
    municipality = models.CharField(max_length=200, blank=True)
    postal_area = models.CharField(max_length=3, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    sectors = models.JSONField(default=list)
    stages = models.JSONField(default=list)
    clusters = models.JSONField(default=list)
    statement_count = models.IntegerField(default=0)
    source_count = models.IntegerField(default=0)
    last_stated = models.CharField(max_length=40, blank=True)
    missing_fr = models.JSONField(default=list)
    sort_name = models.CharField(max_length=120, blank=True, db_index=True)

    class Meta:
        ordering = ["sort_name", "id"]

    def __str__(self):
        return self.name_fr or self.name_en or self.id


class Record(models.Model):
    """One subject of one source, and the organisation it is judged to be (none while no source stands)."""

    entity = models.CharField(primary_key=True, max_length=200)
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="records"
    )
    #: The canonical id that the rules gave it: what people's judgements start from.
    linked = models.CharField(max_length=16, blank=True, db_index=True)

    def __str__(self):
        return self.entity


class Redirect(models.Model):
    """A canonical id no longer used, and the one that replaces it."""

    former = models.CharField(primary_key=True, max_length=16)
    current = models.CharField(max_length=16)
    #: "load": a build said so; "hub": a judgement made here, and derived again with it.
    origin = models.CharField(max_length=4, default="load")

    def __str__(self):
        return f"{self.former} → {self.current}"


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
    #: "load": an ecosystem folder brought it; "hub": a person did, and loads never touch it.
    origin = models.CharField(max_length=4, default="load")
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
    origin = models.CharField(max_length=4, default="load")

    def __str__(self):
        return f"{self.left} {self.relation} {self.right}"


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


class Belonging(models.Model):
    """An organisation is in a cluster (with a role), a sector or a stage: what lists count and filter."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="belongings")
    list = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    role = models.CharField(max_length=40, blank=True)
    since = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["list", "code", "organisation"]
        indexes = [models.Index(fields=["list", "code", "role"], name="belonging_by_code")]

    def __str__(self):
        return f"{self.organisation_id} {self.list} {self.code}"


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


class Pending(models.Model):
    """An organisation changed since the search index last heard of it: written with the change itself."""

    organisation = models.CharField(max_length=16)

    def __str__(self):
        return self.organisation
