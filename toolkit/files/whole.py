"""Files written whole or not at all, and seen onto the disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_NEW = 0o666
"""Permissions of a new file, less what the process withholds (its umask)."""


def write_whole(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a file in one step: whoever opens it reads the former one or this one, also after a kill.

    ``mode`` is its permissions, without one those of the file it replaces, if there is one: from the first byte on,
    so that nobody reads meanwhile what only its owner may.
    """
    temporary = path.with_name(f".{path.name}.tmp")  # the same each time: a killed run leaves one at most
    temporary.unlink(missing_ok=True)
    kept = stat.S_IMODE(path.stat().st_mode) if mode is None and path.exists() else mode
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _NEW if kept is None else kept)
    with os.fdopen(handle, "wb") as file:
        if kept is not None:
            os.fchmod(file.fileno(), kept)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read, whole or not at all."""
    write_whole(path, text.encode(), mode=0o600)


def write_flushed(path: Path, data: bytes) -> None:
    """Write a file and see it onto the disk: for a folder that gets its name when all of it is there."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """See the names in a folder onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
