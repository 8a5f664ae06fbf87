"""Which exports and studies are meant by several paths, or by a pattern: a shell's star brings other files along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from toolkit.errors import BadInput, UsageError
from toolkit.export.writing.versions import LATEST, is_export
from toolkit.study.folder import is_study
from toolkit.tables.frames.sources import is_elsewhere, is_parquet

_TABLES = (".parquet", ".csv", ".jsonl", ".json")
"""What tables and projects' files end in, of which agreement is computed one by one."""


@dataclass(frozen=True, slots=True)
class Named:
    """The folders that were named, patterns replaced by what they match, and the files beside them: no exports."""

    folders: tuple[Path, ...]
    files: tuple[Path, ...] = ()


def means_several(named: Sequence[str], *, is_described: bool = False) -> bool:
    """Return whether several exports or studies are named: by several words, or by a pattern.

    A pattern of Parquet files is of the rows of a table, and so is any whose columns are described (``is_described``),
    unless it matches an export or a study.
    """
    if len(named) != 1:
        return len(named) > 1
    (pattern,) = named
    if "://" in pattern or not is_elsewhere(pattern):
        return False
    matches = list(_matches(pattern))
    if is_parquet(pattern) or any(path.is_file() and is_parquet(path.name) for path in matches):
        return False
    return not is_described or any(map(_is_one, matches))


def several_named(named: Iterable[str]) -> Named:
    """Return the folders that are named by paths and patterns, those of a pattern by name.

    Raises:
        UsageError: when tables, projects' files or addresses are among them.
        BadInput: when there is no folder.

    """
    named = list(named)
    every = [path for one in named for path in _paths(one) if path.name != LATEST]
    files = tuple(path for path in every if path.is_file())
    others = [one for one in named if "://" in one]
    others += [str(path) for path in files if path.suffix.lower() in _TABLES]
    if others:
        raise UsageError(
            f"several are named, and of several only exports and studies are read: {others[0]} is neither",
            todo="Ask tables and projects' files one by one; several Parquet files are one table as a 'pattern' in "
            "quotes.",
        )
    if len(files) == len(every):
        raise BadInput(
            f"{', '.join(named)}: there is no export and no study",
            todo="Name folders `intercoder export` wrote to, as in exports/*.",
        )
    return Named(tuple(path for path in every if path not in files), files)


def _is_one(path: Path) -> bool:
    return path.is_dir() and (is_export(path) or is_study(path))


def _paths(named: str) -> Iterator[Path]:
    """What is named; what nothing matches stands for itself, and is missed by whoever reads it."""
    matches = list(_matches(named)) if is_elsewhere(named) and "://" not in named else []
    yield from matches or [Path(named)]


def _matches(pattern: str) -> Iterator[Path]:
    yield from map(Path, sorted(glob(pattern, recursive=True)))  # noqa: PTH207 - Path.glob takes no pattern from the root
