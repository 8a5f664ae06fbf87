"""An export read back: everything agreement is computed from, without the study it came from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from toolkit.codebook.accepted_answers import not_asked
from toolkit.codebook.answers import Answer
from toolkit.codebook.model import Codebook
from toolkit.corpus.article import Article, Sentence
from toolkit.errors import BadInput
from toolkit.export.contract.faults import Faults
from toolkit.export.contract.renamed import STUDY_ID
from toolkit.export.pages.manifest import read_manifest
from toolkit.export.reading.decisions import restored_decisions
from toolkit.export.reading.restore import ANSWERS, SPANS, own_names, restored_answers, values
from toolkit.export.reading.stored import COMPUTED, stored_codebooks, stored_rounds, stored_tables
from toolkit.export.writing.versions import MANIFEST, version_folder
from toolkit.study.decisions import Settled
from toolkit.study.records import Annotation, project_and_number

_Record = TypeVar("_Record", Article, Sentence, Annotation)
_WORKED_OUT = {"article_id", "answers", "project"}
_NOT_READ = {"changed_by", "deleted_at", "versions"}
"""What became of an annotation is history, and changes no figure; these are its last fields."""
_DELETED_AT, _BLIND = "deleted_at", "blind"
_CALLED = {"start": "start_offset", "end": "end_offset", "published": "published_as_given"}
"""What columns are called that hold a field of another name."""


def _column(field_name: str) -> str:
    return _CALLED.get(field_name, field_name)


USED: Mapping[str, tuple[str, ...]] = {
    "articles": tuple(_column(field.name) for field in fields(Article)),
    "sentences": tuple(_column(field.name) for field in fields(Sentence)),
    "annotations": (
        *(field.name for field in fields(Annotation) if field.name not in {*_WORKED_OUT, *_NOT_READ}),
        "named_sentence",
        "not_asked",
        _DELETED_AT,
        STUDY_ID,
    ),
    "answers": ANSWERS,
    "spans": SPANS,
}
"""The columns a study is read back from, by table; others may be there or not. What is computed is not read."""


@dataclass(frozen=True, slots=True)
class ExportedRound:
    """One round: the codebook in force and every annotation, also those that do not count.

    Annotations follow their sentence in reading order, those on a sentence the round does not have last; then they go
    by number.
    """

    name: str
    codebook: Codebook
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class ExportedStudy:
    """Rounds by name, the one people coded in first first; articles by id, as added; sentences in reading order."""

    rounds: Mapping[str, ExportedRound]
    articles: Mapping[str, Article]
    sentences: tuple[Sentence, ...]
    attributes: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """What the export says of annotators, by pseudonym; nothing where it was not asked to."""
    settled: Mapping[str, tuple[Settled, ...]] = field(default_factory=dict)
    """What is settled by decisions, by round; nothing in an export of before there were any."""

    def texts(self) -> Mapping[str, str]:
        """Return the text of each sentence by its id."""
        return {sentence.sentence_id: sentence.text for sentence in self.sentences}


def read_export(folder: Path) -> ExportedStudy:
    """Return the study that ``export`` wrote to the folder, as its annotations were when it did.

    The folder is a version, or one that holds versions: then the newest of them is read.

    A round nobody coded in is there if agreement was (in vain) computed for it.

    Raises:
        BadInput: when the folder holds no export, or one that is not whole: every table, column, value and codebook
            that is missing or wrong, by file.

    """
    folder = version_folder(folder)
    if not any((folder / f"{name}.parquet").is_file() for name in (*USED, COMPUTED)):
        raise BadInput(
            f"{folder} holds no export", todo="Name the folder `intercoder export` wrote to: answers.parquet is in it."
        )
    faults = Faults()
    tables = stored_tables(folder, USED, faults)
    attributes = _attributes(folder, faults)
    settled = restored_decisions(folder, faults)
    names = stored_rounds(folder, faults)
    if "annotations" in tables:
        names = sorted({*names, *tables["annotations"]["round"].drop_null().unique().to_pylist()})
    codebooks = stored_codebooks(folder, names, faults)
    _raise(faults, folder)
    sentences = tuple(_records(Sentence, tables["sentences"]))
    texts = {sentence.sentence_id: sentence.text for sentence in sentences}
    answers = restored_answers(tables, codebooks, texts, faults, notes=_has_notes(folder))
    _raise(faults, folder)
    of_round: dict[str, list[Annotation]] = {name: [] for name in names}
    gone = set(_gone(tables["annotations"]))
    for annotation in _annotations(tables["annotations"], answers, sentences):
        if (annotation.round, annotation.annotation_id) not in gone:
            of_round[annotation.round].append(annotation)
    return ExportedStudy(
        rounds={name: ExportedRound(name, codebooks[name], tuple(of_round[name])) for name in _oldest_first(of_round)},
        articles={article.article_id: article for article in _records(Article, tables["articles"])},
        sentences=sentences,
        attributes=attributes,
        settled=settled,
    )


def _has_notes(folder: Path) -> bool:
    """Whether free-text answers are there; of an export without a manifest that can be read, nobody says otherwise."""
    try:
        return read_manifest(folder / MANIFEST).options.notes
    except (OSError, ValueError):
        return True


def _attributes(folder: Path, faults: Faults) -> Mapping[str, Mapping[str, str]]:
    """What is known of annotators, in an export that says so; nothing else needs their table."""
    name, columns = "annotators", ("annotator", "attributes")
    if not (folder / f"{name}.parquet").is_file():
        return {}
    table = stored_tables(folder, {name: columns}, faults).get(name)
    if table is None or columns[1] not in table.column_names:
        return {}
    found: dict[str, Mapping[str, str]] = {}
    for row, (annotator, text) in enumerate(zip(*(values(table[column]) for column in columns), strict=True)):
        if text is None:
            continue
        try:
            known = json.loads(text)
        except ValueError:
            known = None
        if isinstance(known, dict) and all(isinstance(value, str) for value in known.values()):
            found[annotator] = known
        else:
            faults.at(f"{name}.parquet", row, columns[1], "is no JSON object of texts")
    return found


def _raise(faults: Faults, folder: Path) -> None:
    if faults.count:
        raise BadInput(
            faults.counted(f"in the export {folder}"),
            faults=faults.listed,
            todo="Export the study again, with its texts, by this version of `intercoder export`.",
        )


def _records(record: type[_Record], table: pa.Table, **computed: Sequence[object]) -> Iterator[_Record]:
    """One record per row: its fields are columns of the table, or computed."""
    names = [field.name for field in fields(record) if field.name not in _NOT_READ]
    columns = (computed[name] if name in computed else values(table[_column(name)]) for name in names)
    return (record(*row) for row in zip(*columns, strict=True))


def _gone(annotations: pa.Table) -> Iterator[tuple[str, str]]:
    """The annotations that were gone from the server when the export was made; its study does not count them either."""
    if _DELETED_AT in annotations.column_names:  # exports of before have none
        of = annotations.filter(annotations[_DELETED_AT].is_valid())
        yield from zip(of["round"].to_pylist(), own_names(of), strict=True)


def _annotations(
    table: pa.Table, answers: Sequence[tuple[Answer, ...]], sentences: Sequence[Sentence]
) -> list[Annotation]:
    """The annotations in the order they have in a round; where one is on no sentence of it, the one it names."""
    article_of = {sentence.sentence_id: sentence.article_id for sentence in sentences}
    named = [
        known or claimed or ""
        for known, claimed in zip(values(table["sentence_id"]), values(table["named_sentence"]), strict=True)
    ]
    strangers = ([not_asked(name) for name in found] for found in values(table["not_asked"]))
    names = own_names(table)
    annotations = _records(
        Annotation,
        table,
        annotation_id=names,
        sentence_id=named,
        article_id=[article_of.get(sentence, "") for sentence in named],
        answers=[(*known, *others) for known, others in zip(answers, strangers, strict=True)],
        project=[project_and_number(name)[0] for name in names],
        # exports of before do not say
        blind=values(table[_BLIND]) if _BLIND in table.column_names else [None] * table.num_rows,
    )
    place = {sentence.sentence_id: order for order, sentence in enumerate(sentences)}

    def order(annotation: Annotation) -> tuple[object, ...]:
        lost = annotation.excluded_because == "unknown_sentence"
        where = (len(place), annotation.sentence_id) if lost else (place[annotation.sentence_id], "")
        # names end in a number: of two that begin alike the longer one has the larger number
        return (*where, annotation.project, len(annotation.annotation_id), annotation.annotation_id)

    return sorted(annotations, key=order)


def _oldest_first(of_round: Mapping[str, Sequence[Annotation]]) -> list[str]:
    """Names of the rounds by their first annotation; those without any come last, by name."""
    first = {name: min((one.created_at for one in found), default=None) for name, found in of_round.items()}
    return sorted(of_round, key=lambda name: (first[name] or datetime.max.replace(tzinfo=UTC), name))
