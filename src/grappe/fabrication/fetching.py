"""An address fetched with the token of its server: no redirects, so that no other server sees the token."""

from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from grappe.statements.problems import GrappeError, Problem

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
MOST_BYTES = 100_000_000


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """None: the redirect is then an error that tells its status."""
        return


def getter(token: str | None, *, patience_s: float = 30.0) -> Callable[[str], bytes]:
    """A function that fetches an address of http or https and returns its body.

    It raises OSError when there is no answer in time, when its status is not 200 or its body too long;
    GrappeError on any other kind of address, and on one where the token would travel in clear.
    """
    opener = build_opener(_StayHere())

    def get(address: str) -> bytes:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https"):
            raise GrappeError(Problem("bad_value", found=address, expected="url"))
        if token and parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
            raise GrappeError(Problem("bad_value", found=address, expected="secret_address"))
        headers = {"Accept": "application/json"} | ({"Authorization": f"Token {token}"} if token else {})
        try:
            asked = Request(address, headers=headers)  # noqa: S310 - http and https only, checked above
            with opener.open(asked, timeout=patience_s) as answer:
                body = bytes(answer.read(MOST_BYTES + 1))
        except HTTPError as error:
            error.close()
            raise
        if len(body) > MOST_BYTES:
            raise OSError(f"> {MOST_BYTES // 1_000_000} MB")
        return body

    return get
