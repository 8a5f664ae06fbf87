"""Rows of the table ``annotations``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from toolkit.export.content.study_content import OrderedContent, on_no_sentence

ORDER = "order_in_round"
"""The column whose values are known when every annotation of a round is; of a block, when every one of the block is."""


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per annotation, those that do not count included."""
    annotations, answers = content.annotations, content.answers
    strangers = np.flatnonzero(answers.nothing)
    n_strangers = np.bincount(answers.row[strangers], minlength=len(annotations))
    borders = np.concatenate([[0], np.cumsum(n_strangers)]).astype(np.int32)
    names = [answers.questions[each] for each in answers.question[strangers]]
    return {
        **content.annotation_columns,
        "created_at": [annotation.created_at for annotation in annotations],
        "updated_at": [annotation.updated_at for annotation in annotations],
        "edited": [annotation.edited for annotation in annotations],
        "n_versions": [max(len(annotation.versions), 1) for annotation in annotations],
        "deleted_at": [annotation.deleted_at for annotation in annotations],
        "seconds_spent": [annotation.seconds_spent for annotation in annotations],
        ORDER: content.order.places(),
        "skipped": [annotation.skipped for annotation in annotations],
        "edited_by_other": [annotation.edited_by_other for annotation in annotations],
        "blind": [annotation.blind for annotation in annotations],
        "from_prediction": [annotation.from_prediction for annotation in annotations],
        "repeat": [annotation.repeat for annotation in annotations],
        "adjudicated": [False] * len(annotations),  # nobody can decide between annotators yet
        "codebook_version": [annotation.codebook_version for annotation in annotations],
        "codebook_hash": [annotation.codebook_hash for annotation in annotations],
        "excluded_because": [annotation.excluded_because for annotation in annotations],
        "gold": [annotation.sentence_id in content.gold.get(annotation.round, ()) for annotation in annotations],
        "named_sentence": [
            annotation.sentence_id or None if on_no_sentence(annotation) else None for annotation in annotations
        ],
        "not_asked": pa.ListArray.from_arrays(pa.array(borders), pa.array(names, pa.string())),
    }
