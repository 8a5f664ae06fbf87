"""Rows of the table ``annotations``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.export.annotation_columns import annotation_columns
from toolkit.export.content import StudyContent, answers_nothing
from toolkit.study.records import Annotation


def columns(content: StudyContent) -> Mapping[str, Any]:
    """One row per annotation, those that do not count included."""
    annotations = content.annotations
    return {
        **annotation_columns(annotations),
        "created_at": [annotation.created_at for annotation in annotations],
        "updated_at": [annotation.updated_at for annotation in annotations],
        "seconds_spent": [annotation.seconds_spent for annotation in annotations],
        "skipped": [annotation.skipped for annotation in annotations],
        "edited_by_other": [annotation.edited_by_other for annotation in annotations],
        "from_prediction": [annotation.from_prediction for annotation in annotations],
        "repeat": [annotation.repeat for annotation in annotations],
        "codebook_version": [annotation.codebook_version for annotation in annotations],
        "codebook_hash": [annotation.codebook_hash for annotation in annotations],
        "excluded_because": [annotation.excluded_because for annotation in annotations],
        "named_sentence": [_named(annotation) for annotation in annotations],
        "not_asked": [
            [answer.question for answer in annotation.answers if answers_nothing(answer)] for annotation in annotations
        ],
    }


def _named(annotation: Annotation) -> str | None:
    return annotation.sentence_id or None if annotation.excluded_because == "unknown_sentence" else None
