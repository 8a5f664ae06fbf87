"""Export: the study's tables as typed Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.codebook.model import Codebook
from toolkit.errors import BadInput
from toolkit.loop.agree import REPLICATES, Coded, agreement_of
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.progress import Progress, silent
from toolkit.loop.rounds_compared import CodedRound
from toolkit.study import articles, rounds, settings
from toolkit.study.folder import Study

if TYPE_CHECKING:
    from toolkit.export.tables import ExportResult


def export(
    study: Study, *, to: Path | None = None, replicates: int = REPLICATES, seed: int = 0, progress: Progress = silent
) -> ExportResult:
    """The Parquet files written for the study, all rounds, annotators under their pseudonyms; and their codebooks.

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
    if (folder / study.settings_file.name).exists():
        raise BadInput(
            f"{folder} is the folder of a study, and an export would write over its {study.codebook_file.name}",
            todo="Export to a folder of its own with --to DIR.",
        )
    with study.open() as database:
        sentences = list(articles.sentences(database))
        frozen = list(articles.articles(database))
        texts = {sentence.sentence_id: sentence.text for sentence in sentences}
        by_id = {one.article.article_id: one.article for one in frozen}
        codebooks: dict[str, Codebook] = {}
        documents: dict[str, str] = {}
        coded: dict[str, CodedRound] = {}
        for name in rounds.names(database):
            codebook = codebook_of(database, name)
            coded[name] = CodedRound(codebook, list(annotations_of(database, name)))
            for version in rounds.codebook_versions(database, name):
                codebooks[version.hash] = _newer(codebook, codebooks.get(version.hash))
                documents[name] = version.document  # the last one is in force
        source = Coded(
            name=chosen.name, rounds=list(coded), read=coded.__getitem__, newest="", texts=texts, articles=by_id
        )
        estimates = {
            name: agreement_of(source, round_name=name, replicates=replicates, seed=seed, progress=progress).estimates
            for name in coded
        }
        content = StudyContent(
            articles=frozen,
            sentences=sentences,
            annotations=[annotation for one in coded.values() for annotation in one.annotations],
            codebooks=codebooks,
            estimates=estimates,
            documents=documents,
        )
    return export_tables(content, folder)


def _newer(one: Codebook, other: Codebook | None) -> Codebook:
    """The one with the higher version: rounds that began with one codebook may have gone on with others."""
    return max((one, other or one), key=lambda codebook: [int(part) for part in codebook.version.split(".")])
