"""Rows of the table ``spans``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from toolkit.codebook.answers import Span
from toolkit.export.content.study_content import OFFSET_UNIT, OrderedContent


def columns(content: OrderedContent) -> Mapping[str, Any]:
    """Return one row per marked span: answers in codebook order, spans in text order, then as in the answer."""
    by_id = {sentence.sentence_id: sentence for sentence in content.sentences}
    answers = content.answers
    rows: list[int] = []
    question: list[str] = []
    number: list[int] = []
    spans: list[Span] = []
    offsets: list[int | None] = []
    matches: list[bool | None] = []
    # also where the codebook does not know the question: the contract then names it
    marking = (answers.level < 0) | answers.where_level("span")
    for at in np.flatnonzero(marking & (answers.status != "rejected")):
        value = answers.value[at]
        if not isinstance(value, tuple):
            continue
        row = int(answers.row[at])
        sentence = by_id.get(content.annotations[row].sentence_id)
        marked = [item for item in value if isinstance(item, Span)]
        for count, span in enumerate(sorted(marked, key=lambda s: (s.start, s.end)), start=1):
            rows.append(row)
            question.append(answers.questions[answers.question[at]])
            number.append(count)
            spans.append(span)
            offsets.append(None if sentence is None else sentence.start)
            matches.append(None if sentence is None else sentence.text[span.start : span.end] == span.text)
    return {
        **content.columns_of_annotations(np.array(rows, np.int64)),
        "question": question,
        "span_number": number,
        "label": [span.label for span in spans],
        "start_offset": [span.start for span in spans],
        "end_offset": [span.end for span in spans],
        "article_start": [None if at is None else at + span.start for at, span in zip(offsets, spans, strict=True)],
        "article_end": [None if at is None else at + span.end for at, span in zip(offsets, spans, strict=True)],
        "text": [span.text for span in spans],
        "text_matches": matches,
        "offset_unit": [OFFSET_UNIT] * len(spans),
        "submitted_unit": [span.offset_unit for span in spans],
    }
