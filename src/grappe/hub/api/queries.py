"""Reads of the API's own tables, and the pages of lists that follow a key instead of counting."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import Count, Model, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from grappe.hub.api.models import Token
from grappe.hub.people.models import User
from grappe.hub.people.queries import Visitor
from grappe.hub.registry.models import Belonging, Organisation, Record, Statement
from grappe.hub.registry.queries import visible_organisations, visible_statements
from grappe.statements.vocabulary import properties

M = TypeVar("M", bound=Model)
#: How long the last use of a token is remembered before a timer writes it down.
_REMEMBERED = timedelta(days=2)
#: Facets that are columns of an organisation; the others are belongings.
_COLUMNS = {"kind": "kind", "region": "region_code", "size": "size"}


def digest_of(secret: str) -> str:
    """What is kept of a token: the SHA-256 of its 256 random bits needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def standing_token(secret: str, *, at: datetime) -> Token | None:
    """The token of *secret* if it may still be used at *at*, with its owner and the roles: two queries."""
    found = Token.objects.filter(digest=digest_of(secret), revoked_at=None, user__is_active=True)
    token = found.select_related("user").first()
    return None if token is None or (token.expires_at and token.expires_at <= at) else token


def tokens_of(user: User) -> list[Token]:
    """The tokens of *user*, the latest first, with the last use that is remembered but not yet written."""
    tokens = list(Token.objects.filter(user=user))
    uses = cache.get_many([_key(token) for token in tokens])
    for token in tokens:
        used = parse_datetime(uses.get(_key(token), ""))
        token.last_used_at = max(filter(None, (token.last_used_at, used)), default=None)
    return tokens


def remember_use(token: Token) -> None:
    """Keep in the cache that *token* was used now: reading must not wait for the database to write."""
    now = timezone.now().replace(microsecond=0)
    cache.set(_key(token), now.isoformat(), int(_REMEMBERED.total_seconds()))


def remembered_uses() -> dict[int, datetime]:
    """Token id → its last use, for those that are not written down yet."""
    found = {}
    for token in Token.objects.filter(revoked_at=None):
        used = parse_datetime(cache.get(_key(token)) or "")
        if used and (token.last_used_at is None or used > token.last_used_at):
            found[token.pk] = used
    return found


def _key(token: Token) -> str:
    return f"token-used-{token.pk}"


def after(rows: QuerySet[M], fields: Sequence[str], key: Sequence[Any]) -> QuerySet[M]:
    """The rows of *rows* that come after *key* in the order of *fields* (all when there is no key)."""
    ordered = rows.order_by(*fields)
    if not key:
        return ordered
    beyond = Q()
    for place, field in enumerate(fields):
        same = Q(**dict(zip(fields[:place], key[:place], strict=True)))
        beyond |= same & Q(**{f"{field}__gt": key[place]})
    # The first field alone lets the database start from its index.
    return ordered.filter(beyond, **{f"{fields[0]}__gte": key[0]})


def listed_organisations(user: Visitor, filters: Mapping[str, Sequence[str]]) -> QuerySet[Organisation]:
    """The organisations that *user* may see and that have any of the codes of each facet."""
    found = visible_organisations(user)
    for facet, codes in filters.items():
        if facet in _COLUMNS:
            found = found.filter(**{f"{_COLUMNS[facet]}__in": codes})
        else:
            belongs = Belonging.objects.filter(list=facet, code__in=codes)
            found = found.filter(pk__in=belongs.values("organisation"))
    return found


def listed_statements(user: Visitor, **exactly: str) -> QuerySet[Statement]:
    """The statements that *user* may read, of properties that may be shown, with their sources."""
    shown = [code for code, prop in properties().items() if prop.public]
    found = visible_statements(user).filter(property__in=shown).select_related("source")
    return found.filter(**{name: value for name, value in exactly.items() if value})


def organisations_of(entities: Collection[str]) -> dict[str, str]:
    """Entity → canonical id, for the records of *entities* that make an organisation: one query."""
    found = Record.objects.filter(entity__in=entities, organisation__isnull=False)
    return dict(found.values_list("entity", "organisation_id"))


def count_visible(user: Visitor, sources: Collection[str]) -> dict[str, int]:
    """Source id → how many of its statements *user* may read: one query."""
    rows = visible_statements(user).filter(source__in=sources).order_by().values("source")
    return dict(rows.annotate(total=Count("id")).values_list("source", "total"))
