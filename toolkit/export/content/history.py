"""How answers became others: from one version of an annotation to the next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Codebook, Question
from toolkit.export.content.flat_answers import answers_nothing
from toolkit.study.records import Annotation, AnnotationVersion


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """An answer that another version of its annotation (an index) has otherwise; ``question`` as answers are read."""

    annotation: int
    before: AnnotationVersion
    after: AnnotationVersion
    question: Question
    was: Answer
    now: Answer


def answer_changes(annotations: Sequence[Annotation], codebooks: Mapping[str, Codebook]) -> Iterator[AnswerChange]:
    """Yield every change, by annotation, by the time it was saved, and in the order of the codebook."""
    for at, annotation in enumerate(annotations):
        if len(annotation.versions) < 2 or annotation.codebook_hash not in codebooks:
            continue
        questions = codebooks[annotation.codebook_hash].questions
        # A file may bring a version that is older than one that was pulled before.
        in_time = sorted(annotation.versions, key=lambda one: (one.updated_at, one.version))
        for before, after in pairwise(in_time):
            was, now = _by_question(before), _by_question(after)
            for question in questions:
                blank = Answer(question.id, "unanswered")
                one, other = was.get(question.id, blank), now.get(question.id, blank)
                if (one.status, one.value) != (other.status, other.value):
                    yield AnswerChange(at, before, after, question, one, other)


def said(answer: Answer, question: Question) -> str | None:
    """Return what was answered as text; None where nothing was, where it is no valid answer, and of free text.

    A category is its code (of a taxonomy the path), a set a JSON array of codes, spans one of ``[label, start, end]``.
    """
    if answer.status not in {"answered", "cannot_be_judged"} or question.level == "text":
        return None
    value = answer.value
    if isinstance(value, str):
        return question.stored(value) if question.level == "taxonomy" and value in question.by_code else value
    if isinstance(value, tuple):
        parts = [[one.label, one.start, one.end] if isinstance(one, Span) else one for one in value]
        return json.dumps(parts, ensure_ascii=False)
    return json.dumps(value)


def _by_question(version: AnnotationVersion) -> dict[str, Answer]:
    return {answer.question: answer for answer in version.answers if not answers_nothing(answer)}
