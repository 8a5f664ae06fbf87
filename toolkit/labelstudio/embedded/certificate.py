"""Certificates of an embedded server: one made on the spot, or what is wrong with one that was brought."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from toolkit.errors import Fault

T = TypeVar("T")

_LASTS: Final = timedelta(days=820)
"""Some browsers take none that is valid for more than 825 days."""
_CLOCKS_DIFFER: Final = timedelta(days=1)
_MADE_ANEW: Final = timedelta(days=14)
"""A certificate with less time left is not begun with."""
_LONGEST_NAME: Final = 64


def made(host: str, *, now: datetime) -> bytes:
    """Return a new private key and the certificate it signs itself, for ``host`` and nothing else, in one PEM file.

    It is no authority: whoever trusts it trusts this server at this address, and cannot be made to trust another.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Label Studio of an intercoder study"),
            x509.NameAttribute(NameOID.COMMON_NAME, host[:_LONGEST_NAME]),
        ]
    )
    address = _as_address(host)
    alternative = x509.DNSName(_ascii(host)) if address is None else x509.IPAddress(ip_address(address))
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"),
        False,
    )
    signed = (
        x509.CertificateBuilder(name, name, public, x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + _LASTS)
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, encipher_only=False, decipher_only=False, **usage), critical=True
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + signed.public_bytes(Encoding.PEM)


def is_good_for(file: Path, host: str, *, now: datetime) -> bool:
    """Return whether the file that ``made`` wrote can be used for ``host`` for some weeks more."""
    return not tuple(faults_of(file, file, host, now=now + _MADE_ANEW))


def first_certificate(file: Path) -> bytes:
    """Return the certificate a server with this file shows for itself, in PEM, without those that vouch for it."""
    return _certificate(file).public_bytes(Encoding.PEM)


def faults_of(certificate: Path, key: Path, host: str, *, now: datetime) -> Iterator[Fault]:
    """Yield everything that keeps a certificate and its key from serving ``host`` now."""
    shown, opened = _or_fault(_certificate, certificate), _or_fault(_private, key)
    yield from (found for found in (shown, opened) if isinstance(found, Fault))
    if isinstance(shown, Fault):
        return
    if now < shown.not_valid_before_utc:
        yield Fault(str(certificate), f"is not valid before {shown.not_valid_before_utc:%Y-%m-%d}")
    if now > shown.not_valid_after_utc:
        yield Fault(str(certificate), f"has expired: it was valid to {shown.not_valid_after_utc:%Y-%m-%d}")
    names, addresses = _hosts(shown)
    if not (_as_address(host) in addresses or any(_covers(name, host) for name in names)):
        listed = ", ".join((*names, *addresses)) or "no address at all"
        yield Fault(str(certificate), f"is not for {host}, but for {listed}")
    if not isinstance(opened, Fault) and _bytes(opened.public_key()) != _bytes(shown.public_key()):
        yield Fault(str(key), f"is not the key of {certificate}")


def _or_fault(read: Callable[[Path], T], file: Path) -> T | Fault:
    try:
        return read(file)
    except OSError as fault:
        return Fault(str(file), f"cannot be read: {os.strerror(fault.errno or 0)}")
    except ValueError as fault:
        return Fault(str(file), str(fault))


def _certificate(file: Path) -> x509.Certificate:
    """The first: the server's own, before those that vouch for it."""
    pem = file.read_bytes()
    try:
        return x509.load_pem_x509_certificates(pem)[0]
    except ValueError:
        raise ValueError("holds no certificate in PEM that can be read") from None


def _private(file: Path) -> PrivateKeyTypes:
    pem = file.read_bytes()
    try:
        return load_pem_private_key(pem, password=None)
    except TypeError:
        raise ValueError("is locked with a passphrase, and a server has nobody to ask: give it without one") from None
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("holds no private key in PEM that can be read") from None


def _bytes(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _hosts(certificate: x509.Certificate) -> tuple[list[str], list[str]]:
    """The names and the addresses it is for. Browsers read no others: not the one in its subject."""
    try:
        alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return [], []
    addresses = alternatives.get_values_for_type(x509.IPAddress)
    return alternatives.get_values_for_type(x509.DNSName), [str(address) for address in addresses]


def _covers(name: str, host: str) -> bool:
    """Whether a certificate for ``name`` is one for ``host``; ``*`` stands for one part of it.

    >>> _covers("*.example.org", "ls.example.org"), _covers("*.example.org", "a.ls.example.org")
    (True, False)
    """
    if _as_address(host) is not None:
        return False
    wanted, given = _ascii(host).lower().rstrip("."), name.lower().rstrip(".")
    first, _, rest = wanted.partition(".")
    return given == wanted or bool(first and rest and given == f"*.{rest}")


def _as_address(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def _ascii(host: str) -> str:
    return host.encode("idna").decode("ascii")
