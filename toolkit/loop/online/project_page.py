"""The labelling configuration of anybody's project, asked of its server; nothing there is changed."""

from __future__ import annotations

from toolkit.errors import UsageError
from toolkit.loop.online.connection import patience


def project_at(address: str) -> tuple[str, int] | None:
    """Return server and number of a project written as ``URL#NUMBER``; None where it is no such address.

    >>> project_at("http://127.0.0.1:8080#7"), project_at("label.xml")
    (('http://127.0.0.1:8080', 7), None)
    """
    url, _, number = address.rpartition("#")
    is_one = url.startswith(("http://", "https://")) and number.isdecimal() and len(number) < 19
    return (url, int(number)) if is_one else None


def labelling_config_of(address: str, token: str) -> str:
    """Return the labelling configuration of the project at ``URL#NUMBER``; ``UsageError`` where that is no address."""
    found = project_at(address)
    if found is None:
        raise UsageError(f"{address!r} is no project's address", todo="As in http://127.0.0.1:8080#7.")
    from toolkit.labelstudio.session import connect  # a second's import: only once there is somebody to talk to

    url, number = found
    with connect(url, token, patience=patience(once=True)) as server:
        return server.project(number).config_xml
