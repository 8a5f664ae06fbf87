"""Whether an embedded server is reached over https, and with which certificate: decided, checked, made ready.

Plain http is for this machine. Elsewhere it is https, unless a network is said to be trusted. What was decided holds
as long as the address does; at another address it is decided anew.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from toolkit.errors import BadInput, UsageError
from toolkit.files.whole import write_private, write_whole
from toolkit.labelstudio.connection import is_loopback
from toolkit.labelstudio.embedded.address import url_of
from toolkit.labelstudio.embedded.files import Encryption, last_address, last_encryption, own_pair, served_certificate


def decided(
    folder: Path,
    host: str,
    *,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    https: bool = False,
    plain_http: bool = False,
) -> Encryption | None:
    """Return how the server is to be reached at ``host``: what is asked for, else as last time there, else as is
    usual; None is plain http.

    Raise ``UsageError`` where what is asked for contradicts itself.
    """
    if (tls_cert is None) != (tls_key is None):
        raise UsageError(
            "a certificate and its private key are given together", todo="As `tls_cert=FILE` and `tls_key=FILE`."
        )
    if plain_http and (https or tls_cert is not None):
        raise UsageError(
            "plain http has no certificate", todo="Leave out `plain_http=True`, or the certificate and `https=True`."
        )
    if tls_cert is not None and tls_key is not None:
        return Encryption(tls_cert.resolve(), tls_key.resolve())
    if plain_http:
        return None
    last_host, _ = last_address(folder)
    last = last_encryption(folder) if host == last_host else None
    if https:
        return last or Encryption()
    if host == last_host:
        return last
    return None if is_loopback(url_of(host, 0)) else Encryption()


def made_ready(folder: Path, host: str, encryption: Encryption | None, *, now: datetime) -> tuple[Path, Path] | None:
    """Return the files of the certificate and the key to serve ``host`` with; None over plain http.

    A brought pair is checked, and ``BadInput`` lists all that is wrong with it. One made on the spot is used again as
    long as it is valid for this address. What the server will show is kept beside it, for whoever is to trust it.
    """
    if encryption is None:
        served_certificate(folder).unlink(missing_ok=True)
        return None
    try:
        from toolkit.labelstudio.embedded import certificate  # noqa: PLC0415 - most servers need nothing that reads one
    except ImportError:
        raise UsageError(
            "what makes and reads certificates (cryptography) is not installed.",
            todo='Install it with: pip install "intercoder[server]"',
        ) from None
    if encryption.certificate is not None and encryption.key is not None:
        pair = encryption.certificate, encryption.key
        faults = tuple(certificate.faults_of(*pair, host, now=now))
        if faults:
            todo = "Mend what is listed; without files of yours a certificate is made on the spot (`https=True`)."
            raise BadInput("the embedded Label Studio cannot be served with this certificate", faults=faults, todo=todo)
    else:
        own = own_pair(folder)
        if not certificate.is_good_for(own, host, now=now):
            write_whole(own, certificate.made(host, now=now), mode=0o600)
        pair = own, own
    write_private(served_certificate(folder), certificate.first_certificate(pair[0]).decode("ascii"))
    return pair
