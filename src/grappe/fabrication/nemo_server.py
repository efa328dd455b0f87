"""The tables of a NEMO server over its REST API, page after page, by a *get* that fetches an address."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from grappe.fabrication.nemo import TABLES, Row
from grappe.statements.problems import GrappeError, Problem

#: Address → body; raises OSError when there is no answer, or one that is not 200.
Get = Callable[[str], bytes]
MOST_PAGES = 2_000
MOST_ROWS = 1_000_000
_PAGE = 1_000
#: Without these what is free is known all the same: a token may not show them.
_MAY_BE_HIDDEN = frozenset({"users", "qualifications", "configurations", "accounts", "tool_status"})
_REFUSED = (401, 403, 404)
_FROM = ("reservations", "scheduled_outages")


def rows_of_server(
    address: str, get: Get, begin: datetime, end: datetime
) -> tuple[dict[str, list[Row]], list[Problem]]:
    """Every table that a NEMO server shows, with the reservations and scheduled outages between two instants,
    and a warning for each table that it keeps to itself.

    Raises GrappeError when a table that says what is free can't be had whole: no answer, an answer that is no
    JSON or of another shape, pages without end, a next page on another server.
    """
    rows: dict[str, list[Row]] = {}
    hidden: list[Problem] = []
    for table in TABLES:
        asked = {"page_size": str(_PAGE)} if table != "tool_status" else {}
        if table in _FROM:
            asked |= {"end__gt": _utc(begin), "start__lt": _utc(end)}
        first = f"{address.rstrip('/')}/api/{table}/?{urlencode(asked)}".removesuffix("?")
        try:
            rows[table] = list(_pages(first, get))
        except HTTPError as error:
            if table not in _MAY_BE_HIDDEN or error.code not in _REFUSED:
                raise _no_answer(first, f"HTTP {error.code}") from error
            hidden.append(
                Problem("server_answer", file=first, found=f"HTTP {error.code}", severity="warning")
            )
    if "users" not in rows:
        rows.pop("qualifications", None)
    return rows, hidden


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pages(first: str, get: Get) -> Iterator[Row]:
    address: str | None = first
    seen: set[str] = set()
    count, said = 0, None
    while address:
        if address in seen or len(seen) >= MOST_PAGES:
            raise GrappeError(Problem("server_pages", file=first, found=address))
        seen.add(address)
        results, address, said = _page(address, get)
        count += len(results)
        if count > MOST_ROWS:
            raise GrappeError(
                Problem("too_many_rows", file=first, found=f"{count:,}", expected=f"{MOST_ROWS:,}")
            )
        yield from results
    if said is not None and said != count:
        # Rows came or went while the pages were read: one may have slipped between two of them.
        raise _no_answer(first, f"{count} / {said}")


def _page(address: str, get: Get) -> tuple[list[Row], str | None, int | None]:
    """The rows of a page, the address of the next, and how many rows there are in all when that is said."""
    answer = _json(address, get)
    following = said = None
    if isinstance(answer, dict):
        following, said, answer = answer.get("next"), answer.get("count"), answer.get("results")
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        raise _no_answer(address, str(answer)[:80])
    if following is None:
        return answer, None, said
    if not isinstance(following, str) or _origin(following) != _origin(address):
        raise _no_answer(address, f"next: {following}")
    return answer, following, said


def _json(address: str, get: Get) -> Any:
    try:
        body = get(address)
    except HTTPError:
        raise
    except (OSError, HTTPException) as error:
        raise _no_answer(address, str(error) or type(error).__name__) from error
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _no_answer(address, body[:80].decode("utf-8", "replace")) from error


def _origin(address: str) -> tuple[str, str]:
    """The scheme and the server: the token is for this one only."""
    parts = urlsplit(address)
    return parts.scheme, parts.netloc


def _no_answer(address: str, found: str) -> GrappeError:
    return GrappeError(Problem("server_answer", file=address, found=found))
