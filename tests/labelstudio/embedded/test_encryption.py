"""Whether an embedded server is reached over https, and with which certificate."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.labelstudio.https_server import pem_for
from toolkit.errors import BadInput, UsageError
from toolkit.labelstudio.embedded import certificate
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.embedded.encryption import decided, made_ready
from toolkit.labelstudio.embedded.files import Encryption, keep_address, last_encryption, own_pair, served_certificate
from toolkit.labelstudio.embedded.program import environment, over_https, serving

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
OTHERS = "192.168.1.20"
MADE = Encryption()
BROUGHT = Encryption(Path("/etc/ls.crt"), Path("/etc/ls.key"))


def test_elsewhere_than_on_this_machine_it_is_https_unless_said_otherwise(tmp_path: Path) -> None:
    for host in ("127.0.0.1", "::1", "localhost"):
        assert decided(tmp_path, host) is None
        assert decided(tmp_path, host, https=True) == MADE
    for host in (OTHERS, "2001:db8::7", "ls.example.org"):
        assert decided(tmp_path, host) == MADE
        assert decided(tmp_path, host, plain_http=True) is None


@pytest.mark.parametrize("before", [None, MADE, BROUGHT], ids=["http", "made", "brought"])
@pytest.mark.parametrize("last", [OTHERS, "127.0.0.1"])
def test_what_was_decided_holds_at_the_same_address_and_no_other(
    tmp_path: Path, last: str, before: Encryption | None
) -> None:
    keep_address(tmp_path, last, 8080, before)
    assert last_encryption(tmp_path) == before
    assert decided(tmp_path, last) == before
    assert decided(tmp_path, "192.168.1.21") == MADE
    assert decided(tmp_path, "localhost") is None
    assert decided(tmp_path, last, plain_http=True) is None
    assert decided(tmp_path, last, https=True) == (before or MADE)
    assert decided(tmp_path, last, tls_cert=Path("/a"), tls_key=Path("/b")) == Encryption(Path("/a"), Path("/b"))


def test_a_server_of_an_earlier_version_stays_with_plain_http(tmp_path: Path) -> None:
    (tmp_path / "address.json").write_text(json.dumps({"host": OTHERS, "port": 8080, "folder": str(tmp_path)}))
    assert decided(tmp_path, OTHERS) is None
    assert embedded.last_url(tmp_path) == f"http://{OTHERS}:8080"
    assert decided(tmp_path, OTHERS, https=True) == MADE
    keep_address(tmp_path, OTHERS, 8080, MADE)
    assert embedded.last_url(tmp_path) == f"https://{OTHERS}:8080"


@pytest.mark.parametrize(
    "asked",
    [
        {"tls_cert": Path("a")},
        {"tls_key": Path("a")},
        {"plain_http": True, "https": True},
        {"plain_http": True, "tls_cert": Path("a"), "tls_key": Path("b")},
    ],
)
def test_what_contradicts_itself_starts_nothing(tmp_path: Path, asked: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        embedded.start(tmp_path / "server", **asked)  # type: ignore[arg-type]  # each case asks for something else
    assert not (tmp_path / "server" / "address.json").exists()
    assert embedded.state(tmp_path / "server") is None


def test_a_certificate_made_on_the_spot_is_private_and_used_again(tmp_path: Path) -> None:
    pair = made_ready(tmp_path, OTHERS, MADE, now=NOW)
    assert pair == (own_pair(tmp_path), own_pair(tmp_path))
    first = own_pair(tmp_path).read_bytes()
    assert served_certificate(tmp_path).read_bytes() == certificate.first_certificate(own_pair(tmp_path))
    assert b"PRIVATE" not in served_certificate(tmp_path).read_bytes()
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    made_ready(tmp_path, OTHERS, MADE, now=NOW + timedelta(days=90))
    assert own_pair(tmp_path).read_bytes() == first
    made_ready(tmp_path, "192.168.1.21", MADE, now=NOW)
    second = own_pair(tmp_path).read_bytes()
    assert second != first
    made_ready(tmp_path, "192.168.1.21", MADE, now=NOW + timedelta(days=2_000))
    assert own_pair(tmp_path).read_bytes() != second


def test_brought_files_are_checked_and_left_alone(tmp_path: Path) -> None:
    pem, folder = pem_for(tmp_path / "brought", OTHERS, now=NOW), tmp_path / "server"
    folder.mkdir()
    before = pem.read_bytes()
    assert made_ready(folder, OTHERS, Encryption(pem, pem), now=NOW) == (pem, pem)
    assert pem.read_bytes() == before
    assert [file.name for file in folder.iterdir()] == ["certificate.pem"]
    with pytest.raises(BadInput) as refused:
        made_ready(folder, "192.168.1.21", Encryption(pem, tmp_path / "gone.key"), now=NOW + timedelta(days=2_000))
    assert len(refused.value.faults) == 3  # expired, for another address, no key


def test_plain_http_leaves_no_certificate_to_trust(tmp_path: Path) -> None:
    made_ready(tmp_path, OTHERS, MADE, now=NOW)
    assert made_ready(tmp_path, OTHERS, None, now=NOW) is None
    assert not served_certificate(tmp_path).exists()


def test_faults_of_brought_files_are_found_before_anything_starts(tmp_path: Path) -> None:
    gone = tmp_path / "gone.pem"
    with pytest.raises(BadInput) as refused:
        embedded.start(tmp_path / "server", tls_cert=gone, tls_key=gone)
    assert {fault.place for fault in refused.value.faults} == {str(gone)}
    assert not (tmp_path / "server" / "address.json").exists()
    assert embedded.state(tmp_path / "server") is None


def test_cookies_are_secure_over_https_and_the_command_holds_no_secret(tmp_path: Path) -> None:
    lead = embedded.Credentials("lead@localhost", "the-password", "the-token")
    told = environment(tmp_path, lead) | over_https("https://192.168.1.20:8080")
    assert told["SESSION_COOKIE_SECURE"] == told["CSRF_COOKIE_SECURE"] == "1"
    assert told["CSRF_TRUSTED_ORIGINS"] == "https://192.168.1.20:8080"
    command = serving("::1", 8080, (tmp_path / "c", tmp_path / "k"))
    assert command[-4:] == ["::1", "8080", str(tmp_path / "c"), str(tmp_path / "k")]
    assert not any(secret in part for part in command for secret in (lead.password, lead.token, lead.email))
