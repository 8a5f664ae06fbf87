"""Connect: use a Label Studio that is already there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.labelstudio.patience import Tell, untold
from toolkit.loop.online.connection import EMBEDDED, keep_token, patience, server_settings, trusted_at
from toolkit.study import rounds, settings
from toolkit.study.folder import Study


@dataclass(frozen=True, slots=True)
class Connected:
    """The server that answered."""

    url: str
    edition: str
    release: str


def connect(
    study: Study, url: str, token: str, *, ca_file: Path | None = None, move: bool = False, tell: Tell = untold
) -> Connected:
    """Use the Label Studio at ``url`` from now on, after it accepted the token; the token is kept owner-readable.

    ``ca_file`` holds certificates to trust there in place of public authorities: the server's own, or that of who
    signed it. It is remembered, also when the same address is connected to again without it.
    With rounds on another server it refuses, unless the study is to ``move``: its rounds are then made anew here.
    Both kinds work: legacy tokens and personal access tokens. It is asked once: a first contact that fails says so at
    once; ``tell`` hears of a long wait, and where nothing is encrypted on the way to another machine. Raise
    ``ServerUnreachable`` and ``ServerRefused``, ``BadInput`` for certificates that cannot be read.
    """
    from toolkit.labelstudio.connection import clean_address
    from toolkit.labelstudio.session import connect as open_connection

    before = settings.read(study.settings_file).label_studio
    if ca_file is None and before.ca_file is not None and before.url == clean_address(url):
        ca_file = study.folder / before.ca_file
    trusted = trusted_at(url, ca_file, tell=tell)
    with (
        study.locked(),
        study.database() as database,
        open_connection(url, token, ca_file=trusted, patience=patience(once=True), tell=tell) as server,
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
        settings.update(study.settings_file, {"label_studio": server_settings(study, server.url, trusted)})
        return Connected(server.url, version.edition, version.release)
