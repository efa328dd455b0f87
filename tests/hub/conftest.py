"""A hub to test: no migrations (they cost seconds), so the site and its pages are made in a fixture."""

import pytest

from hub.api_fixtures import _calls_counted_anew, application, ecosystem, institute, registry  # noqa: F401
from hub.equipment_fixtures import ada, boss, etcher, nord  # noqa: F401


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """Tables straight from the models; ``test_migrations`` runs the real thing."""
    return False


@pytest.fixture(autouse=True)
def _files_of_the_test(settings, tmp_path):
    """Nothing is written outside the test's own folder, and static names are plain."""
    (tmp_path / "static").mkdir()
    settings.GRAPPE_HOME = tmp_path
    # The policy of second factors has tests of its own.
    settings.TWO_FACTOR_ROLES = frozenset()
    settings.STATIC_ROOT = tmp_path / "static"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def site(db):
    """The site with its two languages and their page trees."""
    from grappe.hub.public.actions import create_site

    return create_site(name="Grappe")
