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

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE articles (
    article_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, sha256 TEXT NOT NULL UNIQUE, text TEXT NOT NULL,
    title TEXT, outlet TEXT, url TEXT, author TEXT, published TEXT, language TEXT,
    splitter TEXT NOT NULL, splitter_version TEXT NOT NULL, added_at TEXT NOT NULL
) STRICT;
CREATE TABLE sentences (
    sentence_id TEXT PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles, position INTEGER NOT NULL,
    paragraph INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, text TEXT NOT NULL,
    UNIQUE (article_id, position)
) STRICT;

CREATE TABLE codebooks (
    hash TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, document TEXT NOT NULL, recorded_at TEXT NOT NULL
) STRICT;
CREATE TABLE rounds (
    round TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, decision TEXT NOT NULL,
    server_url TEXT, project_id INTEGER, watermark TEXT, newest_seen TEXT, pulled_at TEXT, created_at TEXT NOT NULL
) STRICT;
-- Codebook versions of a round, each in force from a moment of the server's clock on (NULL: from the start).
CREATE TABLE round_codebooks (
    round TEXT NOT NULL REFERENCES rounds, sequence INTEGER NOT NULL, hash TEXT NOT NULL REFERENCES codebooks,
    since TEXT, PRIMARY KEY (round, sequence)
) STRICT;
-- The ledger: which sentence is which item on the server, and how many annotators it is to have.
CREATE TABLE ledger (
    round TEXT NOT NULL REFERENCES rounds, sequence INTEGER NOT NULL, sentence_id TEXT NOT NULL REFERENCES sentences,
    annotators_wanted INTEGER NOT NULL, remote_id INTEGER, PRIMARY KEY (round, sentence_id), UNIQUE (round, remote_id)
) STRICT;

CREATE TABLE annotators (
    email TEXT PRIMARY KEY, pseudonym TEXT NOT NULL UNIQUE, added_at TEXT NOT NULL
) STRICT;
CREATE TABLE round_annotators (
    round TEXT NOT NULL, email TEXT NOT NULL REFERENCES annotators, PRIMARY KEY (round, email)
) STRICT;
-- Which account on which server is whose; learnt from the server, and the only link between a number and a person.
CREATE TABLE accounts (
    server_url TEXT NOT NULL, user_id INTEGER NOT NULL, email TEXT NOT NULL, PRIMARY KEY (server_url, user_id)
) STRICT;

-- Every item a sweep has seen on the server, ours or not: what vanishes there is found by counting them.
CREATE TABLE items (
    round TEXT NOT NULL REFERENCES rounds, remote_id INTEGER NOT NULL, PRIMARY KEY (round, remote_id)
) STRICT;
-- One row per annotation ever seen; `version` points at the newest of its versions, `gone_at` says it vanished.
CREATE TABLE annotations (
    round TEXT NOT NULL REFERENCES rounds, annotation_id INTEGER NOT NULL, remote_id INTEGER NOT NULL,
    sentence_id TEXT, version INTEGER NOT NULL, digest TEXT NOT NULL, updated_at TEXT NOT NULL, gone_at TEXT,
    PRIMARY KEY (round, annotation_id)
) STRICT;
CREATE INDEX annotations_by_item ON annotations (round, remote_id);
CREATE TABLE annotation_versions (
    round TEXT NOT NULL, annotation_id INTEGER NOT NULL, version INTEGER NOT NULL, digest TEXT NOT NULL,
    raw TEXT NOT NULL, updated_at TEXT NOT NULL, seen_at TEXT NOT NULL,
    PRIMARY KEY (round, annotation_id, version), UNIQUE (round, annotation_id, digest)
) STRICT;
CREATE TABLE tombstones (
    round TEXT NOT NULL, annotation_id INTEGER NOT NULL, seen_at TEXT NOT NULL,
    PRIMARY KEY (round, annotation_id, seen_at)
) STRICT;
"""


class Database:
    """An open study database. Use :meth:`transaction` for every write; reads see the last committed state."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA synchronous = NORMAL")

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
        connection.executescript(
            f"BEGIN IMMEDIATE;{_SCHEMA}"
            f"INSERT INTO meta VALUES ('study_id', '{secrets.token_hex(8)}'), ('key', '{secrets.token_hex(32)}');"
            f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
        )


def open_database(path: Path) -> Database:
    """The study's database, checked to be one this version can read."""
    if not path.is_file():
        raise BadInput(
            f"{path} does not exist", todo="Put back a copy of it, or make another study with `intercoder init NAME`."
        )
    _check_version(path)
    with _usable(path):
        return Database(path)


def _check_version(path: Path) -> None:
    with _usable(path), closing(sqlite3.connect(path, timeout=30)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise BadInput(
            f"{path} has schema version {version}; this intercoder reads version {SCHEMA_VERSION}",
            todo="Use the intercoder version the study was made with.",
        )


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
