"""Fact sheets on the site: the page, the PDF, each figure as a picture."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import override
from django.views.decorators.http import require_safe

from grappe.hub.observatory.models import FactSheet
from grappe.hub.observatory.queries import published_figures, visible_sheets
from grappe.hub.observatory.sheet_files import card_png, figure_words, sheet_figures, sheet_pdf
from grappe.hub.observatory.wording import language
from grappe.hub.public.typography import write_date
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import workspace_words

_KEPT_S = 24 * 3600
_LANGUAGES = ("fr", "en")


@require_safe
def sheets(request: HttpRequest) -> HttpResponse:
    """The fact sheets that stand, the latest first. One query."""
    return render(request, "hub/sheets.html", {"sheets": list(visible_sheets(request.user))})


@require_safe
def sheet(request: HttpRequest, sheet: int) -> HttpResponse:
    """One sheet, and what changed in the ledger since. Two queries."""
    found = get_object_or_404(visible_sheets(request.user), pk=sheet)
    published = sheet_figures(found)
    now = published_figures(request.user).in_bulk([key for key, _ in published])
    cards = [
        {
            "key": key if key in now else "",
            "words": figure_words(record, language()),
            "record": record,
            "has_changed": key not in now or now[key].record_id != record.id,
            "position": position,
        }
        for position, (key, record) in enumerate(published, 1)
    ]
    return render(request, "hub/sheet.html", {"sheet": found, "cards": cards})


@require_safe
def sheet_as_pdf(request: HttpRequest, sheet: int) -> HttpResponse:
    """The sheet as a tagged PDF in both languages, kept a day."""
    found = get_object_or_404(visible_sheets(request.user), pk=sheet)
    content = cache.get_or_set(f"sheet-{found.pk}-pdf", lambda: _pdf(found), _KEPT_S)
    answer = HttpResponse(content, content_type="application/pdf")
    title = paired(found, "title", language())[0].replace("/", "-")
    answer["Content-Disposition"] = content_disposition_header(False, f"{title}.pdf") or ""
    return answer


@require_safe
def sheet_card(request: HttpRequest, sheet: int, position: int) -> HttpResponse:
    """One figure of the sheet as a picture in the page's language, kept a day. Raises Http404."""
    found = get_object_or_404(visible_sheets(request.user), pk=sheet)
    published, spoken = sheet_figures(found), language()
    if not 1 <= position <= len(published):
        raise Http404
    record = published[position - 1][1]
    kicker = paired(found, "title", spoken)[0]
    content = cache.get_or_set(
        f"sheet-{found.pk}-{position}-{spoken}", lambda: card_png(record, spoken, kicker=kicker), _KEPT_S
    )
    return HttpResponse(content, content_type="image/png")


def _pdf(found: FactSheet) -> bytes:
    words = workspace_words()
    site = {each: str(words.get(f"title_{each}") or "Grappe") for each in _LANGUAGES}
    days = {each: write_date(found.as_of.isoformat(), each) for each in _LANGUAGES}
    return sheet_pdf(found, site=site, urls={each: _page(found, each) for each in _LANGUAGES}, days=days)


def _page(found: FactSheet, spoken: str) -> Any:
    with override(spoken):
        return f"{settings.BASE_URL}{reverse('sheet', args=[found.pk])}"
