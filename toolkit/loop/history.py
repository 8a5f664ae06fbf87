"""What became of annotations: every version that was ever pulled, and those that are gone from the server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from toolkit.loop.answers import RoundReader, reader_of
from toolkit.study import stored_annotations
from toolkit.study.database import Database
from toolkit.study.records import DELETED, Annotation, AnnotationVersion
from toolkit.study.stored_annotations import StoredVersion


def with_history(database: Database, round_name: str, annotations: Iterable[Annotation]) -> Iterator[Annotation]:
    """Yield the annotations of a round with every version of them, then those that are gone from its server.

    What is gone counts for nothing, and revises nothing: it has the reason ``deleted``, and its answers as they were
    pulled last.
    """
    reader = reader_of(database, round_name)
    first = {reader.name(*key): at for key, at in stored_annotations.first_seen(database, round_name).items()}
    stored = groupby(stored_annotations.several(database, round_name), key=lambda one: (one.project, one.annotation_id))
    several = {reader.name(*key): list(versions) for key, versions in stored}

    def with_versions(annotation: Annotation) -> Annotation:
        name = annotation.annotation_id
        versions = several.get(name)
        if versions is None:
            return replace(annotation, versions=(_only(annotation, first[name]),))
        return replace(annotation, versions=tuple(_version(reader, annotation, one) for one in versions))

    yield from map(with_versions, annotations)
    for one in stored_annotations.newest(database, round_name, only_gone=True):
        annotation = reader.annotation(one)
        lost = annotation.excluded_because == "unknown_sentence"
        because = annotation.excluded_because if lost else DELETED
        gone_at = datetime.fromisoformat(one.gone_at or "")
        yield with_versions(replace(annotation, excluded_because=because, deleted_at=gone_at))


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
