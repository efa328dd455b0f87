"""Sectors and clusters: their lists, and the page of each."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from grappe.hub.public import queries
from grappe.hub.public.figures import figures_of_sector
from grappe.hub.public.urls_of import directory_url, region_places
from grappe.hub.registry import search
from grappe.hub.registry.facets import labels_of
from grappe.hub.registry.models import Belonging, Code
from grappe.hub.registry.queries import all_codes, belonging_to, organisations_in_order

#: Organisations listed on a sector's or a cluster's page; the directory has them all.
LISTED = 12


@dataclass(frozen=True)
class Share:
    """One line of a count: a code, its label, its number, where its results are."""

    code: str
    label: str
    count: int
    url: str


@require_safe
def sectors(request: HttpRequest) -> HttpResponse:
    """All sectors of activity, with how many organisations each has. One query."""
    return _index(request, "sector", "hub/sectors.html")


@require_safe
def clusters(request: HttpRequest) -> HttpResponse:
    """All clusters, with how many organisations each has. One query."""
    return _index(request, "cluster", "hub/clusters.html")


def _index(request: HttpRequest, kind: str, template: str) -> HttpResponse:
    records = all_codes()[kind]
    counts = search.count_within({})[kind] if records else {}
    groups = [{"record": record, "count": counts.get(code, 0)} for code, record in records.items()]
    return render(request, template, {"groups": groups})


@require_safe
def sector(request: HttpRequest, code: str) -> HttpResponse:
    """One sector: its text, its value chain, its figures, who is in it and where. Seven queries at most."""
    codes = all_codes()
    record = _record(codes, "sector", code)
    language = get_language() or "fr"
    return render(
        request,
        "hub/sector.html",
        {
            **_group_context(request, "sector", record, codes),
            "text": queries.sector_text(code, language),
            "lines": figures_of_sector(request, code),
        },
    )


@require_safe
def cluster(request: HttpRequest, code: str) -> HttpResponse:
    """One cluster: its secretariat, its word, its leaders, whom it shares members with. Three queries."""
    codes = all_codes()
    record = _record(codes, "cluster", code)
    named = belonging_to(request.user, "cluster", code).filter(role__in=("secretariat", "leader", "partner"))
    by_role: dict[str, list[Belonging]] = {}
    for belonging in named:
        by_role.setdefault(belonging.role, []).append(belonging)
    context = _group_context(request, "cluster", record, codes)
    neighbours = [
        {"record": codes["cluster"][each], "shared": shared}
        for each, shared in _by_size(context["counts"]["cluster"])
        if each != code and each in codes["cluster"]
    ]
    return render(
        request,
        "hub/cluster.html",
        {
            **context,
            "secretariats": by_role.get("secretariat", []),
            "leaders": by_role.get("leader", []),
            "partners": by_role.get("partner", []),
            "neighbours": neighbours,
        },
    )


def _record(codes: dict[str, dict[str, Code]], kind: str, code: str) -> Code:
    try:
        return codes[kind][code]
    except KeyError:
        raise Http404 from None


def _group_context(request: HttpRequest, kind: str, record: Code, codes: Any) -> dict[str, Any]:
    """What sector and cluster pages share: counts from the index, the first organisations, towns."""
    language, filters = get_language() or "fr", {kind: (record.code,)}
    found = search.find_organisations("", filters, limit=LISTED)
    counts = search.count_within(filters)
    return {
        "counts": counts,
        "record": record,
        "kind": kind,
        "map_route": f"{kind}_map",
        "shares_route": f"{kind}_shares",
        "total": found.total,
        "elsewhere": found.total - sum(counts["region"].values()),
        "organisations": organisations_in_order(request.user, found.ids),
        "codes": codes,
        "shares": {
            facet: _shares(kind, record.code, facet, counts[facet], codes, language)
            for facet in ("kind", "region", "stage", "sector", "cluster")
            if facet != kind
        },
        "stages": _chain(kind, record.code, counts["stage"], codes, language),
        "places": region_places(search.regions_within(filters)),
        "directory_url": directory_url(**{kind: record.code}),
    }


def _shares(
    kind: str, code: str, facet: str, counts: dict[str, int], codes: Any, language: str
) -> list[Share]:
    labels = labels_of(facet, codes, language)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], labels.get(item[0], item[0])))
    return [
        Share(each, labels.get(each, each), count, directory_url(**{kind: code, facet: each}))
        for each, count in ordered[:8]
    ]


def _by_size(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _chain(kind: str, code: str, counts: dict[str, int], codes: Any, language: str) -> list[Share]:
    """The value chain in its own order, the stages nobody is in left out."""
    labels = labels_of("stage", codes, language)
    return [
        Share(each, labels[each], counts[each], directory_url(**{kind: code, "stage": each}))
        for each in codes["stage"]
        if counts.get(each)
    ]
