"""The registry's background tasks: each fetches what it needs and calls one function."""

from grappe.hub.config.tasks import task
from grappe.hub.registry import indexing


@task()
def index_pending() -> int:
    """Bring the search index up to the edits it has not heard of; returns the number of organisations."""
    return indexing.index_pending()
