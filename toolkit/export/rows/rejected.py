"""Rows of the table ``rejected``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from toolkit.export.content.flat_answers import objects
from toolkit.export.content.study_content import OrderedContent

NOT_ASKED, ANSWER = "not_asked", "answer_rejected"


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per annotation that does not count, then one per answer of it that was rejected by itself."""
    annotations, answers = content.annotations, content.answers
    whole = np.array([at for at, one in enumerate(annotations) if one.excluded_because is not None], np.int64)
    single = np.flatnonzero(answers.status == "rejected")
    row = np.concatenate([whole, answers.row[single]])
    order = np.argsort(row, kind="stable")
    row = row[order]
    given = np.isin(answers.status.astype(str), ["answered", "cannot_be_judged"])
    n_given = np.bincount(answers.row[given], minlength=len(annotations))
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    place = np.arange(len(row)) - np.repeat(begins, np.diff([*begins, len(row)]))
    no_whole = np.array([one.excluded_because is None for one in annotations], bool)[row]
    names = objects(answers.questions)
    because = [annotations[at].excluded_because for at in whole]
    of_single = [NOT_ASKED if nothing else ANSWER for nothing in answers.nothing[single]]
    detail = objects([*[None] * len(whole), *answers.rejected_because[single]])
    # what answers no question stands in detail: its name may be anything
    asked = names[answers.question[single]]
    asked[answers.nothing[single]] = None
    question = objects([*[None] * len(whole), *asked])
    return {
        **content.columns_of_annotations(row),
        "item": place + no_whole,
        "question": question[order].tolist(),
        "because": objects([*because, *of_single])[order].tolist(),
        "detail": detail[order].tolist(),
        "n_answers": np.concatenate([n_given[whole], np.ones(len(single), np.int64)])[order],
    }
