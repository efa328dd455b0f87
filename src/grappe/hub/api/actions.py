"""Writes on tokens and on the answers kept for repeated requests."""

import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from grappe.hub.api.models import SCOPES, Replay, Token
from grappe.hub.api.queries import digest_of, remembered_uses
from grappe.hub.journal.actions import record
from grappe.hub.people.models import User
from grappe.hub.people.queries import may
from grappe.hub.registry.access import require

_PREFIX = "grappe_"
_SHOWN = len(_PREFIX) + 6


@transaction.atomic
def create_token(
    *, name: str, scopes: Collection[str], expires_at: datetime | None, actor: User, at: datetime
) -> tuple[Token, str]:
    """A new token of *actor* and its secret, which nobody can read again. Raises NotAllowed, ValueError."""
    require(may(actor, "hold", "token"))
    known = [scope for scope, _ in SCOPES if scope in scopes]
    if not known or len(known) != len(set(scopes)):
        raise ValueError(scopes)
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=actor,
        name=name,
        prefix=secret[:_SHOWN],
        digest=digest_of(secret),
        scopes=known,
        created_at=at,
        expires_at=expires_at,
    )
    _write_line(token, "create_token", actor, at)
    return token, secret


@transaction.atomic
def revoke_token(*, token: Token, actor: User, at: datetime) -> Token:
    """End *token* and return it. Its owner or who administers accounts may. Raises NotAllowed."""
    require(token.user_id == actor.pk or may(actor, "administer", "account"))
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        _write_line(token, "revoke_token", actor, at)
    return token


def write_last_uses() -> int:
    """Write down when tokens were last used; returns for how many that changed. Called by a timer."""
    uses = remembered_uses()
    for key, used in uses.items():
        Token.objects.filter(pk=key).update(last_used_at=used)
    return len(uses)


def forget_replays(*, before: datetime) -> int:
    """Delete the kept answers from before *before*; returns how many. Called by a timer."""
    return Replay.objects.filter(at__lt=before).delete()[0]


class OtherRequest(Exception):  # noqa: N818
    """The key was given before, to a request that asked for something else."""


#: Status, headers and body.
Answer = tuple[int, dict[str, str], str]


def answer_once(
    *, user: User, key: str, fingerprint: str, act: Callable[[], Answer], at: datetime
) -> tuple[Answer, bool]:
    """What *act* answers, or what it answered before under *key*; and whether it is that.

    The answer is kept in the transaction of the act itself: both are there or neither is, and of two equal
    requests at once the second waits for the first. What *act* raises is kept nowhere. Raises OtherRequest.
    """
    known = Replay.objects.filter(user=user, key=key).first()
    if known is None:
        try:
            with transaction.atomic():
                kept = Replay.objects.create(user=user, key=key, fingerprint=fingerprint, at=at)
                kept.status, kept.headers, kept.body = act()
                kept.save(update_fields=["status", "headers", "body"])
            return (kept.status, kept.headers, kept.body), False
        except IntegrityError:
            known = Replay.objects.filter(user=user, key=key).first()
            if known is None:
                raise
    if known.fingerprint != fingerprint:
        raise OtherRequest
    return (known.status, dict(known.headers), known.body), True


def _write_line(token: Token, verb: str, actor: User, at: datetime) -> None:
    data: dict[str, Any] = {"name": token.name, "prefix": token.prefix, "scopes": token.scopes}
    record(actor=actor, at=at, verb=verb, object_kind="token", object_id=token.pk, data=data)
