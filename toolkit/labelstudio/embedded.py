"""The embedded Label Studio of a study: SQLite, a data folder of its own, started and stopped by us.

Everything is in one folder that only its owner can enter: ``data/`` (Label Studio's), ``credentials.json`` (the lead's
e-mail, password and token), ``address.json`` (host and port, kept between starts), ``server.log``, ``server.pid`` and
two lock files. The server process itself holds ``running.lock`` from its first instant to its last, whatever becomes
of the command that started it; so whether it runs is asked of the lock, and the process id (written by the process
itself) is trusted only while the lock is held. A stale id therefore never leads to a stranger.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from toolkit.errors import BadInput, ServerUnreachable, UsageError
from toolkit.labelstudio.accounts import personal_token

LEAD_EMAIL: Final = "lead@localhost"
_PATIENCE: Final = 240.0
_KEPT_ENVIRONMENT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "LD_LIBRARY_PATH")
_EVERY_ADDRESS: Final = frozenset({"0.0.0.0", "::", "", "*"})  # noqa: S104 - named to be refused
# The shell writes the id of the process that becomes Label Studio, before it becomes that.
_LAUNCH: Final = '(exec sh -c \'umask 077; echo $$ > "$0.new" && mv "$0.new" "$0" && exec "$@"\' "$@") &'


@dataclass(frozen=True, slots=True)
class Credentials:
    """The lead's account on the embedded server; only ``email`` shows when printed."""

    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """An embedded server that runs: where, which process, and whether it answers already."""

    url: str
    host: str
    port: int
    pid: int
    log: Path
    answers: bool


def start(
    folder: Path,
    *,
    host: str | None = None,
    port: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
    patience: float = _PATIENCE,
) -> EmbeddedServer:
    """The server of ``folder``, running and answering; started if it does not run yet (5 s, the first time about 35 s).

    ``host`` and ``port`` are those of the last start where not given, at first loopback and any free port. ``progress``
    is told now and then what is being waited for. Safe to run again after being killed at any moment.
    """
    if host in _EVERY_ADDRESS:
        raise UsageError(
            f"{host!r} is no address others could open: the links handed to annotators carry it",
            todo="Give this machine's address in your network, as in --host 192.168.1.20.",
        )
    _make_private(folder)
    with _starter(folder, patience):
        running = state(folder)
        if running is not None:
            if (host or running.host, port or running.port) != (running.host, running.port):
                raise UsageError(
                    f"The embedded Label Studio runs at {running.url} already.", todo="Stop it before moving it."
                )
            return _wait_until_it_answers(folder, progress, patience)
        program = _program()
        lead = _ensure_credentials(folder)
        last_host, last_port = _last_address(folder)
        host = host or last_host
        (folder / "server.pid").unlink(missing_ok=True)
        chosen = _port(host, port, last_port)
        _write_private(folder / "address.json", json.dumps({"host": host, "port": chosen}))
        progress("Starting Label Studio (the first time this takes about 35 seconds)")
        _launch(folder, [program, "start", "--no-browser", "--port", str(chosen), "--internal-host", host], lead)
        return _wait_until_it_answers(folder, progress, patience)


def stop(folder: Path, *, patience: float = 15.0) -> bool:
    """Whether a server was running and is stopped now; asked politely first, ended after ``patience`` seconds."""
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
    """The server of ``folder`` if its process runs (``answers`` says whether it is ready); None if it does not."""
    if not folder.is_dir() or not _is_running(folder):
        return None
    pid_file = folder / "server.pid"
    if not _until(pid_file.exists, 5.0) or not _is_running(folder):
        return None
    try:
        pid = int(pid_file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    host, port = _last_address(folder)
    url = _url(host, port or 0)
    return EmbeddedServer(url, host, port or 0, pid, folder / "server.log", answers=_health(url))


def credentials(folder: Path) -> Credentials:
    """The lead's account on the embedded server; ``UsageError`` if there never was one."""
    path = folder / "credentials.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Credentials(email=kept["email"], password=kept["password"], token=kept["token"])
    except FileNotFoundError:
        raise UsageError("There is no embedded Label Studio yet.", todo="Start it: intercoder server start") from None
    except (ValueError, KeyError, TypeError):
        raise BadInput(
            f"{path} cannot be read as credentials.", todo="Put back a copy, or delete it and data/."
        ) from None


# -------------------------------------------------------------------- the process


def _launch(folder: Path, command: list[str], lead: Credentials) -> None:
    with _opened(folder / "running.lock") as lock, _opened(folder / "server.log", truncate=True) as log:
        _until(lambda: _taken(lock, fcntl.LOCK_EX), 5.0)  # somebody may just be asking whether it runs
        subprocess.run(  # noqa: S603 - a fixed script; what varies travels as arguments
            ["/bin/sh", "-c", _LAUNCH, str(folder / "server.pid"), str(folder / "server.pid"), *command],
            env=_environment(folder, lead),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],  # the lock goes along: it is let go when the last holder is gone
            start_new_session=True,
            check=True,
        )


def _environment(folder: Path, lead: Credentials) -> dict[str, str]:
    # Not the caller's environment: Label Studio would take HOST, DEBUG, DJANGO_DB and the like from it.
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    return kept | {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder.resolve() / "data"),
        "LABEL_STUDIO_USERNAME": lead.email,
        "LABEL_STUDIO_PASSWORD": lead.password,
        "LABEL_STUDIO_USER_TOKEN": lead.token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "PYTHONUNBUFFERED": "1",
    }


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
    """Make sure that what answers is this folder's server; a token lost in a start that was killed is mended."""
    lead = credentials(folder)
    with httpx.Client(base_url=running.url, timeout=60, trust_env=False) as http:
        answer = http.get("/api/current-user/whoami", headers={"Authorization": f"Token {lead.token}"})
    if answer.status_code == 200:
        return
    token = personal_token(running.url, email=lead.email, password=lead.password)
    _write_credentials(folder, Credentials(lead.email, lead.password, token))


def _is_running(folder: Path) -> bool:
    path = folder / "running.lock"
    if not os.access(path if path.exists() else folder, os.W_OK):  # read-only media, or somebody else's study
        return False
    with _opened(path) as lock:
        return not _taken(lock, fcntl.LOCK_SH)  # shared: any number may ask at once


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


def _program() -> str:
    program = Path(sys.executable).parent / "label-studio"
    if not program.exists():
        raise UsageError(
            "Label Studio is not installed beside intercoder.",
            todo='Install it with: pip install "intercoder[server]"   (or connect to one: intercoder connect URL)',
        )
    return str(program)


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


def _last_address(folder: Path) -> tuple[str, int | None]:
    try:
        kept = json.loads((folder / "address.json").read_text(encoding="utf-8"))
        return str(kept["host"]), int(kept["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return "127.0.0.1", None


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


# -------------------------------------------------------------------- files only the owner can read


def _ensure_credentials(folder: Path) -> Credentials:
    if (folder / "credentials.json").exists():
        return credentials(folder)
    made = Credentials(LEAD_EMAIL, secrets.token_urlsafe(12), secrets.token_hex(20))
    _write_credentials(folder, made)
    return made


def _write_credentials(folder: Path, lead: Credentials) -> None:
    kept: Mapping[str, str] = {"email": lead.email, "password": lead.password, "token": lead.token}
    _write_private(folder / "credentials.json", json.dumps(kept, indent=1))


def _write_private(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.new")  # one name: a killed start leaves no litter that grows
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


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
