"""Rows of the table ``error_rates``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from toolkit.export.content.flat_answers import objects
from toolkit.export.content.study_content import OrderedContent


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per annotator, category a sentence may truly be and category given, for every round and question
    with a model; none without.
    """
    categories = objects(content.votes.categories)
    rows: dict[str, list[Any]] = {
        name: [] for name in ("round", "question", "annotator", "true_code", "code", "rate", "n_answers", "n_true")
    }
    for one in content.likely:
        n_people, n = len(one.annotators), len(one.categories)
        size = n_people * n * n
        codes = categories[one.categories]
        rows["round"] += [one.round] * size
        rows["question"] += [content.votes.questions[one.question]] * size
        rows["annotator"] += np.repeat(objects(one.annotators), n * n).tolist()
        rows["true_code"] += np.tile(np.repeat(codes, n), n_people).tolist()
        rows["code"] += np.tile(codes, n_people * n).tolist()
        rows["rate"] += one.found.error_rates.ravel().tolist()
        rows["n_answers"] += np.repeat(one.n_answers, n * n).tolist()
        rows["n_true"] += np.repeat(one.found.n_true.ravel(), n).tolist()
    return rows
