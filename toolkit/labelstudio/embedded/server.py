"""The embedded Label Studio of a study: SQLite, a data folder of its own, started and stopped by us.

Everything is in one folder that only its owner can enter: ``data/`` (Label Studio's), ``credentials.json`` (the lead's
e-mail, password and token), ``address.json`` (host and port, kept between starts), ``server.log``, ``server.pid`` and
two lock files. The server process itself holds ``running.lock`` from its first instant to its last, whatever becomes
of the command that started it; so whether it runs is asked of the lock, and the process id (written by the process
itself) is trusted only while the lock is held. A stale id therefore never leads to a stranger.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from toolkit.errors import ServerRefused, ServerUnreachable, UsageError
from toolkit.labelstudio.accounts import personal_token
from toolkit.labelstudio.connection import ServerStumbled
from toolkit.labelstudio.embedded.files import (
    LARGEST_PORT,
    LEAD_EMAIL,
    Credentials,
    credentials,
    ensure_credentials,
    keep_address,
    last_address,
    started_elsewhere,
    write_credentials,
)
from toolkit.labelstudio.embedded.program import environment, program, reset_password, serving

__all__ = ["LEAD_EMAIL", "Credentials", "EmbeddedServer", "credentials", "start", "state", "stop"]

_PATIENCE: Final = 240.0
_EVERY_ADDRESS: Final = frozenset({"0.0.0.0", "::", "", "*"})  # noqa: S104 - named to be refused
# The shell writes the id of the process that becomes Label Studio, before it becomes that.
_LAUNCH: Final = '(exec sh -c \'umask 077; echo $$ > "$0.new" && mv "$0.new" "$0" && exec "$@"\' "$@") &'


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """An embedded server that runs: where, which process, and whether it answers already."""

    url: str
    host: str
    port: int
    pid: int
    log: Path
    answers: bool
    moved_from: Path | None = None
    """The folder it was started in, where the study was moved since: it cannot find its data any more."""


def start(
    folder: Path,
    *,
    host: str | None = None,
    port: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
    patience: float = _PATIENCE,
) -> EmbeddedServer:
    """Return the server of ``folder``, running and answering; started if it does not run yet (5 s, the first time
    about 35 s).

    ``host`` and ``port`` are those of the last start where not given, at first loopback and any free port. ``progress``
    is told now and then what is being waited for. Safe to run again after being killed at any moment.
    """
    if host in _EVERY_ADDRESS:
        raise UsageError(
            f"{host!r} is no address others could open: the links handed to annotators carry it",
            todo="Give this machine's address in your network, as in `host=192.168.1.20`.",
        )
    if port is not None and not 0 < port <= LARGEST_PORT:
        raise UsageError(
            f"{port} is no port a server can listen at",
            todo=f"Give a number from 1 to {LARGEST_PORT:,}, or none: a free one is found.",
        )
    _make_private(folder)
    with _starter(folder, patience):
        running = state(folder)
        if running is not None:
            refuse_moved(running)
            ensure_credentials(folder)
            if (host or running.host, port or running.port) != (running.host, running.port):
                raise UsageError(
                    f"The embedded Label Studio runs at {running.url} already.", todo="Stop it before moving it."
                )
            return _wait_until_it_answers(folder, progress, patience)
        last_host, last_port = last_address(folder)
        host = host or last_host
        chosen = _port(host, port, last_port)
        program()
        command = serving(host, chosen, None)
        lead = ensure_credentials(folder)
        (folder / "server.pid").unlink(missing_ok=True)
        keep_address(folder, host, chosen)
        progress("Starting Label Studio (the first time this takes about 35 seconds)")
        _launch(folder, command, lead)
        return _wait_until_it_answers(folder, progress, patience)


def stop(folder: Path, *, patience: float = 15.0) -> bool:
    """Return whether a server was running and is stopped now; asked politely first, ended after ``patience``
    seconds.
    """
    if not folder.is_dir():
        return False
    with _starter(folder, _PATIENCE):
        running = state(folder)
        if running is None:
            return False
        for signal_sent, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 10.0)):
            try:
                os.kill(running.pid, signal_sent)
            except ProcessLookupError:
                break
            if _until(lambda: not _is_running(folder), seconds):
                break
        (folder / "server.pid").unlink(missing_ok=True)
        return True


def state(folder: Path) -> EmbeddedServer | None:
    """Return the server of ``folder`` if its process runs (``answers`` says whether it is ready); None if it does
    not.
    """
    if not folder.is_dir() or not _is_running(folder):
        return None
    pid_file = folder / "server.pid"
    if not _until(pid_file.exists, 5.0) or not _is_running(folder):
        return None
    try:
        pid = int(pid_file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    host, port = last_address(folder)
    url = _url(host, port or 0)
    return EmbeddedServer(
        url, host, port or 0, pid, folder / "server.log", answers=_health(url), moved_from=started_elsewhere(folder)
    )


def last_url(folder: Path) -> str | None:
    """Return the address of the last start, which the next one keeps where it can; None before the first."""
    host, port = last_address(folder)
    return None if port is None else _url(host, port)


def refuse_moved(running: EmbeddedServer) -> None:
    """Raise ``UsageError``, with what to do, where the server's folder was moved while it runs."""
    if running.moved_from is not None:
        raise UsageError(
            f"the study was moved from {running.moved_from} while its Label Studio ran, which cannot find its data now",
            todo="Stop it and start it here: `intercoder server stop`, then `intercoder server start`.",
        )


