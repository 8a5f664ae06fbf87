"""Every sentence of a round with what everybody answered: what a reader of the report walks down to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.diagnosis.explanation import value_name
from toolkit.agreement.ratings import MISSING
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Codebook
from toolkit.corpus.article import Article, Sentence
from toolkit.files.arrays import IntArray
from toolkit.loop.disputes import Outcome, disputes_in
from toolkit.study.decisions import SETTLING, Settled
from toolkit.study.records import Annotation

NOBODY = -1
"""In place of a value: the annotator did not code the sentence."""

OUTCOMES: tuple[Outcome, ...] = ("agreed", "split", "tie", "too_few")
NOT_COMPARED = -1
"""In place of an outcome: the question is kept out of agreement."""

MARKED = "marked"
"""What an answer that marks words is called: which words differ from answer to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArticle:
    """An article that sentences of the round are in."""

    article_id: str
    title: str | None
    outlet: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSentence:
    """A sentence; of any table a unit, which has neither text nor article."""

    sentence_id: str
    article: int | None
    """Its place among the articles."""
    position: int | None
    text: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class ListedValue:
    """What somebody answered: how it is called, and whether it is an answer at all (its status)."""

    name: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ListedQuestion:
    """What everybody answered to one question."""

    question: str
    level: str
    values: tuple[ListedValue, ...]
    """Every value there is; equal answers are one."""
    given: IntArray
    """Sentences × annotators: places in ``values``, ``NOBODY`` where an annotator did not code the sentence."""
    outcomes: IntArray
    """By sentence a place in ``OUTCOMES``; ``NOT_COMPARED`` where the question is kept out of agreement."""
    spans: Mapping[tuple[int, int], tuple[Span, ...]] = field(default_factory=dict)
    """What was marked, by sentence and annotator, where anything was."""
    decided: Mapping[int, str] = field(default_factory=dict)
    """What is decided on, by sentence, in words."""
    decided_spans: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    """The words that are to be marked, by sentence, where that is decided."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnswersSideBySide:
    """All sentences of a round that anybody coded, in reading order; annotators by pseudonym, in order."""

    annotators: tuple[str, ...]
    articles: tuple[ListedArticle, ...]
    sentences: tuple[ListedSentence, ...]
    questions: tuple[ListedQuestion, ...]
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Why coders differed in the adjudicator's eyes, by sentence."""


def answers_side_by_side(
    annotations: Iterable[Annotation],
    codebook: Codebook,
    *,
    sentences: Mapping[str, Sentence],
    articles: Mapping[str, Article],
    links: Mapping[str, str],
    settled: Iterable[Settled],
) -> AnswersSideBySide:
    """Return what the annotations that count say, sentence by sentence, with what is decided on them."""
    counting = [one for one in annotations if one.excluded_because is None]
    names = tuple(sorted({one.annotator for one in counting}))
    column = {name: place for place, name in enumerate(names)}
    groups = [(key, list(group)) for key, group in groupby(counting, key=lambda one: one.sentence_id)]
    rows = {sentence_id: row for row, (sentence_id, _) in enumerate(groups)}
    tables = {question.id: _Table(len(groups), len(names)) for question in codebook.questions}
    measured = [question.id for question in codebook.measured()]
    for row, (_, group) in enumerate(groups):
        for one in group:
            for answer in one.answers:
                if (table := tables.get(answer.question)) is not None:
                    table.take(row, column[one.annotator], answer)
        for name, outcome in disputes_in(group, codebook).items():
            tables[name].outcomes[row] = OUTCOMES.index(outcome)
    decided: dict[str, dict[int, str]] = {}
    marked: dict[str, dict[int, tuple[Span, ...]]] = {}
    reasons: dict[int, str] = {}
    for each in settled:
        if each.sentence_id in rows and each.because is not None and each.outcome in SETTLING:
            row, text = rows[each.sentence_id], sentences[each.sentence_id].text
            decided.setdefault(each.question, {})[row] = _decided(each)
            if spans := _decided_spans(each, text):
                marked.setdefault(each.question, {})[row] = spans
            if each.reason is not None:
                reasons[row] = each.reason
    used = list(dict.fromkeys(sentences[sentence_id].article_id for sentence_id, _ in groups))
    place = {article_id: at for at, article_id in enumerate(used)}
    return AnswersSideBySide(
        annotators=names,
        articles=tuple(_article(articles, article_id) for article_id in used),
        sentences=tuple(
            ListedSentence(
                sentence_id=sentence_id,
                article=place[sentences[sentence_id].article_id],
                position=sentences[sentence_id].position,
                text=sentences[sentence_id].text,
                link=links.get(sentence_id),
            )
            for sentence_id, _ in groups
        ),
        questions=tuple(
            ListedQuestion(
                question=question.id,
                level=question.level,
                values=tuple(table.values),
                given=table.given,
                outcomes=table.outcomes if question.id in measured else np.full(len(groups), NOT_COMPARED),
                spans=table.spans,
                decided=decided.get(question.id, {}),
                decided_spans=marked.get(question.id, {}),
            )
            for question in codebook.questions
            for table in (tables[question.id],)
        ),
        reasons=reasons,
    )


