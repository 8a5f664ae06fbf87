"""What can be wrong with a study's files: a full disk, no permission, a lock, damage, a database of another version."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.faults import truth
from tests.faults.cases import Baseline, Outcome, clear, once_more, told
from tests.faults.commands import Command
from tests.faults.stage import Stage

BAD_INPUT = frozenset({3})
_KIB = 1024
FILE_SIZES = tuple(size * _KIB for size in (4, 8, 16, 32, 64, 128, 192, 256))
MORE_PAGES = tuple(range(8))


def _order(stage: Stage, command: Command, at: int, normal: Baseline, fault: str, **order: Any) -> Outcome:
    """The command with something wrong around it, then once more with nothing wrong."""
    study = command.scene(stage)
    before = truth.versions(study)
    stage.proxy.begin()
    ended = stage.run(command.arguments, study, **order)
    amiss = [*told(stage, command, ended, BAD_INPUT)]
    amiss += [f"afterwards: {line}" for line in truth.damage(study)]
    amiss += once_more(stage, command, study, before, normal)
    clear(stage, command, study)
    return Outcome(command.name, fault, at, ended.code, tuple(amiss))


def no_file_grows(stage: Stage, command: Command, at: int, normal: Baseline) -> Outcome:
    """No file can grow beyond a size."""
    return _order(stage, command, at, normal, "disk full", file_bytes=FILE_SIZES[at - 1])


def database_cannot_grow(stage: Stage, command: Command, at: int, normal: Baseline) -> Outcome:
    """SQLite finds no room for another page."""
    return _order(stage, command, at, normal, "database full", database_pages=MORE_PAGES[at - 1])


def locked(stage: Stage, command: Command, at: int, normal: Baseline) -> Outcome:
    """Another program holds the database, for writing (1) or altogether (2)."""
    study = command.scene(stage)
    before = truth.versions(study)
    with closing(sqlite3.connect(study / "study.db", isolation_level=None)) as other:
        if at == 2:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE meta SET value = value")
        stage.proxy.begin()
        ended = stage.run(command.arguments, study, impatient_database=True)
        other.execute("ROLLBACK")
    amiss = [*told(stage, command, ended, BAD_INPUT), *once_more(stage, command, study, before, normal)]
    clear(stage, command, study)
    return Outcome(command.name, "database locked", at, ended.code, tuple(amiss))


@contextmanager
def _forbidden(study: Path, at: int) -> Iterator[None]:
    paths = [study, *study.rglob("*")] if at == 1 else [study / "study.db"]
    modes = {path: path.stat().st_mode for path in paths}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


def read_only(stage: Stage, command: Command, at: int, normal: Baseline) -> Outcome:
    """Nothing in the study may be written (1), or its database may not (2)."""
    study = command.scene(stage)
    before = truth.versions(study)
    with _forbidden(study, at):
        stage.proxy.begin()
        ended = stage.run(command.arguments, study, no_privileges=True)
    amiss = [*told(stage, command, ended, BAD_INPUT), *once_more(stage, command, study, before, normal)]
    clear(stage, command, study)
    return Outcome(command.name, "read-only", at, ended.code, tuple(amiss))


def _zero_length(file: Path) -> None:
    file.write_bytes(b"")


def _not_a_database(file: Path) -> None:
    file.write_bytes(b"This was a study once. " * 400)


def _half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _scrambled(file: Path) -> None:
    """Every page but the first holds noise."""
    content = bytearray(file.read_bytes())
    content[4096:] = bytes((7 * number + 13) % 251 for number in range(len(content) - 4096))
    file.write_bytes(content)


def _missing(file: Path) -> None:
    file.unlink()


DAMAGES = (_zero_length, _not_a_database, _half, _scrambled, _missing)


def damaged(stage: Stage, command: Command, at: int, normal: Baseline) -> Outcome:
    """The database is empty (1), something else (2), half (3), noise (4) or gone (5); then a copy is put back."""
    return _replaced(stage, command, at, normal, "damaged", DAMAGES[at - 1])


def newer(stage: Stage, command: Command, at: int, normal: Baseline) -> Outcome:
    """The database was made by a later version of this program."""

    def later(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA user_version = 99")

    return _replaced(stage, command, at, normal, "newer", later)


def _replaced(stage: Stage, command: Command, at: int, normal: Baseline, fault: str, harm: Any) -> Outcome:
    study = command.scene(stage)
    before = truth.versions(study)
    file, copy = study / "study.db", stage.folder / "copy.db"
    shutil.copy2(file, copy)
    harm(file)
    harmed = file.read_bytes() if file.exists() else None
    stage.proxy.begin()
    ended = stage.run(command.arguments, study)
    amiss = [*told(stage, command, ended, BAD_INPUT | {2})]
    if ended.code == 0:
        amiss.append("it ended with 0")
    if fault == "newer" and harmed is not None and file.read_bytes() != harmed:
        amiss.append("it changed the file")
    for left in (file, study / "study.db-wal", study / "study.db-shm"):
        left.unlink(missing_ok=True)
    shutil.copy2(copy, file)
    amiss += once_more(stage, command, study, before, normal)
    clear(stage, command, study)
    return Outcome(command.name, fault, at, ended.code, tuple(amiss))
