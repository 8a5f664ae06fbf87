"""Export: the study's tables as typed Parquet, in versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.agreement.consensus_reliability import ConsensusReliability
from toolkit.agreement.estimate import Estimate
from toolkit.errors import UsageError
from toolkit.files.heap import give_back
from toolkit.loop.agreement.measures_by_id import ALL
from toolkit.loop.agreement.request import REPLICATES, AgreementRequest
from toolkit.loop.agreement.study import agreement_in, counted_round
from toolkit.loop.annotators import addresses_of
from toolkit.loop.export_content import coded_study, study_content
from toolkit.loop.export_places import exports_place, target_meant
from toolkit.loop.progress import Progress, silent
from toolkit.study import rounds, settings
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.settings import ExportTarget

if TYPE_CHECKING:
    from toolkit.export.difference.compare import ExportDifference
    from toolkit.export.pages.manifest import Watermark
    from toolkit.export.writing.write import ExportResult


def export(
    study: Study,
    *,
    target: str | None = None,
    to: Path | str | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
    text: bool = True,
    notes: bool = False,
    redact: bool = False,
    public: bool = False,
    identities: bool = False,
    attributes: bool = False,
    dawid_skene: bool = False,
    zeros: bool = False,
    progress: Progress = silent,
) -> ExportResult:
    """Export the study: all rounds, annotators under their pseudonyms, the codebooks. Return the newest version.

    A new version is made only where rows or codebooks changed since the last one; other replicates change nothing.
    Versions go to ``to``, a folder or ``s3://bucket/prefix``, or to a folder named after the study under the
    ``exports:`` of ``study.yaml``. Where that names several ``target`` says which, and what each holds is said there.
    Without ``text`` the words of articles are null, and whatever may quote them; with ``notes`` free-text answers are
    there; with ``identities`` e-mail addresses stand beside the pseudonyms, with ``attributes`` what is known of
    annotators; with ``zeros`` ``soft_labels`` has the categories nobody chose. What people wrote is looked through for
    addresses, names of accounts and telephone numbers: with ``redact`` they are replaced, else ``BadInput`` names every
    place, unless ``identities`` are asked for. With ``public`` annotations have names made with the study's key and
    moments are days, so that nobody finds them on the server.

    Raises ``UsageError`` for what contradicts itself, the former version of the folder or ``study.yaml``, and
    ``ContractViolated`` with every fault of the content. Nothing is written then. Where it goes to an object store
    ``TransferIncomplete`` says that another export came first, ``ServerUnreachable`` and ``ServerRefused`` what the
    store did.
    """
    from toolkit.export.pages.manifest import Options
    from toolkit.export.store.publishing import export_to_store, refuse_looser_there
    from toolkit.export.writing.privacy import refuse_looser
    from toolkit.export.writing.write import Source, export_tables

    asked = ExportTarget(
        folder=".",
        text=text,
        notes=notes,
        redact=redact,
        public=public,
        identities=identities,
        attributes=attributes,
        dawid_skene=dawid_skene,
        zeros=zeros,
    )
    named = target_meant(study, target, to=to)
    if named is not None and asked != ExportTarget(folder="."):
        raise UsageError(
            f"{study.settings_file.name} says what the export {named[0]!r} holds",
            todo="Say it there; or export to another folder, with `to=DIR`.",
        )
    holds = asked if named is None else named[1]
    _refuse_contradictions(holds)
    place = exports_place(study, to=to, target=named)
    options = Options(**holds.model_dump(exclude={"folder"}), replicates=replicates, seed=seed)
    if isinstance(place, Path):  # before anything is computed; looked at again when it is written
        refuse_looser(place, options)
    else:
        refuse_looser_there(place, options)
    chosen = settings.read(study.settings_file)
    with study.database() as database, database.snapshot():
        coded = coded_study(study, database, progress=progress)
        estimates: dict[str, Sequence[Estimate]] = {}
        reliability: dict[str, Mapping[str, ConsensusReliability]] = {}
        under: set[str] = set()
        answered = [name for name in coded.whole if len(coded.read(name).annotations)]
        for name in coded.whole:
            compared = name == answered[-1] and len(answered) > 1 if answered else False
            request = AgreementRequest(
                round_name=name,
                replicates=replicates,
                seed=seed,
                measures=(ALL,),
                consensus=True,
                by=("round",) if compared else (),
            )
            counted = counted_round(coded, request)
            report = agreement_in(counted, request, progress=progress)
            estimates[name] = report.estimates
            reliability[name] = {question: of[1] for question, of in report.consensus.items() if len(of) > 1}
            under |= counted.found.codebooks
            del counted
            give_back()
        content = study_content(
            database,
            coded,
            estimates=estimates,
            reliability=reliability,
            named=under,
            identities=holds.identities,
            attributes=holds.attributes,
            dawid_skene=holds.dawid_skene,
            zeros=holds.zeros,
            progress=progress,
        )
        made_from = Source(
            study=chosen.name,
            study_id=database.meta("study_id"),
            options=options,
            watermarks={name: _watermark(database, name) for name in coded.rounds},
            addresses=tuple(addresses_of(database).values()),
            key=bytes.fromhex(database.meta("key")),
            about=chosen.about,
        )
        if isinstance(place, Path):
            return export_tables(content, place, made_from)
        return export_to_store(content, place, made_from)


def _refuse_contradictions(holds: ExportTarget) -> None:
    if holds.notes and not holds.text:
        raise UsageError(
            "an export with `text=False` holds no notes: they may quote articles", todo="Leave out `notes=True`."
        )
    if holds.public and holds.identities:
        raise UsageError(
            "an export with `public=True` holds no addresses", todo="Leave out `identities=True`, or `public=True`."
        )


def difference(
    study: Study, old: str, new: str, *, target: str | None = None, to: Path | str | None = None
) -> ExportDifference:
    """Return what changed from one version of the study's export to another: ``v3`` and ``v4``, or 3 and 4.

    Raise ``UsageError`` where there is no such version, naming the ones there are.
    """
    from toolkit.export.difference.compare import compare_versions
    from toolkit.export.store.copies import fetched

    place = exports_place(study, to=to, target=target_meant(study, target, to=to))
    if isinstance(place, Path):
        return compare_versions(place, old, new)
    with fetched(place, whole={name if name.startswith("v") else f"v{name}" for name in (old, new)}) as folder:
        return compare_versions(folder, old, new)


def _watermark(database: Database, name: str) -> Watermark:
    from toolkit.export.pages.manifest import Watermark

    moment, read_from = rounds.get(database, name).up_to
    return Watermark(moment.isoformat() if moment is not None else None, read_from)
