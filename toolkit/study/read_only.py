"""A ``study.db`` that cannot be written, on read-only media or in somebody else's folder, and still is to be read.

SQLite wants to write beside a database even to read it, so it has to be told that nobody else does, or given a copy.
Copies live in a temporary database that has no name: nothing of it is left behind, however the command ends.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from toolkit.study import migrations


def is_writable(path: Path) -> bool:
    """Return whether this process may write the database and the files SQLite keeps beside it."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection that reads the database as last committed and writes nothing anywhere near it."""
    uri = path.absolute().as_uri()
    log = path.with_name(f"{path.name}-wal")
    connection = _reading(f"{uri}?mode=ro")  # works where a writer is at it, and its log can be read
    if connection is not None:
        return connection
    if not _has_content(log) and os.statvfs(path).f_flag & os.ST_RDONLY:
        connection = _reading(f"{uri}?mode=ro&immutable=1")
        if connection is not None:
            return connection
    return _copied_with_log(path, log)


def brought_up(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return a temporary copy of an older database, with the tables of today; the connection given is closed."""
    with closing(connection):
        copy = _copy(connection)
    copy.execute("BEGIN")
    migrations.bring_up(copy)
    copy.execute("COMMIT")
    return copy


def _reading(uri: str) -> sqlite3.Connection | None:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as fault:
        connection.close()
        if fault.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
            return None
        raise
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _copied_with_log(path: Path, log: Path) -> sqlite3.Connection:
    with tempfile.TemporaryDirectory(prefix="intercoder-") as folder:
        copy = Path(folder) / path.name
        for file in (path, log):
            if file.exists():
                shutil.copyfile(file, copy.with_name(file.name))
        with closing(sqlite3.connect(copy)) as source:
            return _copy(source)


def _copy(source: sqlite3.Connection) -> sqlite3.Connection:
    copy = sqlite3.connect("", isolation_level=None)
    try:
        source.backup(copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _has_content(log: Path) -> bool:
    return log.exists() and log.stat().st_size > 0
