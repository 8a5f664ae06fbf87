"""What a server is granted, as the environment says it; and that whoever waits hears of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from toolkit.errors import BadInput
from toolkit.labelstudio.limited import LimitedClient
from toolkit.labelstudio.patience import Patience
from toolkit.loop.doctor import doctor
from toolkit.loop.init import init
from toolkit.loop.online.connection import TIMEOUT_VARIABLE, TOKEN_VARIABLE, open_server, patience
from toolkit.loop.status import status
from toolkit.study.folder import Study

TOKEN = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def busy_once() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that is busy at the first request and refuses every other; and what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = json.dumps({"detail": "no"}).encode()
            self.send_response(503 if len(asked) == 1 else 403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def connected(folder: Path, url: str) -> Study:
    study = init(folder)
    study.settings_file.write_text(f"name: demo\nlabel_studio: {{embedded: false, url: '{url}'}}\n", encoding="utf-8")
    return study


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    monkeypatch.delenv(TIMEOUT_VARIABLE, raising=False)


def test_the_environment_says_how_long_an_answer_may_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert patience() == Patience()
    monkeypatch.setenv(TIMEOUT_VARIABLE, " 900 ")
    assert patience() == Patience(limit=900)
    with open_server(connected(tmp_path / "demo", "http://ls.example")) as server:
        http = server._client._http
        assert isinstance(http, LimitedClient)
        assert http.timeout.read == 360
    monkeypatch.setenv(TIMEOUT_VARIABLE, "")
    assert patience() == Patience()


def test_a_limit_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TIMEOUT_VARIABLE, "soon")
    with pytest.raises(BadInput, match="INTERCODER_TIMEOUT is 'soon'"):
        status(connected(tmp_path / "demo", "http://ls.example"))


def test_a_repeat_is_told_of_and_doctor_asks_once(tmp_path: Path) -> None:
    told: list[str] = []

    def tell(message: str, *, passing: bool = False) -> None:
        if not passing:
            told.append(message)

    with busy_once() as (url, asked):
        found = status(connected(tmp_path / "one", url), tell=tell)
        assert len(asked) == 2
    assert told == [f"Label Studio at {url} failed (503): asking again in 1 s (2 of 4)"]
    assert found.server_away is not None
    assert "403" in found.server_away
    told.clear()
    with busy_once() as (url, asked):
        checks = doctor(connected(tmp_path / "two", url), tell=tell)
        assert len(asked) == 1
    assert told == []
    assert checks[-1].outcome == "problem"
    assert "503" in checks[-1].found
