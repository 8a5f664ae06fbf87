"""Versions of an export: immutable folders ``v1``, ``v2`` … and ``latest.json``, which says which one to read."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from toolkit.files.whole import flush_folder, write_whole

LATEST = "latest.json"
"""The pointer: beside the versions, replaced last and in one step."""

MANIFEST = "manifest.json"
"""What makes a folder a version: it names every file in it."""

DRAFT = ".draft"
"""Folder beside the versions where a new one is completed before it gets its name."""

_POINTER_DRAFTS = (".latest.json.tmp", ".latest.json.draft")
"""What a killed run leaves beside the pointer; the second, one of version 0.1.0."""

_VERSION = re.compile(r"v([1-9]\d{0,8})")


@dataclass(frozen=True, slots=True)
class Pointer:
    """What ``latest.json`` says: the folder of the newest version, and the hash of its manifest."""

    version: int
    folder: str
    manifest_sha256: str


def version_folder(folder: Path) -> Path:
    """Return the folder that holds the tables: the newest version where it holds versions, otherwise the folder itself.

    Without a readable ``latest.json`` the newest version is the one with the highest number.
    """
    pointer = read_pointer(folder)
    if pointer is not None and (folder / pointer.folder / MANIFEST).is_file():
        return folder / pointer.folder
    numbers = complete_versions(folder)
    return folder / version_name(numbers[-1]) if numbers else folder


def is_export(folder: Path) -> bool:
    """Return whether the folder holds an export, or versions of one."""
    return (version_folder(folder) / MANIFEST).is_file() or (folder / LATEST).exists()


def read_pointer(folder: Path) -> Pointer | None:
    """Return what ``latest.json`` says; None where there is none, or none that can be read."""
    try:
        return pointer_in((folder / LATEST).read_bytes())
    except OSError:
        return None


def pointer_in(document: bytes) -> Pointer | None:
    """Return what a ``latest.json`` with these bytes says; None where that is nothing."""
    try:
        said = json.loads(document.decode("utf-8"))
        pointer = Pointer(said["version"], said["folder"], said["manifest_sha256"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    sound = isinstance(pointer.version, int) and pointer.folder == version_name(pointer.version)
    return pointer if sound and isinstance(pointer.manifest_sha256, str) else None


def version_name(number: int) -> str:
    """Return the name of a version's folder.

    >>> version_name(3)
    'v3'
    """
    return f"v{number}"


def version_number(name: str) -> int | None:
    """Return the number of the version with this name, or None.

    >>> version_number("v12"), version_number("v0"), version_number("12"), version_number("v1.bak")
    (12, None, None, None)
    """
    match = _VERSION.fullmatch(name)
    return int(match[1]) if match else None


def complete_versions(folder: Path) -> list[int]:
    """Return numbers of the versions in the folder, oldest first; folders without a manifest are somebody's own."""
    return [number for number in _taken(folder) if (folder / version_name(number) / MANIFEST).is_file()]


def every_number(folder: Path) -> list[int]:
    """Return numbers of all folders called like a version, oldest first, with a manifest or without."""
    return _taken(folder)


def next_number(folder: Path) -> int:
    """Return the number of the next version: after every ``vN`` there is, whoever made it."""
    return max(_taken(folder), default=0) + 1


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let nobody else write versions here meanwhile; what a stopped run left behind is cleared first.

    The system lets go of the lock even when the program is killed. A folder that was made for it and holds nothing in
    the end is gone again.
    """
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    descriptor = _locked(folder)
    try:
        clear(folder)
        yield
    finally:
        for place in made:
            with suppress(OSError):  # there is something in it
                place.rmdir()
        os.close(descriptor)


def _locked(folder: Path) -> int:
    """The folder, open and locked, there or made; whoever had it before may have taken it away again."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(descriptor), folder.stat()):
                return descriptor
        os.close(descriptor)


def clear(folder: Path) -> None:
    """Remove what a stopped run left behind; versions are never touched."""
    if (folder / DRAFT).exists():
        shutil.rmtree(folder / DRAFT)
    for name in _POINTER_DRAFTS:
        (folder / name).unlink(missing_ok=True)


@contextmanager
def draft(folder: Path) -> Iterator[Path]:
    """Yield an empty hidden folder to complete a version in; gone again unless it was published."""
    place = folder / DRAFT
    place.mkdir()
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def publish(folder: Path, number: int) -> None:
    """Give the finished draft its name, then point at it. Stopped in between, the former version stays the newest."""
    flush_folder(folder / DRAFT)
    (folder / DRAFT).rename(folder / version_name(number))
    flush_folder(folder)
    point(folder, number)


def point(folder: Path, number: int) -> None:
    """Let ``latest.json`` say that this version is the newest, in one step; nothing is written where it says so."""
    manifest = (folder / version_name(number) / MANIFEST).read_bytes()
    pointer = Pointer(number, version_name(number), sha256(manifest).hexdigest())
    if read_pointer(folder) == pointer:
        return
    said = {"version": pointer.version, "folder": pointer.folder, "manifest_sha256": pointer.manifest_sha256}
    write_whole(folder / LATEST, (json.dumps(said, indent=2) + "\n").encode())
    flush_folder(folder)


def _taken(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    return sorted(number for path in folder.iterdir() if (number := version_number(path.name)) is not None)
