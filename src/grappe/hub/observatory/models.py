"""What is stored of key figures: each as proposed and as it stands, reviews, resolved findings, sheets; and
what figures are computed from: measurements of the registry, official tables.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grappe.hub.registry.models import Source
from grappe.statements import figures as core


class Figure(models.Model):
    """A key figure that a document gives, or that is computed here. *record* is *proposed* with the standing
    reviews applied.
    """

    class Status(models.TextChoices):
        """How far people checked it."""

        DRAFT = "draft", _("to check")
        CHECKED = "checked", _("checked")
        DISPUTED = "disputed", _("disputed")
        WITHDRAWN = "withdrawn", _("rejected")
        COMPUTED = "computed", _("computed here")

    #: The id of the figure as proposed: it stays when people change what the figure says. Of a figure that is
    #: computed here, what it is the result of: it stays when the figure is computed again.
    id = models.CharField(primary_key=True, max_length=24)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="figures")
    document = models.CharField(max_length=100)
    #: Whose source it is of; "": of all clusters.
    cluster = models.CharField(max_length=60, blank=True)
    sector = models.CharField(max_length=60, blank=True, db_index=True)
    proposed = models.JSONField()
    record = models.JSONField()
    #: The id of the figure as it stands: what findings name.
    record_id = models.CharField(max_length=24, db_index=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT, db_index=True)
    indicator = models.CharField(max_length=200, blank=True, db_index=True)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=200, blank=True)
    period_start = models.CharField(max_length=10, blank=True)
    period_end = models.CharField(max_length=10, blank=True)
    start = models.IntegerField(default=0)
    #: Whether its document still says it.
    is_proposed = models.BooleanField(default=True)
    checked_by = models.CharField(max_length=150, blank=True)
    checked_at = models.CharField(max_length=40, blank=True)
    #: What it is computed from, and goes with; neither: a document gives it.
    measurement = models.ForeignKey(
        "Measurement", null=True, blank=True, on_delete=models.CASCADE, related_name="figures"
    )
    table = models.ForeignKey(
        "OfficialTable", null=True, blank=True, on_delete=models.CASCADE, related_name="figures"
    )
    #: Which result of it: ``near/Québec``, ``growth/3345``; "" when a document gives it.
    result = models.CharField(max_length=250, blank=True)
    #: What a computed figure is about in English; its record says it in French.
    subject_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["document", "start", "id"]
        indexes = [models.Index(fields=["document", "start", "id"], name="figures_in_order")]

    def __str__(self):
        return f"{self.indicator} {self.subject} {self.period_start}".strip()

    @property
    def core(self) -> core.Figure:
        """The figure as it stands, as the core's record."""
        return core.read_figure(self.record)


class FigureReview(models.Model):
    """What somebody said of a figure; taken back, it says nothing any more."""

    class Verdict(models.TextChoices):
        """What was said."""

        ACCEPT = "accept", _("accepted as it is")
        FIX = "fix", _("fixed")
        REJECT = "reject", _("rejected")
        DISPUTE = "dispute", _("disputed")

    figure = models.ForeignKey(Figure, on_delete=models.CASCADE, related_name="reviews")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    #: [field, what it should say] of each thing fixed.
    changes = models.JSONField(default=list, blank=True)
    why = models.TextField(blank=True)
    who = models.CharField(max_length=150)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    #: "load": recorded beside the workspace; "hub": given here.
    origin = models.CharField(max_length=6, default="hub")
    #: The id of a recorded review, so that loading it again adds nothing.
    recorded = models.CharField(max_length=24, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self):
        return f"{self.who} {self.verdict} {self.figure_id}"


class Resolution(models.Model):
    """Why what a check found is no matter; it holds for the very figures and numbers that were compared."""

    #: The hash of the finding: another number, another finding.
    finding = models.CharField(max_length=24)
    code = models.CharField(max_length=60)
    figures = models.JSONField(default=list)
    why = models.TextField()
    who = models.CharField(max_length=150)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=models.Q(withdrawn_at=None), name="finding_resolved_once"
            )
        ]

    def __str__(self):
        return f"{self.code} {self.finding}"


class FactSheet(models.Model):
    """Chosen figures as they stood on a day, published under one title in each language."""

    title_fr = models.CharField(_("title in French"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)
    as_of = models.DateField()
    #: Why it is published despite reservations; "" when there are none.
    reason_fr = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    #: [id of the figure, its record on that day], in order.
    figures = models.JSONField()
    cluster = models.CharField(max_length=60, blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self):
        return self.title_fr


class Measurement(models.Model):
    """What a sector or a cluster measured in the registry: where it is, how concentrated, on which stages."""

    #: ``sector:photonics``, ``cluster:optonique``.
    group = models.CharField(primary_key=True, max_length=80)
    #: Hash of the places and stages it was computed from: another one, another measurement.
    inputs = models.CharField(max_length=24)
    result = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["group"]

    def __str__(self):
        return f"{self.group} {self.made_at:%Y-%m-%d}"


class MeasuredSearch(models.Model):
    """A search of the directory that is measured as a sector is, under names of its own."""

    #: Its address; its group is ``search:`` and this.
    code = models.SlugField(primary_key=True, max_length=60)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    words = models.CharField(max_length=200, blank=True)
    #: Facet → its chosen codes.
    filters = models.JSONField(default=dict)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.name_fr

    @property
    def group(self) -> str:
        """What its measurement is kept under."""
        return f"search:{self.code}"


class OfficialTable(models.Model):
    """A table of a statistical office, as it was loaded last: its cells are all of one unit."""

    class Unit(models.TextChoices):
        """What its values count."""

        JOBS = "jobs", _("jobs")
        BUSINESSES = "businesses", _("businesses")
        OTHER = "units", _("units")

    #: Its address, chosen by whoever loads it.
    key = models.SlugField(primary_key=True, max_length=60)
    #: Title, publisher, licence, attribution, address and edition.
    source = models.OneToOneField(Source, on_delete=models.PROTECT, related_name="official_table")
    title_fr = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    layout = models.CharField(max_length=20)
    #: Column → the one value of it that was kept.
    where = models.JSONField(default=dict)
    unit = models.CharField(max_length=12, choices=Unit.choices)
    #: The rows that hold totals, and those of the nation; "": totals are sums.
    total_industry = models.CharField(max_length=200, blank=True)
    reference_region = models.CharField(max_length=200, blank=True)
    #: The region whose growth enters the ledger; "": none does.
    home_region = models.CharField(max_length=200, blank=True)
    #: Industry → the sector whose pages show its growth, or "".
    followed = models.JSONField(default=dict)
    #: Hash of the file and of how it was read.
    inputs = models.CharField(max_length=24)
    #: Code → title as published, regions, periods in order; how many cells, how many of them suppressed.
    industries = models.JSONField()
    regions = models.JSONField()
    periods = models.JSONField()
    cell_count = models.PositiveIntegerField()
    suppressed_count = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]

    def __str__(self):
        return self.title_fr


class OfficialCell(models.Model):
    """One value of an official table. None is suppressed by the office: never zero."""

    table = models.ForeignKey(OfficialTable, on_delete=models.CASCADE, related_name="cells")
    region = models.CharField(max_length=200)
    industry = models.CharField(max_length=200)
    period = models.CharField(max_length=20)
    value = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "period", "industry", "region"], name="one_cell")
        ]

    def __str__(self):
        return f"{self.table_id} {self.region} {self.industry} {self.period}"

    @property
    def is_suppressed(self) -> bool:
        """Whether the office hides it."""
        return self.value is None
