"""What the gate keeps, in a file of its own: who may code in which project, what was refused, when it was on duty.

A file and not tables of Label Studio's database, which is not ours. Every process of the server opens it, and writes
but a moment.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Literal

NAME: Final = "intercoder-gate.db"
_PATIENCE: Final = 5.0
"""Seconds another process may hold the file."""
_DAMAGED: Final = (
    "{} is damaged. Move it away and start the server again; the next start or pull of each study says who may code "
    "where, and studies keep what they pulled of when the gate was on duty."
)
"""With an empty file in its place everybody would be kept out, and nobody would know why."""
ROLES: Final = ("coding", "adjudicating")
Role = Literal["coding", "adjudicating"]
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS people (
  email TEXT NOT NULL, project INTEGER NOT NULL, study TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
  is_open INTEGER NOT NULL, PRIMARY KEY (email, project, study)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refusals (
  user_id INTEGER NOT NULL, project INTEGER NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL, first TEXT NOT NULL,
  last TEXT NOT NULL, PRIMARY KEY (user_id, project, what)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS duty (
  begin TEXT NOT NULL, process INTEGER NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (begin, process)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checked (release TEXT PRIMARY KEY, routes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS attempts (number INTEGER PRIMARY KEY, who TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS attempts_of ON attempts (who, at);
"""


@dataclass(frozen=True, slots=True)
class Round:
    """A project of the server as the lead registered it."""

    project: int
    name: str
    role: Role = "coding"
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """What somebody was refused, how often, and when (UTC, ISO 8601)."""

    user_id: int
    project: int
    """0 where it concerned no project."""
    what: str
    n: int
    first: str
    last: str


class Register:
    """The file in ``folder``, for all threads of a process; other processes open it as well."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._lock, self._process = Lock(), 0
        self._file: sqlite3.Connection | None = None
        if not self.path.exists():
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            with self._open() as file:
                file.executescript("PRAGMA journal_mode = WAL;" + _TABLES)
        except sqlite3.DatabaseError as fault:
            self.close()
            if isinstance(fault, sqlite3.OperationalError):
                raise  # locked, or no disk: that passes
            raise RuntimeError(_DAMAGED.format(self.path)) from fault

    def replace(self, study: str, rounds: Mapping[Round, Iterable[str]]) -> None:
        """Let exactly these people (by e-mail) into exactly these projects of a study."""
        rows = [
            (email, one.project, study, one.name, one.role, one.is_open)
            for one, emails in rounds.items()
            for email in sorted({email.lower() for email in emails})
        ]
        with self._writing() as file:
            file.execute("DELETE FROM people WHERE study = ?", (study,))
            file.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)", rows)
        with self._open() as file:
            # So that whoever copies the file has it, and nothing is left of somebody who is not in it any more.
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def registered(self, study: str) -> dict[Round, frozenset[str]]:
        """What ``replace`` was last told of a study, without rounds that have nobody."""
        asked = "SELECT project, name, role, is_open, email FROM people WHERE study = ?"
        found: dict[Round, set[str]] = {}
        with self._open() as file:
            for project, name, role, is_open, email in file.execute(asked, (study,)):
                found.setdefault(Round(project, name, role, bool(is_open)), set()).add(email)
        return {one: frozenset(emails) for one, emails in found.items()}

    def rounds_of(self, email: str) -> dict[int, Round]:
        """The rounds somebody is registered for, open or not, by project; open where any study says so."""
        asked = "SELECT project, name, role, is_open FROM people WHERE email = ? ORDER BY project, is_open"
        with self._open() as file:
            rows = file.execute(asked, (email.lower(),)).fetchall()
        return {project: Round(project, name, role, bool(is_open)) for project, name, role, is_open in rows}

    def refuse(self, user_id: int, project: int, what: str, at: str) -> None:
        """Count that somebody was refused something."""
        with self._writing() as file:
            file.execute(
                "INSERT INTO refusals VALUES (?, ?, ?, 1, ?, ?) "
                "ON CONFLICT DO UPDATE SET n = n + 1, last = excluded.last",
                (user_id, project, what, at, at),
            )

    def refusals(self) -> Sequence[Refused]:
        """What was refused to whom."""
        with self._open() as file:
            return [Refused(*row) for row in file.execute("SELECT * FROM refusals ORDER BY user_id, project, what")]

    def on_duty(self, begin: str, seen: str) -> None:
        """Keep that this process has been on duty since ``begin``, and still is."""
        with self._writing() as file:
            file.execute(
                "INSERT INTO duty VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seen = max(seen, excluded.seen)",
                (begin, os.getpid(), seen),
            )

    def duty(self) -> Sequence[tuple[str, str]]:
        """When the gate was on duty: from each beginning to when it was last seen."""
        with self._open() as file:
            return [(begin, seen) for begin, seen in file.execute("SELECT begin, seen FROM duty ORDER BY begin, seen")]

    def check(self, release: str, routes: str) -> None:
        """Keep that a release of Label Studio, with these routes, was looked at and is served."""
        with self._writing() as file:
            file.execute("INSERT OR REPLACE INTO checked VALUES (?, ?)", (release, routes))

    def checked(self, release: str) -> str | None:
        """The routes a release had when it was looked at; None if it never was."""
        with self._open() as file:
            found = file.execute("SELECT routes FROM checked WHERE release = ?", (release,)).fetchone()
        return None if found is None else str(found[0])

    def attempt(self, whose: Iterable[str], at: float) -> Sequence[int]:
        """Count an attempt to sign in, and return its numbers; forget those of more than an hour before."""
        with self._writing() as file:
            file.execute("DELETE FROM attempts WHERE at < ?", (at - 3600,))
            return [
                int(file.execute("INSERT INTO attempts (who, at) VALUES (?, ?)", (who, at)).lastrowid or 0)
                for who in whose
            ]

    def attempts(self, who: str, since: float) -> Sequence[tuple[int, float]]:
        """Attempts that were not forgotten, by number and time, the latest last."""
        asked = "SELECT number, at FROM attempts WHERE who = ? AND at > ? ORDER BY at, number"
        with self._open() as file:
            return file.execute(asked, (who, since)).fetchall()

    def forget(self, numbers: Iterable[int]) -> None:
        """Forget attempts."""
        with self._writing() as file:
            file.executemany("DELETE FROM attempts WHERE number = ?", [(each,) for each in numbers])

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
            self._file = None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The file, open for one thread at a time: a call takes less than a millisecond.

        It stays open, for closing it would write back what was written each time; but not across a fork, which SQLite
        does not survive.
        """
        with self._lock:
            if self._file is None or self._process != os.getpid():
                self._file, self._process = (
                    sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False),
                    os.getpid(),
                )
                self._file.executescript("PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;")
            yield self._file

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as file, file:
            file.execute("BEGIN IMMEDIATE")
            yield file
