"""A server that speaks https with a certificate made for a test, and answers what a first contact asks."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from toolkit.labelstudio.embedded import certificate

ANSWERS = {
    "/api/version": {"release": "1.23.2", "edition": "Community"},
    "/api/current-user/whoami": {"id": 1, "email": "lead@example.org"},
}


@dataclass(frozen=True, slots=True)
class HttpsServer:
    """Where it is, the file with its certificate, and the paths that were asked for."""

    url: str
    certificate: Path
    asked: list[str]


def pem_for(folder: Path, host: str = "127.0.0.1", *, name: str = "https.pem", now: datetime | None = None) -> Path:
    """A file with a key and a certificate for ``host``, as the embedded server makes one."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(certificate.made(host, now=now or datetime.now(UTC)))
    return file


@contextmanager
def https_server(pem: Path) -> Iterator[HttpsServer]:
    """Serve on 127.0.0.1 with the key and certificate in ``pem``."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            known = ANSWERS.get(self.path.partition("?")[0])
            body = json.dumps(known or {"detail": "no"}).encode()
            self.send_response(200 if known else 403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass  # handshakes are meant to fail here

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    shown = pem.with_name(f"shown-{pem.name}")
    shown.write_bytes(certificate.first_certificate(pem))
    with Quiet(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield HttpsServer(f"https://127.0.0.1:{server.server_port}", shown, asked)
        finally:
            server.shutdown()
            thread.join()
