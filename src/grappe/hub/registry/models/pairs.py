"""Pairs of records that may be one organisation: proposed by linkage, judged by people."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Pair(models.Model):
    """Two records of two organisations that linkage finds alike. The verdict itself is a judgement."""

    class State(models.TextChoices):
        """Where a pair stands."""

        WAITING = "waiting", _("to judge")
        SAME = "same_as", _("the same")
        DIFFERENT = "different", _("different")
        UNSURE = "unsure", _("unsure")
        GONE = "gone", _("no longer proposed")

    left = models.CharField(max_length=200, db_index=True)
    right = models.CharField(max_length=200, db_index=True)
    #: The probability, by the model, that they are the same.
    score = models.FloatField()
    #: The log-odds by the model alone, before what people's verdicts make of them.
    logit = models.FloatField(default=0.0)
    #: [feature, value, weight in the log-odds] of each thing compared, the heaviest first.
    features = models.JSONField(default=list)
    #: What the names say one is to the other, read from the left record unless it is from the right.
    relation = models.CharField(max_length=20, default="same_as")
    is_from_left = models.BooleanField(default=True)
    #: How many statements hang on the answer.
    stake = models.IntegerField(default=0)
    #: Uncertainty × what hangs on it: the order of the queue.
    priority = models.FloatField(default=0.0)
    model = models.CharField(max_length=60, blank=True)
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: The id of the judgement that the verdict is.
    judgement = models.CharField(max_length=24, blank=True)
    #: Who has it before them now, and until when: nobody else is shown it.
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    held_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-priority", "id"]
        constraints = [models.UniqueConstraint(fields=["left", "right"], name="pair_once")]
        indexes = [models.Index(fields=["state", "-priority", "id"], name="pairs_in_order")]

    def __str__(self):
        return f"{self.left} ? {self.right}"
