"""Which files are meant by a list of files, folders and patterns."""

from __future__ import annotations

import glob
import os
import stat
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.errors import Fault


@dataclass(slots=True)
class Found:
    """Files to read with their sizes, files no reader knows, and what is wrong with the list."""

    files: list[Path] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    unknown: list[Path] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def find_files(paths: Sequence[str | Path], *, known: Sequence[str]) -> Found:
    """Return the files meant, each once; hidden ones and links to folders are not followed inside a folder."""
    found = Found()
    seen: set[str] = set()
    for given in map(Path, paths):
        files = _meant(given, found, known)
        for path in files:
            if (real := os.path.realpath(path)) in seen:
                continue
            seen.add(real)
            size, problem = _status(path)
            if problem is None:
                found.files.append(path)
                found.sizes.append(size)
            else:
                found.faults.append(Fault(printable(path), problem))
    return found


def _meant(given: Path, found: Found, known: Sequence[str]) -> list[Path]:
    """Files of one entry of the list: what is wrong with it goes to ``found``."""
    if not os.path.lexists(given) and glob.has_magic(str(given)):
        matches = sorted(map(Path, glob.glob(str(given), recursive=True)), key=_order)  # noqa: PTH207 - may be absolute
        return _below(matches, given, found, known, "no file matches this pattern")
    if given.is_dir():
        return _below([given], given, found, known, "nothing in this folder can be read")
    if given.suffix.lower() in known or _status(given)[1] is not None:
        return [given]
    kind = f"files ending in '{given.suffix}'" if given.suffix else "files without an ending"
    found.faults.append(Fault(printable(given), f"{kind} cannot be read; {_what_can(known)}"))
    return []


def printable(path: Path) -> str:
    """Return the path as it can be shown and stored, even where its bytes are not UTF-8."""
    return str(path).encode(errors="backslashreplace").decode()


def why(problem: OSError) -> str:
    """Return what the system said, as a complaint."""
    return f"cannot be read: {problem.strerror or problem}"


def _below(places: list[Path], given: Path, found: Found, known: Sequence[str], nothing: str) -> list[Path]:
    """Readable files among and below these places; a fault where there are none."""

    def unreadable(problem: OSError) -> None:
        found.faults.append(Fault(printable(Path(problem.filename or given)), why(problem)))

    every = [path for place in places for path in (_walk(place, unreadable) if place.is_dir() else [place])]
    files = [path for path in every if path.suffix.lower() in known]
    found.unknown.extend(path for path in every if path.suffix.lower() not in known)
    if not files:
        passed = f" ({len(every)} of another kind)" if every else ""
        found.faults.append(Fault(printable(given), f"{nothing}{passed}; {_what_can(known)}"))
    return files


def _walk(folder: Path, unreadable: Callable[[OSError], None]) -> list[Path]:
    files: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files.extend(Path(parent, name) for name in names if not name.startswith("."))
    return sorted(files, key=_order)


def _order(path: Path) -> tuple[str, ...]:
    return tuple(unicodedata.normalize("NFC", part) for part in path.parts)


def _status(path: Path) -> tuple[int, str | None]:
    """Size of a file in bytes, and what is wrong with it."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, "a link to a file that is not there" if path.is_symlink() else "there is no such file"
    except OSError as problem:
        return 0, why(problem)
    return status.st_size, None if stat.S_ISREG(status.st_mode) else "is not a file"


def _what_can(known: Sequence[str]) -> str:
    return f"what can be read: {', '.join(known)}"
