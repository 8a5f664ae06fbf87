"""The embedded Label Studio of a study: SQLite, a data folder of its own, started and stopped by us.

Everything is in one folder that only its owner can enter: ``data/`` (Label Studio's), ``credentials.json`` (the lead's
e-mail, password and token), ``address.json`` (host, port and how they are reached, kept between starts), over https
``certificate.pem`` (what the server shows) and ``https.pem`` (key and certificate made on the spot), ``server.log``,
``server.pid`` and two lock files. The server process itself holds ``running.lock`` from its first instant to its last,
whatever becomes of the command that started it; so whether it runs is asked of the lock, and the process id (written by
the process itself) is trusted only while the lock is held. A stale id therefore never leads to a stranger.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import httpx

from toolkit.errors import BadInput, ServerRefused, ServerUnreachable, UsageError
from toolkit.labelstudio.accounts import personal_token
from toolkit.labelstudio.connection import ServerStumbled
from toolkit.labelstudio.embedded.address import free_port, refuse_no_address, url_of
from toolkit.labelstudio.embedded.encryption import decided, made_ready
from toolkit.labelstudio.embedded.files import (
    LEAD_EMAIL,
    Credentials,
    credentials,
    ensure_credentials,
    keep_address,
    last_address,
    last_encryption,
    served_certificate,
    started_elsewhere,
    write_credentials,
)
from toolkit.labelstudio.embedded.program import environment, over_https, program, reset_password, serving
from toolkit.labelstudio.trust import trusting

__all__ = ["LEAD_EMAIL", "Credentials", "EmbeddedServer", "credentials", "start", "state", "stop"]

_PATIENCE: Final = 240.0
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
    certificate: Path | None = None
    """The file with the certificate it shows, which is to be trusted and no other; None over plain http."""
    moved_from: Path | None = None
    """The folder it was started in, where the study was moved since: it cannot find its data any more."""


def start(
    folder: Path,
    *,
    host: str | None = None,
    port: int | None = None,
    blind: bool = True,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    https: bool = False,
    plain_http: bool = False,
    progress: Callable[[str], None] = lambda _: None,
    patience: float = _PATIENCE,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> EmbeddedServer:
    """Return the server of ``folder``, running and answering; started if it does not run yet (5 s, the first time
    about 35 s).

    ``host`` and ``port`` are those of the last start where not given, at first loopback and any free port; so is how
    they are reached (see ``encryption``): ``https``, with a certificate that is brought (``tls_cert``, ``tls_key``) or
    made on the spot, or ``plain_http``. ``blind`` starts it behind the gate: who is not the lead sees and changes only
    what is theirs. ``progress`` is told now and then what is being waited for. Safe to run again after being killed at
    any moment.
    """
    refuse_no_address(host, port)
    as_asked = partial(decided, folder, tls_cert=tls_cert, tls_key=tls_key, https=https, plain_http=plain_http)
    _make_private(folder)
    with _starter(folder, patience):
        running = state(folder)
        if running is not None:
            refuse_moved(running)
            ensure_credentials(folder)
            there = host or running.host
            asked = there, port or running.port, as_asked(there)
            if asked != (running.host, running.port, last_encryption(folder)):
                raise UsageError(
                    f"the embedded Label Studio runs at {running.url} already.",
                    todo="To move it, or change how it is reached, stop it first: `intercoder server stop`.",
                )
            return _wait_until_it_answers(folder, progress, patience)
        last_host, last_port = last_address(folder)
        host = host or last_host
        encryption = as_asked(host)
        chosen = free_port(host, port, last_port)
        program()
        pair = made_ready(folder, host, encryption, now=clock())
        command = serving(host, chosen, pair)
        lead = ensure_credentials(folder)
        (folder / "server.pid").unlink(missing_ok=True)
        keep_address(folder, host, chosen, encryption)
        progress("Starting Label Studio (the first time this takes about 35 seconds)")
        more = {} if pair is None else over_https(url_of(host, chosen, https=True))
        _launch(folder, command, environment(folder, lead, blind=blind) | more)
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
    certificate = None if last_encryption(folder) is None else served_certificate(folder)
    url = url_of(host, port or 0, https=certificate is not None)
    return EmbeddedServer(
        url,
        host,
        port or 0,
        pid,
        folder / "server.log",
        answers=_health(url, certificate),
        certificate=certificate,
        moved_from=started_elsewhere(folder),
    )


def last_url(folder: Path) -> str | None:
    """Return the address of the last start, which the next one keeps where it can; None before the first."""
    host, port = last_address(folder)
    return None if port is None else url_of(host, port, https=last_encryption(folder) is not None)


def refuse_moved(running: EmbeddedServer) -> None:
    """Raise ``UsageError``, with what to do, where the server's folder was moved while it runs."""
    if running.moved_from is not None:
        raise UsageError(
            f"the study was moved from {running.moved_from} while its Label Studio ran, which cannot find its data now",
            todo="Stop it and start it here: `intercoder server stop`, then `intercoder server start`.",
        )


# -------------------------------------------------------------------- the process


def _launch(folder: Path, command: list[str], told: dict[str, str]) -> None:
    with _opened(folder / "running.lock") as lock, _opened(folder / "server.log", truncate=True) as log:
        _until(lambda: _taken(lock, fcntl.LOCK_EX), 5.0)  # somebody may just be asking whether it runs
        subprocess.run(  # noqa: S603 - a fixed script; what varies travels as arguments
            ["/bin/sh", "-c", _LAUNCH, str(folder / "server.pid"), str(folder / "server.pid"), *command],
            env=told,
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
    verify = trusting(running.certificate)
    with httpx.Client(base_url=running.url, timeout=60, trust_env=False, verify=verify) as http:
        answer = http.get("/api/current-user/whoami", headers={"Authorization": f"Token {lead.token}"})
    if answer.status_code == 200:
        return
    sign_in = partial(
        personal_token, running.url, email=lead.email, password=lead.password, ca_file=running.certificate
    )
    try:
        token = sign_in()
    except ServerStumbled:
        raise  # that says nothing of the password
    except ServerRefused:
        reset_password(folder, email=lead.email, password=lead.password)
        token = sign_in()
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


def _health(url: str, certificate: Path | None) -> bool:
    try:
        with httpx.Client(trust_env=False, timeout=5, verify=trusting(certificate)) as http:
            return http.get(f"{url}/health").status_code == 200
    except (httpx.HTTPError, BadInput):  # also where the certificate is gone: a new start writes it again
        return False


# -------------------------------------------------------------------- the folder


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "data").mkdir(mode=0o700, exist_ok=True)
    if shutil.disk_usage(folder).free < 50_000_000:
        raise UsageError(
            f"the disk under {folder} is full.", todo="Free some space: Label Studio needs 50 MB to begin with."
        )


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
            raise UsageError("another command is starting or stopping this server.", todo="Wait for it to end.")
        yield


def _until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
