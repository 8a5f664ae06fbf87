"""Answers as columns: one entry per answer, whoever gave it, so that tables of millions are made without loops."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

import numpy as np

from toolkit.codebook.accepted_answers import not_asked
from toolkit.codebook.answers import Answer
from toolkit.codebook.model import Codebook, Level, Question
from toolkit.files.arrays import BoolArray, IntArray, ObjectArray
from toolkit.study.records import Annotation

LEVELS: tuple[Level, ...] = get_args(Level)
NO_LEVEL = -1

_H = TypeVar("_H", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class FlatAnswers:
    """Every answer: annotations in their order, the answers of each in the order of its codebook.

    ``row`` is the annotation (an index), ``question`` an index into ``questions``, ``level`` one into ``LEVELS``
    (``NO_LEVEL`` where the codebook has no such question), ``asked`` one into ``asked_questions``, a question of one
    codebook. ``value`` is as exported: of a taxonomy the path. ``nothing`` marks what answers no question, ``counted``
    the answers to measured questions in annotations that count, ``in_agreement`` those of them that are answered.
    """

    questions: Sequence[str]
    asked_questions: Sequence[Question | None]
    row: IntArray
    question: IntArray
    asked: IntArray
    level: IntArray
    status: ObjectArray
    value: ObjectArray
    rejected_because: ObjectArray
    migrated_from: ObjectArray
    nothing: BoolArray
    counted: BoolArray
    in_agreement: BoolArray

    def where_level(self, *levels: Level) -> BoolArray:
        """Return which answers are to a question of one of these levels."""
        return np.isin(self.level, [LEVELS.index(level) for level in levels])


def flattened(annotations: Sequence[Annotation], codebooks: Mapping[str, Codebook]) -> FlatAnswers:
    """Return the answers of the annotations, in their order."""
    answers = [answer for annotation in annotations for answer in annotation.answers]
    sizes = np.fromiter((len(annotation.answers) for annotation in annotations), np.int64, len(annotations))
    row = np.repeat(np.arange(len(annotations)), sizes)
    questions, question = numbered(answer.question for answer in answers)
    hashes, codebook = numbered(annotation.codebook_hash for annotation in annotations)
    asked = codebook[row] * len(questions) + question
    books = [codebooks.get(hash_) for hash_ in hashes]
    pairs = [(book, name) for book in books for name in questions]
    asked_questions = [book.by_id.get(name) if book is not None else None for book, name in pairs]
    levels = [LEVELS.index(each.level) if each is not None else NO_LEVEL for each in asked_questions]
    status = objects([answer.status for answer in answers])
    nothing = np.zeros(len(answers), bool)
    for at in np.flatnonzero(status == "rejected"):
        nothing[at] = answers_nothing(answers[at])
    measured = {hash_: {each.id for each in book.measured()} for hash_, book in codebooks.items()}
    is_measured = np.array([name in measured.get(hash_, ()) for hash_ in hashes for name in questions], bool)
    counts = np.array([annotation.excluded_because is None for annotation in annotations], bool)
    counted = counts[row] & is_measured[asked]
    order = _codebook_order(row, asked, nothing, books, questions)
    return FlatAnswers(
        questions=questions,
        asked_questions=asked_questions,
        row=row,
        question=question[order],
        asked=asked[order],
        level=np.array(levels, np.int64)[asked[order]],
        status=status[order],
        value=_stored(objects([answer.value for answer in answers]), asked, asked_questions)[order],
        rejected_because=objects([answer.rejected_because for answer in answers])[order],
        migrated_from=objects([answer.migrated_from for answer in answers])[order],
        nothing=nothing[order],
        counted=counted[order],
        in_agreement=(counted & (status == "answered"))[order],
    )


def answers_nothing(answer: Answer) -> bool:
    """Return whether the answer was rejected because what it answers is no question of the codebook in force in its
    round.
    """
    return answer.status == "rejected" and answer == not_asked(answer.question)


def numbered(values: Iterable[_H]) -> tuple[list[_H], IntArray]:
    """Return the different values in the order they come, and the number of each."""
    every = list(values)
    numbers = {value: number for number, value in enumerate(dict.fromkeys(every))}
    return list(numbers), np.fromiter(map(numbers.__getitem__, every), np.int64, len(every))


def objects(values: Sequence[Any]) -> ObjectArray:
    """Return the values as they are, in an array; tuples are single values too."""
    return np.fromiter(values, object, len(values))


def _codebook_order(
    row: IntArray, asked: IntArray, nothing: BoolArray, books: Sequence[Codebook | None], questions: Sequence[str]
) -> IntArray:
    """The answers of each annotation as its codebook asks; strangers last, and as they came without a codebook."""
    places = np.zeros(len(books) * len(questions), np.int64)
    for number, book in enumerate(books):
        if book is not None:
            of = {id_: place for place, id_ in enumerate(book.by_id)}
            there = [of.get(name, len(of)) for name in questions]
            places[number * len(questions) : (number + 1) * len(questions)] = there
    last = places.max(initial=0) + 1
    # a question that another round asks is still none here
    has_codebook = np.array([book is not None for book in books], bool)[asked // max(len(questions), 1)]
    place = np.where(nothing & has_codebook, last, places[asked])
    if ((row[1:] > row[:-1]) | (place[1:] >= place[:-1])).all():
        return np.arange(len(row))
    order: IntArray = np.lexsort((place, row))
    return order


def _stored(values: ObjectArray, asked: IntArray, asked_questions: Sequence[Question | None]) -> ObjectArray:
    """The values as they are exported: in a taxonomy a single code becomes the path to it."""
    for number, question in enumerate(asked_questions):
        if question is not None and question.level == "taxonomy":
            paths: dict[object, str] = {code: question.stored(code) for code in question.by_code}
            at = np.flatnonzero(asked == number)
            values[at] = objects([paths.get(value, value) if isinstance(value, str) else value for value in values[at]])
    return values
