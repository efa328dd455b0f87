"""The calls of the API, one method each."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import httpx

from grappe.client.refusals import refusal_of
from grappe.client.shapes import Organisation, OrganisationDetail, Source, Statement

_MOST_ATTEMPTS = 5
_PATIENCE_S = 60.0
_WAIT_FOR = {429, 503}
_PAUSE_S = 1.0
_WORKING = {"uploaded", "reading", "applying", "undoing"}
Codes = str | Sequence[str]


class Grappe:
    """A Grappe at *address*, asked as the owner of *token* or as a visitor.

    Refusals come in *language* (``fr`` or ``en``). A call that must wait (429, 503) is made again after the
    seconds that the answer says, five times at most. *transport* replaces the network in tests.
    """

    def __init__(
        self,
        address: str,
        token: str | None = None,
        *,
        language: str = "fr",
        timeout_s: float = 60.0,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        headers = {"Accept-Language": language, "User-Agent": "grappe-client"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._base = f"{address.rstrip('/')}/api/v1/"
        self._http = httpx.Client(
            headers=headers, timeout=timeout_s, transport=transport, follow_redirects=True
        )
        self._sleep = sleep

    def __enter__(self) -> "Grappe":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def organisations(self, words: str = "", **facets: Codes) -> Iterator[Organisation]:
        """The organisations that have all of *words* and any of the codes of each facet (``cluster="aero"``,
        ``sector=["laser", "optique"]``, ``kind``, ``region``, ``stage``, ``size``), page after page.

        By name, or by relevance when there are words.
        """
        return cast("Iterator[Organisation]", self._pages("organisations", {"q": words, **facets}))

    def organisation(self, canonical_id: str) -> OrganisationDetail:
        """One organisation with every value that may be seen. Raises Refusal (``not-found``)."""
        return cast("OrganisationDetail", self._call("GET", f"organisations/{canonical_id}").json())

    def statements(self, *, source: str = "", prop: str = "", entity: str = "") -> Iterator[Statement]:
        """The statements of a source, of a property or about a record, page after page."""
        asked = {"source": source, "property": prop, "entity": entity}
        return cast("Iterator[Statement]", self._pages("statements", asked))

    def statements_of(self, canonical_id: str) -> Iterator[Statement]:
        """All the statements about one organisation, by property."""
        return cast("Iterator[Statement]", self._pages(f"organisations/{canonical_id}/statements", {}))

    def sources(self) -> Iterator[Source]:
        """The sources, by id."""
        return cast("Iterator[Source]", self._pages("sources", {}))

    def complete(self, typed: str) -> list[dict[str, Any]]:
        """The organisations whose names go on from *typed*, the best known first, eight at most."""
        found = self._call("GET", "complete", params={"q": typed}).json()
        return cast("list[dict[str, Any]]", found["items"])

    def me(self) -> dict[str, Any]:
        """On whose behalf the calls are made, and what they may."""
        return cast("dict[str, Any]", self._call("GET", "me").json())

    def add_statement(
        self,
        canonical_id: str,
        prop: str,
        value: str,
        *,
        reason: str,
        seen: str = "",
        key: str = "",
        **more: str,
    ) -> Statement:
        """Add a value to an organisation, shown first; returns the statement.

        *seen* is the ETag of the organisation as it was read (``etag_of``): when it changed since, nothing
        is done (Refusal ``changed``); without it, whatever it is now. The same *key* does it once, however
        often it is sent; one is made up when none is given. *more*: ``qualifier``, ``language``,
        ``valid_from``, ``valid_to``, ``source``, ``asserted_by``, ``visibility``.
        """
        content = {"property": prop, "value": value, "reason": reason, **more}
        headers = {"If-Match": seen or "*", "Idempotency-Key": key or str(uuid.uuid4())}
        path = f"organisations/{canonical_id}/statements"
        return cast("Statement", self._call("POST", path, json=content, headers=headers).json())

    def etag_of(self, canonical_id: str) -> str:
        """The ETag of an organisation as it is now, to be given to ``add_statement``."""
        return str(self._call("GET", f"organisations/{canonical_id}").headers["ETag"])

    def import_list(self, path: Path, *, wait_s: float = 600.0, key: str = "", **said: str) -> dict[str, Any]:
        """Bring the list at *path* and read it with the columns proposed; returns the import.

        It is then ``ready`` to confirm, ``refused`` (``mistakes``) or ``failed``. *said*: ``source`` for the
        next edition of a known list, else ``title``, ``publisher``, ``licence``, ``visibility``;
        ``published``, ``cluster``. Raises Refusal; TimeoutError after *wait_s* seconds.
        """
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        files = {"file": (path.name, path.read_bytes())}
        brought = self._call("POST", "imports", data=said, files=files, headers=headers).json()
        brought = self._followed(brought, wait_s)
        if brought["state"] == "columns":
            brought = self._do(brought, "columns", {}, wait_s)
        return brought

    def mistakes(self, brought: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The mistakes of a list that was read, errors first, page after page."""
        return self._pages(f"imports/{brought['id']}/mistakes", {})

    def confirm(self, brought: Mapping[str, Any], *, wait_s: float = 600.0) -> dict[str, Any]:
        """Store what the import changes, as it was shown; returns it, applied.

        ``ready`` again and ``is_stale`` when the registry changed meanwhile. Raises Refusal, TimeoutError.
        """
        return self._do(brought, "confirm", {"digest": brought["digest"]}, wait_s)

    def undo(self, brought: Mapping[str, Any], *, wait_s: float = 600.0) -> dict[str, Any]:
        """Bring everything back to how it was before the import; returns it. Raises Refusal, TimeoutError."""
        return self._do(brought, "undo", {}, wait_s)

    def _do(
        self, brought: Mapping[str, Any], deed: str, content: Mapping[str, Any], wait_s: float
    ) -> dict[str, Any]:
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        answer = self._call("POST", f"imports/{brought['id']}/{deed}", json=content, headers=headers)
        return self._followed(answer.json(), wait_s)

    def _followed(self, brought: dict[str, Any], wait_s: float) -> dict[str, Any]:
        """The import once no task has it in hand."""
        waited = 0.0
        while brought["state"] in _WORKING:
            if waited >= wait_s:
                raise TimeoutError(brought["url"])
            self._sleep(_PAUSE_S)
            waited += _PAUSE_S
            brought = self._call("GET", f"imports/{brought['id']}").json()
        return brought

    def who_can(self, asked: str, *, on: str = "") -> list[dict[str, Any]]:
        """Who can do what is *asked* in words ("etch LNOI on 100 mm wafers"), then who can't, and why."""
        found = self._call("GET", "capabilities/search", params=_given({"q": asked, "on": on})).json()
        return cast("list[dict[str, Any]]", found["items"])

    def equipment(self, *, facility: str = "", process: str = "") -> Iterator[dict[str, Any]]:
        """What can be booked, by code, page after page."""
        return self._pages("equipment", {"facility": facility, "process": process})

    def busy(self, equipment: int, *, since: str = "", until: str = "") -> dict[str, Any]:
        """When an equipment is open and when it is taken, without names; the next two weeks unless said."""
        asked = _given({"from": since, "until": until})
        return cast("dict[str, Any]", self._call("GET", f"equipment/{equipment}/busy", params=asked).json())

    def plan_flow(self, flow: Mapping[str, Any], *, objective: str = "balanced") -> dict[str, Any]:
        """Routes for *flow* over the sites, or what blocks them all."""
        content = {"flow": flow, "objective": objective}
        return cast("dict[str, Any]", self._call("POST", "flows/plan", json=content).json())

    def reservations(self) -> Iterator[dict[str, Any]]:
        """The reservations that may be seen, the latest first, page after page."""
        return self._pages("reservations", {})

    def reserve(self, order: Mapping[str, Any], *, key: str = "") -> dict[str, Any]:
        """Reserve all that *order* asks for, or nothing; returns the reservation. The same *key* does it
        once. Raises Refusal (``refused``), whose ``errors`` hold the reasons."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        answer = self._call("POST", "reservations", json=order, headers=headers)
        return cast("dict[str, Any]", answer.json())

    def confirm_reservation(self, reservation: int) -> dict[str, Any]:
        """Book what was held; returns the reservation. Raises Refusal (``conflict`` once it lapsed)."""
        return cast("dict[str, Any]", self._call("POST", f"reservations/{reservation}/confirm").json())

    def cancel_reservation(self, reservation: int, *, why: str = "") -> dict[str, Any]:
        """Give back what was not used; returns the reservation. Raises Refusal."""
        answer = self._call("POST", f"reservations/{reservation}/cancel", json={"why": why})
        return cast("dict[str, Any]", answer.json())

    def export(self, name: str, out: Path, **facets: Codes) -> Path:
        """Write an export (``statements.parquet``, ``organisations.csv``, ``all.csv.zip``) to *out*.

        The file is whole or not there. Returns *out*. Raises Refusal.
        """
        part = out.with_name(f"{out.name}.part")
        with self._http.stream("GET", f"{self._base}exports/{name}", params=_given(facets)) as answer:
            if answer.is_error:
                raise refusal_of(answer)
            with part.open("wb") as file:
                for piece in answer.iter_bytes():
                    file.write(piece)
        return part.replace(out)

    def _pages(self, path: str, params: Mapping[str, Codes]) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            asked = _given({**params, "cursor": cursor, "limit": "200"})
            page = self._call("GET", path, params=asked).json()
            yield from page["items"]
            if page["next"] is None:
                return
            cursor = httpx.URL(page["next"]).params["cursor"]

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:
        for attempt in range(1, _MOST_ATTEMPTS + 1):
            answer = self._http.request(method, f"{self._base}{path}", **more)
            if answer.status_code not in _WAIT_FOR or attempt == _MOST_ATTEMPTS:
                break
            self._sleep(min(float(answer.headers.get("Retry-After", attempt)), _PATIENCE_S))
        if answer.is_error:
            raise refusal_of(answer)
        return answer


def _given(params: Mapping[str, Codes]) -> httpx.QueryParams:
    """The parameters that say something, each of several codes apart."""
    pairs = ((name, [value] if isinstance(value, str) else value) for name, value in params.items())
    return httpx.QueryParams([(name, each) for name, values in pairs for each in values if each])
