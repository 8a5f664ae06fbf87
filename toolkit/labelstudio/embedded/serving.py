"""The program that is the embedded server's process: Label Studio made ready by its own start, served by uvicorn.

It is run as a file, so it imports nothing of ours: ``serving.py HOST PORT [CERTIFICATE KEY]``, with the environment
that ``program.environment`` makes. Label Studio's ``main`` migrates, makes the first account and sets its token; only
the last thing it does, Django's development server, is replaced. One process, because SQLite takes one writer; an
event loop takes what is slow (handshakes, bodies that drip in) and threads do the work.
"""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from email.utils import formatdate
from typing import Any, Final
from urllib.parse import quote

WORKERS: Final = 32
"""Requests worked on at once; others wait. More than a study has annotators: where the database is locked, Label Studio
sleeps on a request and tries again, and reads are to go on meanwhile.
"""
_LEFT_OPEN: Final = 75
"""Seconds a connection is kept for another request: longer than clients do, so that none is closed under a request."""
_TO_FINISH: Final = 5
"""Seconds that requests under way get when the server is stopped."""
_PIECE: Final = 2**18

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def main() -> None:
    """Be the server until a signal ends it."""
    host, port, *pair = sys.argv[1:]
    from label_studio import server

    def serve_instead(*_: object, **__: object) -> None:
        serve(host, int(port), *pair)

    if not callable(getattr(server, "_app_run", None)):
        sys.exit(
            "This release of Label Studio starts its server otherwise; intercoder[server] names the one that fits."
        )
    server._app_run = serve_instead
    sys.argv = ["label-studio", "start", "--no-browser", "--port", port, "--internal-host", host]
    server.main()


def serve(host: str, port: int, certificate: str | None = None, key: str | None = None) -> None:
    """Serve Label Studio, which is ready, at the address; over https with a certificate."""
    import uvicorn
    from a2wsgi import WSGIMiddleware
    from django.core.wsgi import get_wsgi_application

    settings = uvicorn.Config(
        WSGIMiddleware(dated(logged(in_pieces(get_wsgi_application()), log=print)), workers=WORKERS),
        interface="asgi3",
        loop="asyncio",
        lifespan="off",
        http="h11",
        ws="none",
        ssl_certfile=certificate,
        ssl_keyfile=key,
        access_log=False,  # it would write query strings, and one carries the token of an invitation
        log_config=None,
        proxy_headers=False,
        server_header=False,
        date_header=False,  # uvicorn's is up to a second behind, and by it we tell what came before what
        timeout_keep_alive=_LEFT_OPEN,
        timeout_graceful_shutdown=_TO_FINISH,
    )
    with listening(host, port) as door:
        uvicorn.Server(settings).run(sockets=[door])


def listening(host: str, port: int) -> socket.socket:
    """Return a socket bound to the one address that was asked for, also where a name has several."""
    # The protocol is named: else asyncio does not know that this is TCP, and on a connection kept open the second piece
    # of each answer waits 40 ms for an acknowledgement of the first.
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((host, port))
    return door


def logged(application: Application, *, log: Callable[[str], None]) -> Application:
    """Return the same application, with a line in the log for each request: when, what, its answer, how long.

    No query string, no header and no body: those hold tokens of invitations, cookies, addresses and passwords.
    """

    def with_a_line(environ: Environ, start_response: Callable[..., Any]) -> Iterator[bytes]:
        begun, said = time.monotonic(), ["-"]

        def noted(status: str, *rest: Any) -> Any:
            said[0] = status.partition(" ")[0]
            return start_response(status, *rest)

        try:
            yield from closing(application(environ, noted))
        finally:
            path = quote(environ.get("PATH_INFO", "").encode("latin-1"), safe="/~:,;=+")
            took = (time.monotonic() - begun) * 1000
            when = time.strftime("%Y-%m-%d %H:%M:%S")
            log(f"{when} {environ.get('REQUEST_METHOD', '-')} {path} {said[0]} {took:.0f} ms")

    return with_a_line


def dated(application: Application) -> Application:
    """Return the same application, each answer with the time it began."""

    def with_a_date(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        def noted(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, ("Date", formatdate(usegmt=True))], *rest)

        return application(environ, noted)

    return with_a_date


def in_pieces(application: Application) -> Application:
    """Return the same application, its answers of known length in large pieces: each is a step of the event loop."""

    def gathered(environ: Environ, start_response: Callable[..., Any]) -> Iterator[bytes]:
        known: list[str] = []

        def noted(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            known[:] = [name for name, _ in headers if name.lower() == "content-length"]
            return start_response(status, headers, *rest)

        piece = bytearray()
        for part in closing(application(environ, noted)):
            piece += part
            if not known or len(piece) >= _PIECE:
                yield bytes(piece)
                piece.clear()
        if piece:
            yield bytes(piece)

    return gathered


def closing(answer: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts of an answer, and let it go in the end as WSGI asks: that closes its files and the database."""
    try:
        yield from answer
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()


if __name__ == "__main__":
    main()
