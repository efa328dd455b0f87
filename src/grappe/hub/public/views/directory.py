"""The directory: search, facets, list and map of the same organisations; completion and download."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from grappe.hub.public.asked import Asked, asked_in
from grappe.hub.public.facets import facets_of
from grappe.hub.public.urls_of import organisation_url
from grappe.hub.registry import search
from grappe.hub.registry.facets import labels_of
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import all_codes, organisations_in_order
from grappe.statements.export import defuse_formula

PAGE_LENGTH = 25
_CSV_BATCH = 1_000
_COLUMNS = (
    "id", "name_fr", "name_en", "acronym", "kind", "size", "municipality", "region", "province",
    "latitude", "longitude", "website", "sectors", "stages", "clusters", "source_count", "last_stated",
)  # fmt: skip


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """*text* itself."""
        return text


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """The whole page, or only its results when the page itself asks (htmx)."""
    asked = asked_in(request.GET)
    context = results_of(request, asked)
    # htmx says whether it swaps a part or the whole page.
    fragment = request.headers.get("HX-Request-Type") == "partial"
    answer = render(request, "hub/parts/results.html" if fragment else "hub/directory.html", context)
    answer["Vary"] = "HX-Request-Type"
    return answer


def results_of(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What the results show: two queries, the rest from the index."""
    language = get_language() or "fr"
    found = search.find_organisations(
        asked.words, asked.filters, offset=(asked.page - 1) * PAGE_LENGTH, limit=PAGE_LENGTH
    )
    codes = all_codes()
    last = max(1, -(-found.total // PAGE_LENGTH))
    return {
        "asked": asked,
        "query": asked.words,
        "found": found,
        "organisations": organisations_in_order(request.user, found.ids),
        "facets": facets_of(search.count_facets(asked.words, asked.filters), asked, codes, language),
        "chosen": _chosen(asked, codes, language),
        "codes": codes,
        "last_page": last,
        "former": asked.on_page(asked.page - 1).query_string if asked.page > 1 else None,
        "next": asked.on_page(asked.page + 1).query_string if asked.page < last else None,
        "points_query": asked.on_page(1).query_string,
    }


def _chosen(asked: Asked, codes: Any, language: str) -> list[dict[str, str]]:
    """Each choice made, with the address that takes it back."""
    return [
        {
            "label": labels_of(facet, codes, language).get(code, code),
            "without": asked.without(facet, code).query_string,
        }
        for facet, chosen in asked.filters.items()
        for code in chosen
    ]


@require_safe
def points(request: HttpRequest) -> JsonResponse:
    """The same results as GeoJSON points; counted cells when they are many (``precision`` 0 to 3)."""
    asked = asked_in(request.GET)
    precision = request.GET.get("precision", "2")
    dots = search.locate(
        asked.words, asked.filters, precision=int(precision) if precision in ("0", "1", "2", "3") else 2
    )
    names = {o.pk: o for o in organisations_in_order(request.user, [dot.id for dot in dots if dot.id])}
    features = [_feature(dot, names.get(dot.id or "")) for dot in dots]
    is_counted = any(dot.id is None for dot in dots)
    return JsonResponse({"type": "FeatureCollection", "counted": is_counted, "features": features})


def _feature(dot: search.MapPoint, organisation: Organisation | None) -> dict[str, Any]:
    properties: dict[str, Any] = {"count": dot.count}
    if organisation is not None:
        properties["name"] = paired(organisation, "name", get_language() or "fr")[0]
        properties["url"] = organisation_url(organisation.pk)
    where = [round(dot.longitude, 4), round(dot.latitude, 4)]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": where}, "properties": properties}


@require_safe
def complete(request: HttpRequest) -> HttpResponse:
    """The options of the search field: organisations whose names go on from what is typed."""
    words = asked_in(request.GET).words
    ids = search.complete(words) if words else ()
    organisations = organisations_in_order(request.user, ids)
    return render(
        request, "hub/parts/completions.html", {"organisations": organisations, "words": words.split()}
    )


@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse:
    """All the results as CSV (UTF-8 with its mark, so that spreadsheets read the accents)."""
    asked = asked_in(request.GET)
    answer = StreamingHttpResponse(_csv_lines(request, asked), content_type="text/csv; charset=utf-8")
    name = gettext("directory")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _csv_lines(request: HttpRequest, asked: Asked) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(_COLUMNS)
    offset = 0
    while ids := search.find_organisations(asked.words, asked.filters, offset=offset, limit=_CSV_BATCH).ids:
        for organisation in organisations_in_order(request.user, ids):
            yield writer.writerow([_cell(getattr(organisation, name)) for name in _COLUMNS])
        offset += _CSV_BATCH


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    if isinstance(value, list):
        return "; ".join(value)
    return defuse_formula(value) if isinstance(value, str) else value
