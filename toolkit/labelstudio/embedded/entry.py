"""A link that signs a browser of this machine in at an embedded server, once: nobody has to copy a password."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from toolkit.errors import IntercoderError
from toolkit.labelstudio.accounts import signed_in
from toolkit.labelstudio.embedded.files import Credentials

_COOKIES = ("sessionid", "csrftoken")


@contextmanager
def entry_link(url: str, lead: Credentials, *, path: str) -> Iterator[str]:
    """Yield a link that opens ``path`` of the server at ``url`` as its lead, in the first browser that follows it.

    It works because cookies belong to a host, whatever the port; so it is answered under the server's own host, which
    is to be one that only this machine can reach.
    """
    secret, host = secrets.token_urlsafe(16), urlsplit(url).hostname or "127.0.0.1"
    left = [secret]

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.lstrip("/") not in left:
                self.send_error(404)
                return
            left.clear()
            self._let_in()

        def _let_in(self) -> None:
            try:
                with signed_in(url, email=lead.email, password=lead.password) as browser:
                    cookies = {name: browser.cookies.get(name) for name in _COOKIES}
            except IntercoderError:
                left.append(secret)
                self.send_error(503)
                return
            self.send_response(302)
            for name, value in cookies.items():
                if value is not None:
                    self.send_header("Set-Cookie", f"{name}={value}; Path=/; SameSite=Lax")
            self.send_header("Location", f"{url}{path}")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass  # the path is a secret

    with ThreadingHTTPServer((host, 0), Door) as door:
        Thread(target=door.serve_forever, daemon=True).start()
        try:
            yield f"http://{host}:{door.server_port}/{secret}"
        finally:
            door.shutdown()
