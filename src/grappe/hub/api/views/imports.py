"""Imports: bring a list, follow it, read its mistakes, confirm what it changes, undo it."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Form, Path, Query, Router
from ninja.files import UploadedFile

from grappe.hub.api import importing, rendering, shapes
from grappe.hub.api.caller import Caller
from grappe.hub.api.paging import decode_cursor, encode_cursor, next_url
from grappe.hub.api.views.asked import Paging
from grappe.hub.api.views.repeating import IdempotencyKey, answered_once
from grappe.hub.registry.actions.imports import ask_undo, cancel_import, confirm_import
from grappe.hub.registry.importing.mistakes import problems_of
from grappe.hub.registry.models import Import

router = Router(tags=["imports"])
_TheFile = File(..., description="Excel, LibreOffice, .csv or .tsv.")
Number = Path(..., ge=1, le=2**31)
_READS: dict[str, Any] = {"auth": Caller("read", needs_token=True), "openapi_extra": {"x-needs-token": True}}
_WRITES: dict[str, Any] = {
    "auth": Caller("import", needs_token=True),
    "openapi_extra": {"x-needs-token": True},
    "response": {202: shapes.Import},
}


@router.get("", response=shapes.Imports, summary="List imports", **_READS)
def list_imports(request: HttpRequest, paging: Query[Paging]) -> shapes.Json:
    """The imports of your clusters, the latest first."""
    rows = importing.readable_imports(request.user).order_by("-pk")
    if key := decode_cursor(paging.cursor, [int]):
        rows = rows.filter(pk__lt=key[0])
    found = list(rows[: paging.limit + 1])
    beyond = found[paging.limit - 1].pk if len(found) > paging.limit else None
    items = [rendering.brought(each) for each in found[: paging.limit]]
    return {"items": items, "next": next_url(request, encode_cursor([beyond]) if beyond else "")}


@router.post("", summary="Bring a list", **_WRITES)
def bring_list(
    request: HttpRequest,
    said: Form[shapes.NewImport],
    file: UploadedFile = _TheFile,
    idempotency_key: str = IdempotencyKey,
) -> HttpResponse:
    """The next edition of `source`, or a new list as the other fields describe it. It is opened in the
    background: follow `url`. Nothing changes in the registry before it is confirmed."""

    def act() -> tuple[int, dict[str, str], str]:
        return _told(importing.bring(said.model_dump(), file, request.user, timezone.now()))  # type: ignore[arg-type]

    file.seek(0)
    content = repr((sorted(said.model_dump().items()), file.name, file.read()))
    file.seek(0)
    return answered_once(request, idempotency_key, act, content=content)


@router.get("/{import_id}", response=shapes.Import, summary="One import", **_READS)
def get_import(request: HttpRequest, import_id: int = Number) -> shapes.Json:
    """How far it is, what it would change or changed, and the mapping it proposes or was read with."""
    return rendering.brought(importing.import_of(request.user, import_id))


@router.get("/{import_id}/mistakes", response=shapes.Mistakes, summary="Its mistakes", **_READS)
def list_mistakes(request: HttpRequest, paging: Query[Paging], import_id: int = Number) -> shapes.Json:
    """Errors first, then warnings: which sheet, row and column, what was found, what to do."""
    found = importing.import_of(request.user, import_id)
    offset = (decode_cursor(paging.cursor, [int]) or [0])[0]
    offset = offset if 0 <= offset < 10**9 else 0
    rows = problems_of(found, offset=offset, limit=paging.limit + 1) if "errors" in found.counts else []
    cursor = encode_cursor([offset + paging.limit]) if len(rows) > paging.limit else ""
    items = [rendering.mistake(each) for each in rows[: paging.limit]]
    return {"items": items, "next": next_url(request, cursor)}


@router.post("/{import_id}/columns", summary="Read it", **_WRITES)
def read_import(
    request: HttpRequest, said: shapes.Columns, import_id: int = Number, idempotency_key: str = IdempotencyKey
) -> HttpResponse:
    """With `mapping`, or with the one proposed when it is null. Then it is compared with the registry."""
    return _act(
        request,
        import_id,
        idempotency_key,
        lambda brought, act: importing.read_as(brought, said.mapping, **act),
    )


@router.post("/{import_id}/confirm", summary="Confirm it", **_WRITES)
def confirm(
    request: HttpRequest,
    shown: shapes.Shown,
    import_id: int = Number,
    idempotency_key: str = IdempotencyKey,
) -> HttpResponse:
    """Store what it changes, as it was shown: if that would now be something else, nothing is done (409)."""
    return _act(
        request,
        import_id,
        idempotency_key,
        lambda brought, act: confirm_import(brought=brought, digest=shown.digest, **act),
    )


@router.post("/{import_id}/cancel", summary="Give it up", **_WRITES)
def cancel(
    request: HttpRequest, import_id: int = Number, idempotency_key: str = IdempotencyKey
) -> HttpResponse:
    """Nothing of it is stored, and its file is deleted."""
    return _act(
        request, import_id, idempotency_key, lambda brought, act: cancel_import(brought=brought, **act)
    )


@router.post("/{import_id}/undo", summary="Undo it", **_WRITES)
def undo(
    request: HttpRequest, import_id: int = Number, idempotency_key: str = IdempotencyKey
) -> HttpResponse:
    """Bring everything back to how it was before it was applied."""
    return _act(request, import_id, idempotency_key, lambda brought, act: ask_undo(brought=brought, **act))


def _act(
    request: HttpRequest, key: int, idempotency_key: str, do: Callable[[Import, dict[str, Any]], Import]
) -> HttpResponse:
    def act() -> tuple[int, dict[str, str], str]:
        found = importing.import_of(request.user, key)
        with importing.refusals():
            return _told(do(found, {"actor": request.user, "at": timezone.now()}))

    return answered_once(request, idempotency_key, act)


def _told(brought: Import) -> tuple[int, dict[str, str], str]:
    shown = rendering.brought(brought)
    return (
        202,
        {"Location": shown["url"]},
        json.dumps(shapes.Import(**shown).model_dump(), ensure_ascii=False),
    )
