"""Rows of the table ``annotation_versions``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from toolkit.export.content.study_content import OrderedContent


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per version of an annotation that was ever pulled, by annotation and in the order of the pulls."""
    annotations = content.annotations
    row = np.repeat(np.arange(len(annotations)), [len(annotation.versions) for annotation in annotations])
    versions = [version for annotation in annotations for version in annotation.versions]
    n_changed = Counter((one.annotation, one.after.version) for one in content.changes)
    return {
        **content.columns_of_annotations(row),
        "version": [one.version for one in versions],
        "first_seen_at": [one.seen_at for one in versions],
        "updated_at": [one.updated_at for one in versions],
        "changed_by": [one.changed_by for one in versions],
        "n_changed": [n_changed[at, one.version] for at, one in zip(row.tolist(), versions, strict=True)],
        "seconds_spent": [one.seconds_spent for one in versions],
        "skipped": [one.skipped for one in versions],
        "codebook_version": [one.codebook_version for one in versions],
        "codebook_hash": [one.codebook_hash for one in versions],
        "in_force": [one.in_force for one in versions],
        "deleted_at": [annotations[at].deleted_at for at in row.tolist()],
    }
