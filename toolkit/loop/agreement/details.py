"""What is looked at closely on request: why a question's agreement is what it is, and how much coding is still due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import Literal

import numpy as np

from toolkit.agreement.answer_columns import AnswerColumn
from toolkit.agreement.coded_question import AnyQuestion, CodedQuestion, CodedSpans
from toolkit.agreement.consensus_reliability import ConsensusReliability, consensus_reliability
from toolkit.agreement.diagnosis.diagonal import Diagonal, diagonal
from toolkit.agreement.diagnosis.explanation import Explanation, explanation
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import estimates_of
from toolkit.agreement.measures import measures
from toolkit.agreement.more_coders import OneCoderMore, one_coder_more
from toolkit.agreement.other_annotators import with_annotators_left_out
from toolkit.agreement.planning import clusters_needed, clusters_to_decide
from toolkit.agreement.ratings import MISSING, Ratings
from toolkit.agreement.reading import Reading
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.span_analysis import character_sums, span_estimates, targeted_characters
from toolkit.agreement.span_measures import span_measures
from toolkit.agreement.spans.span_readings import codings_of, span_readings
from toolkit.agreement.sums import Sums, sums_of
from toolkit.codebook.model import Codebook
from toolkit.errors import UsageError
from toolkit.files.arrays import IntArray
from toolkit.loop.agreement.questions import CountedAnswers
from toolkit.loop.agreement.report import Example, Explained, OnDiagonal, PlannedQuestion
from toolkit.loop.progress import Progress, silent

LOOKED_AT = (
    "krippendorff_alpha",
    "krippendorff_alpha_category",
    "specific_agreement",
    "krippendorff_alpha_leave_one_annotator_out",
    "krippendorff_alpha_pairwise",
)
MORE_CODERS = (3, 5, 7)
"""Annotators whose consensus is looked at, beside as many as there are."""

FEWEST_RANKS_ON_A_DIAGONAL = 4
"""Two scales of three ranks agree too often by chance for their diagonal to say anything."""


def explained(
    questions: Sequence[CodedQuestion | CodedSpans],
    names: Sequence[str],
    resampling: Resampling,
    texts: Mapping[str, str] | None,
    progress: Progress = silent,
) -> tuple[Explained, ...]:
    """Return the named questions, looked at closely; spans label by label. ``texts`` are units by their name."""
    found: list[Explained] = []
    for name in names:
        (question,) = (each for each in questions if each.question == name)
        if isinstance(question, CodedSpans):
            found += _labels_explained(question, resampling, progress)
        else:
            found.append(_explained(question, resampling, texts or {}, progress))
    return tuple(found)


def _explained(
    question: CodedQuestion, resampling: Resampling, texts: Mapping[str, str], progress: Progress
) -> Explained:
    reading = question.readings()[0]
    why = _why(question.question, reading, resampling, progress)
    return Explained(
        question=question.question,
        level=question.level,
        explanation=why,
        estimates=_closer(question.question, reading, resampling, progress),
        examples=tuple(_examples(why, question.ratings, texts)),
    )


def _labels_explained(question: CodedSpans, resampling: Resampling, progress: Progress) -> Iterator[Explained]:
    if question.texts is None:
        raise UsageError(
            f"spans of {question.question} cannot be explained without the texts they were marked in",
            todo="`measures=all` says where annotators part: bounds, labels, or what one of them missed.",
        )
    (split,) = (measure for measure in span_measures() if measure.id == "span_disagreement")
    parted = list(span_estimates(question.question, split, codings_of(question), resampling))
    for label, reading in zip(question.labels, span_readings(question, question.texts), strict=True):
        yield Explained(
            question=question.question,
            level=reading.scale.level,
            explanation=_why(f"{question.question} {label}", reading, resampling, progress),
            estimates=(
                *_closer(question.question, reading, resampling, progress),
                *(estimate for estimate in parted if estimate.category == label),
            ),
        )


def _why(name: str, reading: Reading, resampling: Resampling, progress: Progress) -> Explanation:
    return explanation(reading, resampling, on_step=partial(progress, f"who parts from whom: {name}"))


def _closer(name: str, reading: Reading, resampling: Resampling, progress: Progress) -> tuple[Estimate, ...]:
    chosen = [one for one in measures() if one.id in LOOKED_AT and one.cannot_handle(reading.scale) is None]
    found = estimates_of(name, reading, chosen, resampling, on_step=partial(progress, f"looking closer: {name}"))
    return tuple(replace(one, headline=one.about == "whole" and one.measure == LOOKED_AT[0]) for one in found)


def _examples(why: Explanation, ratings: Ratings, texts: Mapping[str, str]) -> Iterator[Example]:
    coded = np.flatnonzero(np.bincount(ratings.unit[ratings.value != MISSING], minlength=len(ratings.units)))
    for confusion in why.confusions:
        for place in confusion.examples:
            unit = str(ratings.units[int(coded[place])])
            yield Example(value=confusion.value, other_value=confusion.other_value, unit=unit, text=texts.get(unit))


def planned(
    questions: Sequence[AnyQuestion], resampling: Resampling, wanted: float | Literal["target"]
) -> tuple[PlannedQuestion, ...]:
    """Return for the alpha of each question (span label) how many more articles it takes to know it to ± ``wanted``,
    or to decide whether it reaches its target; and what one coder more would do instead.
    """
    if wanted == "target":
        found = list(deciding(questions, resampling, decided=True))
    else:
        found = [
            PlannedQuestion(
                question=question.question, level=level, plan=clusters_needed(sums, resampling, half_width=wanted)
            )
            for question in questions
            for level, sums in _headline_sums(question, resampling)
        ]
    by_coders = dict(_by_coders(questions, resampling, {(one.question, one.level) for one in found}))
    return tuple(replace(one, one_coder_more=by_coders.get((one.question, one.level))) for one in found)


def _by_coders(
    questions: Sequence[AnyQuestion], resampling: Resampling, asked: AbstractSet[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], OneCoderMore]]:
    """By question and level, what one coder more would do; spans have as many tokens as they have, and are left out."""
    for question in questions:
        for reading in () if isinstance(question, CodedSpans) else question.readings():
            for level, sums in _alpha_sums(reading, resampling):
                if (question.question, level) in asked:
                    yield (question.question, level), one_coder_more(sums, reading.patterns, resampling)


def deciding(
    questions: Sequence[AnyQuestion], resampling: Resampling, *, decided: bool = False
) -> Iterator[PlannedQuestion]:
    """Yield for each alpha with a target how many more articles would decide on it; those ``decided`` too, if asked."""
    for question in questions:
        for level, sums, target in _targeted(question, resampling):
            plan = clusters_to_decide(sums, resampling, target=target)
            if decided or plan.n_more != 0:
                yield PlannedQuestion(question=question.question, level=level, plan=plan)


def _targeted(question: AnyQuestion, resampling: Resampling) -> Iterator[tuple[str, Sums, float]]:
    """Level, what it is computed from and target of each alpha of a question that has one."""
    if not isinstance(question, CodedSpans):
        readings = question.readings()
    elif question.texts is None:
        yield from targeted_characters(question)
        return
    else:
        readings = [*span_readings(question, question.texts)]
    for reading in readings:
        if reading.target is not None:
            for level, sums in _alpha_sums(reading, resampling):
                yield level, sums, reading.target


def worth_of_consensus(questions: Sequence[AnyQuestion], seed: int) -> Mapping[str, tuple[ConsensusReliability, ...]]:
    """Return what the consensus of one annotator is worth, of as many as a unit has, and of some more; by question."""
    found = {}
    for question in questions:
        if not isinstance(question, CodedSpans):
            reading = question.readings()[0]
            now = max(round(reading.coverage.per_unit), 1)
            found[question.question] = tuple(
                consensus_reliability(reading, k, seed=seed) for k in dict.fromkeys((1, now, *MORE_CODERS))
            )
    return found


def _headline_sums(question: AnyQuestion, resampling: Resampling) -> Iterator[tuple[str, Sums]]:
    """By level, what the headline alphas of a question are computed from."""
    if not isinstance(question, CodedSpans):
        yield from _alpha_sums(question.readings()[0], resampling)
    elif question.texts is None:
        yield from character_sums(question)
    else:
        for reading in span_readings(question, question.texts):
            yield from _alpha_sums(reading, resampling)


def _alpha_sums(reading: Reading, resampling: Resampling) -> Iterator[tuple[str, Sums]]:
    (alpha,) = (measure for measure in measures() if measure.id == "krippendorff_alpha")
    cuts = list(alpha.cuts(reading.scale, ()))
    sums = sums_of(cuts, reading)
    if resampling.annotators:
        sums = with_annotators_left_out(cuts, sums, reading)
    yield from zip((cut.level for cut in cuts), sums, strict=True)


def diagonals(codebook: Codebook, found: CountedAnswers) -> tuple[OnDiagonal, ...]:
    """Return how often two ordinal questions of equally many ranks got the same rank in one annotation (Admiralty
    A1, B2 …).

    A high share says that annotators judge the source when they are asked about its statement, or the other way round.
    """
    ordinal = [question for question in codebook.measured() if question.level == "ordinal"]
    return tuple(
        OnDiagonal(question=one.id, other_question=other.id, found=_diagonal(one.scale, other.scale, *codes))
        for one, other in combinations(ordinal, 2)
        if len(one.scale) == len(other.scale) >= FEWEST_RANKS_ON_A_DIAGONAL
        for codes in [(found.answers[one.id], found.answers[other.id])]
    )


def _diagonal(one: Sequence[str], other: Sequence[str], first: AnswerColumn, second: AnswerColumn) -> Diagonal:
    _, at, other_at = np.intersect1d(first.given_in.array, second.given_in.array, return_indices=True)
    return diagonal(_ranks(one, first)[at], _ranks(other, second)[other_at], len(one))


def _ranks(scale: Sequence[str], answers: AnswerColumn) -> IntArray:
    """The rank of each answer on its scale."""
    ranks = {code: rank for rank, code in enumerate(scale)}
    return np.array([ranks[str(value)] for value in answers.values], np.int64)[answers.value.array]
