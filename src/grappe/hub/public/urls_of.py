"""Addresses of records, in the active language."""

from django.urls import reverse


def organisation_url(canonical_id: str) -> str:
    """The address of an organisation's page."""
    return reverse("organisation", args=[canonical_id])


def directory_url(**filters: str) -> str:
    """The address of the directory with one choice a facet, or with words (``q``)."""
    from urllib.parse import urlencode

    return f"{reverse('directory')}?{urlencode(filters)}"
