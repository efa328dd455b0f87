"""A fact sheet as files: a tagged PDF (PDF/UA-1) in both languages, and each figure as a picture.

typst sets both from the templates beside, with our own fonts and no network.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, override

from grappe.figures.lexicon import Language
from grappe.figures.naming import indicator_name, place_name
from grappe.figures.printing import print_value, value_parts
from grappe.hub.observatory.models import FactSheet
from grappe.hub.observatory.typesetting import own_fonts, set_pdf
from grappe.statements.figures import Figure, read_figure

_HERE = Path(__file__).parent
_LANGUAGES: tuple[Language, ...] = ("fr", "en")
_DOTS_AN_INCH = 144.0


def sheet_figures(sheet: FactSheet) -> list[tuple[str, Figure]]:
    """(id, record as published) of each figure of *sheet*, in order."""
    return [(key, read_figure(row)) for key, row in sheet.figures]


def figure_words(figure: Figure, language: Language) -> dict[str, str]:
    """What is said of *figure* wherever it is shown alone: its period and its source are always said."""
    with override(language):
        period = (figure.period or "").replace("/", "–") or gettext("period unknown")
        colon = "\u00a0: " if language == "fr" else ": "
        source = gettext("Source") + colon + (figure.source or gettext("not stated"))
        disputed = gettext("disputed") if figure.status == "disputed" else ""
        unchecked = gettext("not checked") if figure.status == "draft" else ""
    indicator, subject = indicator_name(figure.indicator, language), figure.subject or ""
    before, number, unit = value_parts(figure, language)
    return {
        "value": print_value(figure, language),
        "before": before,
        "number": number,
        "unit": unit,
        "indicator": indicator,
        "subject": subject,
        "label": f"{indicator} — {subject}" if subject else indicator,
        "lang": figure.language or language,
        "place": place_name(figure.place, language),
        "period": period,
        "source": source,
        "reservation": disputed or unchecked,
    }


def sheet_pdf(sheet: FactSheet, *, site: dict[str, str], urls: dict[str, str], days: dict[str, str]) -> bytes:
    """The PDF of *sheet*; *site* names the site, *urls* its page and *days* its day, by language."""
    parts = [_part(sheet, language, urls[language], days[language]) for language in _LANGUAGES]
    content = json.dumps({"parts": parts, "site": site["fr"]}, ensure_ascii=False)
    return set_pdf(_template("sheet"), sheet=content)


def card_png(figure: Figure, language: Language, *, kicker: str) -> bytes:
    """The picture of *figure* in *language*, 1200 × 630 pixels; *kicker* stands above."""
    import typst

    content = {**figure_words(figure, language), "page": language, "kicker": kicker}
    made: Any = typst.compile(
        _template("card"),
        format="png",
        ppi=_DOTS_AN_INCH,
        sys_inputs={"card": json.dumps(content, ensure_ascii=False)},
        font_paths=own_fonts(),
    )
    return bytes(made)


def _part(sheet: FactSheet, language: Language, url: str, day: str) -> dict[str, Any]:
    with override(language):
        words = {
            "kicker": gettext("Fact sheet"),
            "day": gettext("As of %s") % day,
            "reason_label": gettext("Despite reservations:"),
            "where": gettext("Each figure with its history, its sources and its rivals:"),
        }
    return {
        **words,
        "lang": language,
        "title": sheet.title_fr if language == "fr" else sheet.title_en,
        "reason": sheet.reason_fr if language == "fr" else sheet.reason_en,
        "url": url,
        "figures": [figure_words(figure, language) for _, figure in sheet_figures(sheet)],
    }


@cache
def _template(name: str) -> bytes:
    return (_HERE / "typst" / f"{name}.typ").read_bytes()
