"""Accounts and the roles they hold."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """An account. Work contact only: nothing here is a candidate's or a guest's personal file."""

    language = models.CharField(
        _("language"), max_length=2, default="fr", choices=[("fr", _("French")), ("en", _("English"))]
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="one_account_per_email", condition=~models.Q(email="")
            )
        ]


class RoleName(models.TextChoices):
    """What a person is to the hub; the widest first."""

    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    EDITOR = "editor", _("Editor")
    VIEWER = "viewer", _("Viewer")
    REPRESENTATIVE = "representative", _("Representative of an organisation")
    FUNDER = "funder", _("Funder")


class Role(models.Model):
    """*user* holds *name*, for one cluster or for all (blank), until it is revoked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(_("role"), max_length=20, choices=RoleName.choices)
    cluster = models.CharField(_("cluster code"), max_length=60, blank=True)
    organisation = models.CharField(_("organisation represented"), max_length=20, blank=True)
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["user", "name", "cluster"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name", "cluster", "organisation"],
                condition=models.Q(revoked_at__isnull=True),
                name="role_held_once",
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.name}{' · ' + self.cluster if self.cluster else ''}"


class Invitation(models.Model):
    """Somebody is invited to open an account that holds a role; answered once, from a signed link."""

    email = models.EmailField(_("email address"))
    name = models.CharField(_("role"), max_length=20, choices=RoleName.choices)
    cluster = models.CharField(_("cluster code"), max_length=60, blank=True)
    organisation = models.CharField(_("organisation represented"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=2, default="fr")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-invited_at", "-id"]

    def __str__(self):
        return f"{self.email} · {self.name}"
