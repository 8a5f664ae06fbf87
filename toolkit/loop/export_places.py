"""Where a study's exports go: as ``study.yaml`` says, or as it is said this time."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from toolkit.errors import BadInput, UsageError
from toolkit.export.store.address import StoreAddress, store_address
from toolkit.files.local import refuse_address
from toolkit.study import settings
from toolkit.study.folder import Study
from toolkit.study.settings import ExportTarget


def target_meant(study: Study, name: str | None, *, to: Path | str | None = None) -> tuple[str, ExportTarget] | None:
    """Return the export of ``study.yaml`` that is meant, with its name; None where it names a folder only, or ``to`` is
    given.

    Raise ``UsageError`` where there is none of that name, or several and none is named.
    """
    targets = settings.read(study.settings_file).exports
    if isinstance(targets, str):
        if name is not None:
            raise UsageError(
                f"{study.settings_file.name} names no export {name!r}: its exports are one folder",
                todo="Say there what each export holds, by its name; or say where to with `to=DIR`.",
            )
        return None
    if name is not None and to is not None:
        raise UsageError(f"the export {name!r} has a folder of its own", todo="Leave out `to=DIR`.")
    if to is not None:
        return None
    if name is None and len(targets) == 1:
        name = next(iter(targets))
    if name not in targets:
        what = f"there is no export {name!r}:" if name is not None else "which export is meant?"
        raise UsageError(f"{what} {study.settings_file.name} names {', '.join(targets)}", todo="Name one of them.")
    _refuse_shared(study, targets)
    return name, targets[name]


def _refuse_shared(study: Study, targets: Mapping[str, ExportTarget]) -> None:
    """Raise ``BadInput`` where two exports go to one folder, however it is written, or one into another's."""
    folders = {name: (study.folder / target.folder).resolve() for name, target in targets.items()}
    for one, other in combinations(folders, 2):
        a, b = folders[one], folders[other]
        if a.is_relative_to(b) or b.is_relative_to(a):
            raise BadInput(
                f"{study.settings_file}: the exports {one!r} and {other!r} go to one folder",
                todo="Give each a folder of its own, beside the other: what is in one is passed on together.",
            )


def exports_folders(study: Study) -> list[Path]:
    """Return every folder that ``study.yaml`` names for exports; raise as ``exports_folder`` does."""
    targets = settings.read(study.settings_file).exports
    if isinstance(targets, str):
        return [exports_folder(study)]
    return [exports_folder(study, target=each) for each in targets.items()]


def exports_place(
    study: Study, *, to: Path | str | None = None, target: tuple[str, ExportTarget] | None = None
) -> Path | StoreAddress:
    """Return where the study's versions are: the address that is given, or the folder as ``exports_folder`` does.

    Raise ``UsageError`` where the address is that of a version: what lies below it nobody would find again.
    """
    address = store_address(to) if to is not None else None
    version = address.of_version() if address is not None else None
    if version is not None:
        above, number = version
        raise UsageError(
            f"{address} is the address of a version, and versions lie beside each other, below one address",
            todo=f"Leave out v{number}: `to={above}`.",
        )
    return address or exports_folder(study, to=Path(to) if to is not None else None, target=target)


def exports_folder(study: Study, *, to: Path | None = None, target: tuple[str, ExportTarget] | None = None) -> Path:
    """Return the folder of the study's versions; ``BadInput`` where the settings name none, or the study itself is
    there, ``UsageError`` where an address is named in its place.
    """
    chosen = settings.read(study.settings_file)
    exports = chosen.exports if isinstance(chosen.exports, str) else target[1].folder if target is not None else ""
    if to is None and (chosen.name == ".." or Path(chosen.name).name != chosen.name or "\0" in exports or not exports):
        raise BadInput(
            f"{study.settings_file}: name {chosen.name!r} and exports {exports!r} name no folder",
            todo="Mend study.yaml, or say where with `to=DIR`.",
        )
    if to is not None:
        refuse_address(to, only="folders of this machine and to s3://")
    else:
        refuse_address(Path(exports))
    folder = to if to is not None else (study.folder / exports).resolve() / chosen.name
    try:
        is_study = (folder / study.settings_file.name).exists()
    except (OSError, ValueError) as why:
        raise BadInput(
            f"{folder} cannot be a folder ({why.strerror if isinstance(why, OSError) else why})",
            todo="Say where with `to=DIR`.",
        ) from None
    if is_study:
        raise BadInput(
            f"{folder} is the folder of a study, and exports have a folder of their own",
            todo="Export to a folder of its own with `to=DIR`.",
        )
    return folder
