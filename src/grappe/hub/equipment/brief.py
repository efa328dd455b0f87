"""The brief of an investment: a page in each language, with the arithmetic and the sources."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from grappe.fabrication.wishes import parse_wish
from grappe.hub.equipment.quote_files import site_name, typeset
from grappe.hub.equipment.weighing import (
    DEMAND_DAYS,
    WEEKS,
    existing_lines,
    uncovered_lines,
    weigh_investment,
)
from grappe.hub.equipment.wording import money, wish_parts

_MOST_ROWS = 12
_NBSP = "\u00a0"


def brief_pdf(asked: Mapping[str, Any], *, at: datetime) -> bytes:
    """The PDF of what is thought of (*asked*: name, wish, site, price_cad), weighed at *at*."""
    parts = [_part(asked, language, at) for language in ("fr", "en")]
    return typeset("brief", {"parts": parts, "site": site_name()})


def _part(asked: Mapping[str, Any], language: str, at: datetime) -> dict[str, Any]:
    with override(language):
        weighed = weigh_investment(name=asked["name"], text=asked["wish"], site=asked["site"], at=at)
        lines, found = existing_lines(weighed), weighed.investment
        price = asked.get("price_cad")
        return {
            "lang": language,
            "kicker": gettext("Before an investment, %s") % timezone.localtime(at).date().isoformat(),
            "title": asked["name"],
            "price": money(price) if price else "",
            "asked": _pairs(wish_parts(parse_wish(asked["wish"])), language),
            "exists": gettext("What exists"),
            "columns": [
                gettext("Capability"), gettext("Compared"), gettext("Booked"), gettext("Way"),
                gettext("Per hour"),
            ],
            "rows": [_row(line, language) for line in lines[:_MOST_ROWS]],
            "more": gettext("And %d more on the page.") % (len(lines) - _MOST_ROWS)
            if len(lines) > _MOST_ROWS
            else "",
            "nobody": "" if lines else gettext("No site publishes a capability of this process."),
            "gaps": gettext("What nobody covers"),
            "uncovered": _pairs(uncovered_lines(weighed), language)
            or [gettext("Nothing: limit by limit, somebody publishes each.")],
            "demand_title": gettext("Who asked"),
            "demand": gettext(
                "Wishes and steps asked in %(days)d days: %(n)d. Served today: %(today)d; only by what is "
                "thought of: %(only)d; by nobody: %(none)d."
            )
            % {
                "n": weighed.wishes, "days": DEMAND_DAYS, "today": found.served_today,
                "only": found.served_only_by_it, "none": found.served_by_none,
            },
            "method": gettext(
                "Booked: share of open hours booked or in maintenance over the last %d weeks. Limits are "
                "those that sites publish, each with its date; what is not published is to ask."
            )
            % WEEKS,
        }  # fmt: skip


def _row(line: Mapping[str, Any], language: str) -> list[str]:
    between, space = (f"{_NBSP}; ", _NBSP) if language == "fr" else ("; ", "")
    compared = between.join(f"{one['about']}{_colon(language)}{one['label']}" for one in line["compared"])
    known = line["utilisation"] is not None and not line["is_stale"]
    use = f"{round(line['utilisation'] * 100)}{space}%" if known else ""
    days = line["days"]
    way = [] if days is None else [ngettext("%(n)d day", "%(n)d days", days) % {"n": days}]
    if line["wait"]:
        way.append(f"{gettext('usual wait')} {line['wait']}")
    dated = f"{line['as_of']}, {line['source']}" if line["source"] else line["as_of"] or ""
    return [f"{line['name']}, {line['site']}", compared, use, between.join(way), line["hourly"], dated]


def _pairs(pairs: Iterable[tuple[str, str]], language: str) -> list[str]:
    return [f"{what}{_colon(language)}{value}" for what, value in pairs]


def _colon(language: str) -> str:
    return f"{_NBSP}: " if language == "fr" else ": "
