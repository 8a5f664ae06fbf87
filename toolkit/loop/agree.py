"""Agree: the agreement table of a round, one or more estimates per question, and what was left out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

from toolkit.agreement.coded import AnswerRow, Value
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.questions import question_estimates
from toolkit.codebook.answers import Answer, Span
from toolkit.codebook.model import Codebook, Question
from toolkit.errors import UsageError
from toolkit.loop.answers import annotations_of, codebook_of
from toolkit.loop.progress import Progress, silent
from toolkit.report.agreement import AgreementReport
from toolkit.study import articles, rounds
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
    """The agreement of a round (the newest by default) with intervals by article; computed from what was pulled."""
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
            if answer.status == "answered" and answer.question in rows:
                rows[answer.question].append(_row(annotation, answer))
    estimates: list[Estimate] = []
    for step, question in enumerate(codebook.measured(), start=1):
        progress("computing agreement", step, len(rows))
        estimates += question_estimates(
            question.id,
            question.level,
            rows[question.id],
            scale=_scale(question),
            target=question.target,
            cluster=cluster,
            replicates=replicates,
            seed=seed,
            sentences=texts,
        )
    return AgreementReport(round_name, tuple(estimates), n, +excluded, +rejected, +not_judged)


def _newest(database: Database) -> str:
    names = rounds.names(database)
    if not names:
        raise UsageError("no round has been pushed yet", todo="Send the sentences with `intercoder push`.")
    return names[-1]


def _scale(question: Question) -> tuple[str, ...]:
    """The values a question's answers can take: paths of a tree, labels of spans, codes otherwise."""
    if question.level == "taxonomy":
        return tuple("/".join(question.path(code)) for code in question.scale)
    return question.scale


def _row(annotation: Annotation, answer: Answer) -> AnswerRow:
    return AnswerRow(annotation.sentence_id, annotation.article_id, annotation.annotator, _value(answer))


def _value(answer: Answer) -> Value:
    """An answer's value as agreement takes it: spans as (label, start, end)."""
    if isinstance(answer.value, str | float | int):
        return answer.value
    items = answer.value or ()
    spans = tuple((item.label, item.start, item.end) for item in items if isinstance(item, Span))
    return spans or tuple(item for item in items if isinstance(item, str))
