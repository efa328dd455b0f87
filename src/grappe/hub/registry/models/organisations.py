"""Organisations, derived from statements and judgements; their records, ids and belongings."""

from django.db import models


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
    #: "load": a build said so; "import": an import; "hub": a judgement made here, and derived again with it.
    origin = models.CharField(max_length=6, default="load")

    def __str__(self):
        return f"{self.former} → {self.current}"


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


class Pending(models.Model):
    """An organisation changed since the search index last heard of it: written with the change itself."""

    organisation = models.CharField(max_length=16)

    def __str__(self):
        return self.organisation
