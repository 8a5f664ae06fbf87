"""A loopback HTTP proxy that does to one request what networks and servers do on a bad day, and counts them all.

One connection carries one request: the client asks for that on plain http. So a request is a thread, and what happens
to it is a function of the ``Exchange`` (see ``kinds.py``).
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came, numbered from 1 in the order of their coming."""

    number: int
    method: str
    target: str
    raw: bytes = field(repr=False)

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def lists_sentences(self) -> bool:
        return self.method == "GET" and self.path == "/api/tasks"

    @property
    def lists_others(self) -> bool:
        return self.method == "GET" and self.path in {"/api/projects/", "/api/users/"}

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)


Deal = Callable[["Exchange"], None]
"""What becomes of one request."""


def passes(exchange: Exchange) -> None:
    """The request is forwarded and its answer handed back."""
    exchange.answer(exchange.forward())


@dataclass(slots=True)
class Exchange:
    """One request, the connection it came on, and what can be done to both."""

    proxy: Proxy
    request: Request
    client: socket.socket

    def forward(self) -> bytes:
        """The server's whole answer to the request: head, blank line, body."""
        return self.proxy.send(self.request.raw)

    def answer(self, raw: bytes) -> None:
        """Hand ``raw`` to the client, and end the connection in good order."""
        self.proxy.about_to_answer(self.request)
        self.client.sendall(raw)
        with contextlib.suppress(OSError):
            self.client.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """End the connection with a reset: whatever was under way in it is lost."""
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.client.close()

    def say_nothing(self) -> None:
        """Keep the connection open without a word until the client gives up."""
        self.client.settimeout(_PATIENCE)
        with contextlib.suppress(OSError):
            while self.client.recv(4096):
                pass


class Proxy:
    """Listens on a loopback port of its own and forwards to the server at ``upstream``."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = parts.hostname or "", parts.port or 80
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._port = 0
        self._clear()
        self.listen()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def _clear(self) -> None:
        self.requests: list[Request] = []
        self.plan: Callable[[Request], Deal] = lambda _: passes
        self.gone_from: int | None = None
        self.late: list[tuple[int | None, bytes]] = []
        self.closing: list[str] = []

    def begin(self, plan: Callable[[Request], Deal] = lambda _: passes, *, gone_from: int | None = None) -> None:
        """Count from 1 again, with another plan; from request ``gone_from`` on nobody listens at the port."""
        self._clear()
        self.plan = plan
        self.gone_from = gone_from
        if gone_from == 1:
            self.stop_listening()
        else:
            self.listen()

    # ------------------------------------------------------------ requests that come late

    def keep_for_later(self, raw: bytes, *, after: int | None) -> None:
        """Deliver ``raw`` when request number ``after`` comes, or (None) when ``deliver_late`` is called."""
        self.late.append((after, raw))

    def deliver_late(self, number: int | None = None) -> int:
        """Send the server what was kept for this moment: how many requests that were."""
        with self._lock:
            due = [raw for after, raw in self.late if number is None or (after is not None and after <= number)]
            self.late = [entry for entry in self.late if entry[1] not in due]
        for raw in due:
            self.send(raw)
        return len(due)

    # ------------------------------------------------------------ the network

    def send(self, raw: bytes) -> bytes:
        """What the server answers to ``raw``."""
        with socket.create_connection(self._upstream, timeout=_PATIENCE) as server:
            server.sendall(raw)
            return b"".join(iter(lambda: server.recv(65536), b""))

    def listen(self) -> None:
        """Accept connections (again), at the same port as before."""
        if self._listener is not None:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen(64)
        self._port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def stop_listening(self) -> None:
        """Nobody is at the port any more: whoever connects is refused."""
        if self._listener is not None:
            listener, self._listener = self._listener, None
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
            listener.close()

    def about_to_answer(self, request: Request) -> None:
        """Before an answer leaves: the moment to go away, if the next request is to find nobody."""
        if self.gone_from is not None and request.number == self.gone_from - 1:
            self.stop_listening()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        # A client that was killed, or has given up, is no fault of the test.
        with client, contextlib.suppress(OSError):
            client.settimeout(_PATIENCE)
            raw = _read(client)
            if raw is None:
                return
            method, target, _ = raw.split(b"\r\n", 1)[0].decode("ascii").split(" ")
            with self._lock:
                request = Request(len(self.requests) + 1, method, target, _without_keep_alive(raw))
                self.requests.append(request)
            self.deliver_late(request.number)
            self.plan(request)(Exchange(self, request, client))


def _read(client: socket.socket) -> bytes | None:
    """One whole request; None if the other side left before it was one."""
    received = b""
    while b"\r\n\r\n" not in received:
        if not (more := client.recv(65536)):
            return None
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    length = next((int(value) for name, value in _fields(head) if name == b"content-length"), 0)
    while len(body) < length:
        if not (more := client.recv(65536)):
            return None
        body += more
    return head + b"\r\n\r\n" + body


def _fields(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        yield name.strip().lower(), value.strip()


def _without_keep_alive(raw: bytes) -> bytes:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body