# -------------------------------------------------------------------- the process


def _launch(folder: Path, command: list[str], lead: Credentials) -> None:
    with _opened(folder / "running.lock") as lock, _opened(folder / "server.log", truncate=True) as log:
        _until(lambda: _taken(lock, fcntl.LOCK_EX), 5.0)  # somebody may just be asking whether it runs
        subprocess.run(  # noqa: S603 - a fixed script; what varies travels as arguments
            ["/bin/sh", "-c", _LAUNCH, str(folder / "server.pid"), str(folder / "server.pid"), *command],
            env=environment(folder, lead),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],  # the lock goes along: it is let go when the last holder is gone
            start_new_session=True,
            check=True,
        )


def _wait_until_it_answers(folder: Path, progress: Callable[[str], None], patience: float) -> EmbeddedServer:
    begun = told = time.monotonic()
    while time.monotonic() - begun < patience:
        running = state(folder)
        if running is None:
            break
        if running.answers:
            _check_identity(folder, running)
            return running
        if time.monotonic() - told > 5:
            told = time.monotonic()
            progress(f"Waiting for Label Studio ({told - begun:.0f} s)")
        time.sleep(0.25)
    else:
        raise ServerUnreachable(
            f"Label Studio did not answer within {patience:.0f} seconds; it may still be starting.",
            todo=f"Run the command again, or look into {folder / 'server.log'}.",
        )
    raise ServerUnreachable("Label Studio ended while starting.", todo=f"{folder / 'server.log'} says why.")


def _check_identity(folder: Path, running: EmbeddedServer) -> None:
    """Make sure that what answers is this folder's server, and that the account we know can sign in to it.

    A token that does not match is fetched by signing in; a password that does not match (``credentials.json`` was
    lost, or a data folder of another time put back) is set anew.
    """
    lead = credentials(folder)
    with httpx.Client(base_url=running.url, timeout=60, trust_env=False) as http:
        answer = http.get("/api/current-user/whoami", headers={"Authorization": f"Token {lead.token}"})
    if answer.status_code == 200:
        return
    try:
        token = personal_token(running.url, email=lead.email, password=lead.password)
    except ServerStumbled:
        raise  # that says nothing of the password
    except ServerRefused:
        reset_password(folder, email=lead.email, password=lead.password)
        token = personal_token(running.url, email=lead.email, password=lead.password)
    write_credentials(folder, Credentials(lead.email, lead.password, token))


def _is_running(folder: Path) -> bool:
    try:
        lock = os.open(folder / "running.lock", os.O_RDONLY)  # also where nothing may be written
    except OSError:  # it was never started, or this is somebody else's study
        return False
    try:
        return not _taken(lock, fcntl.LOCK_SH)  # shared: any number may ask at once
    finally:
        os.close(lock)


def _taken(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _health(url: str) -> bool:
    try:
        with httpx.Client(trust_env=False, timeout=5) as http:
            return http.get(f"{url}/health").status_code == 200
    except httpx.HTTPError:
        return False


# -------------------------------------------------------------------- address


def _port(host: str, asked: int | None, last: int | None) -> int:
    for wanted in (asked,) if asked else (last, 0):
        if wanted is None:
            continue
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, wanted))
            except socket.gaierror:
                raise UsageError(f"{host!r} is not an address of this machine.") from None
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise UsageError(f"Label Studio cannot listen at {host}, port {asked or 'any'}.", todo="Is the port taken?")


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "data").mkdir(mode=0o700, exist_ok=True)
    if shutil.disk_usage(folder).free < 50_000_000:
        raise UsageError(f"The disk under {folder} is full.", todo="Label Studio needs some 50 MB to begin with.")


@contextmanager
def _opened(path: Path, *, truncate: bool = False) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | (os.O_TRUNC if truncate else 0), 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _starter(folder: Path, patience: float) -> Iterator[None]:
    """One start or stop at a time; waits for the other to end."""
    with _opened(folder / "starting.lock") as lock:
        if not _until(lambda: _taken(lock, fcntl.LOCK_EX), patience):
            raise UsageError("Another command is starting or stopping this server.", todo="Wait for it to end.")
        yield


def _until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
