"""The Label Studio of a study: the embedded one, or the one it was connected to."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import BadInput, ServerUnreachable, UsageError
from toolkit.files.whole import write_private
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.patience import Patience, Tell, limit_from, untold
from toolkit.study import settings
from toolkit.study.folder import Study

if TYPE_CHECKING:
    from toolkit.labelstudio.session import LabelStudio

TOKEN_VARIABLE = "LABEL_STUDIO_API_KEY"  # noqa: S105  (a variable's name)
TIMEOUT_VARIABLE = "INTERCODER_TIMEOUT"
EMBEDDED = "embedded"
"""What stands for the address of the embedded server, whose port may change between two starts."""


def is_embedded(study: Study) -> bool:
    """Return whether the study uses the embedded Label Studio."""
    return settings.read(study.settings_file).label_studio.embedded


def is_gated(study: Study) -> bool:
    """Return whether the study's embedded Label Studio is to be started behind the gate that keeps annotators apart."""
    chosen = settings.read(study.settings_file).label_studio
    return chosen.embedded and chosen.blind


def server_identity(study: Study) -> str:
    """Return what rounds remember as 'their' server: the address, or ``embedded``."""
    chosen = settings.read(study.settings_file).label_studio
    return EMBEDDED if chosen.embedded else str(chosen.url)


def open_server(study: Study, *, tell: Tell = untold, once: bool = False) -> LabelStudio:
    """Return a signed-in connection to the study's Label Studio; use it as a context manager.

    ``tell`` hears of what is waited for and asked again. With ``once`` nothing is: for a look at how it is now.
    """
    granted = patience(once=once)
    there = access(study)
    from toolkit.labelstudio.session import connect  # a second's import: only once there is somebody to talk to

    return connect(there.url, there.token, ca_file=there.ca_file, patience=granted, tell=tell)


def server_settings(study: Study, url: str, ca_file: Path | None) -> dict[str, object]:
    """Return what study.yaml is to say of a connected server; a file within the study goes along when that is moved."""
    before = settings.read(study.settings_file).label_studio
    said: dict[str, object] = {"embedded": False, "url": url}
    if ca_file is not None:
        file, folder = ca_file.resolve(), study.folder.resolve()
        said["ca_file"] = str(file.relative_to(folder) if file.is_relative_to(folder) else file)
    elif before.ca_file is not None:
        said["ca_file"] = None
    return said


def trusted_at(url: str, ca_file: Path | None, *, tell: Tell) -> Path | None:
    """Return the certificates to trust at ``url``; where nothing is encrypted, ``tell`` hears of it.

    Raise ``UsageError`` for certificates where there are none to be shown.
    """
    from toolkit.labelstudio.connection import clean_address, travels_open

    address = clean_address(url)
    if ca_file is not None and not address.startswith("https://"):
        raise UsageError(
            f"{address} is not https: no certificate is shown there", todo="Leave out `ca_file=`, or give https://…"
        )
    if travels_open(address):
        tell(
            f"Warning: to {address} the token and all answers travel unencrypted; everybody on the way can read them. "
            "Use https, or a network you trust."
        )
    return ca_file


def patience(*, once: bool = False) -> Patience:
    """Return what a server is granted, with the seconds of one answer from the environment; repeats none if ``once``.

    Raise ``BadInput`` for a variable that holds no number of seconds.
    """
    said = os.environ.get(TIMEOUT_VARIABLE, "").strip()
    usual = Patience()
    return Patience(
        limit=limit_from(said, name=TIMEOUT_VARIABLE) if said else usual.limit,
        pauses=() if once else usual.pauses,
    )


@dataclass(frozen=True, slots=True)
class Access:
    """What it takes to talk to a Label Studio."""

    url: str
    token: str = field(repr=False)
    ca_file: Path | None
    """The certificates to trust in place of public authorities."""


def access(study: Study) -> Access:
    """Return where the study's Label Studio is, and what it takes to talk to it."""
    chosen = settings.read(study.settings_file).label_studio
    if chosen.embedded:
        running = embedded.state(study.server_folder)
        if running is None:
            raise ServerUnreachable(
                "the embedded Label Studio is not running",
                todo="Start it with `intercoder server start`, or use another one with `intercoder connect URL`.",
            )
        embedded.refuse_moved(running)
        if not running.answers:
            raise ServerUnreachable(
                "the embedded Label Studio runs, but does not say that it is well",
                todo=f"It may be starting: wait a moment. {running.log} says more, and `intercoder server stop` and "
                "`intercoder server start` begin anew.",
            )
        return Access(running.url, embedded.credentials(study.server_folder).token, running.certificate)
    ca_file = None if chosen.ca_file is None else study.folder / chosen.ca_file
    return Access(str(chosen.url), token_for(study, str(chosen.url)), ca_file)


def token_for(study: Study, url: str) -> str:
    """Return the token for a connected server: the environment's, else the one kept by ``intercoder connect``."""
    if token := os.environ.get(TOKEN_VARIABLE, "").strip():
        return token
    if study.credentials_file.is_file():
        try:
            kept = json.loads(study.credentials_file.read_text(encoding="utf-8"))
            if kept["url"] == url:
                return str(kept["token"])
        except (ValueError, KeyError, TypeError):
            raise BadInput(
                f"{study.credentials_file} cannot be read as credentials",
                todo=f"Run `intercoder connect {url}` again: it writes the file anew.",
            ) from None
    raise UsageError(
        f"no token is known for {url}",
        todo=f"Run `intercoder connect {url}` again, or set {TOKEN_VARIABLE}.",
    )


def keep_token(study: Study, url: str, token: str) -> None:
    """Keep a token in the study, in a file only its owner can read."""
    write_private(study.credentials_file, json.dumps({"url": url, "token": token}) + "\n")
