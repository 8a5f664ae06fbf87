"""Rows of the table ``annotations``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.export.annotation_columns import annotation_columns
from toolkit.export.content import StudyContent


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
    }
