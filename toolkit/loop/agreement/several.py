"""Agree on several: the agreement in each of many exports or studies by itself; nothing is pooled."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.errors import BadInput, Fault, IntercoderError, UsageError
from toolkit.export.pages.manifest import read_manifest
from toolkit.export.reading.vouched import unvouched_files
from toolkit.export.writing.versions import MANIFEST, version_folder, version_number
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import HEADLINE_ONLY, AgreementRequest
from toolkit.loop.agreement.rounds_source import RoundsSource, default_round, exported, pulled, round_of
from toolkit.loop.agreement.study import agree, agree_export
from toolkit.loop.progress import Progress, silent
from toolkit.study.folder import Study, is_study


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyAgreement:
    """The agreement in one of several exports or studies, and which one that is."""

    study: str
    """Name of the study, as its export has it; of an export that does not say, and of a study, that of the folder."""
    study_id: str | None
    """What the study is told by wherever it is copied to; None where it is not said."""
    folder: Path
    """The folder that was named."""
    version: int | None
    """Which version of the export was read; None where it is not said, and of a study."""
    agreement: AgreementReport
    """The same as of this folder alone."""


def agree_several(
    folders: Sequence[Path], request: AgreementRequest = HEADLINE_ONLY, *, progress: Progress = silent
) -> tuple[StudyAgreement, ...]:
    """Return the agreement in each of these exports and studies, in their order.

    Of a folder that holds versions the newest is read. What is the same export, or the same study, is taken once. One
    is read after the other and let go of, first to see whether all can be: nothing is computed where any cannot.

    Raises:
        BadInput: when any of them cannot be read: every fault of all of them, by folder.
        UsageError: when a round is not there, nothing was coded, or what is asked for is asked of one study at a time.

    """
    _check(request)
    once = list(_once(folders))
    n_steps = 2 * len(once)
    faults: dict[Path, list[Fault]] = {}
    kinds = set[type[IntercoderError]]()
    for step, folder in enumerate(once):
        progress("Studies", step, n_steps)
        try:
            _read(folder, request)
        except IntercoderError as error:
            faults[folder] = list(_faults_of(folder, error))  # not the error: its traceback holds what was read
            kinds.add(type(error))
        except OSError as why:
            faults[folder] = [Fault(str(why.filename or folder), f"cannot be read ({why.strerror or why})")]
            kinds.add(BadInput)
    if faults:
        raise _not_computed(faults, kinds, len(once))
    found = []
    for step, folder in enumerate(once, start=len(once)):
        progress("Studies", step, n_steps)
        found.append(_agreement_in(folder, request))
    progress("Studies", n_steps, n_steps)
    return tuple(found)


def by_name(found: Sequence[StudyAgreement]) -> Mapping[str, AgreementReport]:
    """Return the reports by the names of their studies; by their folders where two studies are called alike."""
    named = Counter(one.study for one in found)
    names = [one.study if named[one.study] == 1 else str(one.folder) for one in found]
    if len(set(names)) < len(names):  # a study that is called as the folder of another one
        names = [str(one.folder) for one in found]
    return {name: one.agreement for name, one in zip(names, found, strict=True)}


def _once(folders: Sequence[Path]) -> Iterable[Path]:
    """Each study and each version of an export as it was first named."""
    first: dict[str, Path] = {}
    for folder in folders:
        try:
            place = folder if is_study(folder) else version_folder(folder)
        except OSError:  # said where it is read
            place = folder
        first.setdefault(os.path.realpath(place), folder)
    return first.values()


def _check(request: AgreementRequest) -> None:
    of_one = {
        "by": request.by,
        "explain": request.explain,
        "plan": request.plan,
        "consensus": request.consensus,
        "paragraph": request.paragraph,
        "over_time": request.over_time,
        "repeats": request.repeats,
        "against": request.against,
    }
    if asked := [f"`{name}=`" for name, said in of_one.items() if said not in {None, False, ()}]:
        raise UsageError(
            f"{', '.join(asked)} cannot be asked of several studies",
            todo="Ask that of each by itself: name one folder.",
        )


def _not_computed(
    faults: Mapping[Path, Sequence[Fault]], kinds: Iterable[type[IntercoderError]], n: int
) -> IntercoderError:
    """What is wrong with all of them that cannot be read, or have no such round."""
    of_all = f"{len(faults)} of {n} {'study' if n == 1 else 'studies'}"
    every = [fault for found in faults.values() for fault in found]
    if all(issubclass(kind, UsageError) for kind in kinds):
        return UsageError(
            f"{of_all} do not have what is asked for, so nothing is computed",
            faults=every,
            todo="Leave them out, or ask them by themselves.",
        )
    return BadInput(
        f"{of_all} cannot be read as is asked for, so nothing is computed",
        faults=every,
        todo="Leave them out, or export them again. `intercoder validate FOLDER` says more on one.",
    )


def _read(folder: Path, request: AgreementRequest) -> None:
    """Read what agreement is computed from, and let go of it. Raise where it cannot be."""
    if not is_study(folder):
        _round_in(exported(folder), request)
        unvouched_files(folder)
        return
    study = Study(folder.resolve())
    with study.database() as database:
        _round_in(pulled(study, database, named=(request.round_name,)), request)


def _round_in(source: RoundsSource, request: AgreementRequest) -> None:
    round_of(source, request.round_name or default_round(source))


def _faults_of(folder: Path, error: IntercoderError) -> Iterator[Fault]:
    """What is wrong with one of several; a message that begins with the folder says the place itself."""
    if error.faults:
        yield from (Fault(f"{folder}: {fault.place}", fault.message) for fault in error.faults)
    else:
        begins = error.what.startswith((f"{folder} ", f"{folder}/"))
        yield Fault("" if begins else str(folder), error.what)


def _agreement_in(folder: Path, request: AgreementRequest) -> StudyAgreement:
    if is_study(folder):
        study = Study(folder.resolve())
        found = agree(study, request)
        with study.database() as database:
            study_id = database.meta("study_id")
        return StudyAgreement(study=found.source, study_id=study_id, folder=folder, version=None, agreement=found)
    place = version_folder(folder).resolve()
    report = agree_export(place, request)  # this version, whatever is exported meanwhile
    try:
        manifest = read_manifest(place / MANIFEST)
    except (OSError, ValueError):
        manifest = None
    without = place.name if version_number(place.name) is None else place.parent.name
    named = manifest.study if manifest is not None else ""
    return StudyAgreement(
        study=named if named.strip() and named.isprintable() else without,
        study_id=None if manifest is None else manifest.study_id,
        folder=folder,
        version=None if manifest is None else manifest.version,
        agreement=report if place == folder.resolve() else replace(report, source=folder.resolve().name),
    )
