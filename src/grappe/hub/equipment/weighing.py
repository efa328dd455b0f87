"""A tool that somebody thinks of buying, weighed against what sites have and what was asked of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from grappe.fabrication.equipment import Capability, Catalogue
from grappe.fabrication.investment import Compared, Existing, Investment, compare_investment
from grappe.fabrication.matching import Wish, properties, property_name
from grappe.fabrication.quantities import Range, show_range
from grappe.fabrication.wishes import parse_wish
from grappe.hub.equipment.queries.asking import asked_flows
from grappe.hub.equipment.queries.catalogue import asked_wishes
from grappe.hub.equipment.queries.records import catalogue
from grappe.hub.equipment.wording import contamination_name, material_name, money, process_name, usual_wait
from grappe.hub.registry.wording import language
from grappe.statements.problems import GrappeError

#: Over how many weeks use is told, and over how many days demand is counted.
WEEKS, DEMAND_DAYS = 12, 365
_PROPOSED = "proposed"


@dataclass(frozen=True)
class Weighed:
    """The comparison, the catalogue it was made with, and how many wishes were counted."""

    investment: Investment
    catalogue: Catalogue
    wishes: int


def weigh_investment(*, name: str, text: str, site: str, at: datetime) -> Weighed:
    """What exists of the tool *name* that would do *text*, from the site *site* ("" undecided), at *at*.

    Demand is what was looked for in a year and each step of the flows that were asked for. Raises GrappeError
    for words that can't be read.
    """
    since = at - timedelta(weeks=WEEKS)
    sites = catalogue(busy_from=since, busy_until=at, at=at, language=language())
    wishes = [*_read(asked_wishes(since=(at - timedelta(days=DEMAND_DAYS)).date()))]
    wishes += [each for each in asked_flows(since=at - timedelta(days=DEMAND_DAYS)) if each.process]
    proposed = proposal(name, parse_wish(text), site)
    found = compare_investment(
        proposed, sites, on=timezone.localtime(at).date(), wishes=wishes, weeks=WEEKS, until=at
    )
    return Weighed(found, sites, len(wishes))


def proposal(name: str, wish: Wish, site: str) -> Capability:
    """The capability that *wish* describes: a feature of 80 nm is the finest it would make."""
    limits = {
        code: Range(limit.high, None, limit.quantity)
        if properties()[code].get("point") == "finest" and limit.low is None
        else limit
        for code, limit in wish.limits.items()
    }
    return Capability(
        _PROPOSED, site, wish.process or "", name, limits=limits,
        materials_allowed=frozenset(wish.materials),
        wafer_mm=(wish.wafer_mm,) if wish.wafer_mm else (), contamination=wish.contamination,
    )  # fmt: skip


def existing_lines(weighed: Weighed) -> list[dict[str, Any]]:
    """What a page says of each existing capability: the closest first."""
    return [_existing(each, weighed) for each in weighed.investment.existing]


def uncovered_lines(weighed: Weighed) -> list[tuple[str, str]]:
    """(limit, what of it nobody covers)."""
    told = language()
    return [
        (
            property_name(each.about, told),
            ", ".join(
                [*(show_range(one, told) for one in each.ranges), *(material_name(c) for c in each.codes)]
            ),
        )
        for each in weighed.investment.uncovered
    ]  # fmt: skip


def does_all_said(existing: Existing) -> bool:
    """Whether it covers every limit that the proposal states."""
    return all(one.cover == "covered" for one in existing.compared if _is_stated(one.proposed))


def _existing(each: Existing, weighed: Weighed) -> dict[str, Any]:
    site = weighed.catalogue.facilities[each.capability.facility]
    return {
        "name": each.capability.name,
        "site": site.name,
        "code": each.capability.facility,
        "relation": "does_all" if does_all_said(each) and each.relation != "apart" else each.relation,
        "compared": [_compared(one) for one in each.compared if _is_stated(one.proposed)],
        "utilisation": each.utilisation,
        "days": each.transfer_days if weighed.investment.proposed.facility else None,
        "wait": usual_wait(each.capability),
        "hourly": money(each.hourly_cad) if each.hourly_cad is not None else "",
        "as_of": each.capability.as_of,
        "source": each.capability.source,
        "is_stale": site.is_stale(timezone.localdate()),
    }


def _compared(one: Compared) -> dict[str, str]:
    return {
        "about": gettext("process") if one.about == "process" else property_name(one.about, language()),
        "cover": one.cover,
        "label": cover_name(one.cover),
        "proposed": _said(one.about, one.proposed),
        "existing": _said(one.about, one.existing) or gettext("not published"),
    }


def cover_name(cover: str) -> str:
    """How far an existing limit covers a proposed one."""
    return {
        "covered": gettext("covered"),
        "partly": gettext("in part"),
        "apart": gettext("not covered"),
        "unstated": gettext("to ask"),
    }[cover]


def _said(about: str, value: Any) -> str:
    if not _is_stated(value):
        return ""
    if about == "process":
        return process_name(value)
    if about == "contamination":
        return contamination_name(value)
    if about == "material":
        return ", ".join(sorted(material_name(code) for code in value))
    return ", ".join(show_range(one, language()) for one in (value if isinstance(value, tuple) else (value,)))


def _is_stated(value: Any) -> bool:
    return value not in (None, "", (), frozenset())


def _read(texts: Iterable[str]) -> Iterable[Wish]:
    for text in texts:
        try:
            wish = parse_wish(text)
        except GrappeError:
            continue
        yield replace(wish, text=text)
