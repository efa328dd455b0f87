"""Who calls: a token's owner within its scopes, a person at their browser (to read), or a visitor."""

import threading
import time
from collections import Counter

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from grappe.hub.api.models import Token
from grappe.hub.api.problems import Refused
from grappe.hub.api.queries import remember_use, standing_token
from grappe.hub.people.queries import Visitor


class Limit:
    """So many calls a minute and a caller, counted in this process; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def count(self, caller: str, most: int, weight: int) -> int:
        """Count a call of *caller* as *weight* calls; the seconds to wait, 0 within *most* a minute."""
        now = time.time()
        with self._lock:
            if int(now // 60) != self._minute:
                self._minute = int(now // 60)
                self._counts.clear()
            self._counts[caller] += weight
            return 0 if self._counts[caller] <= most else 60 - int(now % 60)

    def forget(self) -> None:
        """Begin to count again."""
        with self._lock:
            self._counts.clear()


LIMIT = Limit()


class Caller:
    """What an operation asks of its caller: a *scope* for those who come with a token; *needs_token*; and as
    how many calls it counts (*weight*).

    A session opened in a browser reads as its owner does, and writes nothing: no other site can make it.
    """

    def __init__(self, scope: str, *, needs_token: bool = False, weight: int = 1) -> None:
        self.scope, self.needs_token, self.weight = scope, needs_token, weight

    def __call__(self, request: HttpRequest) -> Visitor:
        """The user on whose behalf the operation is done, set on *request* too. Raises Refused."""
        token = _token_of(request)
        _limit(request, token, self.weight)
        if token is None:
            if self.needs_token:
                raise _no_token()
            return request.user
        request.user, request.token = token.user, token  # type: ignore[attr-defined]
        if self.scope not in token.scopes:
            challenge = f'Bearer realm="grappe", error="insufficient_scope", scope="{self.scope}"'
            detail = gettext("The scope “%s” is missing.") % self.scope
            raise Refused("scope", detail, headers={"WWW-Authenticate": challenge})
        remember_use(token)
        return request.user


def _token_of(request: HttpRequest) -> Token | None:
    header = request.headers.get("Authorization", "")
    if not header:
        return None
    scheme, _, secret = header.partition(" ")
    found = standing_token(secret.strip(), at=timezone.now()) if scheme.lower() == "bearer" else None
    if found is None:
        _limit(request, None, 1)
        raise _no_token(', error="invalid_token"')
    return found


def _limit(request: HttpRequest, token: Token | None, weight: int) -> None:
    if token is not None:
        wait = LIMIT.count(f"token-{token.pk}", settings.API_TOKEN_RATE, weight)
    else:
        wait = LIMIT.count(_address_of(request), settings.API_VISITOR_RATE, weight)
    if wait:
        raise Refused("too-many", headers={"Retry-After": str(wait)})


def _address_of(request: HttpRequest) -> str:
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        # A server behind a socket of this machine knows no address: all its visitors count as one.
        return ""


def _no_token(error: str = "") -> Refused:
    return Refused("no-token", headers={"WWW-Authenticate": f'Bearer realm="grappe"{error}'})
