"""Organisations: the list, one with all that is said of it, and adding a statement."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, Query, Router

from grappe.hub.api import rendering, shapes
from grappe.hub.api.caller import Caller
from grappe.hub.api.paging import decode_cursor, encode_cursor, next_url, page_of
from grappe.hub.api.problems import Refused
from grappe.hub.api.queries import listed_organisations, listed_statements
from grappe.hub.api.stating import state
from grappe.hub.api.views.asked import Key, Paging, Search
from grappe.hub.api.views.repeating import IdempotencyKey, answered_once
from grappe.hub.registry import search
from grappe.hub.registry.models import Organisation
from grappe.hub.registry.queries import current_id, dossier_of, organisations_in_order

router = Router(tags=["organisations"])
_IN_ORDER = ("sort_name", "pk")


@router.get("", response=shapes.Organisations, summary="List organisations")
def list_organisations(request: HttpRequest, asked: Query[Search], paging: Query[Paging]) -> shapes.Json:
    """By name, or with words by relevance. Without words the pages are stable while the registry changes."""
    if asked.words:
        return _found(request, asked, paging)
    rows = listed_organisations(request.user, asked.filters)
    items, cursor = page_of(rows, _IN_ORDER, paging.cursor, paging.limit)
    return {
        "items": [rendering.organisation(each) for each in items],
        "total": rows.count(),
        "approximate": False,
        "next": next_url(request, cursor),
    }


def _found(request: HttpRequest, asked: Search, paging: Paging) -> shapes.Json:
    offset = (decode_cursor(paging.cursor, [int]) or [0])[0]
    if not 0 <= offset <= search.MOST_POINTS * 100:
        offset = 0
    found = search.find_organisations(asked.words, asked.filters, offset=offset, limit=paging.limit)
    beyond = offset + paging.limit
    cursor = encode_cursor([beyond]) if beyond < found.total else ""
    items = organisations_in_order(request.user, found.ids)
    return {
        "items": [rendering.organisation(each) for each in items],
        "total": found.total,
        "approximate": found.approximate,
        "next": next_url(request, cursor),
    }


_DETAIL = {200: shapes.OrganisationDetail, 308: None}


@router.get("/{canonical_id}", response=_DETAIL, summary="One organisation")
def get_organisation(request: HttpRequest, canonical_id: str = Key) -> Any:
    """Every value that you may see, with its statements, their sources and the rivals. An id that was merged
    away redirects (308) to the one that replaces it. The ETag is what a write gives back as If-Match."""
    detail = _detail(request, canonical_id)
    if isinstance(detail, HttpResponse):
        return detail
    text = json.dumps(shapes.OrganisationDetail(**detail).model_dump(), ensure_ascii=False)
    return HttpResponse(text, content_type="application/json", headers={"ETag": etag_of(detail)})


@router.get(
    "/{canonical_id}/statements", response={200: shapes.Statements, 308: None}, summary="Its statements"
)
def list_statements_of(request: HttpRequest, paging: Query[Paging], canonical_id: str = Key) -> Any:
    """All that is said of one organisation and may be seen, flat, by property."""
    found = _find(request, canonical_id)
    if isinstance(found, HttpResponse):
        return found
    entities = found.records.values("entity")
    rows = listed_statements(request.user).filter(entity__in=entities)
    items, cursor = page_of(rows, ("property", "pk"), paging.cursor, paging.limit)
    owners = dict.fromkeys((each.entity for each in items), found.pk)
    shown = rendering.statements(items, owners, request.user)
    return {"items": shown, "next": next_url(request, cursor)}


@router.post(
    "/{canonical_id}/statements",
    response={201: shapes.Statement, 308: None},
    auth=Caller("write:statements", needs_token=True),
    openapi_extra={"x-needs-token": True},
    summary="Add a statement",
)
def add_statement(
    request: HttpRequest,
    stated: shapes.NewStatement,
    canonical_id: str = Key,
    if_match: str = Header(
        "", alias="If-Match", description="The ETag of the organisation as you read it, or *."
    ),
    idempotency_key: str = IdempotencyKey,
) -> Any:
    """The value is shown first; what others say stays beside it. Needs the scope `write:statements` and the
    right to edit one of the organisation’s clusters."""
    found = _find(request, canonical_id)
    if isinstance(found, HttpResponse):
        return found

    def act() -> tuple[int, dict[str, str], str]:
        user, owner = request.user, found.pk
        statement = state(
            found, stated, lambda: _require_match(request, found, if_match), user, timezone.now()
        )
        shown = rendering.statements([statement], {statement.entity: owner}, user)[0]
        headers = {"Location": shown["url"], "ETag": etag_of(_detail(request, found.pk))}
        return 201, headers, json.dumps(shown, ensure_ascii=False)

    return answered_once(request, idempotency_key, act)


def etag_of(content: Any) -> str:
    """The strong ETag of what a reader was given."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"'


def _find(request: HttpRequest, canonical_id: str) -> Organisation | HttpResponse:
    found = organisations_in_order(request.user, [canonical_id])
    return found[0] if found else _elsewhere(request, canonical_id)


def _detail(request: HttpRequest, canonical_id: str) -> Any:
    try:
        dossier = dossier_of(request.user, canonical_id)
    except Organisation.DoesNotExist:
        return _elsewhere(request, canonical_id)
    return rendering.organisation_detail(dossier, request.user)


def _elsewhere(request: HttpRequest, canonical_id: str) -> HttpResponse:
    current = current_id(canonical_id)
    if current == canonical_id:
        raise Refused("not-found")
    target = request.get_full_path().replace(canonical_id, current, 1)
    return HttpResponse(status=308, headers={"Location": target})


def _require_match(request: HttpRequest, organisation: Organisation, if_match: str) -> None:
    """Raise Refused unless the organisation is as the caller read it."""
    if not if_match:
        raise Refused("unconditional")
    # Compression weakens an ETag on its way out (W/"…"): what it names is the same.
    given = {part.strip().removeprefix("W/") for part in if_match.split(",")}
    if "*" not in given and etag_of(_detail(request, organisation.pk)) not in given:
        raise Refused("changed")
