"""Backup: a copy of ``study.db`` as last committed, made while other commands work, and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from toolkit.errors import BadInput, Fault, UsageError
from toolkit.study.database import Database
from toolkit.study.examination import examine
from toolkit.study.folder import Study


@dataclass(frozen=True, slots=True)
class Backup:
    """Where the copy is, how large, and what was looked at in it and found sound."""

    path: Path
    bytes: int
    looked_at: tuple[str, ...]


def backup(study: Study, *, to: Path | None = None, today: Callable[[], date] = date.today) -> Backup:
    """Copy ``study.db`` by SQLite's own online backup to a file only its owner can read.

    ``to`` is a file that does not exist yet, or a folder to put one in named after study and day; by default the copy
    is ``study.db.DAY`` in the study's folder, where git ignores it. Raise ``UsageError`` where the file exists, and
    ``BadInput`` where the study is damaged; then no copy is kept.
    """
    target = _target(study, to, today().isoformat())
    looked_at: list[str] = []

    def check(copy: Path) -> None:
        with Database(copy) as copied:
            parts = list(examine(copied))
        faults = [Fault(part.name, fault) for part in parts for fault in part.faults]
        if faults:
            raise BadInput(
                f"{study.database_file} is damaged: no backup was kept",
                faults=faults,
                todo="Put back an earlier copy, or copy the file by hand to keep it as it is.",
            )
        looked_at.extend(part.looked_at for part in parts)
        _refuse_existing(target)  # it may have come while this one was made

    with study.database(checked=False) as database:
        database.copy_to(target, check=check)
    return Backup(target, target.stat().st_size, tuple(looked_at))


def _target(study: Study, to: Path | None, day: str) -> Path:
    if to is None:
        target = study.folder / f"{study.database_file.name}.{day}"
    else:
        target = (to / f"{study.folder.name}-{day}.db" if to.is_dir() else to).absolute()
    _refuse_existing(target)
    if not target.parent.is_dir():
        raise UsageError(f"{target.parent} is no folder", todo="Make it first, or name another place.")
    return target


def _refuse_existing(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target} exists already", todo="Name another file: no backup is ever overwritten.")
