"""A quote, or an investment brief, as a tagged PDF in both languages."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext, override

from grappe.hub.equipment.models import Quote
from grappe.hub.equipment.queries.catalogue import rows_by_code
from grappe.hub.equipment.wording import charge_name, money, name_of, plain, tier_name, unit_name
from grappe.hub.observatory.typesetting import set_pdf
from grappe.hub.registry.queries import workspace_words

_TEMPLATES = Path(__file__).parent / "typst"
_LANGUAGES = ("fr", "en")


def quote_pdf(quote: Quote, organisation: str) -> bytes:
    """The PDF of *quote*, for *organisation*: each step at its price, assumptions, until when it holds."""
    content = {
        "parts": [_part(quote, organisation, language) for language in _LANGUAGES],
        "site": site_name(),
    }
    return typeset("quote", content)


def typeset(template: str, content: dict[str, Any]) -> bytes:
    """The PDF that a template of this slice makes of *content*."""
    told = json.dumps(content, ensure_ascii=False)
    return set_pdf((_TEMPLATES / f"{template}.typ").read_bytes(), content=told)


def site_name() -> str:
    """What the site is called on documents."""
    return str(workspace_words().get("title_fr") or "Grappe")


def _part(quote: Quote, organisation: str, language: str) -> dict[str, Any]:
    colon = "\u00a0: " if language == "fr" else ": "
    with override(language):
        return {
            "lang": language,
            "kicker": gettext("Quote %(number)d of %(day)s")
            % {"number": quote.number, "day": quote.issued_at.date().isoformat()},
            "title": quote.request.title,
            "for": gettext("For") + colon + (organisation or gettext("no organisation")),
            "tier": gettext("Rate") + colon + tier_name(quote.request.tier),
            "validity": gettext("Valid until %s, subject to the times quoted being free when it is accepted.")
            % quote.valid_until.isoformat(),
            "columns": [
                gettext("Step"), gettext("Where"), gettext("When"), gettext("Billed"), gettext("Price"),
            ],
            "rows": [
                [
                    line["name"], f"{line['equipment']}, {line['site']}", line["start"],
                    "; ".join(line["billed"]), line["price"],
                ]
                for line in quoted_lines(quote)
            ],
            "transport": [gettext("Transport"), money(quote.transport_cad)],
            "total": [gettext("Total, before taxes"), money(quote.total_cad)],
            "assumed": gettext("Taken for granted"),
            "assumptions": [each[language] for each in quote.assumptions],
        }  # fmt: skip


def quoted_lines(quote: Quote) -> list[dict[str, Any]]:
    """The lines of *quote* in the reader's language: step, where, from which day, what is billed, price. One
    query."""
    doing = rows_by_code({line["capability"] for line in quote.lines})
    starts = {one["step"]: one["start"][:16].replace("T", " ") for one in reversed(quote.route["placements"])}
    return [
        {
            "name": line["name"],
            "equipment": name_of(doing[line["capability"]]),
            "site": name_of(doing[line["capability"]].facility),
            "start": starts.get(line["step"], ""),
            "billed": [_billed(part, line["unit"]) for part in line["lines"]],
            "price": money(Decimal(line["total"])) if line["lines"] else gettext("on request"),
        }
        for line in quote.lines
    ]


def _billed(part: dict[str, str], unit: str) -> str:
    if part["kind"] not in {"use", "first", "further"}:
        return charge_name(part["kind"])
    return f"{charge_name(part['kind'])}, {plain(float(part['quantity']))} × {unit_name(unit)}"
