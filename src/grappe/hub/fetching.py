"""Fetch a file from, or post to, an address that a person typed, reaching nothing but the public network.

Every address met, redirects included, is resolved once, refused unless all that its name resolves to is
public, and connected to at the address that was checked: a name that changes its answer meanwhile leads
nowhere else. Nothing is read from the environment's proxies.
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import PurePosixPath
from threading import Timer
from time import monotonic
from typing import TypeVar
from urllib.parse import unquote, urljoin, urlsplit

T = TypeVar("T")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[\w.:-]+", re.ASCII)
_MOST_REDIRECTS = 5
_BLOCK = 1 << 16
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: IPv6 networks that carry an IPv4 address: what they lead to is not to be seen in the address itself.
_CARRIERS = tuple(
    ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class FetchRefused(Exception):  # noqa: N818
    """The file is not fetched. *reason*: ``address``, ``port``, ``network``, ``redirects``, ``status``,
    ``size``, ``time``, ``encoding`` or ``connection``; *detail*, what was found."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Fetched:
    """A file as it was fetched: its name, its bytes, and the address that gave them in the end."""

    name: str
    content: bytes
    address: str


def is_public(address: Address) -> bool:
    """Whether *address* is on the public network: not private, local, multicast, reserved nor a carrier."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _CARRIERS):
            return False
    special = (address.is_private, address.is_link_local, address.is_multicast, address.is_reserved)
    return address.is_global and not any(special)


def addresses_of(host: str, port: int) -> list[Address]:
    """All the addresses that *host* resolves to, the one to prefer first. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


@dataclass(frozen=True)
class Limits:
    """What may be fetched: bytes, seconds in all, addresses, ports besides the usual; how names resolve."""

    most_bytes: int
    seconds: float = 30.0
    is_allowed: Callable[[Address], bool] = is_public
    ports: frozenset[int] = frozenset()
    resolve: Callable[[str, int], list[Address]] = addresses_of


def fetch(url: str, limits: Limits) -> Fetched:
    """The file at *url*, an http or https address on its usual port. Raises FetchRefused."""
    deadline = monotonic() + limits.seconds
    for _ in range(_MOST_REDIRECTS + 1):
        answer = _ask(url, limits, deadline)
        if isinstance(answer, Fetched):
            return answer
        if url.startswith("https:") and not answer.startswith("https:"):
            raise FetchRefused("address", answer)
        url = answer
    raise FetchRefused("redirects", url)


def post(url: str, content: bytes, headers: Mapping[str, str], limits: Limits) -> int:
    """The status with which *url* answers *content*; no redirect is followed. Raises FetchRefused."""
    scheme, host, port, target = parts_of(url, limits)
    address = _resolve(host, port, limits)

    def talk(connected: socket.socket) -> int:
        with closing(HTTPConnection(host, port)) as connection:
            connection.sock = connected
            connection.request("POST", target, body=content, headers={"User-Agent": "Grappe", **headers})
            with connection.getresponse() as answer:
                return answer.status

    return _within(limits.seconds, lambda left: _connect(scheme, host, str(address), port, left), host, talk)


def _ask(url: str, limits: Limits, deadline: float) -> Fetched | str:
    """The file, or the address it is now at."""
    scheme, host, port, target = parts_of(url, limits)
    address = _resolve(host, port, limits)

    def talk(connected: socket.socket) -> Fetched | str:
        return _talk(connected, host, port, target, url, limits)

    left = deadline - monotonic()
    return _within(left, lambda left: _connect(scheme, host, str(address), port, left), host, talk)


def _within(
    seconds: float, connect: Callable[[float], socket.socket], host: str, talk: Callable[[socket.socket], T]
) -> T:
    """What *talk* gets over the connection, in *seconds* altogether."""
    if seconds <= 0:
        raise FetchRefused("time", host)
    deadline = monotonic() + seconds
    try:
        with connect(seconds) as connected:
            # A server that gives one byte now and then never runs into the time-out of a read.
            timer = Timer(max(deadline - monotonic(), 0), _hang_up, (connected,))
            timer.start()
            try:
                if isinstance(connected, ssl.SSLSocket):
                    connected.do_handshake()
                answer = talk(connected)
            finally:
                timer.cancel()
    except (OSError, HTTPException) as fault:
        reason = "time" if monotonic() >= deadline else "connection"
        raise FetchRefused(reason, f"{host}: {fault}") from fault
    if monotonic() >= deadline:
        # Cut short, an answer whose length was not told looks whole.
        raise FetchRefused("time", host)
    return answer


def _connect(scheme: str, host: str, address: str, port: int, seconds: float) -> socket.socket:
    plain = socket.create_connection((address, port), timeout=seconds)
    if scheme == "http":
        return plain
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)


def parts_of(url: str, limits: Limits) -> tuple[str, str, int, str]:
    """Scheme, host, port and target of an http or https address. Raises FetchRefused for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise FetchRefused("address", url) from None
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host) or "@" in parts.netloc:
        raise FetchRefused("address", url)
    usual = _PORTS[parts.scheme]
    if port not in {None, usual, *limits.ports}:
        raise FetchRefused("port", str(port))
    target = parts.path or "/"
    target += f"?{parts.query}" if parts.query else ""
    if not target.isprintable() or " " in target or not target.isascii():
        raise FetchRefused("address", url)
    return parts.scheme, host, port or usual, target


def _resolve(host: str, port: int, limits: Limits) -> Address:
    """The address to connect to. One that is not allowed among those of a name refuses them all."""
    try:
        addresses = limits.resolve(host, port)
    except OSError as fault:
        raise FetchRefused("connection", f"{host}: {fault}") from fault
    if not addresses or not all(map(limits.is_allowed, addresses)):
        raise FetchRefused("network", host)
    return addresses[0]


def _talk(
    connected: socket.socket, host: str, port: int, target: str, url: str, limits: Limits
) -> Fetched | str:
    with closing(HTTPConnection(host, port)) as connection:
        connection.sock = connected
        headers = {"User-Agent": "Grappe", "Accept": "*/*", "Accept-Encoding": "identity"}
        connection.request("GET", target, headers=headers)
        with connection.getresponse() as answer:
            location = answer.getheader("Location")
            if answer.status in _REDIRECTS and location:
                return urljoin(url, location)
            return _file(answer, url, limits)


def _file(answer: HTTPResponse, url: str, limits: Limits) -> Fetched:
    if answer.status != 200:
        raise FetchRefused("status", str(answer.status))
    encoding = answer.getheader("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        raise FetchRefused("encoding", encoding)
    return Fetched(_name(answer, url), _read(answer, limits.most_bytes), url)


def _read(answer: HTTPResponse, most: int) -> bytes:
    blocks, total = [], 0
    while block := answer.read(_BLOCK):
        total += len(block)
        if total > most:
            raise FetchRefused("size", f"{most / 1e6:.0f} MB")
        blocks.append(block)
    if answer.length:
        raise FetchRefused("connection", f"{answer.length} bytes missing")
    return b"".join(blocks)


def _name(answer: HTTPResponse, url: str) -> str:
    """The name that the server gives the file, or the last part of its address."""
    message = Message()
    message["Content-Disposition"] = answer.getheader("Content-Disposition", "")
    return message.get_filename() or unquote(PurePosixPath(urlsplit(url).path).name) or "list"


def _hang_up(connected: socket.socket) -> None:
    try:
        # The plain socket's own: a TLS one would first put its session aside, under the feet of its reader.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
    except OSError:
        return
