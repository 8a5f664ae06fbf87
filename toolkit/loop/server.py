"""Server: the embedded Label Studio of a study."""

from __future__ import annotations

from collections.abc import Callable

from toolkit.errors import UsageError
from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.embedded.server import EmbeddedServer
from toolkit.loop.online.connection import is_embedded
from toolkit.study.folder import Study


def start(
    study: Study, *, host: str | None = None, port: int | None = None, progress: Callable[[str], None] = lambda _: None
) -> EmbeddedServer:
    """Start the study's embedded Label Studio if it does not run, and return where it answers."""
    if not is_embedded(study):
        raise UsageError(
            "this study is connected to another Label Studio",
            todo="Set `embedded: true` under `label_studio:` in study.yaml to use the embedded one.",
        )
    return embedded.start(study.server_folder, host=host, port=port, progress=progress)


def stop(study: Study) -> bool:
    """Stop the study's embedded Label Studio, and return whether it was running."""
    return embedded.stop(study.server_folder)


def state(study: Study) -> EmbeddedServer | None:
    """Return the study's embedded Label Studio if it runs, else None."""
    return embedded.state(study.server_folder)
