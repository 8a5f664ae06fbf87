"""A Label Studio on PostgreSQL, both of this benchmark alone: loopback only, in temporary folders, gone at the end."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from toolkit.labelstudio.embedded import program as embedded_program
from toolkit.labelstudio.embedded import server as embedded

_PATIENCE = 600  # seconds for the migrations of an empty database on a slow machine
_OWNER = "postgres"  # Debian's package makes this account; PostgreSQL does not run as root


@contextmanager
def on_postgres(folder: Path) -> Iterator[tuple[str, str]]:
    """Address of a fresh Label Studio whose database is a PostgreSQL cluster of its own, and its lead's token."""
    with cluster() as at:
        database = {
            "DJANGO_DB": "default", "POSTGRE_HOST": "127.0.0.1", "POSTGRE_PORT": str(at.port),
            "POSTGRE_NAME": at.database, "POSTGRE_USER": at.user, "POSTGRE_PASSWORD": at.password,
        }  # fmt: skip
        folder.mkdir(parents=True)
        (folder / "data").mkdir()
        lead = embedded.Credentials("lead@localhost", secrets.token_urlsafe(12), secrets.token_hex(20))
        port = _free_port()
        command = embedded_program.serving("127.0.0.1", port, None)
        env = {**embedded_program.environment(folder, lead), **database}
        with (folder / "server.log").open("wb") as log, subprocess.Popen(
            command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        ) as server:  # fmt: skip
            try:
                url = f"http://127.0.0.1:{port}"
                _wait(server, url, folder / "server.log")
                yield url, lead.token
            finally:
                server.send_signal(signal.SIGTERM)
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    server.kill()


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not embedded._health(url, None):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"Label Studio on PostgreSQL did not come up:\n{log.read_text()[-2000:]}")
        time.sleep(1)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a cluster listens on loopback, and who may enter."""

    port: int
    database: str
    user: str
    password: str


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A fresh cluster that listens on loopback only."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    as_owner: dict[str, str | list[str]] = {}
    if os.geteuid() == 0:
        owner = pwd.getpwnam(_OWNER)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_owner = {"user": owner.pw_name, "group": _OWNER, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        # pg_ctl leaves the server behind with our pipes: a file takes what is said, so that nobody waits for its end.
        with (log := folder / "said.log").open("ab") as said:
            done = subprocess.run(
                [str(programs / program), *arguments], stdout=said, stderr=said, cwd=folder, check=False, **as_owner
            )  # type: ignore[call-overload]
        if done.returncode:
            raise RuntimeError(f"{program}: {log.read_text()[-2000:]}")

    password, port, data = secrets.token_hex(16), _free_port(), folder / "data"
    (folder / "password").write_text(password)
    if as_owner:
        shutil.chown(folder / "password", _OWNER, _OWNER)
    (folder / "password").chmod(0o600)
    try:
        run("initdb", "-D", str(data), "-U", "bench", f"--pwfile={folder / 'password'}", "-A", "scram-sha-256",
            "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        run("pg_ctl", "-D", str(data), "-l", str(data / "server.log"), "-o", options, "-w", "start")
        try:
            yield Cluster(port, "postgres", "bench", password)
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder with ``initdb`` and ``pg_ctl``; Debian's package is installed where that is possible."""
    if (found := installed()) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "postgresql"], check=True, stdout=subprocess.DEVNULL)
        found = installed()
    if found is None:
        raise RuntimeError("PostgreSQL is missing (on Debian: apt-get install postgresql)")
    return found


def installed() -> Path | None:
    """The folder with the programs of the newest PostgreSQL of this machine; None where there is none."""
    of_debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if of_debian:
        return of_debian[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
