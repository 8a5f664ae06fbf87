"""A real Label Studio for a test session: copied from a migrated data folder, on a port of its own."""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from toolkit.labelstudio.embedded import server as embedded
from toolkit.labelstudio.gatekeeper import Admitted
from toolkit.labelstudio.session import LabelStudio, connect

CACHE = Path(__file__).parents[2] / ".cache" / "label-studio"
CONFIG = """<View>
  <Text name="sentence" value="$sentence"/>
  <Choices name="attribution" toName="sentence" choice="single-radio">
    <Choice value="Writer" alias="writer"/><Choice value="Attributed" alias="attributed"/>
  </Choices>
  <Labels name="spans" toName="sentence"><Label value="Source" alias="source"/></Labels>
</View>"""


@dataclass(frozen=True, slots=True)
class LiveServer:
    """Where the session's server is, and how its lead signs in."""

    url: str
    token: str
    email: str
    password: str
    folder: Path
    projects: set[int] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)

    def admit(self, *, project_id: int | None = None, email: str | None = None) -> None:
        """Let all accounts that tests made into all projects that tests made, which are of no study."""
        self.projects.update(() if project_id is None else (project_id,))
        self.accounts.update(() if email is None else (email,))
        with self.as_lead() as lead:
            lead.gate.admit("tests", [self._admitted(one) for one in self.projects])

    def _admitted(self, one: int) -> Admitted:
        return Admitted(
            project_id=one, name=f"project {one}", role="coding", is_open=True, people=frozenset(self.accounts)
        )

    def as_lead(self) -> LabelStudio:
        return connect(self.url, self.token)

    def raw(self, method: str, path: str, *, token: str | None = None, **request: Any) -> httpx.Response:
        """One request past our client, for facts about the server itself."""
        headers = {"Authorization": f"Token {token or self.token}"}
        with httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False) as http:
            return http.request(method, path, **request)

    def answer_again(self, task: int, user_id: int, body: Mapping[str, object]) -> int:
        """A second answer to a sentence by the same person, which a server without the gate takes from them."""
        made = self.raw("POST", f"/api/tasks/{task}/annotations/", json={**body, "completed_by": user_id})
        assert made.status_code == 201, made.text[:200]
        number = int(made.json()["id"])
        with closing(sqlite3.connect(self.folder / "data" / "label_studio.sqlite3", timeout=60)) as there, there:
            there.execute("UPDATE task_completion SET updated_by_id = completed_by_id WHERE id = ?", (number,))
        return number


@contextmanager
def label_studio(home: Path, *, blind: bool = True) -> Iterator[LiveServer]:
    """A real Label Studio in a folder of its own, behind the gate or without it; ended with the block."""
    folder = copy_of_migrated(home / "server")
    running = embedded.start(folder, blind=blind)
    try:
        lead = embedded.credentials(folder)
        yield LiveServer(running.url, lead.token, lead.email, lead.password, folder)
    finally:
        embedded.stop(folder)


def migrated_folder() -> Path:
    """A server folder whose database is ready; made once per version of Label Studio, whoever comes first."""
    CACHE.mkdir(parents=True, exist_ok=True)
    ready = CACHE / version("label-studio")
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            with TemporaryDirectory(dir=CACHE) as making:
                folder = Path(making) / "server"
                try:
                    embedded.start(folder)
                finally:
                    embedded.stop(folder)
                folder.rename(ready)
    return ready


def copy_of_migrated(target: Path) -> Path:
    """``target`` as a server folder that was never started itself."""
    shutil.copytree(migrated_folder(), target)
    for name in ("address.json", "server.log", "server.pid", "running.lock", "starting.lock"):
        (target / name).unlink(missing_ok=True)
    return target
