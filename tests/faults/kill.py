"""Kill this process at its n-th event: from outside the product, which knows nothing of it.

Events are what could leave something half done: a transaction's begin and its end, a file opened for writing, flushed,
renamed or removed, a connection, a request about to leave, an answer that has come. ``install`` is called in the
process that is to die, before it runs the command.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

_OF_FILES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink", "os.chmod"}
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def on_every_database(does: Callable[[sqlite3.Connection], object]) -> None:
    """Whatever opens a database in this process from now on, ``does`` is done to the connection first."""
    connect = sqlite3.connect

    def connected(*given: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*given, **named)
        does(connection)
        return connection

    sqlite3.connect = connected  # type: ignore[assignment]  # the child counts and kills itself


class Events:
    """Counts events, writes each to ``log``, and dies of SIGKILL at number ``at`` (never, if None)."""

    def __init__(self, log: Path, at: int | None) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._at = at
        self._counting = threading.Lock()
        self._n = 0

    def __call__(self, what: str) -> None:
        with self._counting:
            self._n += 1
            os.write(self._log, f"{what}\n".encode())
            if self._n == self._at:
                os.kill(os.getpid(), signal.SIGKILL)


def install(log: Path, *, at: int | None, folder: Path) -> None:
    """From now on every event of this process is counted, and the one numbered ``at`` is its last.

    Files count inside ``folder`` only: what Python caches elsewhere is no business of the study's.
    """
    event = Events(log, at)
    _watch_databases(event)
    _watch_requests(event)
    _watch_files(event, str(folder))


def _watch_databases(event: Events) -> None:
    def statement(text: str) -> None:
        word = text.split(None, 1)[0].upper() if text.strip() else ""
        if word in {"BEGIN", "COMMIT", "ROLLBACK", "VACUUM"}:
            event(f"sqlite {word}")

    def traced(connection: sqlite3.Connection) -> None:
        event("sqlite connect")
        connection.set_trace_callback(statement)

    on_every_database(traced)


def _watch_requests(event: Events) -> None:
    handle_request = httpx.HTTPTransport.handle_request

    def answered(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        event(f"request {request.method}")
        response = handle_request(self, request)
        event(f"answer {request.method}")
        return response

    httpx.HTTPTransport.handle_request = answered  # type: ignore[method-assign]  # as above


def _watch_files(event: Events, inside: str) -> None:
    fsync = os.fsync

    def flushed(fd: Any) -> None:
        event("fsync")
        fsync(fd)

    def audit(name: str, given: tuple[Any, ...]) -> None:
        if name == "socket.connect":
            event("connect")
        elif name == "open":
            path, _, flags = given
            if isinstance(path, str) and path.startswith(inside) and isinstance(flags, int) and flags & _TO_WRITE:
                event(f"open {Path(path).name}")
        elif name in _OF_FILES and any(isinstance(path, str | Path) and str(path).startswith(inside) for path in given):
            event(name)

    os.fsync = flushed
    sys.addaudithook(audit)
