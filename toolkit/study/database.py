"""The study's database: SQLite, owner-readable only, one transaction per step, nothing ever overwritten."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from toolkit.errors import BadInput
from toolkit.study import migrations, read_only, soundness


class Database:
    """An open study database. Use :meth:`transaction` for every write; reads see the last committed state."""

    def __init__(self, path: Path, *, reading: sqlite3.Connection | None = None) -> None:
        self._path = path
        self._checked: set[str] = set()
        self._closed = False
        self.writable = reading is None
        """Whether it can be written; where it cannot, :meth:`transaction` refuses."""
        self._connection = reading or sqlite3.connect(path, isolation_level=None, timeout=30)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        # 64 MB where needed: in the 2 MB of old the indexes of a large study are read and written again and again.
        self._connection.execute("PRAGMA cache_size = -65536")

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._closed = True
        self._connection.close()

    def write_ahead(self) -> None:
        """Have readers and one writer not wait for each other; a backup that was put back comes without it."""
        with _usable(self._path), suppress(sqlite3.OperationalError):  # somebody reads it just now: next time then
            if self._connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                self._connection.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Make a write that happens whole or not at all; ``BadInput`` where nothing can be written."""
        if not self.writable:
            raise BadInput(f"{self._path} cannot be written: it can be read only", todo=_READ_ONLY_TODO)
        with _usable(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk ends it by itself
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Have all reads in the block see one state, whatever others write meanwhile."""
        with _usable(self._path):
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:  # a fault of the file ends it by itself
                self._connection.execute("COMMIT")

    def wipe(self) -> None:
        """Leave nothing of what was deleted in the file or its log; ``BadInput`` while somebody reads it."""
        with _usable(self._path):
            self._connection.execute("VACUUM")
            busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise BadInput(
                f"{self._path} is read by another program, so its log still holds what was deleted",
                todo="Wait for that program to end, then run this again.",
            )

    def rows(self, query: str, parameters: tuple[object, ...] = ()) -> Iterator[sqlite3.Row]:
        """Yield rows of a read, one at a time: memory does not grow with the study."""
        with _usable(self._path):
            cursor = self._connection.execute(query, parameters)
            try:
                for row in cursor:  # noqa: UP028 - "yield from" would close it, whenever that is
                    yield row
            finally:
                if not self._closed:  # where a read is left unfinished, the database may be closed before it
                    cursor.close()

    def one(self, query: str, parameters: tuple[object, ...] = ()) -> sqlite3.Row | None:
        """Return the first row of a read, or None."""
        with _usable(self._path):
            row: sqlite3.Row | None = self._connection.execute(query, parameters).fetchone()
        return row

    def check(self) -> None:
        """Raise ``BadInput`` if a table that agreement is computed from is damaged; looked at once while it is open."""
        unchecked = [name for name in soundness.LARGE if name not in self._checked]
        with _usable(self._path, reading=True):
            soundness.check_tables(self._connection, self._path, unchecked)
        self._checked.update(unchecked)

    def structure(self) -> list[str]:
        """Return everything SQLite finds wrong with the whole file, and rows that point at nothing."""
        return list(soundness.structure(self._connection))

    def copy_to(self, copy: Path, *, check: Callable[[Path], None]) -> None:
        """Copy the database as last committed to a file only its owner can read, whole or not at all.

        ``check`` sees the copy before it gets its name, and may refuse it by raising.
        """
        with _usable(self._path):
            _copy(self._connection, copy, check=check)

    def meta(self, key: str) -> str:
        """Return a fact about the study itself: ``study_id`` (public) or ``key`` (secret, for pseudonyms)."""
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


def open_database(path: Path, *, checked: bool = True) -> Database:
    """Return the study's database; one of an earlier version is brought up to date first, after a backup beside it.

    Raise ``BadInput`` for what is no study database, is damaged as far as can be told in a moment (not looked for
    unless ``checked``), or was written by a newer intercoder.
    """
    if not path.is_file():
        raise BadInput(
            f"{path} does not exist", todo="Put back a copy of it, or make another study with `intercoder init NAME`."
        )
    if not path.stat().st_size:
        raise BadInput(f"{path} is empty", todo="Put back a copy of it: whatever emptied it, intercoder never does.")
    if not read_only.is_writable(path):
        return _open_to_read(path, checked=checked)
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        version = _sound_version(connection, path, checked=checked)
    if version < migrations.VERSION:
        _bring_up(path)
    with _usable(path):
        opened = Database(path)
    opened.write_ahead()
    return opened


def _open_to_read(path: Path, *, checked: bool) -> Database:
    """The same of a file that cannot be written; one of an earlier version is brought up to date in a copy."""
    with _usable(path, reading=True):
        connection = read_only.connect(path)
    try:
        if _sound_version(connection, path, checked=checked) < migrations.VERSION:
            connection = read_only.brought_up(connection)
        return Database(path, reading=connection)
    except BaseException:
        connection.close()
        raise


def _sound_version(connection: sqlite3.Connection, path: Path, *, checked: bool) -> int:
    with _usable(path, reading=True):
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > migrations.VERSION:
        raise BadInput(
            f"{path} was written by a newer intercoder: it has schema version {version}, and this one reads up to "
            f"version {migrations.VERSION}",
            todo="Upgrade it with: pip install --upgrade intercoder",
        )
    if version < 1:
        raise BadInput(f"{path} has schema version {version}: it is no study database", todo="Put back a copy of it.")
    if checked:
        expected = soundness.expected_of(version)
        with _usable(path, reading=True):
            soundness.check_opened(connection, path, expected)
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
    with _usable(path), closing(sqlite3.connect(path, timeout=30)) as source:
        _copy(source, copy)


def _copy(source: sqlite3.Connection, copy: Path, *, check: Callable[[Path], None] = lambda _: None) -> None:
    temporary = copy.with_name(f".{copy.name}.tmp")  # the same each time: a killed run leaves one at most
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(temporary)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, whatever is read from it
        check(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(copy)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


_READ_ONLY_TODO = (
    "Copy the study's folder to where you can write, or have it made yours. What only reads works here: status, agree, "
    "export to another folder."
)
_DAMAGED = "is not a study database, or damaged", soundness.PUT_BACK
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
def _usable(path: Path, *, reading: bool = False) -> Iterator[None]:
    """``BadInput`` for what is wrong with the file or its disk; any other fault of SQLite is a bug and stays one.

    While a file is only looked at (``reading``) there is none: every fault is the file's.
    """
    try:
        yield
    except UnicodeDecodeError:
        if not reading:
            raise
        raise soundness.damaged(path, "a name in it is no text") from None
    except sqlite3.DatabaseError as fault:
        primary = getattr(fault, "sqlite_errorcode", 0) & 0xFF  # the rest says it more finely
        if soundness.is_of_text(fault):
            raise soundness.damaged(path, "a text in it is none") from None
        if primary not in _UNUSABLE and not reading:
            raise
        what, todo = _UNUSABLE.get(primary, _DAMAGED)
        raise BadInput(f"{path} {what} ({fault})", todo=todo) from None


def now() -> str:
    """Return the local clock as ISO 8601 in UTC: for 'when we saw it' only, never for deciding what is new."""
    return datetime.now(UTC).isoformat(timespec="seconds")
