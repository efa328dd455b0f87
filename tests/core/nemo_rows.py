"""A small NEMO: rows as its REST API shows them (8.1.5), and a server of them."""

import json
import threading
from contextlib import contextmanager
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ROWS = {
    "areas": [
        {"id": 1, "name": "Cleanroom", "requires_reservation": True, "maximum_capacity": 5},
        {"id": 2, "name": "Corridor", "requires_reservation": False, "maximum_capacity": None},
    ],
    "tools": [
        {
            "id": 1, "name": "PECVD", "parent_tool": None, "visible": True, "_description": "Oxide",
            "_serial": "A-1", "_category": "Thin films", "_operational": True,
        },
        {
            "id": 2, "name": "PECVD at night", "parent_tool": 1, "visible": False, "_description": "",
            "_serial": None, "_category": None, "_operational": True,
        },
        {
            "id": 3, "name": "Dicing saw", "parent_tool": None, "visible": True, "_description": None,
            "_serial": None, "_category": "Packaging", "_operational": False,
        },
    ],
    "resources": [
        {
            "id": 1, "name": "Nitrogen", "available": True, "fully_dependent_tools": [1],
            "partially_dependent_tools": [3], "dependent_areas": [],
        }
    ],
    "reservations": [
        {
            "id": number, "tool": tool, "area": area, "user": 1, "creator": 1, "start": start, "end": end,
            "cancelled": cancelled, "missed": False, "shortened": False,
        }
        for number, tool, area, start, end, cancelled in (
            (1, 1, None, "2027-01-11T09:00:00-05:00", "2027-01-11T12:00:00-05:00", False),
            (2, 2, None, "2027-01-11T22:00:00-05:00", "2027-01-12T02:00:00-05:00", False),
            (3, 1, None, "2027-01-13T09:00:00-05:00", "2027-01-13T12:00:00-05:00", True),
            (4, None, 1, "2027-01-11T09:00:00-05:00", "2027-01-11T12:00:00-05:00", False),
            (5, None, 2, "2027-01-11T09:00:00-05:00", "2027-01-11T12:00:00-05:00", False),
        )
    ],
    "scheduled_outages": [
        {
            "id": 1, "tool": None, "area": None, "resource": 1, "start": "2027-01-14T08:00:00-05:00",
            "end": "2027-01-14T10:00:00-05:00", "title": "Bottles", "creator": 1,
        }
    ],
    "unplanned_outages": [
        {
            "id": 1, "tool": 1, "resource": None, "start": "2027-01-15T08:00:00-05:00",
            "end": "2027-01-15T09:00:00-05:00",
        }
    ],
    "tool_status": [
        {"id": 1, "name": "PECVD", "operational": True, "non_operational_since": None},
        {
            "id": 3, "name": "Dicing saw", "operational": False,
            "non_operational_since": "2027-01-12T00:00:00-05:00",
        },
    ],
    "users": [{"id": 1, "username": "ned", "first_name": "Ned", "last_name": "Land"}],
    "qualifications": [{"id": 1, "user": 1, "tool": 2, "qualified_on": "2026-06-01"}],
    "configurations": [
        {
            "id": 1, "name": "Blade type", "tool": 3, "configurable_item_name": "Blade",
            "current_settings": "SiC", "available_settings": "SiC, Resin", "enabled": True,
        }
    ],
    "accounts": [{"id": 1, "name": "Nautilus", "active": True}, {"id": 2, "name": "Old", "active": False}],
}  # fmt: skip


def rows(**changed):
    """The rows, with some tables changed: a list replaces a table, a function changes its first row."""
    told = deepcopy(ROWS)
    for table, change in changed.items():
        if callable(change):
            change(told[table][0])
        else:
            told[table] = change
    return told


class _Handler(BaseHTTPRequestHandler):
    """Shows the rows in pages of two; ``answers`` replaces the answer of a path."""

    def do_GET(self):
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        table = parts.path.strip("/").removeprefix("api/")
        server = self.server
        server.asked.append((table, asked, self.headers.get("Authorization")))
        if table in server.answers:
            status, body = server.answers[table]
            if callable(body):
                body = body(asked)
        else:
            status, body = 200, self._page(server.rows[table], table, asked)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", data.decode())
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _page(self, told, table, asked):
        if table == "tool_status":
            return told
        number = int(asked.get("page", "1"))
        shown = told[2 * number - 2 : 2 * number]
        following = f"{self.server.address}/api/{table}/?page_size=2&page={number + 1}"
        return {
            "count": len(told), "next": following if 2 * number < len(told) else None, "previous": None,
            "results": shown,
        }  # fmt: skip

    def log_message(self, *_told):
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_told):
        """A reader that left is nothing to tell."""


@contextmanager
def serving(told=None, **answers):
    """A running server with its ``address`` and what was ``asked``; *answers* are (status, body) by table."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.rows, server.answers, server.asked = told or ROWS, answers, []
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
