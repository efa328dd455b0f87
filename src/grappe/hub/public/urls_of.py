"""Addresses of records, in the active language."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from grappe.hub.observatory.models import Figure, Measurement
from grappe.hub.public.static_map import Place
from grappe.hub.registry.search import RegionCount
from grappe.intake.gazetteer import REGIONS


def organisation_url(canonical_id: str) -> str:
    """The address of an organisation's page."""
    return reverse("organisation", args=[canonical_id])


def directory_url(**filters: str | tuple[str, ...]) -> str:
    """The address of the directory with choices of each facet, or with words (``q``)."""
    return f"{reverse('directory')}?{urlencode(filters, doseq=True)}"


def region_places(regions: Iterable[RegionCount]) -> list[Place]:
    """The regions as places of the static map."""
    return [
        Place(each.latitude, each.longitude, each.count, REGIONS.get(each.code, each.code), each.code)
        for each in regions
    ]


def measures_url(made: Measurement) -> str:
    """The page of what a sector or cluster measured."""
    kind, _, code = made.group.partition(":")
    return reverse(f"{kind}_measures", args=[code])


def measured_at(figure: Figure) -> str:
    """The page of the measures that a computed *figure* is of; "" when a document gives it."""
    place = figure.result.partition("/")[0]
    if figure.measurement_id:
        anchor = {"near": "near", "quotient": "quotients"}[place]
        return f"{measures_url(Measurement(group=figure.measurement_id))}#{anchor}"
    if figure.table_id:
        industry = figure.result.removeprefix("growth/")
        asked = urlencode({"region": figure.core.place or "", "industry": industry})
        return f"{reverse('table_growth', args=[figure.table_id])}?{asked}"
    return ""
