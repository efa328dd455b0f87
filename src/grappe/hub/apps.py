"""The one Django app of the project."""

from django.apps import AppConfig


class HubConfig(AppConfig):
    """All slices share the label ``hub``: one migration history, no cycles between apps."""

    name = "grappe.hub"
    label = "hub"
    verbose_name = "Grappe"
    default_auto_field = "django.db.models.BigAutoField"
