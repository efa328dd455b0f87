"""The map page and its table."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grappe.hub.public import queries
from grappe.hub.public.asked import asked_in

#: Municipalities in the table of the page; the download has them all.
_LISTED = 200


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The whole map, and the same by municipality in a table. Three queries, once a minute."""
    asked = asked_in(request.GET)
    return render(
        request,
        "hub/map.html",
        {
            "towns": queries.towns(request.user, _LISTED),
            "counts": queries.kept_counts(),
            "points_query": asked.query_string,
            "query": asked.words,
        },
    )
