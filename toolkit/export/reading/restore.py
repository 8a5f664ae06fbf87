"""Answers from the rows they were exported as, each checked against the codebook of its round."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from toolkit.codebook.answers import Answer, Span, Status, Value
from toolkit.codebook.model import Codebook, Question
from toolkit.export.contract.faults import Faults
from toolkit.export.contract.keys import locate
from toolkit.export.contract.renamed import STUDY_ID, without_study

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ANNOTATION = ("round", "annotation_id")
ANSWER = (*ANNOTATION, "question")


class _Row(NamedTuple):
    """What a row of ``answers`` says, without saying who answered; equal rows are equal answers."""

    round: str
    question: str
    level: str
    status: Status
    code: str | None
    number: float | None
    text: str | None
    rejected_because: str | None
    codes: tuple[str, ...] | None
    migrated_from: tuple[str, ...] | None
    spans: tuple[Span, ...]


_CELLS = tuple(name for name in _Row._fields if name != "spans")
_MARK = (
    "round",
    "question",
    "sentence_id",
    "span_number",
    "label",
    "start_offset",
    "end_offset",
    "text",
    "submitted_unit",
)
ANSWERS = tuple(dict.fromkeys((*ANSWER, *_CELLS)))
"""The columns of ``answers`` that answers are made from."""
SPANS = tuple(dict.fromkeys((*ANSWER, *_MARK)))
"""And those of ``spans``."""


class _Wrong(NamedTuple):
    column: str
    message: str


def restored_answers(
    tables: Mapping[str, pa.Table],
    codebooks: Mapping[str, Codebook],
    texts: Mapping[str, str],
    faults: Faults,
    *,
    notes: bool,
) -> list[tuple[Answer, ...]]:
    """Return the answers of each annotation, in the order of its codebook; ``texts`` are sentences by their id.

    An answer its codebook does not know, and a span whose words are not in its sentence, are faults. Where ``notes``
    are withheld, free text comes back empty.
    """
    annotations, answers = tables["annotations"], tables["answers"]
    # Exports made before answers could be migrated have no column that says so.
    columns = [values(answers[n]) if n in answers.column_names else [None] * answers.num_rows for n in _CELLS]
    if not notes:
        columns[_CELLS.index("text")] = [""] * answers.num_rows
    spans = _spans(tables, codebooks, texts, faults)
    of: list[list[Answer]] = [[] for _ in range(annotations.num_rows)]
    made: dict[_Row, Answer | _Wrong] = {}  # answers are much alike: each different one is made once
    belongs_to = locate(answers, ANNOTATION, annotations, ANNOTATION).tolist()
    for place, (annotation, *cells) in enumerate(zip(belongs_to, *columns, strict=True)):
        row = _Row._make((*cells, spans.get(place, ())))
        answer = made.get(row)
        if answer is None:
            answer = made[row] = _answer(row, codebooks[row.round].by_id.get(row.question))
        if isinstance(answer, _Wrong):
            faults.at("answers.parquet", place, answer.column, answer.message)
        else:
            of[annotation].append(answer)
    order = {name: {id_: n for n, id_ in enumerate(codebook.by_id)} for name, codebook in codebooks.items()}
    return [_ordered(found, order[name]) for found, name in zip(of, values(annotations["round"]), strict=True)]


def own_names(annotations: pa.Table) -> list[str]:
    """Return what annotations are called in their own study; in tables their names begin with the study."""
    names = values(annotations["annotation_id"])
    if STUDY_ID not in annotations.column_names:  # exports of before
        return names
    return [without_study(name, study) for name, study in zip(names, values(annotations[STUDY_ID]), strict=True)]


def values(column: pa.ChunkedArray) -> list[Any]:
    """Return the values of a column, lists as tuples, times (never null) in UTC; faster than ``to_pylist``."""
    return _values(column.combine_chunks())


def _values(array: pa.Array) -> list[Any]:
    if pa.types.is_list(array.type):
        elements = _values(array.values)
        borders = pairwise(array.offsets.to_pylist())
        there = array.is_valid().to_numpy(zero_copy_only=False).tolist()
        return [tuple(elements[a:b]) if valid else None for valid, (a, b) in zip(there, borders, strict=True)]
    if pa.types.is_timestamp(array.type):
        return [_EPOCH + timedelta(microseconds=count) for count in array.cast(pa.int64()).to_numpy().tolist()]
    if not pa.types.is_string(array.type):
        return list(array.to_pylist())
    encoded = array.dictionary_encode()  # few texts repeat many times
    different = np.array([*encoded.dictionary.to_pylist(), None], object)
    return list(different[encoded.indices.fill_null(len(different) - 1).to_numpy(zero_copy_only=False)].tolist())


def _ordered(answers: list[Answer], order: Mapping[str, int]) -> tuple[Answer, ...]:
    return tuple(sorted(answers, key=lambda answer: order.get(answer.question, len(order))))


def _answer(row: _Row, asked: Question | None) -> Answer | _Wrong:
    if row.status == "rejected":
        return Answer(row.question, row.status, None, row.rejected_because, row.migrated_from)
    if asked is None:
        return _Wrong("question", f"{row.question!r} is not a question of its round's codebook")
    if row.level != asked.level:
        return _Wrong("level", f"is {row.level!r}, but {asked.level!r} in the codebook")
    if row.status == "cannot_be_judged":
        return _not_judged(row, asked)
    return _answered(row, asked) if row.status == "answered" else Answer(row.question, row.status)


def _not_judged(row: _Row, asked: Question) -> Answer | _Wrong:
    code = (row.code or "").rpartition("/")[2]  # a taxonomy's stands in the table as its path
    if code not in asked.missing_codes:
        return _Wrong("code", f"{row.code!r} does not say that {asked.id} cannot be judged")
    return Answer(row.question, row.status, code, migrated_from=row.migrated_from)


def _answered(row: _Row, asked: Question) -> Answer | _Wrong:
    column, value = _value(row)
    if value is None or (row.level == "ratio" and row.number is not None and row.number < 0):
        return _Wrong(column, f"{value!r} is no answer to {asked.id}")
    if column in {"code", "codes"} and (unknown := _chosen(row) - _choosable(asked)):
        return _Wrong(column, f"{min(unknown)!r} is not a category of {asked.id} in its codebook")
    return Answer(row.question, row.status, value, migrated_from=row.migrated_from)


def _value(row: _Row) -> tuple[str, Value | None]:
    """The column in which the level of the row has its value, and the value."""
    match row.level:
        case "set":
            return "codes", row.codes
        case "interval" | "ratio":
            return "number", row.number
        case "text":
            return "text", row.text
        case "span":
            return "level", row.spans
        case _:
            return "code", row.code


def _chosen(row: _Row) -> frozenset[str]:
    return frozenset(row.codes or () if row.level == "set" else [row.code or ""])


def _choosable(question: Question) -> frozenset[str]:
    """What an answer on the scale may be: codes of a set, paths of a taxonomy."""
    codes = (category.code for category in question.choosable if not category.missing)
    return frozenset(codes if question.level == "set" else map(question.stored, codes))


def _spans(
    tables: Mapping[str, pa.Table], codebooks: Mapping[str, Codebook], texts: Mapping[str, str], faults: Faults
) -> dict[int, tuple[Span, ...]]:
    """The spans of each answer that has any, in their order, by the answer's row."""
    spans = tables["spans"]
    columns = [values(spans[name]) for name in _MARK]
    of: dict[int, list[tuple[int, Span]]] = {}
    answer_of = locate(spans, ANSWER, tables["answers"], ANSWER).tolist()
    for place, (answer, name, question, sentence, number, *cells) in enumerate(zip(answer_of, *columns, strict=True)):
        span = Span(*cells)
        asked = codebooks[name].by_id.get(question)
        if asked is not None and span.label not in asked.by_code:
            faults.at(
                "spans.parquet", place, "label", f"{span.label!r} is not a category of {question} in its codebook"
            )
        if sentence is not None and texts[sentence][span.start : span.end] != span.text:
            faults.at("spans.parquet", place, "text", f"{span.text!r} is not what its sentence has there")
        of.setdefault(answer, []).append((number, span))
    return {answer: tuple(span for _, span in sorted(found, key=lambda one: one[0])) for answer, found in of.items()}
