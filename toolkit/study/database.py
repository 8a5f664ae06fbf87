"""The study's database: SQLite, owner-readable only, one transaction per step, nothing ever overwritten."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from toolkit.errors import BadInput
from toolkit.study import migrations


class Database:
    """An open study database. Use :meth:`transaction` for every write; reads see the last committed state."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        # 64 MB where needed: in the 2 MB of old the indexes of a large study are read and written again and again.
        self._connection.execute("PRAGMA cache_size = -65536")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write that happens whole or not at all."""
        with _usable(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk ends it by itself
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, parameters: tuple[object, ...] = ()) -> Iterator[sqlite3.Row]:
        """Rows of a read, one at a time: memory does not grow with the study."""
        with _usable(self._path), closing(self._connection.execute(query, parameters)) as cursor:
            yield from cursor

    def one(self, query: str, parameters: tuple[object, ...] = ()) -> sqlite3.Row | None:
        """The first row of a read, or None."""
        with _usable(self._path):
            row: sqlite3.Row | None = self._connection.execute(query, parameters).fetchone()
        return row

    def meta(self, key: str) -> str:
        """A fact about the study itself: ``study_id`` (public) or ``key`` (secret, for pseudonyms)."""
        row = self.one("SELECT value FROM meta WHERE key = ?", (key,))
        if row is None:
            raise KeyError(key)
        return str(row["value"])


def create(path: Path) -> None:
    """Make an empty study database that only its owner can read. An existing one is left alone."""
    if path.exists() and path.stat().st_size:
        return
    path.touch(mode=0o600)
    path.chmod(0o600)
    with _usable(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        migrations.bring_up(connection)
        secret = [("study_id", secrets.token_hex(8)), ("key", secrets.token_hex(32))]
        connection.executemany("INSERT INTO meta VALUES (?, ?)", secret)
        connection.execute("COMMIT")


def open_database(path: Path) -> Database:
    """The study's database; one of an earlier version is brought up to date first, after a backup beside it.

    Raises ``BadInput`` for what is no study database, is damaged, or was written by a newer intercoder.
    """
    if not path.is_file():
        raise BadInput(
            f"{path} does not exist", todo="Put back a copy of it, or make another study with `intercoder init NAME`."
        )
    version = _version(path)
    if version > migrations.VERSION:
        raise BadInput(
            f"{path} was written by a newer intercoder: it has schema version {version}, and this one reads up to "
            f"version {migrations.VERSION}",
            todo="Upgrade: pip install --upgrade intercoder",
        )
    if version < 1:
        raise BadInput(f"{path} has schema version {version}: it is no study database", todo="Put back a copy of it.")
    if version < migrations.VERSION:
        _bring_up(path)
    with _usable(path):
        return Database(path)


def _version(path: Path) -> int:
    with _usable(path), closing(sqlite3.connect(path, timeout=30)) as connection:
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _bring_up(path: Path) -> None:
    """Bring an older database up to date in one transaction; as it was it stays beside it, under its version."""
    with _usable(path), closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")  # another command may be doing the same: the later one finds it done
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version < migrations.VERSION:
            copy_to(path, path.with_name(f"{path.name}.v{version}"))
            migrations.bring_up(connection)
        connection.execute("COMMIT")


def copy_to(path: Path, copy: Path) -> None:
    """Copy the database as last committed to a file only its owner can read, whole or not at all."""
    temporary = copy.with_name(f".{copy.name}.tmp")  # the same each time: a killed run leaves one at most
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(temporary)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, whatever is read from it
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(copy)


_DAMAGED = "is not a study database, or damaged", "Put back a copy of it."
_NOT_WRITABLE = "cannot be opened for writing", "Is the study's folder yours to write to?"
_NO_SPACE = "cannot be read or written", "Is the disk full? Free some space, then run this again: nothing was lost."
_BUSY = "is held by another program", "Close that program, then run this again."
_UNUSABLE = {
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_PERM: _NOT_WRITABLE,
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: _NOT_WRITABLE,
    sqlite3.SQLITE_FULL: _NO_SPACE,
    sqlite3.SQLITE_IOERR: _NO_SPACE,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
}


@contextmanager
def _usable(path: Path) -> Iterator[None]:
    """``BadInput`` for what is wrong with the file or its disk; any other fault of SQLite is a bug and stays one."""
    try:
        yield
    except sqlite3.DatabaseError as fault:
        primary = getattr(fault, "sqlite_errorcode", 0) & 0xFF  # the rest says it more finely
        if primary not in _UNUSABLE:
            raise
        what, todo = _UNUSABLE[primary]
        raise BadInput(f"{path} {what} ({fault})", todo=todo) from None


def now() -> str:
    """The local clock as ISO 8601 in UTC: for 'when we saw it' only, never for deciding what is new."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read, whole or not at all."""
    temporary = path.with_name(f".{path.name}.tmp")  # the same each time: a killed run leaves one at most
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
