"""The agreement table's rows for one question, whatever its level."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Literal

import numpy as np

from toolkit.agreement import levels
from toolkit.agreement.coded import AnswerRow, CodedAnswers, coded_answers
from toolkit.agreement.distances import PATH_SEPARATOR, path_at_depth
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.estimation import Coverage, Resampling, level_estimates
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.patterns import patterns_of
from toolkit.agreement.ratings import MISSING, Ratings, ratings_from_rows
from toolkit.agreement.spans import SpanMark, token_patterns

__all__ = ["AnswerRow", "NotShown", "question_estimates"]

Target = float | Mapping[str, float] | None
"""Alpha to reach: one number, or a map per depth (``1``, ``2`` …) or per span label."""


@dataclass(frozen=True, slots=True)
class NotShown:
    """A question an annotator was not shown on a unit, because of that annotator's earlier answer."""

    unit: str
    cluster: str
    annotator: str


class _Recoded(Enum):
    NOT_SHOWN = "not shown"


def question_estimates(
    question: str,
    level: str,
    answers: Sequence[AnswerRow],
    *,
    scale: Sequence[str] = (),
    target: Target = None,
    cluster: Literal["article", "none"] = "article",
    replicates: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
    sentences: Mapping[str, str] | None = None,
    not_shown: Sequence[NotShown] = (),
) -> tuple[Estimate, ...]:
    """Alpha and, after it, percent agreement of one question, at each level that makes sense for its kind of answer.

    ================= =========================================================================
    nominal … ratio   alpha at that level
    set               alpha by MASI, then by Jaccard; percent agreement on whole sets
    taxonomy          alpha by Wu–Palmer distance, then nominal at each depth, top first
    span              token alpha for each label of ``scale`` (texts in ``sentences``)
    ================= =========================================================================

    ``scale`` holds the categories in codebook order: low to high for ordinal, paths for taxonomy, labels for span;
    numbers need none. A numeric ``target`` is for every alpha of the question except nominal at a depth; a map is for
    the depths or labels it names. With ``not_shown`` a conditional question is read a second time as nominal with "not
    shown" as one more category (level ``nominal:not_shown``, no target). ``cluster="none"`` resamples single units.
    Raises ValueError listing every value not on the scale, and every unit an annotator answered twice.
    """
    resampling = Resampling("article" if cluster == "article" else "unit", replicates, seed, confidence)
    if level == "span":
        if not_shown:
            raise ValueError("spans are not read a second time with 'not shown' as a category")
        return _span_estimates(question, answers, scale, target, resampling, sentences or {})
    coded = coded_answers(level, answers, scale)
    ratings = _ratings(answers, coded.values, coded.domain, resampling)
    if level == "taxonomy":
        readings = _taxonomy_readings(ratings, coded, scale, target)
    else:
        readings = [_Reading(ratings, coded.alphas, level, coded.n_categories, _one_target(level, target))]
    if not_shown:
        readings.append(_with_not_shown(answers, not_shown, coded, resampling))
    return tuple(estimate for reading in readings for estimate in _estimates(question, reading, resampling))


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    """The same values, compared in one or more ways, and the level percent agreement is reported at."""

    ratings: Ratings
    alphas: tuple[LevelOfValues, ...]
    percent_level: str
    n_categories: int
    target: float | None


def _taxonomy_readings(ratings: Ratings, coded: CodedAnswers, scale: Sequence[str], target: Target) -> list[_Reading]:
    depths = range(1, 1 + max(path.count(PATH_SEPARATOR) + 1 for path in scale))
    per_depth = _targets(target, [str(depth) for depth in depths]) if isinstance(target, Mapping) else {}
    whole = None if isinstance(target, Mapping) else target
    readings = [_Reading(ratings, coded.alphas, "taxonomy", coded.n_categories, whole)]
    for depth in depths:
        cut = ratings.recoded(partial(_cut, depth=depth))
        at_depth = levels.nominal(len(cut.domain), name=f"taxonomy:{depth}")
        n_categories = len({path_at_depth(path, depth) for path in scale})
        readings.append(_Reading(cut, (at_depth,), at_depth.name, n_categories, per_depth.get(str(depth))))
    return readings


