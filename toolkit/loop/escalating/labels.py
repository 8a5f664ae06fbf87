"""The labels of a round as its answers give them: the likeliest category by the model, or the most frequent answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from toolkit.codebook.model import Codebook, Level, Question
from toolkit.consensus.dawid_skene import WEAK, DawidSkene, dawid_skene
from toolkit.consensus.escalation import AnswersToCome, Outlook, model_outlook, pooled_rates, vote_outlook
from toolkit.consensus.escalation import posterior_given as model_posterior
from toolkit.errors import Fault, UsageError
from toolkit.files.arrays import FloatArray, IntArray
from toolkit.study.escalations import Rule
from toolkit.study.records import Annotation

CATEGORICAL: tuple[Level, ...] = ("nominal", "ordinal", "taxonomy")
"""Levels of the questions that have one category as their label."""


def categorical_questions(codebook: Codebook, asked: Sequence[str]) -> tuple[Question, ...]:
    """Return the questions asked for, or all measured ones with one category as their label; ``UsageError`` for
    others.
    """
    there = {question.id: question for question in codebook.measured() if question.level in CATEGORICAL}
    if faults := [Fault(name, _why_not(codebook, name)) for name in asked if name not in there]:
        raise UsageError(
            "only questions with one category as their label can be escalated",
            faults=faults,
            todo=f"Those of this round are: {', '.join(there) or 'none'}.",
        )
    chosen = tuple(question for name, question in there.items() if not asked or name in asked)
    if not chosen:
        raise UsageError(
            "no measured question of this round has one category as its label",
            todo="Answers of other kinds cannot be weighed like this: have more annotators for all of it.",
        )
    return chosen


def _why_not(codebook: Codebook, name: str) -> str:
    question = codebook.by_id.get(name)
    if question is None:
        return "is no question of the round's codebook"
    return f"is of level {question.level}" if question.level not in CATEGORICAL else "is kept out of agreement"


@dataclass(frozen=True, slots=True)
class Label:
    """A label and how probably it is right, as the model has it; None where it is a tie, which is never right."""

    value: str | None
    certainty: float


@dataclass(frozen=True)
class QuestionLabels:
    """The answers to one question that count, by sentence, and the labels they come to."""

    question: str
    rule: Rule
    values: tuple[str, ...]
    """The categories in use, in the order of the codebook."""
    sentences: Mapping[str, int]
    """The row of each sentence that has an answer."""
    annotators: Mapping[str, int]
    votes: tuple[IntArray, IntArray, IntArray]
    """Row, annotator and value of every answer."""
    answered: FloatArray
    """By row, the share of those who coded the sentence that answered: a condition may have hidden the question."""

    @cached_property
    def counts(self) -> IntArray:
        """How often each value was given, by row."""
        row, _, value = self.votes
        shape = (len(self.sentences), len(self.values))
        return np.bincount(row * shape[1] + value, minlength=shape[0] * shape[1]).reshape(shape)

    @cached_property
    def found(self) -> DawidSkene:
        """The model of all answers to the question in the round."""
        row, annotator, value = self.votes
        shape = (len(self.sentences), len(self.annotators), len(self.values))
        return dawid_skene(row, annotator, value, shape=shape)

    @cached_property
    def to_come(self) -> AnswersToCome:
        """The ways answers to come can come out: by rates pooled over all annotators."""
        return AnswersToCome(pooled_rates(self.found, WEAK))

    def outlook(self, n_more: int, rows: IntArray) -> Outlook:
        """Return what ``n_more`` annotators more are expected to do to the labels in these rows."""
        posterior, answered, counts = self.found.posterior[rows], self.answered[rows], self.counts[rows]
        # Sentences that were answered alike are few patterns: each is computed once.
        _, first, pattern = np.unique(
            np.column_stack([posterior, answered, counts]), axis=0, return_index=True, return_inverse=True
        )
        posterior, answered, counts = posterior[first], answered[first], counts[first]
        if self.rule == "vote":
            found = vote_outlook(counts, posterior, self.to_come, n_more, answered)
        else:
            found = model_outlook(posterior, self.to_come, n_more, answered)
        return Outlook(found.gain[pattern.ravel()], found.change[pattern.ravel()])

    def label(self, sentence_id: str) -> Label:
        """Return the label of a sentence that has an answer."""
        row = self.sentences[sentence_id]
        return self._label(self.counts[row], self.found.posterior[row])

    def label_given(self, answers: Iterable[tuple[str, str]]) -> Label | None:
        """Return the label by the answers alone that these annotators gave to one sentence; None without any.

        Error rates are those found from all answers of the round.
        """
        known = [(self.annotators[who], self.values.index(value)) for who, value in answers]
        if not known:
            return None
        annotator, value = np.array(known, np.int64).T
        counts = np.bincount(value, minlength=len(self.values))
        return self._label(counts, model_posterior(self.found, annotator, value))

    def _label(self, counts: IntArray, posterior: FloatArray) -> Label:
        winner = int(posterior.argmax())
        if self.rule == "vote":
            first = np.flatnonzero(counts == counts.max())
            if len(first) > 1:
                return Label(None, 0.0)
            winner = int(first[0])
        return Label(self.values[winner], float(posterior[winner]))


def labels_of(
    annotations: Sequence[Annotation], questions: Sequence[Question], rule: Rule
) -> dict[str, QuestionLabels]:
    """Return the labels of each question that anybody answered, from annotations that count."""
    n_coded = Counter(annotation.sentence_id for annotation in annotations)
    given: dict[str, list[tuple[str, str, str]]] = {question.id: [] for question in questions}
    for annotation in annotations:
        for question, value in answers_to(annotation, given):
            given[question].append((annotation.sentence_id, annotation.annotator, value))
    return {
        question.id: _of(question, given[question.id], n_coded, rule) for question in questions if given[question.id]
    }


def answers_to(annotation: Annotation, questions: Mapping[str, object]) -> Iterable[tuple[str, str]]:
    """Yield question and category of each answer of an annotation to one of these questions."""
    for answer in annotation.answers:
        if answer.question in questions and answer.status == "answered" and isinstance(answer.value, str):
            yield answer.question, answer.value


def _of(
    question: Question, given: Sequence[tuple[str, str, str]], n_coded: Mapping[str, int], rule: Rule
) -> QuestionLabels:
    sentences = {name: row for row, name in enumerate(dict.fromkeys(sentence for sentence, _, _ in given))}
    annotators = {name: at for at, name in enumerate(sorted({who for _, who, _ in given}))}
    in_use = {value for _, _, value in given}
    values = tuple(stored for code in question.scale if (stored := question.stored(code)) in in_use)
    place = {value: at for at, value in enumerate(values)}
    row = np.array([sentences[sentence] for sentence, _, _ in given], np.int64)
    n_answers = np.bincount(row, minlength=len(sentences))
    coded = np.array([n_coded[sentence] for sentence in sentences], np.float64)
    return QuestionLabels(
        question=question.id,
        rule=rule,
        values=values,
        sentences=sentences,
        annotators=annotators,
        votes=(
            row,
            np.array([annotators[who] for _, who, _ in given], np.int64),
            np.array([place[value] for _, _, value in given], np.int64),
        ),
        answered=n_answers / coded,
    )
