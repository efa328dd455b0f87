"""The registry's background tasks: each fetches what it needs and calls one function."""

from functools import partial

from django.conf import settings
from django.utils import timezone

from grappe.hub.config.tasks import task
from grappe.hub.registry import indexing
from grappe.hub.registry.importing import steps


@task()
def index_pending() -> int:
    """Bring the search index up to the edits it has not heard of; returns the number of organisations."""
    return indexing.index_pending()


@task()
def open_list(key: int) -> None:
    """Look at the list of an import: its sheets, their first rows, what their columns may say."""
    steps.run_step(key, steps.open_list)


@task()
def read_list(key: int) -> None:
    """Read the list of an import and compare it with what is known."""
    steps.run_step(key, partial(steps.read_list, at=timezone.now(), rows_limit=settings.IMPORT_ROWS))


@task()
def apply_import(key: int) -> None:
    """Store what was confirmed."""
    steps.run_step(key, partial(steps.apply_import, at=timezone.now()))


@task()
def undo_import(key: int) -> None:
    """Bring everything back to how it was before an import."""
    steps.run_step(key, partial(steps.undo_import, at=timezone.now()))
