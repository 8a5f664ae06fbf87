"""An export checked as those who receive it would: every version of it, and what one says of the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import BadInput
from toolkit.export.checking.chain import check_beside, check_chain, check_links, check_names, check_pointer
from toolkit.export.checking.found import ExportFault, Found
from toolkit.export.checking.one_version import check_version
from toolkit.export.writing.versions import MANIFEST, complete_versions, version_folder, version_name


@dataclass(frozen=True, slots=True)
class Validation:
    """What was checked and what is wrong with it: of many faults the first ones, and how many there are.

    Where several versions were, study, version, files and rows are those of the newest, and faults of another one have
    its folder before the file.
    """

    folder: Path
    study: str | None
    version: int | None
    files: int
    rows: Mapping[str, int]
    n_faults: int
    faults: tuple[ExportFault, ...]
    versions: tuple[int, ...] = ()
    """Every version that was checked, where the folder holds versions."""
    address: str | None = None
    """The address in an object store that ``folder`` is below, where the export lies in one."""


def validate_export(folder: Path) -> Validation:
    """Return everything wrong with an export: of every version where the folder holds versions, or of the folder
    itself.

    Checked are every file's hash and presence, every table's schema, types, values and keys, the codebooks, and what
    the pages for machines say of the tables; that the pointer vouches for the newest version and each version for the
    one before it, also where they lie beside a single version that is checked; and that no file is a link out of it.

    Raises:
        BadInput: when the folder holds no export at all.

    """
    place = version_folder(folder)
    if not (place / MANIFEST).is_file() and not any(place.glob("*.parquet")):
        raise BadInput(
            f"{folder} holds no export", todo="Name the folder `intercoder export` wrote to, or one of its versions."
        )
    found = Found()
    check_pointer(folder, found)
    holds_versions = place != folder
    if not holds_versions and (place / MANIFEST).is_file():
        check_beside(place, found)
    check_links(place, folder, found)
    newest = check_version(place, found)
    versions = tuple(complete_versions(folder)) if holds_versions else ()
    for name in map(version_name, versions):
        if folder / name != place:
            among = Found()
            check_links(folder / name, folder, among)
            check_version(folder / name, among)
            found.add_version(name, among)
    if holds_versions:
        check_names(folder, found)
        check_chain(folder, found)
    return Validation(
        folder=place,
        study=newest.manifest.study if newest.manifest else None,
        version=newest.manifest.version if newest.manifest else None,
        files=sum(1 for path in place.iterdir() if path.is_file()),
        rows=newest.rows,
        n_faults=found.count,
        faults=tuple(found.listed),
        versions=versions,
    )
