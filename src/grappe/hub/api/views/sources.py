"""Sources: the list, and one."""

from django.http import HttpRequest
from ninja import Query, Router

from grappe.hub.api import rendering, shapes
from grappe.hub.api.paging import next_url, page_of
from grappe.hub.api.problems import Refused
from grappe.hub.api.queries import count_visible
from grappe.hub.api.views.asked import Key, Paging
from grappe.hub.registry.queries import visible_sources

router = Router(tags=["sources"])


@router.get("", response=shapes.Sources, summary="List sources")
def list_sources(request: HttpRequest, paging: Query[Paging]) -> shapes.Json:
    """The sources that you may read and that still stand, by id."""
    items, cursor = page_of(visible_sources(request.user), ("pk",), paging.cursor, paging.limit)
    counts = count_visible(request.user, [each.pk for each in items])
    shown = [rendering.source(each, counts.get(each.pk, 0)) for each in items]
    return {"items": shown, "next": next_url(request, cursor)}


@router.get("/{source_id}", response=shapes.Source, summary="One source")
def get_source(request: HttpRequest, source_id: str = Key) -> shapes.Json:
    """One source: who publishes it, under which licence, and how much it says."""
    found = visible_sources(request.user).filter(pk=source_id).first()
    if found is None:
        raise Refused("not-found")
    return rendering.source(found, count_visible(request.user, [found.pk]).get(found.pk, 0))
