"""Stored rows → the API's shapes. Called with what the queries let through; shows nothing else."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from grappe.hub.people.queries import Visitor, may
from grappe.hub.registry import models
from grappe.hub.registry.queries import Dossier, ShownProperty
from grappe.hub.registry.wording import language
from grappe.statements import Problem
from grappe.statements.licences import is_redistributable

_TEXTS = ("name_fr", "name_en", "acronym", "kind", "status", "description_fr", "website", "size")
_PLACE = (
    "precision", "country", "province", "region_code", "region", "municipality_code", "municipality",
    "postal_area",
)  # fmt: skip
_STATEMENT_TEXTS = (
    "qualifier", "language", "original_value", "valid_from", "valid_to", "locator", "asserted_by",
    "first_seen", "last_seen",
)  # fmt: skip


def url_of(name: str, key: str = "") -> str:
    """The address of something in the API."""
    return f"{settings.BASE_URL}/api/v1/{name}{f'/{key}' if key else ''}"


def page_of_organisation(canonical_id: str) -> str:
    """The address of an organisation's page, in the deployment's first language."""
    with override(settings.LANGUAGE_CODE):
        return f"{settings.BASE_URL}{reverse('organisation', args=[canonical_id])}"


def organisation(stored: models.Organisation) -> dict[str, Any]:
    """An organisation without its statements."""
    texts = {name: getattr(stored, name) or None for name in _TEXTS}
    place = {name: getattr(stored, name) or None for name in _PLACE}
    return {
        "id": stored.pk,
        "url": url_of("organisations", stored.pk),
        "page": page_of_organisation(stored.pk),
        **texts,
        "description_en": None if "description" in stored.missing_fr else stored.description_en or None,
        "place": {**place, "latitude": stored.latitude, "longitude": stored.longitude},
        "sectors": stored.sectors,
        "stages": stored.stages,
        "clusters": stored.clusters,
        "statement_count": stored.statement_count,
        "source_count": stored.source_count,
        "last_stated": stored.last_stated or None,
        "missing_fr": stored.missing_fr,
    }


def organisation_detail(dossier: Dossier, user: Visitor) -> dict[str, Any]:
    """An organisation with all that *user* may see of what is said."""
    key, is_staff = dossier.organisation.pk, may(user, "consult", "organisation")
    shown = [_property(each, key, is_staff) for each in dossier.properties.values()]
    said = {s["entity"] for each in shown for value in each["values"] for s in value["statements"]}
    return {**organisation(dossier.organisation), "entities": sorted(said), "properties": shown}


def _property(shown: ShownProperty, key: str, is_staff: bool) -> dict[str, Any]:
    values = [
        {
            "value": value.value,
            "language": value.language or None,
            "qualifier": value.qualifier or None,
            "is_rival": value.is_rival,
            "statements": [_statement(each, key, is_staff) for each in value.statements],
        }
        for value in shown.values
    ]
    labels = {"label_fr": shown.definition.fr, "label_en": shown.definition.en}
    return {
        "property": shown.definition.code,
        **labels,
        "has_rivals": shown.has_rivals,
        "values": values,
    }


def statements(
    found: Iterable[models.Statement], organisations: Mapping[str, str], user: Visitor
) -> list[dict[str, Any]]:
    """Statements with the organisation of their records (entity → canonical id)."""
    is_staff = may(user, "consult", "organisation")
    return [_statement(each, organisations.get(each.entity), is_staff) for each in found]


def _statement(stored: models.Statement, canonical_id: str | None, is_staff: bool) -> dict[str, Any]:
    source = stored.source
    # Why staff prefer a value is between them; why one is deprecated is for everybody.
    tells_reason = is_staff or stored.rank == "deprecated"
    return {
        "id": stored.pk,
        "url": url_of("statements", stored.pk),
        "organisation": canonical_id,
        "entity": stored.entity,
        "property": stored.property,
        "value": stored.value,
        **{name: getattr(stored, name) or None for name in _STATEMENT_TEXTS},
        "method": stored.method,
        "confidence": stored.confidence,
        "rank": stored.rank,
        "rank_reason": (stored.rank_reason or None) if tells_reason else None,
        "licence": stored.licence or source.licence,
        "visibility": stored.visibility,
        "source": {
            "id": source.pk,
            "title": source.title,
            "publisher": source.publisher,
            "published": source.published or None,
            "licence": source.licence,
            "url": source.url or None,
        },
    }


def source(stored: models.Source, count: int) -> dict[str, Any]:
    """A source, and how many of its statements the reader may see."""
    texts = ("published", "accessed", "language", "attribution", "note")
    return {
        "id": stored.pk,
        "url": url_of("sources", stored.pk),
        "title": stored.title,
        "publisher": stored.publisher,
        "licence": stored.licence,
        "is_redistributable": is_redistributable(stored.licence),
        "address": stored.url or None,
        **{name: getattr(stored, name) or None for name in texts},
        "chain": stored.chain,
        "visibility": stored.visibility,
        "statement_count": count,
    }


def code(stored: models.Code, count: int) -> dict[str, Any]:
    """A cluster, sector or stage, and how many organisations it has."""
    return {
        "code": stored.code,
        "name_fr": stored.name_fr or None,
        "name_en": stored.name_en or None,
        "parent": stored.parent or None,
        "organisation_count": count,
    }


def brought(stored: models.Import) -> dict[str, Any]:
    """An import, to those who may see it."""
    texts = ("cluster", "step", "digest", "fault")
    moments = ("applied_at", "undone_at")
    return {
        "id": stored.pk,
        "url": url_of("imports", str(stored.pk)),
        "page": f"{settings.BASE_URL}{reverse('desk_import', args=[stored.pk])}",
        "source": stored.source_key,
        "title": stored.described.get("title", stored.source_key),
        "published": stored.described.get("published") or None,
        "file_name": stored.file_name,
        "content_hash": stored.content_hash,
        "state": stored.state,
        "percent": stored.percent,
        "counts": stored.counts,
        "is_stale": stored.is_stale,
        "mapping": stored.mapping,
        "brought_by": stored.brought_by.get_username(),
        "brought_at": stored.brought_at.isoformat(),
        "confirmed_by": stored.confirmed_by.get_username() if stored.confirmed_by else None,
        **{name: getattr(stored, name) or None for name in texts},
        **{name: moment.isoformat() if (moment := getattr(stored, name)) else None for name in moments},
    }


def mistake(found: Problem) -> dict[str, Any]:
    """A mistake, worded in the reader's language."""
    told = ("code", "severity", "sheet", "row", "column", "found")
    return {**{name: getattr(found, name) for name in told}, "message": found.describe(language())}
