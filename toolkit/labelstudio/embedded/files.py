"""What the embedded server's folder keeps for us: the lead's account, where the server was started and how it is
reached, and its certificate.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from toolkit.errors import BadInput, UsageError
from toolkit.files.whole import write_private

LEAD_EMAIL: Final = "lead@localhost"
LARGEST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True)
class Credentials:
    """The lead's account on the embedded server; only ``email`` shows when printed."""

    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)


def credentials(folder: Path) -> Credentials:
    """Return the lead's account on the embedded server; ``UsageError`` if there never was one."""
    path = folder / "credentials.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Credentials(email=kept["email"], password=kept["password"], token=kept["token"])
    except FileNotFoundError:
        raise UsageError(
            "there is no embedded Label Studio yet.", todo="Start it: `intercoder server start`."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise BadInput(
            f"{path} cannot be read as credentials.",
            todo="Put back a copy, or delete it: `intercoder server start` makes another.",
        ) from None


def ensure_credentials(folder: Path) -> Credentials:
    """Return the lead's account as it is kept, or a new one; on a data folder that has one it must be let in first."""
    if (folder / "credentials.json").exists():
        return credentials(folder)
    made = Credentials(LEAD_EMAIL, secrets.token_urlsafe(12), secrets.token_hex(20))
    write_credentials(folder, made)
    return made


def write_credentials(folder: Path, lead: Credentials) -> None:
    """Keep the lead's account."""
    kept: Mapping[str, str] = {"email": lead.email, "password": lead.password, "token": lead.token}
    write_private(folder / "credentials.json", json.dumps(kept, indent=1))


@dataclass(frozen=True, slots=True)
class Encryption:
    """A server reached over https: with a certificate and its key that were brought, or with one made on the spot."""

    certificate: Path | None = None
    key: Path | None = None


def own_pair(folder: Path) -> Path:
    """Return the file with the private key and the certificate made on the spot."""
    return folder / "https.pem"


def served_certificate(folder: Path) -> Path:
    """Return the file with the certificate the server shows, without a key: for whoever is to trust it."""
    return folder / "certificate.pem"


def keep_address(folder: Path, host: str, port: int, encryption: Encryption | None = None) -> None:
    """Remember address and port for the next start, how they are reached, and in which folder this one is made."""
    files = {} if encryption is None else {"certificate": encryption.certificate, "key": encryption.key}
    https = None if encryption is None else {name: str(file) for name, file in files.items() if file is not None}
    kept = {"host": host, "port": port, "https": https, "folder": str(folder.resolve())}
    write_private(folder / "address.json", json.dumps(kept))


def last_address(folder: Path) -> tuple[str, int | None]:
    """Return the address and port of the last start; the port is None where there is none that could be one."""
    try:
        kept = json.loads((folder / "address.json").read_text(encoding="utf-8"))
        port = int(kept["port"])
        return str(kept["host"]), port if 0 < port <= LARGEST_PORT else None
    except (OSError, ValueError, KeyError, TypeError):
        return "127.0.0.1", None


def last_encryption(folder: Path) -> Encryption | None:
    """Return how the server of the last start was reached; None is plain http, as before there was a choice."""
    try:
        https = json.loads((folder / "address.json").read_text(encoding="utf-8")).get("https")
    except (OSError, ValueError, AttributeError):
        return None
    if https is None:
        return None
    try:
        return Encryption(Path(https["certificate"]), Path(https["key"]))
    except (KeyError, TypeError):  # made on the spot
        return Encryption()


def started_elsewhere(folder: Path) -> Path | None:
    """Return the folder the last start was made in, if it is not this one any more: a study that was moved or
    renamed.
    """
    try:
        there = Path(json.loads((folder / "address.json").read_text(encoding="utf-8"))["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # never started, or by a version that did not write it down
    return None if there.exists() and there.samefile(folder) else there
