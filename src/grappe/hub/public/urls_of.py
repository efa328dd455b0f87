"""Addresses of records, in the active language."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from grappe.hub.public.queries import Region
from grappe.intake.gazetteer import REGIONS


def organisation_url(canonical_id: str) -> str:
    """The address of an organisation's page."""
    return reverse("organisation", args=[canonical_id])


def directory_url(**filters: str) -> str:
    """The address of the directory with one choice a facet, or with words (``q``)."""
    return f"{reverse('directory')}?{urlencode(filters)}"


def region_dots(regions: Iterable[Region], **filters: str) -> list[tuple[float, float, int, str, str | None]]:
    """The regions as places of the static map, each leading to its part of the directory."""
    return [
        (
            each.latitude,
            each.longitude,
            each.count,
            REGIONS[each.code],
            directory_url(**filters, region=each.code),
        )
        for each in regions
    ]
