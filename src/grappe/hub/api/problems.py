"""What the API refuses, as RFC 9457 problems: one type a kind of refusal, worded in the reader's language."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, its title, and what the caller does about it."""

    status: int
    title: Any
    remedy: Any


KINDS: Mapping[str, Kind] = {
    "bad-request": Kind(400, _("The request can’t be read"), _("Send what the description of the API says.")),
    "no-token": Kind(
        401, _("A token is needed"), _("Send “Authorization: Bearer …” with a token that still stands.")
    ),
    "not-allowed": Kind(
        403, _("This account may not do that"), _("Ask for a role in this organisation’s cluster.")
    ),
    "scope": Kind(
        403, _("The token does not reach that far"), _("Make a token that has the scope named in the detail.")
    ),
    "not-found": Kind(
        404, _("Nothing is there"), _("Look it up in the list; what you may not see is not there.")
    ),
    "method": Kind(405, _("This address does not do that"), _("Use one of the methods of the Allow header.")),
    "conflict": Kind(
        409, _("Somebody else changed it meanwhile"), _("Read it again, compare, and send your change again.")
    ),
    "changed": Kind(
        412, _("It is not what you read any more"), _("Read it again, compare, and send your change again.")
    ),
    "too-large": Kind(
        413, _("That is too much at once"), _("Ask for less, or for a format without a limit.")
    ),
    "invalid": Kind(
        422, _("Something in it can’t be accepted"), _("Mend what the errors name, and send it again.")
    ),
    "reused-key": Kind(
        422, _("This key was used for another request"), _("Give each request an Idempotency-Key of its own.")
    ),
    "refused": Kind(
        422,
        _("The site’s rules stand against it"),
        _("Ask for another time, or do first what the errors name."),
    ),
    "unconditional": Kind(
        428, _("Say which state you change"), _("Send the ETag you read as If-Match, or If-Match: *.")
    ),
    "too-many": Kind(
        429, _("Too many requests"), _("Wait the seconds that Retry-After says; a token may ask more.")
    ),
    "failure": Kind(500, _("A fault of ours"), _("Try again; tell us if it lasts.")),
    "unavailable": Kind(
        503, _("Not available for now"), _("Try again after the seconds that Retry-After says.")
    ),
}
_BY_STATUS = {kind.status: code for code, kind in reversed(list(KINDS.items()))}


class Refused(Exception):  # noqa: N818
    """What an operation raises to answer with a problem. *errors* name fields: [{"field", "message"}]."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail
        self.errors, self.headers = tuple(errors), dict(headers or {})


def kind_of(status: int) -> str:
    """The kind of problem of a bare *status*."""
    return _BY_STATUS.get(status, "bad-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "failure")


def type_of(code: str) -> str:
    """The address that names and explains a kind of problem."""
    return f"{settings.BASE_URL}/api/problems/{code}"


def answer_of(refused: Refused, path: str) -> HttpResponse:
    """The answer that says *refused* about the request of *path*."""
    kind = KINDS[refused.code]
    content: dict[str, Any] = {
        "type": type_of(refused.code),
        "title": str(kind.title),
        "status": kind.status,
        "detail": refused.detail or str(kind.remedy),
        "instance": path,
    }
    if refused.errors:
        content["errors"] = [dict(error) for error in refused.errors]
    text = json.dumps(content, ensure_ascii=False)
    return HttpResponse(text, status=kind.status, content_type=MEDIA_TYPE, headers=refused.headers)
