"""Everything that is known of each annotator's work in one round, side by side and without an order of merit.

Each figure has its interval, and a word about somebody (rises, more, longer …) stands only where the interval carries
it. Of figures that all annotators are compared in, the intervals of a question hold together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.diagnosis.explanation import over_use_of
from toolkit.agreement.diagnosis.over_use import OverUse
from toolkit.agreement.drift import Drift
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimate_from
from toolkit.agreement.known.accuracy import ACCURACY, accuracy_estimates
from toolkit.agreement.known.cases import cases_of
from toolkit.agreement.known.share import share_sums
from toolkit.agreement.left_out import LeftOut, left_out
from toolkit.agreement.median_interval import median_interval
from toolkit.agreement.reading import Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.same_answer import SameAnswer, same_answer
from toolkit.agreement.spans.lengths import SpanLength, span_lengths
from toolkit.agreement.spans.span_readings import codings_of, span_readings
from toolkit.codebook.model import Codebook
from toolkit.errors import BadInput, UsageError
from toolkit.files.arrays import IntArray
from toolkit.loop.agreement.gold import held_against
from toolkit.loop.agreement.known import KnownAnswers
from toolkit.loop.agreement.over_time import drifts_over_time, pace_of
from toolkit.loop.agreement.request import REPLICATES, AgreementRequest
from toolkit.loop.agreement.rounds import CodedRound
from toolkit.loop.agreement.rounds_source import RoundsSource, pulled
from toolkit.loop.agreement.study import CountedRound, counted_round, known_by_a_word
from toolkit.loop.progress import Progress, silent
from toolkit.study import annotators
from toolkit.study.annotators import Annotator
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.records import GOLD, Annotation
from toolkit.study.removals import Answers

CodedAny = CodedQuestion | CodedSpans
Source = Literal["gold", "adjudicated"]
KnownBySource = tuple[Mapping[Source, KnownAnswers], Mapping[Source, str]]
"""Known answers, and why a file of them does not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its interval, by article; None where there is none, with the reason."""

    n: int
    """What it is a share of."""
    value: float | None
    ci_low: float | None
    ci_high: float | None
    because: str | None = None
    """Why there is no value, or no interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """Median seconds a sentence, over all and in each third of what the annotator coded, in the order of coding."""

    n: int
    median: float
    ci_low: float | None
    ci_high: float | None
    because: str | None
    """Why there is no interval."""
    thirds: tuple[float, ...]
    """None of them where there are fewer than three sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """The annotator's use of a category beside that of co-annotators on the same sentences (tokens, of spans)."""

    question: str
    use: OverUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """Whether the annotator's agreement with the others changed while the round was coded."""

    question: str
    drift: Drift


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """The share of the annotator's answers that are the known ones, question by question."""

    source: Source
    """Whether known in advance, or decided by adjudicators: what these were given by chance stands for more."""
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatorOverview:
    """One annotator's work in a round."""

    annotator: str
    registered: bool
    removed: Answers | None
    """Whether they were removed, and what became of what they had done: kept, or withdrawn."""
    done: int
    """Sentences with an annotation that counts; those that are in the round only as gold are work done as well."""
    skipped: Share
    """Of the sentences they had: coded, so that it counts, or skipped."""
    seconds: Seconds | None
    same_answers: tuple[SameAnswer, ...] = ()
    """Of questions outside the agreement table, such as confidence: how far one answer is the only one."""
    left_out: tuple[LeftOut, ...] = ()
    used: tuple[Used, ...] = ()
    lengths: tuple[SpanLength, ...] = ()
    drifted: tuple[Drifted, ...] = ()
    right: tuple[Right, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatorOverviews:
    """Annotators of a round in the order of their pseudonyms."""

    round: str
    codebook: str
    n_annotators: int
    """How many there are in all: intervals hold together for so many, whoever is shown."""
    replicates: int
    seed: int
    confidence: float
    unknown_because: Mapping[Source, str] = field(default_factory=dict)
    """Why answers are not held against known ones, where a file of them does not fit."""
    annotators: tuple[AnnotatorOverview, ...] = field(default=())


def show_annotators(
    study: Study,
    annotator: str | None = None,
    *,
    round_name: str | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
    progress: Progress = silent,
) -> AnnotatorOverviews:
    """Return what is known of every annotator's work in a round, or of one, named by pseudonym or address.

    Without ``round_name`` it is the round that ``agree`` takes. Nobody is ranked. Where a ``gold.csv`` or adjudicated
    answers are there, answers are held against them as ``agree`` does, and a file that does not fit is a word. Raise
    ``UsageError`` where there is no such round or annotator.
    """
    with study.database() as database:
        source = pulled(study, database, named=(round_name,))
        counted = counted_round(source, AgreementRequest(round_name=round_name, replicates=replicates, seed=seed))
        people = {person.pseudonym: person for person in annotators.ever_registered(database, round=counted.name)}
        names = sorted({*people, *(one.annotator for one in counted.current.annotations)})
        chosen = _chosen(database, names, annotator)
        known = known_by_source(source, counted.name, counted.current, counted.questions)
        return overviews_of(counted, people, names, chosen, known=known, progress=progress)


def overviews_of(
    counted: CountedRound,
    people: Mapping[str, Annotator],
    names: Sequence[str],
    chosen: Sequence[str],
    *,
    known: KnownBySource,
    progress: Progress = silent,
) -> AnnotatorOverviews:
    """Return the same of a round that is counted: of the ``chosen`` of all the ``names``, with whom of these the study
    knows as ``people``, and with the ``known`` answers.
    """
    name, current, questions = counted.name, counted.current, counted.questions
    resampling = counted.asked.resampling
    answers, unfit = known
    held = held_against(current.annotations, current.codebook, {}, clustered=True, of_annotators=frozenset())
    figures = _of_questions(questions, resampling, progress)
    right = list(_right(held.questions if held is not None else questions, answers, resampling))
    drifted = _drifted(questions, current.annotations, resampling)
    by_annotator: defaultdict[str, list[Annotation]] = defaultdict(list)
    for one in current.annotations:
        by_annotator[one.annotator].append(one)
    return AnnotatorOverviews(
        round=name,
        codebook=current.codebook.name,
        n_annotators=len(names),
        replicates=resampling.replicates,
        seed=resampling.seed,
        confidence=resampling.confidence,
        unknown_because=unfit,
        annotators=tuple(
            replace(
                _own_work(each, by_annotator[each], current.codebook, resampling),
                registered=each in people and people[each].removal is None,
                removed=removal.answers if each in people and (removal := people[each].removal) else None,
                left_out=tuple(one for one in figures.left_out if one.annotator == each),
                used=tuple(one for one in figures.used if one.use.annotator == each),
                lengths=tuple(one for one in figures.lengths if one.annotator == each),
                right=tuple(one for one in right if one.estimate.annotator == each),
                drifted=tuple(one for one in drifted if one.drift.annotator == each),
            )
            for each in chosen
        ),
    )


def _chosen(database: Database, names: Sequence[str], annotator: str | None) -> Sequence[str]:
    if annotator is None:
        return names
    pseudonym = annotators.pseudonym(database, annotator) if "@" in annotator else annotator
    if pseudonym in names:
        return [pseudonym]
    raise UsageError(
        "nobody with this address is an annotator of the round"
        if "@" in annotator
        else f"there is no annotator {annotator!r} in the round",
        todo=f"There is: {', '.join(names) or 'nobody yet'}.",
    )


def _own_work(
    name: str, annotations: Iterable[Annotation], codebook: Codebook, resampling: Resampling
) -> AnnotatorOverview:
    counting = [one for one in annotations if one.excluded_because is None]
    coded = [one for one in annotations if one.excluded_because in {None, GOLD}]
    skipped = [one for one in annotations if one.excluded_because == "skipped"]
    return AnnotatorOverview(
        annotator=name,
        registered=False,
        removed=None,
        done=len({one.sentence_id for one in coded}),
        skipped=_skipped(coded, skipped, resampling),
        seconds=_seconds(counting, resampling),
        same_answers=tuple(_same_answers(name, counting, codebook)),
    )


def _skipped(counting: Sequence[Annotation], skipped: Sequence[Annotation], resampling: Resampling) -> Share:
    every = [*counting, *skipped]
    passed = np.asarray([False] * len(counting) + [True] * len(skipped), dtype=np.bool_)
    sums = share_sums(
        passed,
        np.ones(len(every), dtype=np.bool_),
        _numbers([one.article_id for one in every]),
        _numbers([one.sentence_id for one in every]),
        np.zeros(len(every), dtype=np.int64),
        "nothing answered",
    )
    of = estimate_from("", "skipped", "", replace(sums, in_odds=True), None, resampling, n_categories=2)
    because = of.undefined_because or of.interval_undefined_because
    return Share(n=len(every), value=of.value, ci_low=of.ci_low, ci_high=of.ci_high, because=because)


def _numbers(names: Sequence[str]) -> IntArray:
    place = {name: code for code, name in enumerate(dict.fromkeys(names))}
    return np.asarray([place[name] for name in names], dtype=np.int64)


def _seconds(counting: Sequence[Annotation], resampling: Resampling) -> Seconds | None:
    timed = [one for one in counting if one.seconds_spent is not None]
    if not timed:
        return None
    (pace,) = pace_of(timed)
    limits = median_interval([one.seconds_spent or 0.0 for one in timed], [one.article_id for one in timed], resampling)
    low, high = (None, None) if isinstance(limits, str) else limits
    because = limits if isinstance(limits, str) else None
    return Seconds(n=pace.n, median=pace.seconds, ci_low=low, ci_high=high, because=because, thirds=pace.thirds)


def _same_answers(name: str, counting: Sequence[Annotation], codebook: Codebook) -> Iterator[SameAnswer]:
    """Of each question with categories that is kept out of the agreement table, where the annotator answered it."""
    for question in codebook.questions:
        if question.agreement or not question.scale:
            continue
        given = [
            str(answer.value)
            for one in counting
            for answer in one.answers
            if answer.question == question.id and answer.status == "answered" and isinstance(answer.value, str)
        ]
        if given:
            yield same_answer(name, question.id, given)


@dataclass(slots=True)
class _Figures:
    left_out: list[LeftOut] = field(default_factory=list)
    used: list[Used] = field(default_factory=list)
    lengths: list[SpanLength] = field(default_factory=list)


def _of_questions(questions: Sequence[CodedAny], resampling: Resampling, progress: Progress) -> _Figures:
    """What is told question by question, of all annotators."""
    found = _Figures()
    for step, question in enumerate(questions, start=1):
        progress("looking at annotators", step, len(questions))
        for label, reading in _readings(question):
            found.left_out += left_out(label, reading, resampling)
            found.used += [Used(question=label, use=use) for use in over_use_of(reading, resampling)]
        if isinstance(question, CodedSpans):
            found.lengths += span_lengths(question.question, codings_of(question), resampling)
    return found


def _right(
    questions: Sequence[CodedAny], known: Mapping[Source, KnownAnswers], resampling: Resampling
) -> Iterator[Right]:
    for question in questions:
        for source, answers in known.items():
            if isinstance(question, CodedSpans) or question.question not in answers.truth:
                continue
            cases = cases_of(question, answers.truth[question.question], answers.chosen.get(question.question))
            for one in accuracy_estimates(question.question, question.level, cases, resampling):
                if one.measure == ACCURACY and one.annotator is not None:
                    yield Right(source=source, estimate=one)


def _readings(question: CodedAny) -> Iterator[tuple[str, Reading]]:
    """A question at its own level; spans label by label."""
    if isinstance(question, CodedQuestion):
        yield question.question, question.readings()[0]
    elif question.texts is not None and question.units:
        for label, reading in zip(question.labels, span_readings(question, question.texts), strict=True):
            yield f"{question.question} {label}", reading


def _drifted(questions: Sequence[CodedAny], annotations: Iterable[Annotation], resampling: Resampling) -> list[Drifted]:
    followed = drifts_over_time(questions, annotations, seed=resampling.seed)
    return [Drifted(question=question, drift=drift) for question, drift in followed]


def known_by_source(
    source: RoundsSource, name: str, current: CodedRound, questions: Sequence[CodedAny]
) -> KnownBySource:
    """Return what answers of the round are held against, as ``agree`` would, and why a file of known answers does not
    fit.
    """
    known: dict[Source, KnownAnswers] = {}
    unfit: dict[Source, str] = {}
    words: tuple[Source, ...] = ("gold", "adjudicated")
    for word in words:
        try:
            known[word] = known_by_a_word(source, name, current, questions, word)
        except UsageError:
            continue  # there are none
        except BadInput as fault:
            unfit[word] = fault.what
    return known, unfit
