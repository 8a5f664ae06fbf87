"""Report: everything a page on a round shows, from a study, an export or a long table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.levels import MOST_DISTINCT
from toolkit.codebook.model import Codebook
from toolkit.errors import BadInput, UsageError
from toolkit.loop.agreement.known import KnownAnswers
from toolkit.loop.agreement.report import AgreementReport
from toolkit.loop.agreement.request import REPLICATES, AgreementRequest
from toolkit.loop.agreement.rounds_source import RoundsSource, default_round, exported, pulled
from toolkit.loop.agreement.study import (
    ROUND,
    CountedRound,
    agreement_in,
    counted_round,
    held_in,
    known_answers,
    n_escalated,
)
from toolkit.loop.agreement.table import TableScale, agreement_on, questions_of_table
from toolkit.loop.annotator_overview import AnnotatorOverviews, known_by_source, overviews_of
from toolkit.loop.completion import planned_annotators
from toolkit.loop.online.sentence_links import sentence_links
from toolkit.loop.progress import Progress, silent
from toolkit.loop.reporting.answers_side_by_side import (
    AnswersSideBySide,
    answers_side_by_side,
    ratings_side_by_side,
)
from toolkit.loop.reporting.what_was_coded import WhatWasCoded, what_was_coded
from toolkit.loop.reporting.work import DayOfWork, RoundCoverage, coverage_of, days_of_work
from toolkit.study import annotators, articles, rounds, settings
from toolkit.study.annotators import Annotator
from toolkit.study.folder import Study
from toolkit.study.rounds import Decision
from toolkit.tables.rows import LongColumns

Source = Literal["study", "export", "table"]
KnownBy = Literal["adjudicated", "gold"]
_KNOWN_BY: tuple[KnownBy, ...] = ("adjudicated", "gold")
"""What answers are held against: decisions before a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """What the report is on, and how its intervals are drawn."""

    round_name: str | None = None
    replicates: int = REPLICATES
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyReport:
    """A round, told: its agreement as ``agree`` has it for ``request``, and everything beside it.

    What a source does not know is None or empty: a table has no rounds, no people and no texts.
    """

    source: Source
    name: str
    round: str | None
    request: AgreementRequest
    """What ``agree`` is to be asked for the same figures."""
    agreement: AgreementReport
    answers: AnswersSideBySide
    codebook: Codebook | None = None
    coded: tuple[WhatWasCoded, ...] = ()
    coverage: RoundCoverage | None = None
    people: AnnotatorOverviews | None = None
    days: tuple[DayOfWork, ...] = ()
    design: Decision | None = None
    """How the round was designed; of a study."""
    known_by: KnownBy | None = None
    """What answers are held against."""
    splitters: tuple[str, ...] = ()
    """What cut articles into sentences, and its version; of a study."""
    n_articles: int | None = None
    first_day: str | None = None
    last_day: str | None = None
    """The days (UTC) of the first and the last annotation that counts."""


OF_DEFAULT_ROUND = ReportRequest()


def report_study(
    study: Study, request: ReportRequest = OF_DEFAULT_ROUND, *, progress: Progress = silent
) -> StudyReport:
    """Return the report on a round of a study, from what was pulled; the server is not asked.

    Raise ``UsageError`` where there is no such round.
    """
    with study.database() as database:
        source = pulled(study, database, named=(request.round_name,))
        name = request.round_name or default_round(source)
        repeats = rounds.get(database, name).decision.repeat_of
        asked = replace(_asked(source, request), repeats=repeats if repeats in source.rounds else None)
        counted = counted_round(source, asked)
        people = {one.pseudonym: one for one in annotators.ever_registered(database, round=counted.name)}
        found = _told(counted, asked, people, sentence_links(study, database, counted.name), progress)
        cut = {f"{one.splitter} {one.splitter_version}" for one in articles.articles(database)}
        return replace(
            found,
            name=settings.read(study.settings_file).name,
            agreement=replace(found.agreement, n_escalated=n_escalated(database, counted.name)),
            coverage=coverage_of(counted.current.annotations, planned_annotators(database, counted.name)),
            design=rounds.get(database, counted.name).decision,
            splitters=tuple(sorted(cut)),
        )


