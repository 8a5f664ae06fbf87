"""Every sentence of a round with what everybody answered: what a reader of the report walks down to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.scale import value_name
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.in_words import NOTHING_MARKED
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

MOST_CELLS = 50_000_000
"""Units times annotators, over all questions of a table, beyond which none are listed: no page holds as many."""

MARKED = "marked"
"""What an answer that marks words is called: which words differ from answer to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArticle:
    """An article that sentences of the round are in."""

    article_id: str
    title: str | None
    outlet: str | None
    language: str | None = None
    """As BCP 47 has it."""


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
    tables = {question.id: _Table(question.level, len(groups), len(names)) for question in codebook.questions}
    measured = [question.id for question in codebook.measured()]
    for row, (_, group) in enumerate(groups):
        for one in group:
            for answer in one.answers:
                if (table := tables.get(answer.question)) is not None:
                    table.take(row, column[one.annotator], answer)
        for name, outcome in disputes_in(group, codebook).items():
            tables[name].outcomes[row] = OUTCOMES.index(outcome)
    reasons = _decide(settled, rows, tables, sentences)
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
                decided=table.decided,
                decided_spans=table.decided_spans,
            )
            for question in codebook.questions
            for table in (tables[question.id],)
        ),
        reasons=reasons,
    )


def ratings_side_by_side(questions: Sequence[CodedQuestion]) -> AnswersSideBySide:
    """Return the same of a table, whose units are known by their names alone; questions of spans are not for it.

    Of many thousand units by many thousand annotators, most of whom never met, nothing is listed.
    """
    units = list(dict.fromkeys(str(unit) for question in questions for unit in question.ratings.units))
    names = tuple(sorted({str(name) for question in questions for name in question.ratings.annotators}))
    if len(units) * len(names) * len(questions) > MOST_CELLS:
        return ratings_side_by_side([])
    row, column = ({name: place for place, name in enumerate(all_of)} for all_of in (units, names))
    found = []
    for question in questions:
        ratings, (value, values) = question.ratings, _values(question)
        there = np.flatnonzero(value != MISSING)
        of_unit = np.asarray([row[str(unit)] for unit in ratings.units], dtype=np.int64)[ratings.unit[there]]
        of_annotator = np.asarray([column[str(name)] for name in ratings.annotators], dtype=np.int64)
        given = np.full((len(units), len(names)), NOBODY)
        given[of_unit, of_annotator[ratings.annotator[there]]] = value[there]
        found.append(
            ListedQuestion(
                question=question.question,
                level=question.level,
                values=values,
                given=given,
                outcomes=_outcomes(of_unit, value[there], len(units)),
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

    def __init__(self, level: str, n_sentences: int, n_annotators: int) -> None:
        self.level = level
        self.given: IntArray = np.full((n_sentences, n_annotators), NOBODY)
        self.outcomes: IntArray = np.full(n_sentences, OUTCOMES.index("too_few"))
        self.spans: dict[tuple[int, int], tuple[Span, ...]] = {}
        self.decided: dict[int, str] = {}
        self.decided_spans: dict[int, tuple[Span, ...]] = {}
        self.values: dict[ListedValue, int] = {}
        self._known: dict[int, tuple[Answer, int]] = {}

    def take(self, row: int, column: int, answer: Answer) -> None:
        known = self._known.get(id(answer))  # the same choices are the same object
        if known is None:
            listed = _listed(answer, self.level)
            code = self.values.setdefault(listed, len(self.values))
            if listed.name != MARKED:
                self._known[id(answer)] = answer, code
        else:
            code = known[1]
        self.given[row, column] = code
        if isinstance(answer.value, tuple) and answer.value and isinstance(answer.value[0], Span):
            self.spans[row, column] = tuple(each for each in answer.value if isinstance(each, Span))


def _decide(
    settled: Iterable[Settled],
    rows: Mapping[str, int],
    tables: Mapping[str, _Table],
    sentences: Mapping[str, Sentence],
) -> Mapping[int, str]:
    """Enter what is decided on into the tables, and return why coders differed, by sentence."""
    reasons: dict[int, str] = {}
    for each in settled:
        row = rows.get(each.sentence_id)
        if row is None or each.because is None or each.outcome not in SETTLING:
            continue
        if (table := tables.get(each.question)) is not None:
            table.decided[row] = _decided(each, table.level)
            if spans := _decided_spans(each, sentences[each.sentence_id].text):
                table.decided_spans[row] = spans
        if each.reason is not None:
            reasons[row] = each.reason
    return reasons


def _listed(answer: Answer, level: str) -> ListedValue:
    value = answer.value
    if answer.status == "rejected":
        return ListedValue("not valid", answer.status)
    if value is None:
        return ListedValue(answer.status.replace("_", " "), answer.status)
    return ListedValue(_called(value, level), answer.status)


def _called(value: object, level: str) -> str:
    if not isinstance(value, list | tuple):
        return value_name(value)
    if level == "span":
        return MARKED if value else NOTHING_MARKED
    return value_name(frozenset(map(str, value)))


def _decided(one: Settled, level: str) -> str:
    """A decision as an answer is called that says the same."""
    return _called(one.value, level) if one.outcome == "decided" else one.outcome.replace("_", " ")


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
        language=None if article is None else article.language,
    )


def _values(question: CodedQuestion) -> tuple[IntArray, tuple[ListedValue, ...]]:
    """The value of each entry of the ratings, and what these are: those that say "cannot be judged" come last."""
    ratings, judged = question.ratings, question.with_missing
    values = [ListedValue(value_name(value), "answered") for value in ratings.domain]
    if judged is None:
        return ratings.value, tuple(values)
    unjudged = np.asarray(judged.value >= 1)  # the first of these means that there is an answer on the scale
    value = np.where(unjudged, len(values) + judged.value - 1, ratings.value)
    return value, (*values, *(ListedValue(str(each), "cannot_be_judged") for each in judged.domain[1:]))


def _outcomes(unit: IntArray, value: IntArray, n_units: int) -> IntArray:
    """How the values of each unit compare, in the places of ``OUTCOMES``; ``unit`` and ``value`` are of each answer."""
    n_values = int(value.max(initial=0)) + 1
    pairs, times = np.unique(unit * n_values + value, return_counts=True)
    of_unit = pairs // n_values
    order = np.lexsort((-times, of_unit))
    of_unit, times = of_unit[order], times[order]
    first = np.flatnonzero(np.diff(of_unit, prepend=-1))
    second = np.minimum(first + 1, len(times) - 1)
    several = np.diff(first, append=len(times)) > 1
    of_several = np.where(times[first] == times[second], OUTCOMES.index("tie"), OUTCOMES.index("split"))
    found = np.full(n_units, OUTCOMES.index("too_few"))
    found[of_unit[first]] = np.where(several, of_several, OUTCOMES.index("agreed"))
    found[np.bincount(unit, minlength=n_units) < 2] = OUTCOMES.index("too_few")
    return found
