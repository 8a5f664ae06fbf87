"""Disagreements: the sentences of a round on which annotators differ, the worst first, with everybody's answers."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby
from statistics import fmean

import numpy as np

from toolkit.codebook.answers import Answer
from toolkit.codebook.model import Codebook, Question
from toolkit.consensus.counting import entropy, tallied
from toolkit.corpus.article import Sentence
from toolkit.loop.agreement.rounds_source import default_round, pulled
from toolkit.loop.annotators import addresses_of
from toolkit.loop.disagreement.confused import stand_against
from toolkit.loop.disagreement.distances import Distance, distance_of
from toolkit.loop.disagreement.handout import MOST_SENTENCES, Handout, handout
from toolkit.loop.disagreement.records import ComparedQuestion, Disagreements, DisputedSentence
from toolkit.loop.disagreement.request import DisagreementRequest, Wanted, wanted_in
from toolkit.loop.disputes import IN_DISPUTE, comparable_answers, outcome
from toolkit.loop.online.sentence_links import sentence_links
from toolkit.study import articles
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.records import Annotation

_DIGITS = 9
EVERYTHING = DisagreementRequest()


def disagreements(study: Study, request: DisagreementRequest = EVERYTHING) -> Disagreements:
    """Return the disputed sentences of a round, as pulled: by disagreement, then entropy, then in reading order.

    Raise ``UsageError`` where there is no such round, or nothing in it that is called as the request says.
    """
    with study.database() as database:
        return _cut(_found(study, database, request)[0], request.limit)


def training_handout(study: Study, request: DisagreementRequest = EVERYTHING) -> Handout:
    """Return a hand-out for the training meeting: at most 20 of these sentences (or ``limit``, if that is less), chosen
    so that every confused pair of categories occurs.
    """
    with study.database() as database:
        found, codebook = _found(study, database, request)
    return handout(found, codebook, most=min(request.limit or MOST_SENTENCES, MOST_SENTENCES))


@dataclass(frozen=True, slots=True)
class _Coded:
    """One sentence with the annotations that count, and what their answers are compared as."""

    sentence: Sentence
    annotations: tuple[Annotation, ...]
    compared: Mapping[str, Mapping[str, Hashable]]


def _found(study: Study, database: Database, request: DisagreementRequest) -> tuple[Disagreements, Codebook]:
    source = pulled(study, database, named=(request.round_name,))
    name = request.round_name or default_round(source)
    current = source.read(name)
    counted = [one for one in current.annotations if one.excluded_because is None]
    annotators = tuple(sorted({one.annotator for one in counted}))
    wanted = wanted_in(request, current.codebook, annotators, addresses_of(database))
    sentences = {sentence.sentence_id: sentence for sentence in articles.sentences(database)}
    coded = [
        _Coded(sentences[sentence_id], group, comparable_answers(group, current.codebook))
        for sentence_id, together in groupby(counted, key=lambda one: one.sentence_id)
        if len(group := tuple(sorted(together, key=lambda one: one.annotator))) > 1
    ]
    titles = {article_id: article.title for article_id, article in source.articles.items()}
    disputed = _disputed(coded, current.codebook, wanted, titles, sentence_links(study, database, name))
    return (
        Disagreements(
            round=name,
            codebook=current.codebook.name,
            annotators=annotators,
            n_compared=len(coded),
            n_disputed=len(disputed),
            sentences=tuple(sorted(disputed, key=_worst_first)),
        ),
        current.codebook,
    )


def _cut(found: Disagreements, limit: int | None) -> Disagreements:
    return replace(found, sentences=found.sentences[:limit])


def _worst_first(one: DisputedSentence) -> tuple[float, float]:
    """By what sentences are sorted, as they are read where that is equal; sums may differ in their last digits."""
    return -round(one.disagreement, _DIGITS), -round(one.entropy, _DIGITS)


def _disputed(
    coded: Sequence[_Coded],
    codebook: Codebook,
    wanted: Wanted,
    titles: Mapping[str, str | None],
    links: Mapping[str, str],
) -> list[DisputedSentence]:
    """The sentences that are as asked for, in reading order."""
    compared = {
        question.id: _compared(question, coded, wanted, looked_at=question in wanted.questions)
        for question in codebook.measured()
    }
    found = []
    for place, one in enumerate(coded):
        if not any(of_question[place].disputed for of_question in compared.values()):
            continue
        questions = tuple(
            compared[question.id][place] if question.id in compared else _beside(question, one)
            for question in codebook.questions
        )
        found.append(
            DisputedSentence(
                sentence_id=one.sentence.sentence_id,
                article_id=one.sentence.article_id,
                position=one.sentence.position,
                title=titles.get(one.sentence.article_id),
                text=one.sentence.text,
                link=links.get(one.sentence.sentence_id),
                disagreement=sum(each.disagreement for each in questions),
                entropy=sum(each.entropy for each in questions),
                questions=questions,
            )
        )
    return found


def _compared(
    question: Question, coded: Sequence[_Coded], wanted: Wanted, *, looked_at: bool
) -> Sequence[ComparedQuestion]:
    """The question on every sentence; disputed only where it is looked at."""
    answers = [one.compared[question.id] for one in coded]
    distance = distance_of(question, answers)
    entropies = _entropies(answers)
    found = []
    for one, given, bits in zip(coded, answers, entropies, strict=True):
        how = outcome(given)
        disputed = looked_at and how in IN_DISPUTE and _as_asked(question, given, wanted)
        found.append(
            ComparedQuestion(
                question=question.id,
                outcome=how,
                disputed=disputed,
                disagreement=_apart(given, distance, one.sentence.text, wanted) if disputed else 0.0,
                entropy=bits if disputed else 0.0,
                answers=_answers(question, one),
            )
        )
    return found


def _beside(question: Question, one: _Coded) -> ComparedQuestion:
    """A question that is kept out of agreement: confidence, a note."""
    return ComparedQuestion(
        question=question.id,
        outcome=None,
        disputed=False,
        disagreement=0.0,
        entropy=0.0,
        answers=_answers(question, one),
    )


def _answers(question: Question, one: _Coded) -> dict[str, Answer]:
    return {
        annotation.annotator: answer
        for annotation in one.annotations
        for answer in annotation.answers
        if answer.question == question.id
    }


def _as_asked(question: Question, given: Mapping[str, Hashable], wanted: Wanted) -> bool:
    """Whether the answers to a disputed question are such as the request names."""
    if wanted.between is not None:
        one, other = (given.get(name) for name in wanted.between)
        if one is None or other is None or one == other:
            return False
    if wanted.annotator is not None:
        own = given.get(wanted.annotator)
        others = [value for name, value in given.items() if name != wanted.annotator]
        if own is None or 2 * others.count(own) >= len(others):
            return False
    pair = wanted.categories
    return pair is None or any(stand_against(question, one, other, pair) for one, other in _pairs(given, wanted))


def _apart(given: Mapping[str, Hashable], distance: Distance, text: str, wanted: Wanted) -> float:
    return fmean(distance(one, other, text) for one, other in _pairs(given, wanted))


def _pairs(given: Mapping[str, Hashable], wanted: Wanted) -> Iterator[tuple[Hashable, Hashable]]:
    """The pairs of annotators that are looked at, with their answers: all, or those of whoever is named."""
    for one, other in combinations(given, 2):
        between = wanted.between is None or {one, other} == set(wanted.between)
        if between and (wanted.annotator is None or wanted.annotator in (one, other)):
            yield given[one], given[other]


def _entropies(answers: Sequence[Mapping[str, Hashable]]) -> Sequence[float]:
    """Shannon entropy of the answers on each sentence."""
    number: dict[Hashable, int] = {}
    votes = [
        (place, number.setdefault(value, len(number)))
        for place, given in enumerate(answers)
        for value in given.values()
    ]
    table = np.array(votes, dtype=np.int64).reshape(-1, 2)
    found: list[float] = entropy(tallied(table[:, 0], table[:, 1], max(len(number), 1)), len(answers)).tolist()
    return found
