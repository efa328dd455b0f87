"""Two or three sectors, clusters or searches side by side, as the registry measures them."""

from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from grappe.hub.observatory.models import Measurement
from grappe.hub.observatory.queries import measured_groups, visible_searches
from grappe.hub.observatory.wording import language
from grappe.hub.public.spans import MOST_COMPARED
from grappe.hub.public.views.downloads import csv_file, svg_file
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import all_codes
from grappe.intake.gazetteer import REGIONS
from grappe.statements.records import hash_id

_KEPT_S = 86_400
Row = dict[str, Any]


@require_safe
def measured(request: HttpRequest) -> HttpResponse:
    """The groups asked, or the first two: presence by region with intervals, shares, concentration. Three
    queries.
    """
    named, made = _named(request)
    asked = _asked(request, named)
    rows = _rows(asked, made, named)
    context = {
        "named": named,
        "lines": [(n, group) for n, group in enumerate([*asked, "", "", ""][:MOST_COMPARED], 1)],
        "columns": [(group, named[group], made[group]) for group in asked],
        "regions": _by_region(rows, asked),
        "query": urlencode({f"group{n}": group for n, group in enumerate(asked, 1)}),
    }
    return render(request, "hub/comparison.html", context)


@require_safe
def measured_file(request: HttpRequest, form: str) -> HttpResponse:
    """The presence by region of the groups asked: the drawing as SVG, the table as CSV."""
    named, made = _named(request)
    asked = _asked(request, named)
    rows = _rows(asked, made, named)
    if not rows:
        raise Http404
    title = " · ".join([*(named[group] for group in asked), gettext("Presence by region")])
    if form == "csv":
        columns = list(rows[0])
        return csv_file(columns, [[row[column] for column in columns] for row in rows], title)
    from grappe.measure.plots import beside_svg

    key = f"comparison-{hash_id(language(), title, *(made[group].inputs for group in asked))}"
    words = {"title": gettext("Presence by region"), "language": language()}

    def draw() -> str:
        return beside_svg(rows, "label", "name", "lq", reference=1.0, **words)

    return svg_file(cache.get_or_set(key, draw, _KEPT_S), title)  # type: ignore[arg-type]


def _named(request: HttpRequest) -> tuple[dict[str, str], dict[str, Measurement]]:
    """Measured group → its name, sectors before clusters, and what it measured: those with a quotient."""
    codes, made = all_codes(), measured_groups(request.user)
    named = {
        f"{kind}:{code}": paired(record, "name", language())[0]
        for kind in ("sector", "cluster")
        for code, record in codes[kind].items()
    }
    named |= {each.group: paired(each, "name", language())[0] for each in visible_searches(request.user)}
    known = {g: name for g, name in named.items() if g in made and made[g].result["quotients"]}
    return known, made


def _asked(request: HttpRequest, named: dict[str, str]) -> list[str]:
    """The groups of the address, each once; the first ones measured when fewer than two are."""
    said = [request.GET.get(f"group{n}", "") for n in range(1, MOST_COMPARED + 1)]
    found = [group for group in dict.fromkeys(said) if group in named]
    return found if len(found) > 1 else [*found, *(g for g in named if g not in found)][:2]


def _rows(asked: list[str], made: dict[str, Measurement], named: dict[str, str]) -> list[Row]:
    """A row a region and group, by region as the first group ranks them."""
    found = [
        {"label": REGIONS.get(each["region"], each["region"]), "name": named[group], "group": group, **each}
        for group in asked
        for each in made[group].result["quotients"]
    ]
    order = {region: place for place, region in enumerate(dict.fromkeys(row["region"] for row in found))}
    return sorted(found, key=lambda row: (order[row["region"]], asked.index(row["group"])))


def _by_region(rows: list[Row], asked: list[str]) -> list[tuple[str, list[Row | None]]]:
    """Region → what each group has there, None for nobody."""
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        found.setdefault(row["label"], {})[row["group"]] = row
    return [(label, [cells.get(group) for group in asked]) for label, cells in found.items()]
