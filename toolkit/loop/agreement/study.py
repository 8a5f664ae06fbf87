"""Agree: the agreement of a round, from what was pulled or from an export, and what was left out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from toolkit.agreement.analysis import Asked
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.known.corrected import OutsideShare
from toolkit.errors import UsageError
from toolkit.loop.agreement.adjudicated import known_by_decision, nothing_decided
from toolkit.loop.agreement.computed import report_on, what_is_asked
from toolkit.loop.agreement.details import diagonals
from toolkit.loop.agreement.gold import counting_gold, held_against
from toolkit.loop.agreement.known import Held, KnownAnswers
from toolkit.loop.agreement.known_file import ADJUDICATED, KNOWN_BY_A_WORD, check_is_there
from toolkit.loop.agreement.over_time import over_time, pace_of
from toolkit.loop.agreement.pulled_annotations import KEPT
from toolkit.loop.agreement.questions import (
    CountedAnswers,
    GroupOf,
    QuestionsOnDemand,
    coded_question,
    counted_answers,
)
from toolkit.loop.agreement.read_again import ReadAgain
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import HEADLINE_ONLY, AgreementRequest
from toolkit.loop.agreement.rounds import CodedRound, between_rounds, prevalences_by_round, with_themselves
from toolkit.loop.agreement.rounds_source import RoundsSource, default_round, exported, pulled, round_of
from toolkit.loop.answers import annotations_of
from toolkit.loop.progress import Progress, silent
from toolkit.study import escalations
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.records import Annotation

ARTICLE, ROUND, CODEBOOK = "article", "round", "codebook"
DIVISIONS = (ARTICLE, "outlet", "author", "published", "language", ROUND, CODEBOOK)
"""What the sentences of a study can be divided by; ``codebook`` is the version they were coded under."""


def agree(study: Study, request: AgreementRequest = HEADLINE_ONLY, *, progress: Progress = silent) -> AgreementReport:
    """Return the agreement of a round with intervals by article, computed from what was pulled.

    Raise ``UsageError`` where there is no such round.
    """
    with study.database() as database, database.snapshot():
        keep = KEPT if _is_read_once(request) else None
        source = pulled(study, database, named=(request.round_name, request.repeats), keep=keep, progress=progress)
        report = agreement_of(source, request, progress=progress)
        return replace(report, n_escalated=n_escalated(database, report.round))


def _is_read_once(request: AgreementRequest) -> bool:
    """Whether each annotation is looked at once or twice for what is asked, and need not be kept for that."""
    return not (request.repeats or request.over_time or request.against or request.with_gold)


def agree_export(
    folder: Path, request: AgreementRequest = HEADLINE_ONLY, *, progress: Progress = silent
) -> AgreementReport:
    """Return the same from an export, without the study it came from. Raise ``BadInput`` where there is none."""
    from toolkit.export.reading.vouched import unvouched_files

    report = agreement_of(exported(folder), request, progress=progress)
    return replace(report, unvouched=unvouched_files(folder))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CountedRound:
    """A round whose answers are counted: what every number on it is computed from."""

    source: RoundsSource
    name: str
    current: CodedRound
    asked: Asked
    groups: GroupOf
    found: CountedAnswers
    questions: Sequence[CodedQuestion | CodedSpans]


def agreement_of(source: RoundsSource, request: AgreementRequest, *, progress: Progress = silent) -> AgreementReport:
    """Return the agreement of a round of this source, question by question, and whatever else is asked for."""
    return agreement_in(counted_round(source, request), request, progress=progress)


def counted_round(source: RoundsSource, request: AgreementRequest) -> CountedRound:
    """Return the round that is asked for, or the one that is taken where nobody says which, counted; where its
    annotations are too many to be kept, each question is made when it is asked for.
    """
    if request.with_gold:
        source = _counting_gold(source)
    name = request.round_name or default_round(source)
    current = round_of(source, name)
    asked = what_is_asked(request, ARTICLE if request.clustered else None)
    _check(request, name, source)
    groups = _groups(source, request.by)
    found = counted_answers(current.annotations, current.codebook, by=groups)
    texts = source.texts
    made = partial(
        coded_question, found=found, clustered=request.clustered, texts=texts, of_annotators=source.of_annotators
    )
    measured = list(current.codebook.measured())
    are_many = isinstance(current.annotations, ReadAgain)
    return CountedRound(
        source=source,
        name=name,
        current=current,
        asked=asked,
        groups=groups,
        found=found,
        questions=QuestionsOnDemand(made, measured) if are_many else list(map(made, measured)),
    )


def agreement_in(counted: CountedRound, request: AgreementRequest, *, progress: Progress = silent) -> AgreementReport:
    """Return the agreement in a round that was counted for this request."""
    source, name, current, asked = counted.source, counted.name, counted.current, counted.asked
    found, questions = counted.found, counted.questions
    known = known_answers(counted, request)
    report = report_on(
        questions,
        request,
        asked,
        source=source.name,
        round_name=name,
        texts=source.texts,
        progress=progress,
        known=known,
        held=None if known is None else held_in(counted, request),
    )
    if known is not None and ROUND in request.by:
        every = {each: round_of(source, each) for each in source.whole}
        report = _with_prevalences(report, prevalences_by_round(every, current.codebook, known, asked.resampling))
    return replace(
        report,
        estimates=(*report.estimates, *_across_rounds(source, name, current, request, asked)),
        target_because={one.id: one.target_because for one in current.codebook.measured() if one.target_because},
        diagonals=diagonals(current.codebook, found),
        over_time=over_time(questions, current.annotations, asked.resampling) if request.over_time else (),
        pace=pace_of(current.annotations) if request.over_time else (),
        annotators=tuple(sorted(found.submissions.annotators)),
        n_annotations=found.n_annotations,
        codebook=current.codebook.name,
        codebooks=_in_order(found.by_version),
        excluded=dict(+found.excluded),
        rejected=dict(+found.rejected),
        not_judged=dict(+found.not_judged),
        not_shown=dict(+found.not_shown),
        blindness=found.blind.found,
    )


def _counting_gold(source: RoundsSource) -> RoundsSource:
    def read(name: str) -> CodedRound:
        coded = source.read(name)
        return replace(coded, annotations=counting_gold(coded.annotations))

    return replace(source, read=cache(read))


def held_in(counted: CountedRound, request: AgreementRequest) -> Held | None:
    """Return what is held against known answers where that is more than agreement is computed from."""
    return held_against(
        counted.current.annotations,
        counted.current.codebook,
        counted.groups,
        clustered=request.clustered,
        of_annotators=counted.source.of_annotators,
    )


def _with_prevalences(
    report: AgreementReport, found: Iterable[tuple[Sequence[Estimate], Sequence[OutsideShare]]]
) -> AgreementReport:
    for estimates, outside in found:
        report = replace(report, estimates=(*report.estimates, *estimates), outside=(*report.outside, *outside))
    return report


def known_answers(counted: CountedRound, request: AgreementRequest) -> KnownAnswers | None:
    """Return what answers are held against: decisions on the round where there are any, otherwise a file; None where
    nothing is asked for. Raise as ``known_by_a_word`` does.
    """
    file = request.against
    if file is None:
        return None
    if str(file) in KNOWN_BY_A_WORD and not file.is_file():
        return known_by_a_word(counted.source, counted.name, counted.current, counted.questions, str(file))
    return _known_of_file(counted.source, file, counted.questions)


def known_by_a_word(
    source: RoundsSource, name: str, current: CodedRound, questions: Sequence[CodedQuestion | CodedSpans], word: str
) -> KnownAnswers:
    """Return the known answers of a round that a word stands for: decisions on it before the study's file.

    Raise ``UsageError`` where there are none, and ``BadInput`` for a file with faults.
    """
    if word == ADJUDICATED:
        by_decision = known_by_decision(
            source.settled(name), questions, current.annotations, current.codebook, of_round=name
        )
        if by_decision.decided:
            return by_decision
        if source.known_file is None:
            raise nothing_decided(name)
    if source.known_file is None:
        return _known_of_file(source, Path(word), questions)
    file = source.known_file(word)
    check_is_there(file)
    return _known_of_file(source, file, questions)


def _known_of_file(source: RoundsSource, file: Path, questions: Sequence[CodedQuestion | CodedSpans]) -> KnownAnswers:
    from toolkit.tables.known_answers import OF_A_STUDY, read_known_answers

    return KnownAnswers(truth=read_known_answers(file, questions, [OF_A_STUDY], units=source.texts.keys()))


def _in_order(by_version: Mapping[str, int]) -> Mapping[str, int]:
    """Numbers by the version of the codebook, in the order of the versions."""
    return dict(sorted(by_version.items(), key=lambda of: [int(part) for part in of[0].split(".")]))


def _across_rounds(
    source: RoundsSource, name: str, current: CodedRound, request: AgreementRequest, asked: Asked
) -> Iterator[Estimate]:
    """Rounds against each other, where that is asked for; annotators with themselves, where a round repeats another."""
    if ROUND in request.by:
        every = {each: round_of(source, each) for each in source.whole}
        if sum(1 for each in every.values() if each.annotations) < 2:
            raise UsageError("there is one coded round, and nothing to compare it with", todo="Leave out `by=round`.")
        yield from between_rounds(every, current.codebook, asked, texts=source.texts)
    if request.repeats is not None:
        both = {request.repeats: round_of(source, request.repeats), name: current}
        yield from with_themselves(both, asked, texts=source.texts)


def n_escalated(database: Database, round_name: str | None) -> int:
    """Return how many annotations of the round that count were asked for where coders differed."""
    past = escalations.of_round(database, round_name) if round_name is not None else ()
    if not past:
        return 0
    every = annotations_of(database, round_name or "", with_answers=False)
    counted = Counter(one.sentence_id for one in every if one.excluded_because is None)
    return sum(one.n_in(counted[one.sentence_id]) for escalation in past for one in escalation.sentences)


def _check(request: AgreementRequest, name: str, source: RoundsSource) -> None:
    known = [*DIVISIONS, *sorted(source.of_annotators)]
    if strange := [division for division in request.by if division not in known]:
        whose = "sentences and annotators" if source.of_annotators else "sentences"
        raise UsageError(f"{whose} have no {', '.join(strange)}", todo=f"There is: {', '.join(known)}.")
    if request.repeats == name:
        raise UsageError(f"round {name!r} cannot repeat itself", todo="Name an earlier round with `repeats=`.")
    if request.targets:
        raise UsageError("the targets of a study stand in its codebook", todo="Change them there, as `target:`.")
    request.check_plan()


def _groups(source: RoundsSource, by: Sequence[str]) -> GroupOf:
    def of(column: str) -> Callable[[Annotation], str | None]:
        if column == ARTICLE:
            return lambda annotation: annotation.article_id
        if column == CODEBOOK:
            return lambda annotation: annotation.codebook_version
        if column in source.of_annotators:
            return lambda annotation: source.attributes.get(annotation.annotator, {}).get(column)
        return lambda annotation: getattr(source.articles.get(annotation.article_id), column, None)

    return {column: of(column) for column in by if column != ROUND}
