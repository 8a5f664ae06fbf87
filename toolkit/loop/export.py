"""Export: the study's tables as typed Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.codebook.model import Codebook
from toolkit.errors import BadInput
from toolkit.loop.agree import REPLICATES, agreement_of
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.progress import Progress, silent
from toolkit.study import articles, rounds, settings
from toolkit.study.folder import Study

if TYPE_CHECKING:
    from toolkit.export.tables import ExportResult


def export(
    study: Study, *, to: Path | None = None, replicates: int = REPLICATES, seed: int = 0, progress: Progress = silent
) -> ExportResult:
    """The Parquet files written for the study, all rounds, annotators under their pseudonyms.

    They go to ``to``, or to a folder named after the study under the ``exports:`` of ``study.yaml``. Raises
    ``ContractViolated`` listing every fault; then no file was changed.
    """
    from toolkit.export.content import StudyContent
    from toolkit.export.tables import export_tables

    chosen = settings.read(study.settings_file)
    if to is None and (chosen.name == ".." or Path(chosen.name).name != chosen.name or "\0" in chosen.exports):
        raise BadInput(
            f"{study.settings_file}: name {chosen.name!r} and exports {chosen.exports!r} name no folder",
            todo="Mend study.yaml, or say where with --to DIR.",
        )
    folder = to if to is not None else (study.folder / chosen.exports).resolve() / chosen.name
    with study.open() as database:
        sentences = list(articles.sentences(database))
        texts = {sentence.sentence_id: sentence.text for sentence in sentences}
        codebooks: dict[str, Codebook] = {}
        every, estimates = [], {}
        for name in rounds.names(database):
            annotations = list(annotations_of(database, name))
            every += annotations
            codebook = codebook_of(database, name)
            for version in rounds.codebook_versions(database, name):
                codebooks[version.hash] = _newer(codebook, codebooks.get(version.hash))
            report = agreement_of(
                name,
                codebook,
                annotations,
                texts=texts,
                replicates=replicates,
                seed=seed,
                progress=progress,
            )
            estimates[name] = report.estimates
        content = StudyContent(
            articles=list(articles.articles(database)),
            sentences=sentences,
            annotations=every,
            codebooks=codebooks,
            estimates=estimates,
        )
    return export_tables(content, folder)


def _newer(one: Codebook, other: Codebook | None) -> Codebook:
    """The one with the higher version: rounds that began with one codebook may have gone on with others."""
    return max((one, other or one), key=lambda codebook: [int(part) for part in codebook.version.split(".")])
