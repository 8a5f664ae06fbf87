"""Rows of the table ``annotations``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from toolkit.export.content.flat_answers import numbered
from toolkit.export.content.study_content import OrderedContent, on_no_sentence
from toolkit.files.arrays import IntArray
from toolkit.study.records import Annotation, project_and_number


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
        "order_in_round": _order_in_round(annotations),
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


def _order_in_round(annotations: Sequence[Annotation]) -> IntArray:
    """The place of each among those of its round, by time; of the same moment the lower number was first."""
    _, of_round = numbered(one.round for one in annotations)
    created = pa.array([one.created_at for one in annotations], pa.timestamp("us", "UTC"))
    moment = created.cast(pa.int64()).to_numpy()
    number = np.zeros((2, len(annotations)), np.int64)
    in_time = np.lexsort((moment, of_round))
    together = np.flatnonzero((np.diff(moment[in_time]) == 0) & (np.diff(of_round[in_time]) == 0))
    for at in np.unique(in_time[np.concatenate([together, together + 1])]):
        number[:, at] = project_and_number(annotations[at].annotation_id)
    in_time = np.lexsort((number[1], number[0], moment, of_round))
    n_before = np.searchsorted(of_round[in_time], of_round[in_time])
    places = np.empty(len(annotations), np.int64)
    places[in_time] = np.arange(len(annotations)) - n_before + 1
    return places
