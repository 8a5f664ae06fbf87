"""Whom a connection over https believes."""

from __future__ import annotations

import hashlib
import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.labelstudio.https_server import https_server, pem_for
from toolkit.errors import BadInput, ServerUnreachable
from toolkit.labelstudio.accounts import personal_token
from toolkit.labelstudio.connection import travels_open
from toolkit.labelstudio.patience import ASKING_ONCE, Patience
from toolkit.labelstudio.session import connect
from toolkit.labelstudio.trust import fingerprint, trusting

TOKEN = "0123456789abcdef0123456789abcdef01234567"


def test_a_certificate_in_the_file_is_trusted(tmp_path: Path) -> None:
    with https_server(pem_for(tmp_path)) as there, connect(there.url, TOKEN, ca_file=there.certificate) as server:
        assert server.me().email == "lead@example.org"


def test_without_the_file_nothing_is_sent_and_what_to_do_is_said(tmp_path: Path) -> None:
    waited: list[float] = []
    with (
        https_server(pem_for(tmp_path)) as there,
        connect(there.url, TOKEN, wait=waited.append) as server,
        pytest.raises(ServerUnreachable, match="not trusted, and nothing was sent") as refused,
    ):
        server.me()
    assert there.asked == []
    assert "connect(URL, ca_file=FILE)" in refused.value.todo
    assert waited == []  # it will be the same the next time


def test_another_certificate_for_the_same_address_is_not_trusted(tmp_path: Path) -> None:
    other = pem_for(tmp_path / "other")
    with (
        https_server(pem_for(tmp_path)) as there,
        connect(there.url, TOKEN, ca_file=other) as server,
        pytest.raises(ServerUnreachable, match="nobody trusted here vouches"),
    ):
        server.me()
    assert there.asked == []


def test_a_password_is_not_sent_either(tmp_path: Path) -> None:
    with https_server(pem_for(tmp_path)) as there:
        with pytest.raises(ServerUnreachable, match="nothing was sent"):
            personal_token(there.url, email="a@example.org", password="secret", patience=ASKING_ONCE)
        assert there.asked == []


@pytest.mark.parametrize(
    ("host", "age", "said"),
    [("192.0.2.7", 0, "for another address"), ("ls.example.org", 0, "for another address"), (None, 3000, "expired")],
)
def test_a_certificate_that_does_not_hold_is_told_apart(tmp_path: Path, host: str | None, age: int, said: str) -> None:
    pem = pem_for(tmp_path, host or "127.0.0.1", now=datetime.now(UTC) - timedelta(days=age))
    with (
        https_server(pem) as there,
        connect(there.url, TOKEN, ca_file=there.certificate) as server,
        pytest.raises(ServerUnreachable, match=said),
    ):
        server.me()
    assert there.asked == []


def test_plain_http_to_a_server_of_https_is_hinted_at(tmp_path: Path) -> None:
    with https_server(pem_for(tmp_path)) as there:
        url = there.url.replace("https:", "http:")
        with (
            connect(url, TOKEN, patience=Patience(pauses=())) as server,
            pytest.raises(ServerUnreachable) as refused,
        ):
            server.me()
    assert "https" in refused.value.todo


def test_a_file_that_is_missing_or_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    (tmp_path / "torn.pem").write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
    for name in ("gone.pem", "empty.pem", "torn.pem", "."):
        with pytest.raises(BadInput, match=re.escape(str(tmp_path / name))):
            trusting(tmp_path / name)
    assert trusting(None) is True


def test_the_fingerprint_is_that_of_the_certificate_with_colons(tmp_path: Path) -> None:
    with https_server(pem_for(tmp_path)) as there:
        port = int(there.url.rpartition(":")[2])
        shown = ssl.get_server_certificate(("127.0.0.1", port))
        digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(shown)).hexdigest().upper()
        found = fingerprint(there.certificate)
    assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", found)
    assert found.replace(":", "") == digest


@pytest.mark.parametrize(
    ("url", "is_open"),
    [
        ("http://ls.example.org", True),
        ("http://192.168.1.20:8080", True),
        ("https://ls.example.org", False),
        ("http://127.0.0.1:8080", False),
        ("http://[::1]:8080", False),
        ("http://localhost", False),
    ],
)
def test_what_can_be_read_on_its_way(url: str, *, is_open: bool) -> None:
    assert travels_open(url) is is_open
