"""A version published in an object store: there are no locks, and no folder gets its name in one step.

A store can do one thing in one step: put one object on a condition. So a version is completed on this machine, and then

1. a number that nobody took is claimed: ``.draft/vN`` is put where there is none. Whoever claimed it puts every file of
   ``vN/``, its manifest last;
2. ``latest.json`` is put over the one that was read before anything else, and no other. In this step the version is
   published: of two exports that began on one former version one gets so far, and the other takes its files away again;
3. the claim is emptied, which says so. A version with a claim that is not, and that the pointer does not name, is none,
   whatever lies there.

Nobody can tell an export that was killed from one at work, and nobody need: the next one takes the next number. Once it
is published, whoever claimed a lower one and did not publish it never can, having read the pointer before: what it left
is removed. Claims stay, a few bytes each, so that nobody takes a number twice, however long ago they looked.
"""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from toolkit.errors import TransferIncomplete
from toolkit.export.content.blocks import BlocksOfContent
from toolkit.export.content.study_content import StudyContent
from toolkit.export.pages.manifest import Options
from toolkit.export.store.address import StoreAddress
from toolkit.export.store.copies import AT_ONCE, Standing, copied, in_temporary_folder, standing
from toolkit.export.store.objects import Objects
from toolkit.export.writing.privacy import refuse_looser
from toolkit.export.writing.versions import DRAFT, LATEST, MANIFEST, version_name
from toolkit.export.writing.write import ExportResult, Source, export_tables

_PUBLISHED = b""
"""What a claim holds once its version is published; before, a word of its own."""


def export_to_store(content: StudyContent | BlocksOfContent, address: StoreAddress, source: Source) -> ExportResult:
    """Return the newest version of the study's export at an address: a new one only where rows or codebooks changed.

    It raises as ``export_tables`` does, ``BadInput`` where the temporary folder cannot be written,
    ``TransferIncomplete`` where another export came first, and what ``Objects`` do. Whenever the program is stopped,
    the former version is the newest, or the new one is.
    """
    objects = Objects(address)
    there = standing(objects)
    if there.pointed in there.claimed:  # stopped before it could say so: it is said now, while the pointer names it
        objects.write(_claim(version_name(there.pointed)), _PUBLISHED)
    _clear(objects, there, below=there.pointed or 0)
    with copied(address, objects, there) as folder:
        with in_temporary_folder():
            result = export_tables(content, folder, source)
        latest = (folder / LATEST).read_bytes()
        tag = there.latest.tag if there.latest is not None else None
        if result.changed:
            _publish(address, objects, result.folder, latest, tag=tag)
            _clear(objects, there, below=result.version)
        elif there.latest is None or there.latest.data != latest:
            _point(address, objects, latest, tag=tag)
        return replace(
            result,
            address=str(address),
            folder=result.folder.relative_to(folder),
            paths={name: path.relative_to(folder) for name, path in result.paths.items()},
            codebooks=tuple(path.relative_to(folder) for path in result.codebooks),
        )


def refuse_looser_there(address: StoreAddress, asked: Options) -> None:
    """Raise as ``refuse_looser`` does, for the versions at an address."""
    objects = Objects(address)
    with copied(address, objects, standing(objects), manifest_only=True) as folder:
        refuse_looser(folder, asked)


def _publish(address: StoreAddress, objects: Objects, version: Path, latest: bytes, *, tag: str | None) -> None:
    claim, word = _claim(version.name), secrets.token_hex(16).encode()
    if not objects.create(claim, word):
        raise _came_first(address)
    objects.check_conditions(claim)
    files = sorted({path.name for path in version.iterdir()} - {MANIFEST})

    def put(name: str) -> bool:
        return objects.create(f"{version.name}/{name}", version / name)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        mine = all(list(threads.map(put, files))) and put(MANIFEST)
    if not mine:  # somebody puts files there without asking: they stay, and so does the claim
        raise _came_first(address)
    try:
        _point(address, objects, latest, tag=tag)
    except TransferIncomplete:
        held = objects.read(claim)
        if held is not None and held.data == _PUBLISHED:
            return  # it was, the answer got lost, and an export that came after it has said so
        objects.remove([f"{version.name}/{name}" for name in (MANIFEST, *files)])
        raise
    objects.write(claim, _PUBLISHED)


def _point(address: StoreAddress, objects: Objects, latest: bytes, *, tag: str | None) -> None:
    if not objects.replace(LATEST, latest, tag=tag):
        raise _came_first(address)


def _clear(objects: Objects, there: Standing, *, below: int) -> None:
    """Remove what exports that can publish it no more left under lower numbers than the one that is published."""
    lost = sorted(number for number in there.claimed - {there.pointed} if number < below)
    objects.remove(name for number in lost for name in there.sizes if name.startswith(f"{version_name(number)}/"))


def _claim(version: str) -> str:
    return f"{DRAFT}/{version}"


def _came_first(address: StoreAddress) -> TransferIncomplete:
    return TransferIncomplete(
        f"another export to {address} came first: it was not touched, and this one is not there",
        todo="Run this again once the other is through: this one then comes after it.",
    )
