"""What the API keeps: tokens, by their hash only, and the answers to requests that may be repeated."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

SCOPES = [
    ("read", _("read what I may read")),
    ("write:statements", _("add statements")),
    ("import", _("import lists")),
    ("book", _("book equipment")),
]


class Token(models.Model):
    """A secret that acts for its owner, within its scopes, until it expires or is revoked.

    The secret itself is shown once and kept nowhere: *digest* is its SHA-256, *prefix* what people tell
    tokens apart by.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("Name"), max_length=80)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self):
        return f"{self.prefix}… {self.name}"


class Replay(models.Model):
    """What a request with an ``Idempotency-Key`` was answered, to be answered again to its repetition."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    #: A hash of the operation and of the body: the same key may not ask for something else.
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="replay_by_key")]

    def __str__(self):
        return f"{self.user_id} {self.key}"
