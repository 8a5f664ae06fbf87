"""Server: the embedded Label Studio of a study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.embedded.server import EmbeddedServer
from toolkit.loop.online.admission import admit_if_reached
from toolkit.loop.online.connection import is_embedded
from toolkit.study import settings
from toolkit.study.folder import Study


def start(
    study: Study,
    *,
    host: str | None = None,
    port: int | None = None,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    https: bool = False,
    plain_http: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> EmbeddedServer:
    """Start the study's embedded Label Studio if it does not run, and return where it answers.

    ``host`` and ``port`` are remembered, and so is how they are reached: by plain http on this machine; elsewhere by
    ``https``, with the certificate ``tls_cert`` and its key ``tls_key``, or one made on the spot; or by ``plain_http``
    because the network is trusted. At another address that is decided anew.
    Raise ``UsageError`` for an address that is none, or a server that runs otherwise already, ``BadInput`` listing all
    that is wrong with a certificate; then nothing was started.
    """
    if not is_embedded(study):
        raise UsageError(
            "this study is connected to another Label Studio",
            todo="Set `embedded: true` under `label_studio:` in study.yaml to use the embedded one.",
        )
    chosen = settings.read(study.settings_file).label_studio
    running = embedded.start(
        study.server_folder,
        host=host,
        port=port,
        blind=chosen.blind,
        tls_cert=tls_cert,
        tls_key=tls_key,
        https=https,
        plain_http=plain_http,
        progress=progress,
    )
    if chosen.blind and study.database_file.exists():
        with study.database() as database:
            admit_if_reached(study, database)
    return running


def stop(study: Study) -> bool:
    """Stop the study's embedded Label Studio, and return whether it was running."""
    return embedded.stop(study.server_folder)


def state(study: Study) -> EmbeddedServer | None:
    """Return the study's embedded Label Studio if it runs, else None."""
    return embedded.state(study.server_folder)
