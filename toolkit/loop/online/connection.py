"""The Label Studio of a study: the embedded one, or the one it was connected to."""

from __future__ import annotations

import json
import os
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


def server_identity(study: Study) -> str:
    """Return what rounds remember as 'their' server: the address, or ``embedded``."""
    chosen = settings.read(study.settings_file).label_studio
    return EMBEDDED if chosen.embedded else str(chosen.url)


def open_server(study: Study, *, tell: Tell = untold, once: bool = False) -> LabelStudio:
    """Return a signed-in connection to the study's Label Studio; use it as a context manager.

    ``tell`` hears of what is waited for and asked again. With ``once`` nothing is: for a look at how it is now.
    """
    granted = patience(once=once)
    url, token = address_and_token(study)
    from toolkit.labelstudio.session import connect  # a second's import: only once there is somebody to talk to

    return connect(url, token, patience=granted, tell=tell)


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


def address_and_token(study: Study) -> tuple[str, str]:
    """Return the address and token of the study's Label Studio; never print the second."""
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
        return running.url, embedded.credentials(study.server_folder).token
    return str(chosen.url), token_for(study, str(chosen.url))


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
