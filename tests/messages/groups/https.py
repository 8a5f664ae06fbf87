"""Https: certificates of a server that is connected to, and of the embedded one."""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from tests.messages.case import Case, Group, Step
from tests.messages.groups.embedded import running
from tests.messages.scenes import answers, empty, environment, file, replaced
from tests.messages.work import Work
from toolkit.labelstudio.embedded import certificate, server

_URL = "https://ls.example.org"
_HOST = "127.0.0.1"
_SERVED = f"server start --host {_HOST} --tls-cert cert.pem --tls-key key.pem"
_TOKEN = environment(LABEL_STUDIO_API_KEY="0123456789abcdef0123456789abcdef01234567")
_VERIFY = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed:"
"""As OpenSSL says it, through httpx."""


def _connected(name: str, when: str, said: str, also: str = "") -> Case:
    return Case(name, when, f"connect {_URL}", (empty, _TOKEN, answers(httpx.ConnectError(said))), also=also)


def _pem(name: str, *, host: str = _HOST, year: int = 2026) -> Step:
    """A private key and a certificate for a host, made in that year; good for some 800 days."""

    def put(work: Work) -> None:
        made = certificate.made(host, now=datetime(year, 11, 29, tzinfo=UTC))
        (work.here / name).write_bytes(made)

    return put


def _locked(name: str) -> Step:
    """A private key behind a passphrase."""

    def put(work: Work) -> None:
        key = load_pem_private_key(certificate.made(_HOST, now=datetime(2026, 11, 29, tzinfo=UTC)), None)
        word = BestAvailableEncryption(b"word")
        (work.here / name).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, word))

    return put


def _in_2026(work: Work) -> None:
    """The clock of the machine stands at one day of 2026."""
    start = partial(server.start, clock=lambda: datetime(2026, 11, 30, tzinfo=UTC))
    work.patch.setattr("toolkit.loop.server.embedded.start", start)


def _without_cryptography(work: Work) -> None:
    work.patch.delattr("toolkit.labelstudio.embedded.certificate")  # as before its first import
    work.patch.setitem(sys.modules, "toolkit.labelstudio.embedded.certificate", None)


def _unreadable(name: str) -> Step:
    """A file of somebody else."""

    def put(work: Work) -> None:
        read = Path.read_bytes

        def refused(path: Path) -> bytes:
            if path.name == name:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return read(path)

        work.patch.setattr(Path, "read_bytes", refused)

    return put


def _served_over_https(work: Work) -> None:
    """The embedded server runs over https, and the file with its certificate was taken away."""
    running(work)
    there = {"host": _HOST, "port": 8080, "https": {}}
    (work.folder / "server" / "address.json").write_text(json.dumps(there), encoding="utf-8")


GROUP = Group(
    46,
    "https",
    "Https and certificates",
    (
        _connected("other-host", "The certificate is for another address.",
                   f"{_VERIFY} Hostname mismatch, certificate is not valid for 'ls.example.org'. (_ssl.c:1006)"),
        _connected("expired", "The certificate has expired.", f"{_VERIFY} certificate has expired (_ssl.c:1006)"),
        _connected("nobody-vouches", "The server made its certificate itself.",
                   f"{_VERIFY} self-signed certificate (_ssl.c:1006)",
                   also="The embedded Label Studio of somebody else's study keeps it in `server/certificate.pem`."),
        _connected("no-https", "The server speaks plain http.",
                   "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"),
        Case("trusted-over-http", "You name certificates for an address without https.",
             "connect http://ls.example.org --ca-file ca.pem", (empty, _TOKEN, _pem("ca.pem"))),
        Case("trusted-missing", "You misspell the file with the certificate.", f"connect {_URL} --ca-file ca.pme",
             (empty, _TOKEN)),
        Case("trusted-no-certificate", "The file holds no certificate.", f"connect {_URL} --ca-file ca.pem",
             (empty, _TOKEN, file("ca.pem", "no certificate"))),
        Case("certificate-alone", "You give the embedded server a certificate without its key.",
             "server start --tls-cert cert.pem", (empty, _pem("cert.pem"))),
        Case("plain-with-certificate", "You ask for plain http, and give a certificate.",
             f"{_SERVED} --plain-http", (empty, _pem("cert.pem"), _pem("key.pem"))),
        Case("not-served", "The certificate is another one's, and out of date.", _SERVED,
             (empty, _in_2026, _pem("cert.pem", host="ls.example.org", year=2020), _pem("key.pem"))),
        Case("not-yet-served", "The certificate is not valid yet.", _SERVED,
             (empty, _in_2026, _pem("cert.pem", year=2027), lambda work: shutil.copy(
                 work.here / "cert.pem", work.here / "key.pem"))),
        Case("no-pem", "The files hold something else.", _SERVED,
             (empty, file("cert.pem", "no certificate"), file("key.pem", "no key"))),
        Case("key-locked", "The key asks for a passphrase, and the certificate is somebody else's file.", _SERVED,
             (empty, _pem("cert.pem"), _locked("key.pem"), _unreadable("cert.pem"))),
        Case("certificates-need-a-package", "What reads certificates is not installed.", "server start --https",
             (empty, _without_cryptography)),
        Case("serving-needs-a-package", "What serves Label Studio is not installed.", "server start",
             (empty, replaced("toolkit.labelstudio.embedded.program.find_spec", lambda _: None))),
        Case("certificate-lost", "The file with the certificate the server shows is gone.", "server status",
             (empty, _served_over_https), prints=True),
    ),
)  # fmt: skip
