"""What a sector, a cluster or a search measures: concentration, towns, regions, stages of the chain."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from grappe.hub.observatory.models import Figure, MeasuredSearch, Measurement, OfficialTable
from grappe.hub.observatory.queries import (
    figures_from,
    measurement_of,
    tables_following,
    visible_searches,
)
from grappe.hub.observatory.wording import language
from grappe.hub.public.urls_of import directory_url
from grappe.hub.public.views.downloads import csv_file, svg_file
from grappe.hub.registry.facets import labels_of
from grappe.hub.registry.models import Code
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import all_codes, belonging_to
from grappe.hub.registry.search import find_organisations
from grappe.intake.gazetteer import REGIONS

_SURE = 0.05
_EVERY_KM = 25
_KEPT_S = 86_400


@require_safe
def measures(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """What a sector or a cluster measured last. Nine queries at most."""
    record, made = _found(request, kind, code)
    context: dict[str, Any] = {
        "record": record,
        "made": made,
        "kind": kind,
        "file_route": f"{kind}_measures_file",
        "directory_url": _directory_of(kind, record),
        "growths": _growths(request, code) if kind == "sector" else [],
        "others": urlencode({"group1": f"{kind}:{code}"}),
    }
    if made is not None:
        result = made.result
        context |= {
            "result": result,
            "total": _total(request, kind, record),
            "verdict": _verdict(result["concentration"]),
            "curve": _some_rows(result["concentration"]),
            **_with_figures(result, figures_from(made, request.user)),
            "stages": _stages(result["stages"]),
        }
    return render(request, "hub/measures.html", context)


@require_safe
def measures_file(request: HttpRequest, kind: str, code: str, name: str, form: str) -> HttpResponse:
    """A chart of a sector or cluster as SVG, or the table behind it as CSV."""
    record, made = _found(request, kind, code)
    if made is None:
        raise Http404
    title = f"{paired(record, 'name', language())[0]} · {_titles()[name]}"
    if form == "svg":
        key = f"measure-{kind}-{code}-{name}-{language()}-{made.inputs}"
        drawn = cache.get(key) or _drawn(name, made.result, title)
        if drawn is None:
            raise Http404
        cache.set(key, drawn, _KEPT_S)
        return svg_file(drawn, title)
    columns, rows = _table(name, made.result)
    return csv_file(columns, rows, title)


def _found(request: HttpRequest, kind: str, code: str) -> tuple[Code | MeasuredSearch, Measurement | None]:
    searches = visible_searches(request.user)
    record = searches.filter(pk=code).first() if kind == "search" else all_codes()[kind].get(code)
    if record is None:
        raise Http404
    return record, measurement_of(request.user, kind, code)


def _directory_of(kind: str, record: Code | MeasuredSearch) -> str:
    if isinstance(record, MeasuredSearch):
        asked = {facet: tuple(codes) for facet, codes in record.filters.items()}
        return directory_url(**({"q": record.words} if record.words else {}), **asked)
    return directory_url(**{kind: record.code})


def _total(request: HttpRequest, kind: str, record: Code | MeasuredSearch) -> int:
    """How many organisations the group has, placed or not."""
    if isinstance(record, MeasuredSearch):
        return find_organisations(record.words, record.filters, limit=1).total
    return belonging_to(request.user, kind, record.code).count()


def _with_figures(result: dict[str, Any], figures: Mapping[str, Figure]) -> dict[str, Any]:
    """The rows of towns and of regions, each with what the ledger has of it."""
    return {
        "near": [{**each, "figure": figures.get(f"near/{each['town']}")} for each in result["near"]],
        "quotients": [
            {**each, "label": _region(each["region"]), "figure": figures.get(f"quotient/{each['region']}")}
            for each in result["quotients"]
        ],
    }


def _growths(request: HttpRequest, sector: str) -> list[tuple[OfficialTable, list[tuple[str, str]]]]:
    """The tables that follow industries of *sector*, with the titles and addresses of these."""
    return [
        (
            table,
            [
                (table.industries[code], urlencode({"region": table.home_region, "industry": code}))
                for code, of in table.followed.items()
                if of == sector
            ],
        )
        for table in tables_following(request.user, sector)
    ]


def _verdict(concentration: dict[str, Any] | None) -> str:
    """What the curve and its band come to, in a word."""
    if concentration is None:
        return "unknown"
    if concentration["p_value"] > _SURE:
        return "chance"
    return "localised" if concentration["localisation"] else "dispersed"


def _some_rows(concentration: dict[str, Any] | None) -> list[dict[str, float]]:
    rows = concentration["rows"] if concentration else []
    return [row for row in rows if row["distance_km"] % _EVERY_KM == 0]


def _stages(stages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    labels = labels_of("stage", all_codes(), language()) if stages else {}
    return [{**each, "label": labels.get(each["stage"], each["stage"])} for each in stages]


def _region(code: str) -> str:
    return REGIONS.get(code, code)


def _titles() -> dict[str, str]:
    return {
        "concentration": gettext("Concentration"),
        "quotients": gettext("Presence by region"),
        "near": gettext("About the towns"),
        "stages": gettext("Value chain"),
    }


def _drawn(name: str, result: dict[str, Any], title: str) -> str | None:
    from grappe.measure.plots import curve_svg, ranking_svg

    if name == "concentration" and result["concentration"]:
        return curve_svg(result["concentration"]["rows"], "k", title=title, language=language())
    if name == "quotients" and result["quotients"]:
        rows = [{**each, "region": _region(each["region"])} for each in result["quotients"]]
        return ranking_svg(rows, "region", "lq", title=title, reference=1.0, language=language())
    return None


def _table(name: str, result: dict[str, Any]) -> tuple[list[str], list[list[Any]]]:
    """The columns and rows of a file, as the command ``grappe measure`` names them."""
    rows = {
        "concentration": (result["concentration"] or {}).get("rows", []),
        "quotients": [{"label": _region(each["region"]), **each} for each in result["quotients"]],
        "near": result["near"],
        "stages": _stages(result["stages"]),
    }[name]
    columns = list(rows[0]) if rows else []
    return columns, [[row[column] for column in columns] for row in rows]