def ratings_side_by_side(questions: Sequence[CodedQuestion]) -> AnswersSideBySide:
    """Return the same of a table, whose units are known by their names alone; questions of spans are not for it."""
    units = list(dict.fromkeys(str(unit) for question in questions for unit in question.ratings.units))
    names = tuple(sorted({str(name) for question in questions for name in question.ratings.annotators}))
    row, column = ({name: place for place, name in enumerate(all_of)} for all_of in (units, names))
    found = []
    for question in questions:
        ratings = question.ratings
        given = np.full((len(units), len(names)), NOBODY)
        there = ratings.value != MISSING
        of_unit = np.asarray([row[str(unit)] for unit in ratings.units], dtype=np.int64)
        of_annotator = np.asarray([column[str(name)] for name in ratings.annotators], dtype=np.int64)
        given[of_unit[ratings.unit[there]], of_annotator[ratings.annotator[there]]] = ratings.value[there]
        found.append(
            ListedQuestion(
                question=question.question,
                level=question.level,
                values=tuple(ListedValue(value_name(value), "answered") for value in ratings.domain),
                given=given,
                outcomes=_outcomes(given, len(ratings.domain)),
            )
        )
    return AnswersSideBySide(
        annotators=names,
        articles=(),
        sentences=tuple(
            ListedSentence(sentence_id=unit, article=None, position=None, text=None, link=None) for unit in units
        ),
        questions=tuple(found),
    )


class _Table:
    """The answers to one question while they are read."""

    def __init__(self, n_sentences: int, n_annotators: int) -> None:
        self.given: IntArray = np.full((n_sentences, n_annotators), NOBODY)
        self.outcomes: IntArray = np.full(n_sentences, OUTCOMES.index("too_few"))
        self.spans: dict[tuple[int, int], tuple[Span, ...]] = {}
        self.values: dict[ListedValue, int] = {}
        self._known: dict[int, tuple[Answer, int]] = {}

    def take(self, row: int, column: int, answer: Answer) -> None:
        known = self._known.get(id(answer))  # the same choices are the same object
        if known is None:
            listed = _listed(answer)
            code = self.values.setdefault(listed, len(self.values))
            if listed.name != MARKED:
                self._known[id(answer)] = answer, code
        else:
            code = known[1]
        self.given[row, column] = code
        if isinstance(answer.value, tuple) and answer.value and isinstance(answer.value[0], Span):
            self.spans[row, column] = tuple(each for each in answer.value if isinstance(each, Span))


def _listed(answer: Answer) -> ListedValue:
    value = answer.value
    if answer.status == "rejected":
        return ListedValue("not valid", answer.status)
    if value is None:
        return ListedValue(answer.status.replace("_", " "), answer.status)
    if isinstance(value, tuple):
        if any(isinstance(each, Span) for each in value):
            return ListedValue(MARKED, answer.status)
        return ListedValue(value_name(frozenset(map(str, value))), answer.status)
    return ListedValue(value_name(value), answer.status)


def _decided(one: Settled) -> str:
    """A decision as an answer is called that says the same."""
    if one.outcome != "decided":
        return one.outcome.replace("_", " ")
    if not isinstance(one.value, list | tuple):
        return value_name(one.value)
    if any(isinstance(each, list | tuple) for each in one.value):
        return MARKED
    return value_name(frozenset(map(str, one.value)))


def _decided_spans(one: Settled, text: str) -> tuple[Span, ...]:
    if one.outcome != "decided" or not isinstance(one.value, list | tuple):
        return ()
    marks = [each for each in one.value if isinstance(each, list | tuple)]
    return tuple(
        Span(str(label), start, end, text[start:end], "code_point")
        for label, start, end in sorted(marks, key=lambda mark: (mark[1], mark[2]))
    )


def _article(articles: Mapping[str, Article], article_id: str) -> ListedArticle:
    article = articles.get(article_id)
    return ListedArticle(
        article_id=article_id,
        title=None if article is None else article.title,
        outlet=None if article is None else article.outlet,
    )


def _outcomes(given: IntArray, n_values: int) -> IntArray:
    """How the values of each unit compare, in the places of ``OUTCOMES``."""
    counts = np.zeros((len(given), max(n_values, 2)), dtype=np.int64)
    for column in given.T:
        there = column != NOBODY
        np.add.at(counts, (np.flatnonzero(there), column[there]), 1)
    ordered = -np.sort(-counts, axis=1)
    n = counts.sum(axis=1)
    found = np.full(len(given), OUTCOMES.index("split"))
    found[ordered[:, 0] == ordered[:, 1]] = OUTCOMES.index("tie")
    found[ordered[:, 1] == 0] = OUTCOMES.index("agreed")
    found[n < 2] = OUTCOMES.index("too_few")
    return found
