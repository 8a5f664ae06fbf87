"""Rows of the table ``answers``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from toolkit.codebook.model import Level
from toolkit.export.content.flat_answers import LEVELS, objects
from toolkit.export.content.study_content import OrderedContent

_LEVELS_OF: Mapping[str, tuple[Level, ...]] = {
    "code": ("nominal", "ordinal", "taxonomy"),
    "codes": ("set",),
    "number": ("interval", "ratio"),
    "text": ("text",),
}
"""Which levels have the value of an answer in which column; spans are rows of a table of their own."""


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per annotation and question, questions in codebook order.

    What was submitted to something that is no question of the codebook was rejected when it was checked, and has no
    row. An answer that counts as valid to such a question keeps its row, without level: the contract then names it.
    """
    answers = content.answers
    rows = np.flatnonzero(~answers.nothing)
    status = answers.status[rows]
    has_value = status != "rejected"
    not_judged = (status == "cannot_be_judged") & (answers.level[rows] >= 0)
    value = answers.value[rows]
    values: dict[str, list[Any]] = {}
    for column, levels in _LEVELS_OF.items():
        here = has_value & answers.where_level(*levels)[rows] & ~not_judged
        if column == "code":
            here |= not_judged
        values[column] = [each if fits else None for each, fits in zip(value, here.tolist(), strict=True)]
    return {
        **content.columns_of_annotations(answers.row[rows]),
        "question": objects(answers.questions)[answers.question[rows]].tolist(),
        "level": objects([*LEVELS, None])[answers.level[rows]].tolist(),
        "status": status.tolist(),
        **values,
        "rejected_because": answers.rejected_because[rows].tolist(),
        "migrated_from": [None if each is None else list(each) for each in answers.migrated_from[rows]],
        "in_agreement": answers.in_agreement[rows],
    }
