"""Requests that may be sent again: the same key, the same answer, done once."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header

from grappe.hub.api.actions import Answer, OtherRequest, answer_once
from grappe.hub.api.problems import Refused

IdempotencyKey = Header(
    "", alias="Idempotency-Key", max_length=255, description="The same key: the same answer, done once."
)


def answered_once(
    request: HttpRequest, key: str, act: Callable[[], Answer], *, content: str | None = None
) -> HttpResponse:
    """What *act* answers, done once when a *key* is given. *content* tells requests apart, the body if None.

    Raises Refused, as *act* does.
    """
    headers: dict[str, str] = {}
    if not key:
        status, headers, body = act()
    else:
        told = request.body if content is None else content
        asked = hashlib.sha256(repr((request.method, request.path, told)).encode()).hexdigest()
        try:
            (status, headers, body), again = answer_once(
                user=request.user,  # type: ignore[arg-type]
                key=key,
                fingerprint=asked,
                act=act,
                at=timezone.now(),
            )
        except OtherRequest:
            raise Refused("reused-key") from None
        headers |= {"Idempotency-Replayed": "true"} if again else {}
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)
