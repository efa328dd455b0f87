"""What is measured, in OpenMetrics: requests as they are answered, the rest when it is asked for."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

from grappe.hub.registry.models import Organisation, Pending, Statement
from grappe.hub.worker import living_workers

CONTENT_TYPE = CONTENT_TYPE_LATEST
#: Seconds; the budget of a page is 0.15.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_OWN = CollectorRegistry()
REQUESTS = Counter("grappe_http_requests", "Requests answered.", ["view", "method", "status"], registry=_OWN)
SECONDS = Histogram(
    "grappe_http_request_seconds", "Time to answer.", ["view"], buckets=_BUCKETS, registry=_OWN
)
LOGIN_FAILURES = Counter("grappe_login_failures", "Log-ins that opened nothing.", registry=_OWN)


def count_request(view: str, method: str, status: int, seconds: float) -> None:
    """Count one request."""
    REQUESTS.labels(view, method if method in _METHODS else "other", str(status)).inc()
    SECONDS.labels(view).observe(seconds)


def exposition() -> bytes:
    """All metrics in the OpenMetrics text format."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        # Each web process writes its own file: together they are the site's.
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_OWN)
    registry.register(_Now())
    found: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return found


#: Metric → (what it says, its label or "", how it is read).
GAUGES: dict[str, tuple[str, str, Callable[[], Iterable[tuple[str, float]]]]] = {}


def _gauge(name: str, said: str, label: str = "") -> Callable[..., Callable[[], Iterable[tuple[str, float]]]]:
    def keep(read: Callable[[], Iterable[tuple[str, float]]]) -> Callable[[], Iterable[tuple[str, float]]]:
        GAUGES[name] = said, label, read
        return read

    return keep


class _Now:
    """What the database says at the moment it is asked."""

    def collect(self) -> Iterator[Metric]:
        """Each gauge."""
        for name, (said, label, read) in GAUGES.items():
            family = GaugeMetricFamily(name, said, labels=[label] if label else [])
            for value, number in read():
                family.add_metric([value] if label else [], number)
            yield family


@_gauge("grappe_tasks", "Background tasks that are kept.", "status")
def _tasks() -> Iterable[tuple[str, float]]:
    rows = DBTaskResult.objects.order_by().values("status").annotate(total=Count("id"))
    return [(row["status"].lower(), row["total"]) for row in rows.order_by("status")]


@_gauge("grappe_oldest_ready_task_seconds", "How long the oldest ready task waits.")
def _oldest() -> Iterable[tuple[str, float]]:
    since: datetime | None = DBTaskResult.objects.ready().aggregate(oldest=Min("enqueued_at"))["oldest"]
    return [("", (timezone.now() - since).total_seconds() if since else 0.0)]


@_gauge("grappe_workers", "Workers of background tasks that live.")
def _workers() -> Iterable[tuple[str, float]]:
    return [("", living_workers())]


@_gauge("grappe_index_pending", "Changes that the search index has not heard of.")
def _pending() -> Iterable[tuple[str, float]]:
    return [("", Pending.objects.count())]


@_gauge("grappe_rows", "Rows of the registry.", "table")
def _rows() -> Iterable[tuple[str, float]]:
    return [
        ("organisations", Organisation.objects.count()),
        ("statements", Statement.objects.count()),
    ]


@_gauge("grappe_database_bytes", "Size of the database.")
def _database() -> Iterable[tuple[str, float]]:
    size = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if connection.vendor == "sqlite"
        else "SELECT pg_database_size(current_database())"
    )
    with connection.cursor() as cursor:
        cursor.execute(size)
        return [("", float(cursor.fetchone()[0]))]


@_gauge("grappe_maintenance", "1 while the site is in maintenance.")
def _maintenance() -> Iterable[tuple[str, float]]:
    from grappe.hub.operations.maintenance import state_of

    return [("", float(state_of(settings.GRAPPE_HOME) is not None))]
