"""Rows of the table ``soft_labels``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from toolkit.export.content.flat_answers import objects
from toolkit.export.content.soft_labels import soft_labels_of
from toolkit.export.content.study_content import OrderedContent


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per category that somebody chose on a sentence, or could have where zeros are asked for."""
    votes, units = content.votes, content.units
    found = soft_labels_of(votes, content.likely, zeros=content.zeros)
    n_answers = votes.n_answers[found.group]
    question = votes.question[found.group]
    return {
        **units.taken(votes.unit[found.group]),
        "question": objects(votes.questions)[question].tolist(),
        "code": pa.array(votes.categories, pa.string()).take(pa.array(found.category)),
        "count": found.count,
        "n_answers": n_answers,
        "share": found.count / n_answers,
        "dawid_skene": pa.array(found.posterior, mask=np.isnan(found.posterior)),
    }
