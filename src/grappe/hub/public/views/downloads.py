"""The maps and bars of the pages as files: SVG documents, and the tables behind them as CSV.

The scripts of a page make the PNG out of the SVG.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from grappe.hub.public import queries
from grappe.hub.public.drawings import Bar, Caption, bars_svg, map_svg
from grappe.hub.public.facets import by_facet
from grappe.hub.public.static_map import Place
from grappe.hub.public.typography import write_date
from grappe.hub.public.urls_of import region_places
from grappe.hub.registry import search
from grappe.hub.registry.facets import labels_of
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import all_codes, visible_organisations
from grappe.intake.gazetteer import REGIONS
from grappe.statements.export import defuse_formula
from grappe.statements.vocabulary import label_of

#: What a sector's or a cluster's page draws as bars.
SHARED_FACETS = ("kind", "region", "stage", "sector", "cluster")


@require_safe
def whole_map(request: HttpRequest, form: str) -> HttpResponse:
    """The map of all municipalities as SVG, or its whole table as CSV."""
    towns = queries.towns(request.user)
    title = gettext("Organisations by municipality")
    if form == "svg":
        places = [Place(each.latitude, each.longitude, each.count, each.name, each.name) for each in towns]
        return svg_file(map_svg(places, _caption(request, title)), title)
    language = _language()
    rows = [
        (
            town.name,
            REGIONS.get(town.region_code) or label_of("province", town.province, language),
            town.count,
            round(town.latitude, 4),
            round(town.longitude, 4),
        )
        for town in towns
    ]
    return csv_file([gettext("Municipality"), gettext("Region or province"), *_placed_columns()], rows, title)


@require_safe
def group_map(request: HttpRequest, kind: str, code: str, form: str) -> HttpResponse:
    """The map of one sector or cluster by region as SVG, or its table as CSV."""
    title = " · ".join([_name(kind, code, all_codes()), gettext("Organisations by region")])
    regions = search.regions_within({kind: (code,)})
    if form == "svg":
        return svg_file(map_svg(region_places(regions), _caption(request, title)), title)
    rows = [
        (
            REGIONS.get(each.code, each.code),
            each.count,
            round(each.latitude, 4),
            round(each.longitude, 4),
        )
        for each in regions
    ]
    return csv_file([gettext("Region"), *_placed_columns()], rows, title)


@require_safe
def group_shares(request: HttpRequest, kind: str, code: str, facet: str, form: str) -> HttpResponse:
    """The organisations of one sector or cluster by kind, region, stage, sector or cluster: SVG or CSV."""
    codes = all_codes()
    name = _name(kind, code, codes)
    if facet not in SHARED_FACETS or facet == kind:
        raise Http404
    title = f"{name} · {by_facet(facet)}"
    labels = labels_of(facet, codes, _language())
    counts = search.count_within({kind: (code,)})[facet]
    ordered = sorted(counts.items(), key=lambda item: (-item[1], labels.get(item[0], item[0])))
    if form == "csv":
        rows = [(each, labels.get(each, each), count) for each, count in ordered]
        return csv_file([gettext("Code"), gettext("Label"), gettext("Organisations")], rows, title)
    bars = [Bar(labels.get(each, each), count) for each, count in ordered]
    note = gettext("An organisation may be counted more than once.") if facet in codes else ""
    return svg_file(bars_svg(bars, _caption(request, title), note), title)


@require_safe
def organisation_map(request: HttpRequest, canonical_id: str, form: str) -> HttpResponse:
    """Where one organisation is, as an SVG map or a CSV line."""
    placed = visible_organisations(request.user).filter(latitude__isnull=False)
    found = get_object_or_404(placed, pk=canonical_id)
    name, town = paired(found, "name", _language())[0], found.municipality or found.region
    if form == "svg":
        place = Place(found.latitude or 0.0, found.longitude or 0.0, 1, town)
        return svg_file(map_svg([place], _caption(request, name)), name)
    columns = ("id", "municipality", "region", "province", "latitude", "longitude", "precision")
    values: list[Any] = [getattr(found, column) for column in columns]
    return csv_file(["name", *columns], [[name, *values]], name)


def _language() -> str:
    return (get_language() or "fr")[:2]


def _name(kind: str, code: str, codes: Mapping[str, Mapping[str, Any]]) -> str:
    if code not in codes[kind]:
        raise Http404
    return paired(codes[kind][code], "name", _language())[0]


def _caption(request: HttpRequest, title: str) -> Caption:
    """The title, the date of the latest statement, and the page the drawing comes from."""
    latest = write_date(str(queries.kept_counts()["latest"] or "")[:10], _language())
    page = request.path.rpartition("/")[0]
    return Caption(title, gettext("latest statement: %s") % latest, f"{settings.BASE_URL}{page}/")


def _placed_columns() -> list[str]:
    return [gettext("Organisations"), gettext("Mean latitude"), gettext("Mean longitude")]


def svg_file(document: str, title: str) -> HttpResponse:
    return _file(document, "image/svg+xml", title, "svg")


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str) -> HttpResponse:
    """A table in UTF-8 with its mark, so that spreadsheets read the accents; no cell runs as a formula."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(columns)
    writer.writerows([defuse_formula(c) if isinstance(c, str) else c for c in row] for row in rows)
    return _file("\ufeff" + lines.getvalue(), "text/csv", title, "csv")


def _file(content: str, media_type: str, title: str, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=f"{media_type}; charset=utf-8")
    name = title.replace("/", "-").replace(" · ", ", ")
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}") or ""
    return answer
