"""Rows of the table ``spans``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.codebook.answers import Span
from toolkit.export.annotation_columns import annotation_columns
from toolkit.export.content import OFFSET_UNIT, StudyContent


def columns(content: StudyContent) -> Mapping[str, Any]:
    """One row per marked span: answers in codebook order, spans in text order, then as in the answer."""
    starts = {sentence.sentence_id: sentence.start for sentence in content.sentences}
    rows: list[int] = []
    question: list[str] = []
    number: list[int] = []
    spans: list[Span] = []
    offsets: list[int | None] = []
    for row, annotation in enumerate(content.annotations):
        for answer in annotation.answers:
            if answer.status == "rejected" or not isinstance(answer.value, tuple):
                continue
            marked = [item for item in answer.value if isinstance(item, Span)]
            for count, span in enumerate(sorted(marked, key=lambda s: (s.start, s.end)), start=1):
                rows.append(row)
                question.append(answer.question)
                number.append(count)
                spans.append(span)
                offsets.append(starts.get(annotation.sentence_id))
    return {
        **annotation_columns(content.annotations, rows),
        "question": question,
        "span_number": number,
        "label": [span.label for span in spans],
        "start": [span.start for span in spans],
        "end": [span.end for span in spans],
        "article_start": [None if at is None else at + span.start for at, span in zip(offsets, spans, strict=True)],
        "article_end": [None if at is None else at + span.end for at, span in zip(offsets, spans, strict=True)],
        "text": [span.text for span in spans],
        "offset_unit": [OFFSET_UNIT] * len(spans),
        "submitted_unit": [span.offset_unit for span in spans],
    }
