"""What became of annotations: every version that was ever pulled, and those that are gone from the server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from toolkit.loop.answers import RoundReader
from toolkit.study.database import Database
from toolkit.study.records import DELETED, Annotation, AnnotationVersion
from toolkit.study.stored_annotations import Stored, StoredVersion, newest, versions_of


def with_history(database: Database, round_name: str, *, reader: RoundReader, planned: bool) -> Iterator[Annotation]:
    """Yield the annotations of a round with every version of them, those that are gone from its server as well:
    ``planned`` says whether of the sentences it has, in reading order, or of those it does not have.

    What is gone counts for nothing, and revises nothing: it has the reason ``deleted``, and its answers as they were
    pulled last.
    """

    def with_versions(stored: Stored, annotation: Annotation) -> Annotation:
        if stored.n_versions == 1:
            return replace(annotation, versions=(_only(annotation, stored.seen_at),))
        found = versions_of(database, round_name, project=stored.project, annotation_id=stored.annotation_id)
        return replace(annotation, versions=tuple(_version(reader, annotation, one) for one in found))

    for _, group in groupby(newest(database, round_name, planned=planned), key=lambda one: one.sentence_id):
        every = list(group)
        there = [one for one in every if not one.gone]
        yield from map(with_versions, there, reader.side_by_side([reader.annotation(one) for one in there]))
        for one in every:
            if one.gone:
                annotation = reader.annotation(one)
                lost = annotation.excluded_because == "unknown_sentence"
                because = annotation.excluded_because if lost else DELETED
                gone_at = datetime.fromisoformat(one.gone_at or "")
                yield with_versions(one, replace(annotation, excluded_because=because, deleted_at=gone_at))


def _only(annotation: Annotation, seen_at: str) -> AnnotationVersion:
    return AnnotationVersion(
        version=1,
        seen_at=datetime.fromisoformat(seen_at),
        updated_at=annotation.updated_at,
        changed_by=annotation.changed_by,
        seconds_spent=annotation.seconds_spent,
        skipped=annotation.skipped,
        codebook_version=annotation.codebook_version,
        codebook_hash=annotation.codebook_hash,
        in_force=True,
        answers=annotation.answers,
    )


def _version(reader: RoundReader, annotation: Annotation, stored: StoredVersion) -> AnnotationVersion:
    """The version, with its answers as those of the annotation are read."""
    raw = reader.raw(stored.raw)
    of_codebook = reader.version(raw)
    return AnnotationVersion(
        version=stored.version,
        seen_at=datetime.fromisoformat(stored.seen_at),
        updated_at=raw.updated_at,
        changed_by=reader.changed_by(raw, project=stored.project),
        seconds_spent=raw.seconds,
        skipped=raw.skipped,
        codebook_version=of_codebook.version,
        codebook_hash=of_codebook.hash,
        in_force=stored.in_force,
        answers=reader.answers(annotation.sentence_id, annotation.annotator, raw),
    )
