"""What vouches for a version: the pointer beside it, the version that came after it, and that its files lie in it."""

from __future__ import annotations

from pathlib import Path

from toolkit.export.checking.found import Found
from toolkit.export.pages.manifest import Manifest, file_hash, read_manifest
from toolkit.export.writing.versions import (
    LATEST,
    MANIFEST,
    complete_versions,
    every_number,
    read_pointer,
    version_name,
    version_number,
)


def check_pointer(folder: Path, found: Found) -> None:
    """Add what is wrong with ``latest.json``, and with the manifest it vouches for."""
    pointer = read_pointer(folder)
    if pointer is None:
        if (folder / LATEST).exists():
            found.add(LATEST, "says nothing that can be read: a version, its folder, and its manifest's hash")
        elif complete_versions(folder):
            found.add(LATEST, "is missing, and there are versions")
        return
    manifest = folder / pointer.folder / MANIFEST
    if not manifest.is_file():
        found.add(LATEST, f"points at {pointer.folder}, which is no version")
    elif file_hash(manifest) != pointer.manifest_sha256:
        found.add(f"{pointer.folder}/{MANIFEST}", f"its bytes are not the ones {LATEST} vouches for")


def check_chain(folder: Path, found: Found) -> None:
    """Add every version that is not the one the next version came after; the oldest may have been taken away."""
    there = complete_versions(folder)
    for number in there:
        manifest = _readable(folder / version_name(number))
        if manifest is None or (manifest.former is None and manifest.semantic_version is None):
            continue  # versions of before name none
        if manifest.former is None:
            if earlier := [each for each in there if each < number]:
                name = f"{version_name(number)}/{MANIFEST}"
                found.add(name, f"names no version that it came after, and {version_name(earlier[-1])} is there")
            continue
        former = folder / version_name(manifest.former.version) / MANIFEST
        if former.is_file():
            if file_hash(former) != manifest.former.manifest_sha256:
                name = f"{former.parent.name}/{MANIFEST}"
                found.add(name, f"its bytes are not those that {version_name(number)} came after")
        elif any(each < number for each in there):
            found.add(former.parent.name, f"is missing, and {version_name(number)} came after it")


def check_names(folder: Path, found: Found) -> None:
    """Add every folder that is called like a version and is none."""
    there = complete_versions(folder)
    for number in every_number(folder):
        place = folder / version_name(number)
        if number not in there and any(place.glob("*.parquet")):
            found.add(place.name, "has tables and no manifest: nobody vouches for them")
        if place.is_symlink() and place.resolve().is_relative_to(folder.resolve()):
            found.add(place.name, "is a link to another folder of the export, and no version of its own")


def check_beside(place: Path, found: Found) -> None:
    """Add what the pointer, or the next version, beside a single version say otherwise of it."""
    number = version_number(place.resolve().name)
    if number is None:
        return
    folder, sha256 = place.resolve().parent, file_hash(place / MANIFEST)
    pointer = read_pointer(folder)
    if pointer is not None and pointer.version == number and pointer.manifest_sha256 != sha256:
        found.add(MANIFEST, f"its bytes are not the ones {LATEST} beside it vouches for")
    for later in (each for each in complete_versions(folder) if each > number):
        manifest = _readable(folder / version_name(later))
        vouched = manifest.former if manifest is not None else None
        if vouched is not None and vouched.version == number and vouched.manifest_sha256 != sha256:
            found.add(MANIFEST, f"its bytes are not those that {version_name(later)} came after")


def check_links(place: Path, root: Path, found: Found) -> None:
    """Add every file of a version, or the version itself, that is a link to somewhere outside of the export."""
    inside = root.resolve()
    for path in (root / LATEST, place, *sorted(place.iterdir())):
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            what = "is a link to a place outside of the export: what it says there can change"
            found.add("." if path == place else path.name, what)


def _readable(place: Path) -> Manifest | None:
    try:
        return read_manifest(place / MANIFEST)
    except (OSError, ValueError):  # said where the version itself is checked
        return None