def report_export(
    folder: Path, request: ReportRequest = OF_DEFAULT_ROUND, *, progress: Progress = silent
) -> StudyReport:
    """Return the same from an export, without the study it came from. Raise ``BadInput`` where there is none."""
    from toolkit.export.reading.planned import planned_in
    from toolkit.export.reading.vouched import unvouched_files

    source = exported(folder)
    asked = _asked(source, request)
    counted = counted_round(source, asked)
    found = _told(counted, asked, {}, {}, progress)
    return replace(
        found,
        source="export",
        name=_study_of(folder) or found.name,
        agreement=replace(found.agreement, unvouched=unvouched_files(folder)),
        coverage=coverage_of(counted.current.annotations, planned_in(folder, counted.name)),
    )


def report_table(
    path: Path, columns: LongColumns, scale: TableScale, request: AgreementRequest, *, progress: Progress = silent
) -> StudyReport:
    """Return what can be told of a long table: agreement, question by question, and its units side by side."""
    questions = questions_of_table(path, columns, scale, request)
    explain = tuple(one.question for one in questions if _can_be_explained(one))
    asked = replace(request, explain=explain, paragraph=True)
    agreement = agreement_on(questions, columns, scale, asked, source=path.name, progress=progress)
    return StudyReport(
        source="table",
        name=path.name,
        round=None,
        request=asked,
        agreement=agreement,
        answers=ratings_side_by_side([one for one in questions if isinstance(one, CodedQuestion)]),
    )


def _study_of(folder: Path) -> str | None:
    """The name of the study that an export is of; None where its manifest does not say."""
    from toolkit.export.pages.manifest import read_manifest
    from toolkit.export.writing.versions import MANIFEST, version_folder

    try:
        return read_manifest(version_folder(folder) / MANIFEST).study
    except (OSError, ValueError):
        return None


def _asked(source: RoundsSource, request: ReportRequest) -> AgreementRequest:
    """What ``agree`` is asked: every question explained, rounds compared where there are several."""
    coded = [name for name in source.whole if source.read(name).annotations]
    return AgreementRequest(
        round_name=request.round_name,
        replicates=request.replicates,
        seed=request.seed,
        by=(ROUND,) if len(coded) > 1 else (),
        paragraph=True,
    )


def _known(counted: CountedRound, asked: AgreementRequest) -> tuple[KnownBy | None, KnownAnswers | None]:
    """What ``agree`` holds answers against for a word, where there is any; a file that does not fit is none."""
    for word in _KNOWN_BY:
        if word == "gold" and counted.source.known_file is None:
            continue  # an export has no such file
        try:
            known = known_answers(counted, replace(asked, against=Path(word)))
        except (UsageError, BadInput):
            continue
        if known is not None and known.truth:
            return word, known
    return None, None


def _can_be_explained(question: CodedQuestion | CodedSpans) -> bool:
    """Whether there are answers that can be looked at closely: marks in texts, and not thousands of different values,
    each of which would be held against each.
    """
    if isinstance(question, CodedSpans):
        return bool(question.units) and question.texts is not None
    return bool(len(question.ratings.value)) and len(question.ratings.domain) <= MOST_DISTINCT


def _told(
    counted: CountedRound,
    asked: AgreementRequest,
    people: Mapping[str, Annotator],
    links: Mapping[str, str],
    progress: Progress,
) -> StudyReport:
    current, source = counted.current, counted.source
    known_by, known = _known(counted, asked)
    explain = tuple(question.question for question in counted.questions if _can_be_explained(question))
    asked = replace(
        asked,
        # whoever names the round that is taken anyway is told the same as whoever does not
        round_name=None if counted.name == default_round(source) else counted.name,
        explain=explain,
        against=None if known_by is None else Path(known_by),
    )
    names = sorted({*people, *(one.annotator for one in current.annotations)})
    settled = tuple(source.settled(counted.name))
    known_answers_of_all = known_by_source(source, counted.name, current, counted.questions)

    agreement = agreement_in(counted, asked, progress=progress)
    counting = [one for one in current.annotations if one.excluded_because is None]
    days = sorted({one.created_at.date().isoformat() for one in counting})
    return StudyReport(
        source="study",
        name=source.name,
        round=counted.name,
        request=asked,
        agreement=agreement,
        answers=answers_side_by_side(
            current.annotations,
            current.codebook,
            sentences=source.sentences,
            articles=source.articles,
            links=links,
            settled=settled,
        ),
        codebook=current.codebook,
        coded=what_was_coded(
            counted.questions, source.articles, counted.asked.resampling, known=known, held=held_in(counted, asked)
        ),
        people=overviews_of(counted, people, names, names, known=known_answers_of_all, progress=progress),
        days=days_of_work(current.annotations),
        known_by=known_by,
        n_articles=len({one.article_id for one in counting}),
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
    )
