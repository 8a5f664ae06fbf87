"""Versions of an object store as a folder of this machine: what checks, compares and writes them knows folders."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.errors import BadInput, IntercoderError
from toolkit.export.store.address import StoreAddress
from toolkit.export.store.objects import Objects, Stored
from toolkit.export.writing.versions import DRAFT, LATEST, MANIFEST, pointer_in, version_name, version_number

AT_ONCE = 8
"""Requests at the same time."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is at an address at one moment: its ``latest.json``, and the size of every object by name."""

    latest: Stored | None
    sizes: dict[str, int]

    @property
    def pointed(self) -> int | None:
        """The version that ``latest.json`` names; None where it names none that is there."""
        pointer = pointer_in(self.latest.data) if self.latest is not None else None
        return pointer.version if pointer is not None and f"{pointer.folder}/{MANIFEST}" in self.sizes else None

    @property
    def claimed(self) -> set[int]:
        """Numbers that an export took and has not said to have published: it is at work, or was stopped."""
        return {number for number, size in self._claims.items() if size}

    @property
    def _claims(self) -> dict[int, int]:
        behind = {name.removeprefix(f"{DRAFT}/"): size for name, size in self.sizes.items() if name.startswith(DRAFT)}
        return {number: size for name, size in behind.items() if (number := version_number(name)) is not None}

    @property
    def published(self) -> list[int]:
        """Numbers of the versions, oldest first: nobody vouches for a manifest of one that is claimed."""
        with_manifest = {number for name in self.sizes if (number := _number(name)) and name.endswith(f"/{MANIFEST}")}
        unsaid = self.claimed - {self.pointed}
        return sorted(number for number in with_manifest - unsaid if self.files(number).get(MANIFEST) is not None)

    @property
    def unvouched(self) -> list[str]:
        """Tables of versions whose manifest is gone: nobody can tell what they promised."""
        gone = {n for name in self.sizes if (n := _number(name))} - {*self.published} - self.claimed
        return [
            f"{version_name(n)}/{name}" for n in sorted(gone) for name in self.files(n) if name.endswith(".parquet")
        ]

    @property
    def last_taken(self) -> int:
        """The highest number that anybody took, with a manifest or without; 0 where nobody did."""
        return max({number for name in self.sizes if (number := _number(name))} | {*self._claims}, default=0)

    def files(self, number: int) -> dict[str, int]:
        """Return the size of every file of a version, by its name in there; what lies deeper is somebody's own."""
        start = f"{version_name(number)}/"
        behind = {name.removeprefix(start): size for name, size in self.sizes.items() if name.startswith(start)}
        return {name: size for name, size in behind.items() if name not in {"", ".", ".."} and "/" not in name}


def standing(objects: Objects) -> Standing:
    """Return what is there. The pointer is read first: whatever is published later makes its tag an old one."""
    return Standing(objects.read(LATEST), objects.listed())


@contextmanager
def fetched(address: StoreAddress, *, whole: Collection[str] | None = None) -> Iterator[Path]:
    """Yield a folder with the versions at an address, or at the address of one version; it is gone afterwards.

    Of versions that ``whole`` does not name there are manifests only. What is raised meanwhile names the address in
    place of the folder.
    """
    one = address.of_version()
    with _local(address) as folder:
        if one is None:
            objects = Objects(address)
            there = standing(objects)
            copy(
                objects, there, folder, whole=[n for n in there.published if whole is None or version_name(n) in whole]
            )
            yield folder
            return
        above, number = one
        inside = folder / version_name(number)
        with _named(folder, above):
            objects = Objects(above)
            there = standing(objects)
            copy(objects, there, folder, whole={number} & {*there.published})
            with in_temporary_folder():
                inside.mkdir(exist_ok=True)
            yield inside


@contextmanager
def _local(address: StoreAddress) -> Iterator[Path]:
    """A folder only its owner can read, gone afterwards; errors name the address in its place."""
    with in_temporary_folder():
        folder = Path(tempfile.mkdtemp(prefix="intercoder-")).resolve()
    try:
        with _named(folder, address):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def copied(address: StoreAddress, objects: Objects, there: Standing, *, manifest_only: bool = False) -> Iterator[Path]:
    """Yield a folder that stands for the address: its pointer, its newest version, and the last number anybody took."""
    with _local(address) as folder:
        newest = there.published[-1:]
        copy(objects, there, folder, whole=() if manifest_only else newest, others=newest)
        if there.last_taken:
            with in_temporary_folder():
                (folder / version_name(there.last_taken)).mkdir(exist_ok=True)
        yield folder


def copy(
    objects: Objects, there: Standing, folder: Path, *, whole: Collection[int], others: Collection[int] | None = None
) -> None:
    """Fetch the pointer, every file of some versions, and the manifests of the ``others``: of all, if nobody says.

    Tables that no manifest names are there as well, by name.
    """
    names: list[str] = []
    for number in {*whole, *(there.published if others is None else others)}:
        files = there.files(number)
        names += [f"{version_name(number)}/{name}" for name in (files if number in whole else {MANIFEST} & {*files})]
    with in_temporary_folder():
        if there.latest is not None:
            (folder / LATEST).write_bytes(there.latest.data)
        for name in (*names, *there.unvouched):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).touch()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda name: objects.fetch(name, folder / name), names))


@contextmanager
def in_temporary_folder() -> Iterator[None]:
    """Raise ``BadInput`` that says so where the temporary folder cannot be written meanwhile: it is full, or gone.

    What writes an export to a folder raises ``BadInput`` as well, which would here be said of the store.
    """
    try:
        yield
    except OSError as fault:
        raise _unwritten(fault) from fault
    except BadInput as fault:
        if not isinstance(fault.__cause__, OSError):
            raise
        raise _unwritten(fault.__cause__) from fault.__cause__


def _unwritten(fault: OSError) -> BadInput:
    where = f" {tempfile.tempdir}" if tempfile.tempdir else ""  # which one it is comes out at the first attempt
    return BadInput(
        f"the temporary folder{where} cannot be written ({fault.strerror or fault})",
        todo="Make room there, or have TMPDIR name another: what goes to an object store, or comes from one, is first "
        "put together there.",
    )


@contextmanager
def _named(folder: Path, address: StoreAddress) -> Iterator[None]:
    try:
        yield
    except IntercoderError as fault:
        here, there = str(folder), str(address)
        fault.what, fault.todo = fault.what.replace(here, there), fault.todo.replace(here, there)
        fault.faults = tuple(
            replace(one, place=one.place.replace(here, there), message=one.message.replace(here, there))
            for one in fault.faults
        )
        raise


def _number(name: str) -> int | None:
    return version_number(name.partition("/")[0]) if "/" in name else None
