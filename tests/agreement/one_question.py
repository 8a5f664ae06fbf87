"""The estimates of one question from a list of answers, whatever its level: no codebook, no table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.agreement.analysis import reading_estimates
from toolkit.agreement.answer_rows import AnswerRow, NotShown, coded_answers, column_of
from toolkit.agreement.coded_question import CodedSpans
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.measures import Measure
from toolkit.agreement.question_readings import Target, readings_of
from toolkit.agreement.resampling import UNIT, Resampling
from toolkit.agreement.spans.span_readings import marks_of, span_readings

__all__ = ["AnswerRow", "NotShown", "question_estimates"]


def question_estimates(
    question: str,
    level: str,
    answers: Sequence[AnswerRow],
    *,
    scale: Sequence[str] = (),
    target: Target = None,
    clustered: bool = True,
    replicates: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
    texts: Mapping[str, str] | None = None,
    not_shown: Sequence[NotShown] = (),
    measures: Sequence[Measure] = (),
) -> tuple[Estimate, ...]:
    """The estimates of one question, at each level that makes sense for its kind of answer.

    ================= =========================================================================
    nominal … ratio   at that level
    set               alpha by MASI, then by Jaccard; percent agreement on whole sets
    taxonomy          alpha by Wu–Palmer distance, then nominal at each depth, top first
    span              token alpha for each label of ``scale`` (``texts`` of the units)
    ================= =========================================================================

    ``measures`` are computed beside the headline ones (``toolkit.agreement.measures``). ``scale`` holds the
    categories in codebook order: low to high for ordinal, paths for taxonomy, labels for span; numbers need none. A
    numeric ``target`` is for every alpha of the question except nominal at a depth; a map is for the depths or labels
    it names. With ``not_shown`` a conditional question is read a second time as nominal with "not shown" as one more
    category (level ``nominal:not_shown``, no target). ``clustered=False`` resamples single units. Raises ValueError
    listing every value not on the scale, and every unit an annotator answered twice.
    """
    resampling = Resampling("cluster" if clustered else UNIT, replicates, seed, confidence)
    if level == "span":
        if not_shown:
            raise ValueError("spans are not read a second time with 'not shown' as a category")
        readings = span_readings(_spans(question, answers, scale, target, clustered=clustered), texts or {})
    else:
        ratings = coded_answers(level, answers, scale, clustered=clustered)
        hidden = None
        if not_shown:
            hidden = coded_answers(level, answers, scale, clustered=clustered, not_shown=not_shown)
        readings = readings_of(level, ratings, scale, target=target, with_not_shown=hidden)
    return reading_estimates(question, readings, resampling, asked=measures)


def _spans(
    question: str, answers: Sequence[AnswerRow], labels: Sequence[str], target: Target, *, clustered: bool
) -> CodedSpans:
    return CodedSpans(
        question=question,
        labels=tuple(labels),
        units=[row.unit for row in answers],
        annotators=[row.annotator for row in answers],
        marks=marks_of(column_of(answers)),
        lengths=[],
        clusters=[row.cluster for row in answers] if clustered else None,
        target=target,
    )
