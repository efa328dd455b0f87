"""Pages that go on from a key: stable while rows come and go, and as fast far down as at the top."""

import base64
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from grappe.hub.api.problems import Refused
from grappe.hub.api.queries import M, after

MOST = 200
USUAL = 50


def encode_cursor(key: Sequence[Any]) -> str:
    """*key* as a cursor: opaque to the caller, safe in an address."""
    packed = json.dumps(list(key), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode_cursor(cursor: str, types: Sequence[type]) -> list[Any]:
    """The key in *cursor* ([] when there is none). Raises Refused for one that no answer gave."""
    if not cursor:
        return []
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        key = None
    well_made = isinstance(key, list) and [type(part) for part in key] == list(types)
    if not well_made or any("\x00" in part or not _is_text(part) for part in key if isinstance(part, str)):
        message = gettext("Take the cursor from the answer before, as it is.")
        raise Refused("invalid", errors=[{"field": "cursor", "message": message}])
    return key


def page_of(rows: QuerySet[M], fields: Sequence[str], cursor: str, limit: int) -> tuple[list[M], str]:
    """At most *limit* of *rows* in the order of *fields* after *cursor*; and the next cursor, or ""."""
    found = list(after(rows, fields, decode_cursor(cursor, [str] * len(fields)))[: limit + 1])
    if len(found) <= limit:
        return found, ""
    return found[:limit], encode_cursor([_part(found[limit - 1], field) for field in fields])


def next_url(request: HttpRequest, cursor: str) -> str | None:
    """The address of the page at *cursor*, asked as this one was; None when there is no more."""
    if not cursor:
        return None
    asked = [(name, value) for name in request.GET for value in request.GET.getlist(name) if name != "cursor"]
    return f"{settings.BASE_URL}{request.path}?{urlencode([*asked, ('cursor', cursor)])}"


def _part(row: Model, field: str) -> str:
    return str(getattr(row, field))


def _is_text(part: str) -> bool:
    try:
        part.encode()
    except UnicodeEncodeError:
        return False
    return True
