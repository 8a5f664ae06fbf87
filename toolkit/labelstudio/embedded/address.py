"""Where an embedded server can listen, and the address others open."""

from __future__ import annotations

import socket
from typing import Final

from toolkit.errors import UsageError
from toolkit.labelstudio.embedded.files import LARGEST_PORT

_EVERY_ADDRESS: Final = frozenset({"0.0.0.0", "::", "", "*"})  # noqa: S104 - named to be refused


def refuse_no_address(host: str | None, port: int | None) -> None:
    """Raise ``UsageError`` for a host others could not open, or a port that is none."""
    if host in _EVERY_ADDRESS:
        raise UsageError(
            f"{host!r} is no address others could open: the links handed to annotators carry it",
            todo="Give this machine's address in your network, as in `host=192.168.1.20`.",
        )
    if port is not None and not 0 < port <= LARGEST_PORT:
        raise UsageError(
            f"{port} is no port a server can listen at",
            todo=f"Give a number from 1 to {LARGEST_PORT:,}, or none: a free one is found.",
        )


def free_port(host: str, asked: int | None, last: int | None) -> int:
    """Return the port to listen at: the one asked for, else the last one if it is free, else any."""
    for wanted in (asked,) if asked else (last, 0):
        if wanted is None:
            continue
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, wanted))
            except socket.gaierror:
                raise UsageError(
                    f"{host!r} is not an address of this machine",
                    todo="Give one that it has in your network, or leave it out: then only this machine gets there.",
                ) from None
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise UsageError(
        f"Label Studio cannot listen at {host}, port {asked or 'any'}.",
        todo="Is the port taken? Give another one, or none: a free one is found.",
    )


def url_of(host: str, port: int, *, https: bool = False) -> str:
    """Return the address of a server.

    >>> url_of("::1", 8080), url_of("192.0.2.7", 8080, https=True)
    ('http://[::1]:8080', 'https://192.0.2.7:8080')
    """
    return f"{'https' if https else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
