"""Rows of the table ``answers``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.codebook.answers import Value
from toolkit.codebook.model import Level, Question
from toolkit.export.annotation_columns import annotation_columns
from toolkit.export.content import StudyContent, answers_nothing

_VALUE_COLUMN: Mapping[Level, str | None] = {
    "nominal": "code",
    "ordinal": "code",
    "taxonomy": "code",
    "set": "codes",
    "interval": "number",
    "ratio": "number",
    "text": "text",
    "span": None,
}
"""Where the value of an answer goes; spans are rows of a table of their own."""


def columns(content: StudyContent) -> Mapping[str, Any]:
    """One row per annotation and question, questions in codebook order.

    What was submitted to something that is no question of the codebook was rejected when it was checked, and has no
    row. An answer that counts as valid to such a question keeps its row, without level: the contract then names it.
    """
    measured = {hash_: {q.id for q in codebook.measured()} for hash_, codebook in content.codebooks.items()}
    rows: list[int] = []
    question: list[str] = []
    level: list[Level | None] = []
    status: list[str] = []
    rejected_because: list[str | None] = []
    in_agreement: list[bool] = []
    values: dict[str, list[Any]] = {column: [] for column in ("code", "codes", "number", "text")}
    for row, annotation in enumerate(content.annotations):
        codebook = content.codebooks.get(annotation.codebook_hash)
        counted = measured.get(annotation.codebook_hash, set()) if annotation.excluded_because is None else set()
        for answer in annotation.answers:
            asked = codebook.by_id.get(answer.question) if codebook is not None else None
            if answers_nothing(answer):
                continue
            rows.append(row)
            question.append(answer.question)
            level.append(asked.level if asked is not None else None)
            status.append(answer.status)
            rejected_because.append(answer.rejected_because)
            in_agreement.append(answer.status == "answered" and answer.question in counted)
            for column in values.values():
                column.append(None)
            if asked is not None and answer.value is not None and answer.status != "rejected":
                place = "code" if answer.status == "cannot_be_judged" else _VALUE_COLUMN[asked.level]
                if place is not None:
                    values[place][-1] = _exported(asked, answer.value)
    return {
        **annotation_columns(content.annotations, rows),
        "question": question,
        "level": level,
        "status": status,
        **values,
        "rejected_because": rejected_because,
        "in_agreement": in_agreement,
    }


def _exported(question: Question, value: Value) -> Value:
    """The value as a cell: in a taxonomy a single code becomes the path to it, everything else stays what it is."""
    if question.level == "taxonomy" and isinstance(value, str) and value in question.by_code:
        return question.stored(value)
    return value
