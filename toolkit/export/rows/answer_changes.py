"""Rows of the table ``answer_changes``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from toolkit.codebook.answers import Answer
from toolkit.export.content.history import said
from toolkit.export.content.study_content import OrderedContent


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per answer that another version of its annotation has otherwise, by annotation and time."""
    changes = content.changes
    return {
        **content.columns_of_annotations(np.array([one.annotation for one in changes], np.int64)),
        "version_before": [one.before.version for one in changes],
        "version": [one.after.version for one in changes],
        "changed_at": [one.after.updated_at for one in changes],
        "changed_by": [one.after.changed_by for one in changes],
        "question": [one.question.id for one in changes],
        "level": [one.question.level for one in changes],
        "status_before": [one.was.status for one in changes],
        "status": [one.now.status for one in changes],
        "value_before": [said(one.was, one.question) for one in changes],
        "value": [said(one.now, one.question) for one in changes],
        "text_before": [_text(one.was) if one.question.level == "text" else None for one in changes],
        "text": [_text(one.now) if one.question.level == "text" else None for one in changes],
    }


def _text(answer: Answer) -> str | None:
    return answer.value if answer.status == "answered" and isinstance(answer.value, str) else None
