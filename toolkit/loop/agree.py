"""Agree: the agreement table of a round, one or more estimates per question, and what was left out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

from toolkit.agreement.coded import AnswerRow, Value
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.questions import question_estimates
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Codebook
from toolkit.errors import BelowThreshold, Fault, UsageError
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.progress import Progress, silent
from toolkit.report.agreement import AgreementReport
from toolkit.report.lines import counted
from toolkit.study import articles, pulled, rounds
from toolkit.study.database import Database
from toolkit.study.folder import Study
from toolkit.study.records import Annotation

REPLICATES = 2000


def agree(
    study: Study,
    *,
    round_name: str | None = None,
    cluster: Literal["article", "none"] = "article",
    replicates: int = REPLICATES,
    seed: int = 0,
    progress: Progress = silent,
) -> AgreementReport:
    """The agreement of a round with intervals by article, computed from what was pulled.

    By default of the newest round that has annotations. Raises ``UsageError`` where there is no such round.
    """
    with study.open() as database:
        name = round_name or _newest(database)
        codebook = codebook_of(database, name)
        return agreement_of(
            name,
            codebook,
            list(annotations_of(database, name)),
            texts={sentence.sentence_id: sentence.text for sentence in articles.sentences(database)},
            cluster=cluster,
            replicates=replicates,
            seed=seed,
            progress=progress,
        )


def agreement_of(
    round_name: str,
    codebook: Codebook,
    annotations: Iterable[Annotation],
    *,
    texts: Mapping[str, str],
    cluster: Literal["article", "none"] = "article",
    replicates: int = REPLICATES,
    seed: int = 0,
    progress: Progress = silent,
) -> AgreementReport:
    """The agreement among these annotations, question by question; ``texts`` are sentences by their id."""
    excluded: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    not_judged: Counter[str] = Counter()
    not_shown: Counter[str] = Counter()
    rows: dict[str, list[AnswerRow]] = {question.id: [] for question in codebook.measured()}
    n = 0
    for annotation in annotations:
        n += 1
        if annotation.excluded_because is not None:
            excluded[annotation.excluded_because] += 1
            continue
        for answer in annotation.answers:
            rejected[answer.question] += answer.status == "rejected"
            not_judged[answer.question] += answer.status == "cannot_be_judged"
            not_shown[answer.question] += answer.status == "not_shown" and answer.question in rows
            if answer.status == "answered" and answer.question in rows:
                rows[answer.question].append(_row(annotation, answer))
    estimates: list[Estimate] = []
    for step, question in enumerate(codebook.measured(), start=1):
        progress("computing agreement", step, len(rows))
        estimates += question_estimates(
            question.id,
            question.level,
            rows[question.id],
            scale=[question.stored(code) for code in question.scale],
            target=question.target,
            cluster=cluster,
            replicates=replicates,
            seed=seed,
            sentences=texts,
        )
    left_out = [dict(+counter) for counter in (excluded, rejected, not_judged, not_shown)]
    return AgreementReport(round_name, tuple(estimates), n, *left_out)


def check_threshold(report: AgreementReport, fail_under: float | None) -> None:
    """Raise ``BelowThreshold``, naming every alpha under ``fail_under``, or under its own target where that is None.

    Point estimates are compared. One that is undefined fails with its own reason.
    """
    faults = [
        Fault(f"{estimate.question} ({estimate.level})", f"alpha {_said(estimate)}, asked for {threshold:g}")
        for estimate in report.estimates
        if estimate.measure == "krippendorff_alpha"
        and (threshold := estimate.target if fail_under is None else fail_under) is not None
        and (estimate.value is None or estimate.value < threshold)
    ]
    if faults:
        raise BelowThreshold(
            f"{counted(len(faults), 'alpha')} of round {report.round!r} under the asked threshold", faults=faults
        )


def _said(estimate: Estimate) -> str:
    return f"undefined: {estimate.undefined_because}" if estimate.value is None else f"{estimate.value:.3f}"


def _newest(database: Database) -> str:
    """The newest round that has annotations; the newest one where none has."""
    names = rounds.names(database)
    if not names:
        raise UsageError("no round has been pushed yet", todo="Send the sentences with `intercoder push`.")
    coded = pulled.rounds_with_annotations(database)
    return next((name for name in reversed(names) if name in coded), names[-1])


def _row(annotation: Annotation, answer: Answer) -> AnswerRow:
    return AnswerRow(annotation.sentence_id, annotation.article_id, annotation.annotator, _value(answer))


def _value(answer: Answer) -> Value:
    """An answer's value as agreement takes it: spans as (label, start, end)."""
    if isinstance(answer.value, str | float | int):
        return answer.value
    items = answer.value or ()
    spans = tuple((item.label, item.start, item.end) for item in items if isinstance(item, Span))
    return spans or tuple(item for item in items if isinstance(item, str))
