"""The facts of the home page."""

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from grappe.hub.people.queries import Visitor
from grappe.hub.public import queries
from grappe.hub.public.typography import write_date
from grappe.hub.public.urls_of import directory_url, region_places
from grappe.hub.registry import search
from grappe.hub.registry.paired import paired
from grappe.hub.registry.queries import all_codes

_SECTORS_SHOWN = 18
#: All visitors see the same: organisations are made of public statements only.
_KEPT_S = 60


def front_facts(user: Visitor, language: str) -> Mapping[str, Any]:
    """Counts with where they come from, dots, clusters and sectors: five queries, once a minute."""
    key = f"front:{language}"
    facts: Mapping[str, Any] | None = cache.get(key)
    if facts is None:
        facts = _make_facts(user, language)
        cache.set(key, facts, _KEPT_S)
    return facts


def _make_facts(user: Visitor, language: str) -> Mapping[str, Any]:
    counts, codes = queries.kept_counts(), all_codes()
    # Before the first load there is no index to ask.
    within = search.count_within({}) if counts["organisations"] else {"sector": {}, "cluster": {}}
    sectors = _groups(codes["sector"], within["sector"])
    sectors = [group for group in sectors if group["count"]]
    sectors.sort(key=lambda group: -group["count"])
    return {
        "counts": counts,
        "cards": _cards(counts, codes, language),
        "clusters": _groups(codes["cluster"], within["cluster"]),
        "sectors": sectors[:_SECTORS_SHOWN],
        "hints": [_hint(group["record"], language) for group in sectors[:3]],
        "places": region_places(search.regions_within({}) if counts["organisations"] else []),
        "example": queries.best_sourced(user),
    }


def _groups(records: Mapping[str, Any], counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"record": record, "count": counts.get(code, 0)} for code, record in records.items()]


def _hint(record: Any, language: str) -> dict[str, str]:
    label = paired(record, "name", language)[0]
    return {"label": label, "url": directory_url(q=label)}


def _cards(counts: Mapping[str, Any], codes: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    latest = write_date(str(counts["latest"] or "")[:10], language)
    directory, clusters, sectors, sources = (
        reverse(name) for name in ("directory", "clusters", "sectors", "sources")
    )
    total, named = counts["organisations"], counts["sources"]
    groups, areas = len(codes["cluster"]), len(codes["sector"])
    said = gettext("latest statement: %s") % latest
    return [
        _card(total, ngettext("organisation", "organisations", total), said, directory),
        _card(groups, ngettext("cluster", "clusters", groups), gettext("see each one"), clusters),
        _card(areas, ngettext("sector", "sectors", areas), gettext("see each one"), sectors),
        _card(
            named,
            ngettext("public source", "public sources", named),
            gettext("who says what, with its date"),
            sources,
        ),
    ]


def _card(number: int, label: str, source: str, url: str) -> dict[str, Any]:
    return {"number": number, "label": label, "source": source, "url": url}
