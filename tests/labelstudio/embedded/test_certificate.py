"""A certificate made on the spot, and what is wrong with one that was brought."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from toolkit.labelstudio.embedded import certificate

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def made(folder: Path, host: str, *, name: str = "made.pem", now: datetime = NOW) -> Path:
    file = folder / name
    file.write_bytes(certificate.made(host, now=now))
    return file


def said(cert: Path, key: Path, host: str, *, now: datetime = NOW) -> list[str]:
    return [str(fault) for fault in certificate.faults_of(cert, key, host, now=now)]


@pytest.mark.parametrize("host", ["192.168.1.20", "::1", "localhost", "ls.example.org"])
def test_it_is_for_its_address_and_vouches_for_nobody_else(tmp_path: Path, host: str) -> None:
    pem = made(tmp_path, host)
    assert said(pem, pem, host) == []
    shown = x509.load_pem_x509_certificate(certificate.first_certificate(pem))
    names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    address = names.get_values_for_type(x509.IPAddress) or names.get_values_for_type(x509.DNSName)
    assert [str(one) for one in address] == [host]
    assert not shown.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not shown.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    assert shown.not_valid_after_utc - shown.not_valid_before_utc <= timedelta(days=825)  # more is refused by Safari
    assert b"PRIVATE" not in certificate.first_certificate(pem)


def test_it_is_used_again_while_it_is_valid_for_the_address(tmp_path: Path) -> None:
    pem = made(tmp_path, "192.0.2.7")
    assert certificate.is_good_for(pem, "192.0.2.7", now=NOW + timedelta(days=700))
    assert not certificate.is_good_for(pem, "192.0.2.8", now=NOW)
    assert not certificate.is_good_for(pem, "192.0.2.7", now=NOW + timedelta(days=815))  # days are left, but few
    assert not certificate.is_good_for(tmp_path / "none.pem", "192.0.2.7", now=NOW)
    pem.write_bytes(pem.read_bytes()[:200])
    assert not certificate.is_good_for(pem, "192.0.2.7", now=NOW)


def test_every_fault_is_listed(tmp_path: Path) -> None:
    cert, key = made(tmp_path, "192.0.2.7", name="a.pem"), made(tmp_path, "192.0.2.7", name="b.pem")
    found = said(cert, key, "192.0.2.9", now=NOW + timedelta(days=900))
    assert len(found) == 3
    assert any("has expired" in one and "2029-02-26" in one for one in found)  # 820 days after 29 November 2026
    assert any("is not for 192.0.2.9, but for 192.0.2.7" in one for one in found)
    assert any(one.startswith(str(key)) and "is not the key of" in one for one in found)


def test_files_that_are_none_are_named_each(tmp_path: Path) -> None:
    (tmp_path / "text.pem").write_text("no certificate")
    found = said(tmp_path / "gone.pem", tmp_path / "text.pem", "192.0.2.7")
    assert [one.partition(":")[0] for one in found] == [str(tmp_path / "gone.pem"), str(tmp_path / "text.pem")]
    assert "No such file" in found[0]
    assert "no private key" in found[1]
    assert "no certificate" in said(tmp_path / "text.pem", made(tmp_path, "::1"), "::1")[0]


def test_one_that_is_not_valid_yet_is_refused(tmp_path: Path) -> None:
    pem = made(tmp_path, "192.0.2.7")
    assert "is not valid before 2026-11-28" in said(pem, pem, "192.0.2.7", now=NOW - timedelta(days=2))[0]


def test_a_key_with_a_passphrase_is_refused_for_there_is_nobody_to_ask(tmp_path: Path) -> None:
    pem = made(tmp_path, "192.0.2.7")
    opened = load_pem_private_key(pem.read_bytes(), None)
    locked = tmp_path / "locked.pem"
    for encryption, faults in ((BestAvailableEncryption(b"word"), 1), (NoEncryption(), 0)):
        locked.write_bytes(opened.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
        found = said(pem, locked, "192.0.2.7")
        assert len(found) == faults
        assert all("passphrase" in one for one in found)


@pytest.mark.parametrize(
    ("names", "host", "covered"),
    [
        (["ls.example.org"], "LS.example.org", True),
        (["*.example.org"], "ls.example.org", True),
        (["*.example.org"], "example.org", False),
        (["*.example.org"], "a.b.example.org", False),
        (["*"], "localhost", False),
        (["example.org", "ls.example.org"], "ls.example.org", True),
        (["192.0.2.7"], "192.0.2.7", False),  # as a name: browsers do not take it for an address
        ([ip_address("192.0.2.7")], "192.0.2.7", True),
        ([ip_address("::1")], "0:0:0:0:0:0:0:1", True),
        ([], "ls.example.org", False),
    ],
)
def test_which_addresses_a_certificate_is_for(tmp_path: Path, names: list[object], host: str, *, covered: bool) -> None:
    key = load_pem_private_key(certificate.made("ls.example.org", now=NOW), None)
    assert isinstance(key, EllipticCurvePrivateKey)
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "ls.example.org")])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, NOW, NOW + timedelta(days=9))
    if names:
        alternatives = [x509.DNSName(one) if isinstance(one, str) else x509.IPAddress(one) for one in names]  # type: ignore[arg-type]  # texts and addresses
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    pem = tmp_path / "brought.pem"
    pem.write_bytes(
        builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    found = said(pem, pem, host)
    assert (found == []) is covered
    assert all("is not for" in one for one in found)
