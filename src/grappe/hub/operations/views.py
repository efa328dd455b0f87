"""What operators' machines ask: is it alive, is it ready, how does it do."""

import hmac
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from grappe.hub.operations import metrics
from grappe.hub.registry.index import IndexMissing, open_index
from grappe.hub.worker import living_workers

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the process answers; it asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether requests may come: the database, its tables, the index. A worker is told of, not asked for."""
    checks = {name: _holds(check) for name, check in _CHECKS.items()}
    told = {**checks, "worker": bool(living_workers())}
    return JsonResponse(told, status=200 if all(checks.values()) else 503)


@require_safe
@never_cache
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Metrics in the OpenMetrics format, for this machine or for who knows the token; else not found."""
    if not (_is_from_here(request) or _knows_the_token(request)):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether a program of this machine asks, not a proxy for somebody else."""
    if any(request.headers.get(name) for name in _FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _knows_the_token(request: HttpRequest) -> bool:
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), wanted.encode())


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, IndexMissing, OSError):
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _tables_are_made() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _index_is_there() -> bool:
    open_index()
    return True


_CHECKS = {"database": _database_answers, "tables": _tables_are_made, "index": _index_is_there}
