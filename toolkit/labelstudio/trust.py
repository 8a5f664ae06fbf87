"""Whom a connection over https believes: the certificates in one file and nobody else, or public authorities."""

from __future__ import annotations

import hashlib
import os
import ssl
from pathlib import Path

from toolkit.errors import BadInput


def trusting(ca_file: Path | None) -> ssl.SSLContext | bool:
    """Return what httpx is to verify servers with: the certificates in ``ca_file``, or public authorities.

    In the file may stand the authority that signed a server's certificate, or that certificate itself. ``BadInput`` for
    a file that is missing, or holds no certificate.
    """
    if ca_file is None:
        return True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    todo = "It is to hold certificates in PEM, as in the file `server/certificate.pem` of whoever runs the server."
    try:
        context.load_verify_locations(cafile=ca_file)
    except ssl.SSLError:
        raise BadInput(f"{ca_file} holds no certificate that can be read", todo=todo) from None
    except OSError as fault:
        said = os.strerror(fault.errno or 0)
        raise BadInput(f"{ca_file}, the certificates to trust, cannot be read: {said}", todo=todo) from None
    return context


def fingerprint(certificate: Path) -> str:
    """Return the SHA-256 of a certificate as browsers show it: 32 bytes in capitals, with colons.

    ``BadInput`` for a file that holds none.
    """
    try:
        der = ssl.PEM_cert_to_DER_cert(certificate.read_text(encoding="ascii"))
    except (OSError, ValueError):
        todo = "`intercoder server stop` and `intercoder server start` write it anew."
        raise BadInput(f"{certificate} holds no certificate that can be read", todo=todo) from None
    return hashlib.sha256(der).digest().hex(":").upper()
