"""Everything that is known of each annotator's work in one round, side by side and without an order of merit.

Each figure has its interval, and a word about somebody (rises, more, longer …) stands only where the interval carries
it. Of figures that all annotators are compared in, the intervals of a question hold together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.diagnosis.explanation import over_use_of
from toolkit.agreement.diagnosis.over_use import OverUse
from toolkit.agreement.drift import Drift
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimate_from
from toolkit.agreement.known.accuracy import ACCURACY, accuracy_estimates
from toolkit.agreement.known.cases import ONE_CATEGORY, cases_of
from toolkit.agreement.known.share import share_sums
from toolkit.agreement.left_out import LeftOut, left_out
from toolkit.agreement.median_interval import median_interval
from toolkit.agreement.reading import Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.same_answer import SameAnswer, same_answer
from toolkit.agreement.spans.lengths import SpanLength, span_lengths
from toolkit.agreement.spans.span_readings import codings_of, span_readings
from toolkit.codebook.model import Codebook
from toolkit.errors import UsageError
from toolkit.files.arrays import IntArray
from toolkit.loop.agreement.over_time import over_time, pace_of
from toolkit.loop.agreement.questions import coded_question, counted_answers
from toolkit.loop.agreement.request import REPLICATES
from toolkit.loop.agreement.study import ARTICLE, default_round, pulled
from toolkit.loop.progress import Progress, silent
from toolkit.study import annotators, rounds
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.records import Annotation
from toolkit.study.removals import Answers

CodedAny = CodedQuestion | CodedSpans
Truth = Mapping[str, Mapping[str, str]]
Source = Literal["gold", "adjudicated"]


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
    """Whether known in advance, or decided by adjudicators: those are of sentences that are hard."""
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatorOverview:
    """One annotator's work in a round."""

    annotator: str
    registered: bool
    removed: Answers | None
    """Whether they were removed, and what became of what they had done: kept, or withdrawn."""
    done: int
    """Sentences with an annotation that counts."""
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
    answers are there, answers are held against them. Raise ``UsageError`` where there is no such round or annotator.
    """
    with study.database() as database:
        source = pulled(study, database, named=(round_name,))
        name = round_name or default_round(source)
        rounds.get(database, name)
        current = source.read(name)
        people = {person.pseudonym: person for person in annotators.ever_registered(database, round=name)}
        names = sorted({*people, *(one.annotator for one in current.annotations)})
        chosen = _chosen(database, names, annotator)
        resampling = Resampling(ARTICLE, replicates, seed)
        found = counted_answers(current.annotations, current.codebook)
        questions = [
            coded_question(question, found, clustered=True, texts=source.texts)
            for question in current.codebook.measured()
        ]
        truths = dict(_truths(study, database, name, questions, current.codebook, source.texts.keys()))
    figures = _of_questions(questions, truths, resampling, progress)
    drifted = _drifted(questions, current.annotations, resampling)
    by_annotator: defaultdict[str, list[Annotation]] = defaultdict(list)
    for one in current.annotations:
        by_annotator[one.annotator].append(one)
    return AnnotatorOverviews(
        round=name,
        codebook=current.codebook.name,
        n_annotators=len(names),
        replicates=replicates,
        seed=seed,
        confidence=resampling.confidence,
        annotators=tuple(
            replace(
                _own_work(each, by_annotator[each], current.codebook, resampling),
                registered=each in people and people[each].removal is None,
                removed=removal.answers if each in people and (removal := people[each].removal) else None,
                left_out=tuple(one for one in figures.left_out if one.annotator == each),
                used=tuple(one for one in figures.used if one.use.annotator == each),
                lengths=tuple(one for one in figures.lengths if one.annotator == each),
                right=tuple(one for one in figures.right if one.estimate.annotator == each),
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
    name: str, annotations: Sequence[Annotation], codebook: Codebook, resampling: Resampling
) -> AnnotatorOverview:
    counting = [one for one in annotations if one.excluded_because is None]
    skipped = [one for one in annotations if one.excluded_because == "skipped"]
    return AnnotatorOverview(
        annotator=name,
        registered=False,
        removed=None,
        done=len({one.sentence_id for one in counting}),
        skipped=_skipped(counting, skipped, resampling),
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
    right: list[Right] = field(default_factory=list)


def _of_questions(
    questions: Sequence[CodedAny], truths: Mapping[Source, Truth], resampling: Resampling, progress: Progress
) -> _Figures:
    """What is told question by question, of all annotators."""
    found = _Figures()
    for step, question in enumerate(questions, start=1):
        progress("looking at annotators", step, len(questions))
        for label, reading in _readings(question):
            found.left_out += left_out(label, reading, resampling)
            found.used += [Used(question=label, use=use) for use in over_use_of(reading, resampling)]
        if isinstance(question, CodedSpans):
            found.lengths += span_lengths(question.question, codings_of(question), resampling)
            continue
        if question.level not in ONE_CATEGORY:
            continue
        for source, truth in truths.items():
            if question.question in truth:
                cases = cases_of(question, truth[question.question])
                of = accuracy_estimates(question.question, question.level, cases, resampling)
                found.right += [
                    Right(source=source, estimate=one)
                    for one in of
                    if one.measure == ACCURACY and one.annotator is not None
                ]
    return found


def _readings(question: CodedAny) -> Iterator[tuple[str, Reading]]:
    """A question at its own level; spans label by label."""
    if isinstance(question, CodedQuestion):
        yield question.question, question.readings()[0]
    elif question.texts is not None and question.units:
        for label, reading in zip(question.labels, span_readings(question, question.texts), strict=True):
            yield f"{question.question} {label}", reading


def _drifted(questions: Sequence[CodedAny], annotations: Sequence[Annotation], resampling: Resampling) -> list[Drifted]:
    followed = over_time(questions, annotations, replace(resampling, replicates=0))  # of the windows nothing is used
    return [Drifted(question=one.question, drift=drift) for one in followed for drift in one.drifts]


def _truths(
    study: Study,
    database: Database,
    round_name: str,
    questions: Sequence[CodedAny],
    codebook: Codebook,
    units: Collection[str],
) -> Iterator[tuple[Source, Truth]]:
    """The answers that are known of the study's sentences: in advance, and by decision of adjudicators."""
    from toolkit.loop.adjudication.decisions import settled_of
    from toolkit.tables.known_answers import OF_A_STUDY, read_known_answers

    files: dict[Source, Path] = {"gold": study.folder / "gold.csv", "adjudicated": study.folder / "adjudicated.csv"}
    for source, file in files.items():
        if file.is_file():
            yield source, read_known_answers(file, questions, [OF_A_STUDY], units=units)
    if files["adjudicated"].is_file():
        return
    decided: defaultdict[str, dict[str, str]] = defaultdict(dict)
    scales = {one.id: {one.stored(code) for code in one.scale} for one in codebook.measured()}
    for settled in settled_of(database, round_name).values():
        # What all coders agreed on was taken over from them: against it everybody is right.
        value = settled.value if settled.outcome == "decided" and isinstance(settled.value, str) else None
        if value is not None and value in scales.get(settled.question, ()):
            decided[settled.question][settled.sentence_id] = value
    if decided:
        yield "adjudicated", dict(decided)
