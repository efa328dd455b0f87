"""Key figures on the site: the list by sector, the page of each, files, what others embed."""

import io
import zipfile
from itertools import groupby
from typing import Any

from csp.decorators import csp_replace
from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from grappe.figures.exchange import exchange_files, figures_jsonld
from grappe.figures.printing import print_value
from grappe.hub.observatory.models import Figure
from grappe.hub.observatory.queries import (
    checked_figures,
    doubts_on,
    findings_on,
    published_figures,
    readable_documents,
    same_series,
    standing_resolutions,
    with_figures,
)
from grappe.hub.observatory.reading import read_passage
from grappe.hub.observatory.sheet_files import figure_words
from grappe.hub.observatory.wording import language, spoken, title_of
from grappe.hub.public.figures import HEIGHT, WIDTH, bibtex, citation, how_computed, series_points, shown
from grappe.hub.public.linked_data import script_json
from grappe.hub.public.urls_of import measured_at
from grappe.hub.registry.paired import OTHER
from grappe.hub.registry.queries import codes_of, workspace_words

PAGE_LENGTH = 200
_TYPES = {
    "jsonld": "application/ld+json",
    "sdmx": "text/csv",
    "json": "application/json",
    "bib": "application/x-bibtex",
}
#: What readers are told of a figure; the rest is for the desk.
_FOR_READERS = frozenset(
    {"contradiction", "related", "corroboration", "stale", "forecast_past", "review_due"}
)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The checked figures by sector, a page at a time, those of no sector last. Six queries at most."""
    checked, sectors = checked_figures(request.user), codes_of("sector")
    cases = [When(sector=code, then=at) for at, code in enumerate(sectors)]
    by_list = [Case(*cases, default=len(cases))] if cases else []
    found = checked.order_by(*by_list, "sector", "subject", "indicator", "period_end", "pk")
    page = Paginator(found, PAGE_LENGTH).get_page(request.GET.get("page"))
    lines = shown(page, doubts_on(checked, timezone.localdate()), standing_resolutions())
    by_sector = {key: list(group) for key, group in groupby(lines, key=lambda each: each.figure.sector)}
    groups = [(sectors[code], by_sector[code]) for code in sectors if code in by_sector]
    others = [line for code, group in by_sector.items() if code not in sectors for line in group]
    context = {"groups": groups, "others": others, "page_of": page}
    return render(request, "hub/figures.html", context)


@require_safe
def figure(request: HttpRequest, figure: str) -> HttpResponse:
    """One figure: its value, who says so or how it is computed, rivals, series, how to cite it. At most
    eleven queries.
    """
    found = _checked(request, figure)
    record, day = spoken(found), timezone.localdate()
    every, said = findings_on(published_figures(request.user), day), standing_resolutions()
    mine = [each for each in every if found.record_id in each.figures and each.code in _FOR_READERS]
    (line,) = shown([found], every, said)
    series = shown(same_series(request.user, found), every, said)
    url, site = _address(found), _site_name()
    context = {
        "line": line,
        "figure": found,
        "record": record,
        "sector": codes_of("sector").get(found.sector),
        "document": readable_documents(request.user, [found.document]).get(found.document, ""),
        "found": with_figures(request.user, mine, said) if mine else [],
        "series": series if len(series) > 1 else [],
        "points": series_points(series),
        "box": (WIDTH, HEIGHT),
        "cite": citation(found, record, site, url),
        "bibtex": bibtex(found, record, site, url),
        "passage": read_passage(request.user, found),
        "other": (OTHER[language()], print_value(record, "en" if language() == "fr" else "fr")),
        "codes": _embedding(found),
        "linked": script_json(_linked(found)),
        "measured_at": measured_at(found),
        "how": how_computed(record) if found.result else [],
    }
    return render(request, "hub/figure.html", context)


@require_safe
def figure_file(request: HttpRequest, figure: str, form: str) -> HttpResponse:
    """The same for machines, which any site may read: JSON-LD, BibTeX, or the words that a page shows."""
    found = _checked(request, figure)
    if form == "bib":
        content: str = bibtex(found, spoken(found), _site_name(), _address(found))
    else:
        content = str(script_json(_linked(found) if form == "jsonld" else _told(request, found)))
    answer = HttpResponse(content, content_type=f"{_TYPES[form]}; charset=utf-8")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]
def figure_embed(request: HttpRequest, figure: str) -> HttpResponse:
    """A figure for the frame of another site: it follows what is checked here. Four queries at most."""
    found = _checked(request, figure)
    findings = doubts_on(published_figures(request.user), timezone.localdate())
    (line,) = shown([found], findings, standing_resolutions())
    context = {"line": line, "figure": found, "record": line.record, "address": _address(found)}
    return render(request, "hub/figure_embed.html", context)


@require_safe
def figures_download(request: HttpRequest, form: str) -> HttpResponse:
    """The checked figures as CSV with its data package (zip), JSON-LD or SDMX-CSV. One query."""
    records = [each.core for each in published_figures(request.user)]
    files = exchange_files(records, form, title=gettext("Key figures"))
    if form == "csv":
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                # A fixed date: the same ledger gives the same bytes.
                archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
        answer = HttpResponse(stream.getvalue(), content_type="application/zip")
        name = "key-figures.zip"
    else:
        (name, text) = next(iter(files.items()))
        answer = HttpResponse(text, content_type=f"{_TYPES[form]}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _checked(request: HttpRequest, key: str) -> Figure:
    return get_object_or_404(published_figures(request.user), pk=key)


def _address(found: Figure) -> str:
    return f"{settings.BASE_URL}{reverse('figure', args=[found.pk])}"


def _site_name() -> str:
    return str(workspace_words().get(f"title_{language()}") or "Grappe")


def _told(request: HttpRequest, found: Figure) -> dict[str, str]:
    """What another site shows of it, in the language of the address."""
    findings = doubts_on(published_figures(request.user), timezone.localdate())
    (line,) = shown([found], findings, standing_resolutions())
    words = figure_words(line.record, language())
    more = {"state": line.state, "url": _address(found), "site": _site_name(), "language": language()}
    return {**words, **more}


def _embedding(found: Figure) -> dict[str, str]:
    """What to paste into another site: a frame, or an element that needs a script."""
    frame = f"{settings.BASE_URL}{reverse('figure_embed', args=[found.pk])}"
    words = f"{settings.BASE_URL}{reverse('figure_file', args=[found.pk, 'json'])}"
    script = f"{settings.BASE_URL}{settings.STATIC_URL}grappe/js/embed.js"
    title = conditional_escape(title_of(spoken(found)))
    return {
        "frame": f'<iframe src="{frame}" width="340" height="280" title="{title}"></iframe>',
        "element": f'<script src="{script}"></script>\n<grappe-figure src="{words}"></grappe-figure>',
    }


def _linked(found: Figure) -> dict[str, Any]:
    """The observation, under the address of its page."""
    address = _address(found)
    graph = figures_jsonld([spoken(found)])
    for node in graph["@graph"]:
        if node["@type"] == "Observation":
            node["@id"], node["url"] = f"{address}#observation", address
            node["isBasedOn"] = {"@type": "CreativeWork", "name": found.source.title}
            if found.source.url:
                node["isBasedOn"]["url"] = found.source.url
    return graph
