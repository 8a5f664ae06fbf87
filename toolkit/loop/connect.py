"""Connect: use a Label Studio that is already there."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import UsageError
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.online.connection import EMBEDDED, keep_token, patience
from toolkit.study import rounds, settings
from toolkit.study.folder import Study


@dataclass(frozen=True, slots=True)
class Connected:
    """The server that answered."""

    url: str
    edition: str
    release: str


def connect(study: Study, url: str, token: str, *, move: bool = False, tell: Tell = untold) -> Connected:
    """Use the Label Studio at ``url`` from now on, after it accepted the token; the token is kept owner-readable.

    With rounds on another server it refuses, unless the study is to ``move``: its rounds are then made anew here.
    Both kinds work: legacy tokens and personal access tokens. It is asked once: a first contact that fails says so at
    once; ``tell`` hears of a long wait. Raise ``ServerUnreachable`` and ``ServerRefused``.
    """
    from toolkit.labelstudio.session import connect as open_connection

    with (
        study.locked(),
        study.database() as database,
        open_connection(url, token, patience=patience(once=True), tell=tell) as server,
    ):
        elsewhere = {
            current.server_url
            for name in rounds.names(database, adjudications=True, discarded=True)
            if (current := rounds.get(database, name)).server_url not in {None, server.url}
        }
        if elsewhere and not move:
            there = ", ".join("the embedded server" if url == EMBEDDED else str(url) for url in elsewhere)
            raise UsageError(
                f"this study has rounds on {there}",
                todo="Make another study for another server: `intercoder init NAME`. If that server is gone, connect "
                "with `move=True`, and make each round anew here with `push(again=True)`.",
            )
        version = server.version()
        server.me()
        keep_token(study, server.url, token)
        settings.update(study.settings_file, {"label_studio": {"embedded": False, "url": server.url}})
        return Connected(server.url, version.edition, version.release)