def _cut(path: Hashable, *, depth: int) -> Hashable:
    return path_at_depth(str(path), depth)


def _with_not_shown(
    answers: Sequence[AnswerRow], not_shown: Sequence[NotShown], coded: CodedAnswers, resampling: Resampling
) -> _Reading:
    values = [*coded.values, *(_Recoded.NOT_SHOWN for _ in not_shown)]
    ratings = _ratings([*answers, *not_shown], values, [*coded.domain, _Recoded.NOT_SHOWN], resampling)
    level = levels.nominal(len(ratings.domain), name="nominal:not_shown")
    return _Reading(ratings, (level,), level.name, coded.n_categories + 1, None)


def _estimates(question: str, reading: _Reading, resampling: Resampling) -> list[Estimate]:
    patterns = patterns_of(reading.ratings)
    coverage = _coverage(reading.ratings, reading.n_categories)
    return level_estimates(
        question,
        reading.alphas,
        patterns,
        coverage,
        resampling,
        percent_level=reading.percent_level,
        target=reading.target,
    )


def _span_estimates(
    question: str,
    answers: Sequence[AnswerRow],
    labels: Sequence[str],
    target: Target,
    resampling: Resampling,
    sentences: Mapping[str, str],
) -> tuple[Estimate, ...]:
    targets = _targets(target, labels) if isinstance(target, Mapping) else dict.fromkeys(labels, target)
    coded = _ratings(answers, ["coded" for _ in answers], ["coded"], resampling)
    coverage = _coverage(coded, n_categories=2)
    groups = range(len(coded.units)) if coded.cluster_of_unit is None else coded.cluster_of_unit.tolist()
    patterns_by_label = token_patterns(
        [row.unit for row in answers],
        _marks(answers),
        labels=labels,
        sentences=sentences,
        cluster_of_unit={str(unit): group for unit, group in zip(coded.units, groups, strict=True)},
    )
    estimates: list[Estimate] = []
    for label, patterns in patterns_by_label.items():
        level = levels.nominal(2, name=f"span:{label}")
        estimates += level_estimates(
            question,
            [level],
            patterns,
            coverage,
            resampling,
            percent_level=level.name,
            target=targets.get(label),
        )
    return tuple(estimates)


def _ratings(
    rows: Sequence[AnswerRow | NotShown],
    values: Sequence[Hashable],
    domain: Sequence[Hashable],
    resampling: Resampling,
) -> Ratings:
    return ratings_from_rows(
        [row.unit for row in rows],
        [row.annotator for row in rows],
        values,
        domain=domain,
        clusters=[row.cluster for row in rows] if resampling.cluster == "article" else None,
    )


def _coverage(ratings: Ratings, n_categories: int) -> Coverage:
    values_per_unit = np.bincount(ratings.unit[ratings.value != MISSING], minlength=len(ratings.units))
    return Coverage(
        n_units=int((values_per_unit > 0).sum()),
        n_pairable=int((values_per_unit > 1).sum()),
        n_annotators=ratings.n_annotators,
        n_categories=n_categories,
    )


def _marks(answers: Sequence[AnswerRow]) -> list[tuple[SpanMark, ...]]:
    marks: list[tuple[SpanMark, ...]] = []
    faults: list[str] = []
    for row in answers:
        value = row.value if isinstance(row.value, tuple) else (row.value,)
        marks.append(tuple(mark for mark in value if isinstance(mark, tuple)))
        if len(marks[-1]) != len(value):
            faults.append(f"{row.unit} by {row.annotator}: {row.value!r}")
    if faults:
        raise ValueError("values that are not (label, start, end) marks:\n  " + "\n  ".join(faults))
    return marks


def _one_target(level: str, target: Target) -> float | None:
    if isinstance(target, Mapping):
        raise TypeError(f"a {level} question has one target, not {dict(target)!r}")
    return target


def _targets(target: Mapping[str, float], names: Sequence[str]) -> dict[str, float | None]:
    unknown = [name for name in target if name not in names]
    if unknown:
        raise ValueError(f"targets for {unknown!r}, but there is only {list(names)!r}")
    return dict(target)
