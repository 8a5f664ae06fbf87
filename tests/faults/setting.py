"""Sets the stage up and takes it down: a Label Studio of its own, the proxy, the warm process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.proxy import Proxy
from tests.faults.runner import Runner
from tests.faults.stage import Stage
from tests.live.server import LiveServer, copy_of_migrated
from toolkit.labelstudio.embedded import server as embedded


@contextmanager
def stage_in(folder: Path) -> Iterator[Stage]:
    """A stage whose Label Studio is started for it and stopped after it."""
    server_folder = copy_of_migrated(folder / "server")
    try:
        running = embedded.start(server_folder)
        lead = embedded.credentials(server_folder)
        server = LiveServer(running.url, lead.token, lead.email, lead.password, server_folder)
        with stage_for(server, folder / "stage") as stage:
            yield stage
    finally:
        embedded.stop(server_folder)


@contextmanager
def stage_for(server: LiveServer, folder: Path) -> Iterator[Stage]:
    """A stage before a Label Studio that runs already."""
    folder.mkdir(parents=True)
    proxy = Proxy(server.url)
    try:
        with Runner(folder / "printed") as runner:
            yield Stage(server, proxy, runner, folder)
    finally:
        proxy.stop_listening()
