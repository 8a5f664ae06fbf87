"""A process that has everything imported and forks a real ``intercoder`` process for each command it is told to run.

A fresh interpreter needs a second and a half for its imports; a fork needs none, and is a process in its own right: it
has its own exit code, and can be killed. Waiting costs no time in it (``time.sleep`` returns at once), and nothing else
of the product is other than it is: what a test wants to be smaller or less patient is a constant, set in the fork.

Run as ``python -m tests.faults.warm``; it reads a JSON order a line and answers with a line when the command has ended.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import select
import signal
import sqlite3
import sys
import time
import traceback
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.faults import kill
from toolkit.codebook.parse import parse
from toolkit.codebook.shipped import shipped_text
from toolkit.loop.init import DEFAULT_CODEBOOK

_LONGEST = 60
_ALL = (
    "toolkit.cli.boundary", "toolkit.cli.app", "toolkit.cli.interruption", "toolkit.cli.streams",
    "toolkit.loop.push", "toolkit.loop.pull", "toolkit.loop.status", "toolkit.loop.doctor", "toolkit.loop.annotators",
    "toolkit.loop.pushing.transfer", "toolkit.labelstudio.session", "toolkit.labelstudio.page.config",
    "toolkit.labelstudio.accounts",
    "toolkit.terminal.plan", "toolkit.terminal.pull", "toolkit.terminal.status", "toolkit.terminal.checks",
    "toolkit.terminal.annotators", "rich.text", "rich.console", "rich.table",
)  # fmt: skip


def small_steps() -> None:
    """Two or three sentences a page and a batch, so that a handful makes several requests of each kind.

    Few looks at a server that may still be writing, so that more of what comes late comes after them. And no grace: a
    pull that reads the last minute again would hide what it ought to have read the first time.
    """
    pull = importlib.import_module("toolkit.loop.pull")
    transfer = importlib.import_module("toolkit.loop.pushing.transfer")
    session = importlib.import_module("toolkit.labelstudio.session")
    sweeps = importlib.import_module("toolkit.study.sweeps")
    pull.pull.__kwdefaults__["page_size"] = 2
    session.LabelStudio.sentences_on_server.__kwdefaults__["page_size"] = 3
    session.LabelStudio.states.__kwdefaults__["page_size"] = 3
    vars(transfer)["BATCH"] = 3
    vars(transfer)["_STANDS_STILL"] = 5
    vars(sweeps)["_LATE_COMMIT"] = timedelta(0)


def little_patience() -> None:
    """A second of waiting for an answer instead of minutes."""
    os.environ["INTERCODER_TIMEOUT"] = "2.5"
    client = importlib.import_module("toolkit.labelstudio.client")
    vars(client)["_TIMEOUT"] = httpx.Timeout(1.0)


def full_database(pages: int) -> None:
    """The database may not grow beyond so many pages more: SQLite says that the disk is full."""

    def limit(connection: sqlite3.Connection) -> None:
        (have,) = connection.execute("PRAGMA page_count").fetchone()
        if connection.execute("PRAGMA database_list").fetchone()[2]:  # one in memory is on no disk
            connection.execute(f"PRAGMA max_page_count = {have + pages}")

    kill.on_every_database(limit)


def impatient_database() -> None:
    """A locked database is waited for half a second instead of half a minute."""
    kill.on_every_database(lambda connection: connection.execute("PRAGMA busy_timeout = 500"))


def small_files(n_bytes: int) -> None:
    """No file may grow beyond so many bytes: what a full disk looks like from inside."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))


def no_privileges() -> None:
    """Even for root, what a file's mode forbids is forbidden."""

    class Header(ctypes.Structure):
        _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capset(ctypes.byref(Header(0x20080522, 0)), ctypes.byref((ctypes.c_uint32 * 6)())) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def _prepare(order: dict[str, Any]) -> None:
    os.chdir(order["folder"])
    small_steps()
    if order.get("impatient"):
        little_patience()
    if order.get("no_privileges"):
        no_privileges()
    if (pages := order.get("database_pages")) is not None:
        full_database(pages)
    if order.get("impatient_database"):
        impatient_database()
    if (log := order.get("events")) is not None:
        kill.install(Path(log), at=order.get("kill_at"), folder=Path(order["folder"]))
    if (n_bytes := order.get("file_bytes")) is not None:
        small_files(n_bytes)


def _become(order: dict[str, Any]) -> int:
    """Run the command as the ``intercoder`` program would: its exit code."""
    out = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    err = os.open(order["err"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    sys.argv = ["intercoder", *order["arguments"]]
    code: object = 0
    try:
        _prepare(order)
        importlib.import_module("toolkit.cli.boundary").run()
    except SystemExit as stop:
        code = stop.code
    except BaseException:  # noqa: BLE001 - as the interpreter does with what nobody caught
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code if isinstance(code, int) else 0 if code is None else 1


def _fork(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        signal.alarm(_LONGEST)  # a command that hangs is ended by the signal, and that is how it is reported
        code = 70
        try:
            code = _become(order)
        finally:
            os._exit(code)
    return pid


def main() -> None:
    """Take orders until there are no more."""
    warnings.simplefilter("ignore")
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(float(seconds), 0.002))  # before anything takes it as a default
    for name in _ALL:
        importlib.import_module(name)
    parse(shipped_text(DEFAULT_CODEBOOK), source=DEFAULT_CODEBOOK)  # which every fork then remembers
    orders, answers = os.dup(0), os.fdopen(os.dup(1), "w", encoding="utf-8")
    answers.write("ready\n")
    answers.flush()
    running: dict[int, int] = {}
    waiting = b""
    while True:
        if select.select([orders], [], [], 0.004 if running else None)[0]:
            read = os.read(orders, 65536)
            if not read:
                return
            *lines, waiting = (waiting + read).split(b"\n")
            for line in lines:
                order = json.loads(line)
                running[_fork(order)] = order["number"]
        for pid in list(running):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                answer = {"number": running.pop(pid), "code": os.waitstatus_to_exitcode(status)}
                answers.write(json.dumps(answer) + "\n")
                answers.flush()


if __name__ == "__main__":
    main()
