"""The models and their migrations agree."""

import pytest
from django.core.management import call_command
from django.db import models


@pytest.fixture(autouse=True)
def _real_migrations(settings):
    """Other tests make tables straight from the models: here the migrations themselves are looked at."""
    settings.MIGRATION_MODULES = {}


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
def test_a_model_changed_without_a_migration_is_caught(monkeypatch, capsys):
    from grappe.hub.registry.models import Code

    field = Code._meta.get_field("position")
    monkeypatch.setattr(field, "default", 7)
    with pytest.raises(SystemExit):
        call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_table_is_under_one_app_label():
    from django.apps import apps

    labels = {model._meta.app_label for model in apps.get_models() if model.__module__.startswith("grappe.")}
    assert labels == {"hub"}
    assert issubclass(apps.get_model("hub", "Statement"), models.Model)
