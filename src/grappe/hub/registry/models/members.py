"""What an organisation is to a cluster, and what it says of itself; on a record, to follow merges."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Membership(models.Model):
    """An organisation is a member of *cluster* from a day to another; dues are a fact, not an account."""

    class Kind(models.TextChoices):
        """The kinds of membership."""

        REGULAR = "regular", _("Regular member")
        ASSOCIATE = "associate", _("Associate member")
        PARTNER = "partner", _("Partner")
        HONORARY = "honorary", _("Honorary member")

    class Dues(models.TextChoices):
        """What is known of the dues."""

        UNKNOWN = "unknown", _("not known")
        PAID = "paid", _("paid")
        UNPAID = "unpaid", _("not paid")
        EXEMPT = "exempt", _("exempt")

    entity = models.CharField(max_length=200, db_index=True)
    cluster = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.REGULAR)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    dues = models.CharField(max_length=10, choices=Dues.choices, default=Dues.UNKNOWN)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_on", "-id"]
        indexes = [models.Index(fields=["cluster", "ends_on"], name="membership_by_cluster")]

    def __str__(self):
        return f"{self.entity} {self.cluster} {self.starts_on}"


class Claim(models.Model):
    """Somebody says to speak for an organisation: confirms the address, then staff decide."""

    class State(models.TextChoices):
        """Where a claim stands."""

        UNCONFIRMED = "unconfirmed", _("address not confirmed")
        PENDING = "pending", _("to decide")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    entity = models.CharField(max_length=200, db_index=True)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    job_title = models.CharField(max_length=200, blank=True)
    message = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="fr")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNCONFIRMED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["made_at", "id"]

    def __str__(self):
        return f"{self.email} {self.entity}"


class ConfirmationRequest(models.Model):
    """Once a year an organisation is asked whether its page is right; a signed link answers."""

    class Answer(models.TextChoices):
        """What was answered."""

        NONE = "", _("no answer yet")
        RIGHT = "right", _("all is right")
        WRONG = "wrong", _("something is to correct")

    entity = models.CharField(max_length=200, db_index=True)
    email = models.EmailField()
    language = models.CharField(max_length=2, default="fr")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    comment = models.TextField(blank=True)
    #: Staff have read what was to correct.
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-id"]

    def __str__(self):
        return f"{self.entity} {self.sent_at:%Y-%m-%d}"


class Proposal(models.Model):
    """A value that a representative proposes for their page; staff accept or refuse it."""

    class State(models.TextChoices):
        """Where a proposal stands."""

        PENDING = "pending", _("to decide")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    entity = models.CharField(max_length=200, db_index=True)
    property = models.CharField(max_length=40)
    value = models.TextField()
    original_value = models.TextField(blank=True)
    qualifier = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, blank=True)
    valid_from = models.CharField(max_length=40, blank=True)
    comment = models.TextField(blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    why = models.TextField(blank=True)
    #: The id of the statement that an accepted proposal became.
    statement = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering = ["proposed_at", "id"]

    def __str__(self):
        return f"{self.entity} {self.property}"
