"""Marked spans as readings: one yes-or-no variable per label, a unit for every token."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from weakref import WeakKeyDictionary

import numpy as np

from toolkit.agreement import levels
from toolkit.agreement.answer_columns import AnswerColumn
from toolkit.agreement.coded_question import CodedSpans
from toolkit.agreement.question_readings import targets_by_name
from toolkit.agreement.ratings import ratings_from_rows
from toolkit.agreement.reading import Coverage, Reading, mean_of_pairable
from toolkit.agreement.scale import Scale
from toolkit.agreement.spans.codings import SpanCodings, span_codings
from toolkit.agreement.spans.marks import SpanMark, token_matrix, token_patterns

MARKED = ("not marked", "marked")

_READINGS: WeakKeyDictionary[CodedSpans, Sequence[Reading]] = WeakKeyDictionary()
"""What was counted of questions that are still in use."""


def codings_of(coded: CodedSpans, cluster_of_unit: Mapping[str, int] | None = None) -> SpanCodings:
    """Return the same spans as arrays, units in the order in which they come.

    ``cluster_of_unit`` numbers what is resampled together, where it is numbered alike for several parts.
    """
    return span_codings(
        coded.units,
        coded.annotators,
        coded.marks,
        labels=coded.labels,
        lengths=dict(zip(coded.units, coded.lengths, strict=True)),
        cluster_of_unit=cluster_numbers(coded) if cluster_of_unit is None else cluster_of_unit,
        decisions=coded.decisions,
    )


def span_readings(
    coded: CodedSpans, texts: Mapping[str, str], cluster_of_unit: Mapping[str, int] | None = None
) -> Sequence[Reading]:
    """Return for each label the reading of its tokens. A numeric target is for every label, a map for those it names.

    ``texts`` are the units' texts; ``cluster_of_unit`` numbers what is resampled together, where it is numbered
    alike for several parts. Raise ValueError listing units without text and spans outside theirs.
    Those of a question by its own texts are counted once, however often they are asked for.
    """
    if cluster_of_unit is not None or texts is not coded.texts:
        return _readings(coded, texts, cluster_of_unit)
    found = _READINGS.get(coded)
    if found is None:
        found = _READINGS[coded] = _readings(coded, texts, None)
    return found


def _readings(
    coded: CodedSpans, texts: Mapping[str, str], cluster_of_unit: Mapping[str, int] | None
) -> Sequence[Reading]:
    given = coded.target
    targets = targets_by_name(given, coded.labels) if isinstance(given, Mapping) else dict.fromkeys(coded.labels, given)
    coverage = _coverage(coded)
    cluster_of_unit = cluster_numbers(coded) if cluster_of_unit is None else cluster_of_unit
    patterns = token_patterns(
        coded.units, coded.marks, labels=coded.labels, texts=texts, cluster_of_unit=cluster_of_unit
    )
    found = []
    for label, of_label in patterns.items():
        make_matrix = partial(
            token_matrix,
            coded.units,
            coded.annotators,
            coded.marks,
            label=label,
            texts=texts,
            cluster_of_unit=cluster_of_unit,
        )
        level = levels.nominal(2, name=f"span:{label}")
        scale = Scale(level=level.name, domain=MARKED, n_categories=2, alphas=(level,))
        found.append(Reading(scale, of_label, coverage, make_matrix, targets.get(label)))
    return found


def marks_of(answers: AnswerColumn) -> list[tuple[SpanMark, ...]]:
    """Return the marks of each answer. Raise ValueError listing values that are something else."""
    marks = [tuple(mark for mark in _several(value) if isinstance(mark, tuple)) for value in answers.values]
    if any(len(found) != len(_several(value)) for found, value in zip(marks, answers.values, strict=True)):
        faults = [
            f"{unit} by {annotator}: {value!r}"
            for unit, annotator, value in answers.rows()
            if not all(isinstance(mark, tuple) for mark in _several(value))
        ]
        raise ValueError("values that are not (label, start, end) marks:\n  " + "\n  ".join(faults))
    return [marks[number] for number in answers.value.array.tolist()]


def _several(value: Hashable) -> tuple[Hashable, ...]:
    return value if isinstance(value, tuple) else (value,)


def cluster_numbers(coded: CodedSpans) -> dict[str, int]:
    """Return what is resampled together, by unit, numbered by name; each unit by itself where there are no clusters."""
    clusters = coded.units if coded.clusters is None else coded.clusters
    number = {name: code for code, name in enumerate(sorted(set(clusters)))}
    return {unit: number[cluster] for unit, cluster in zip(coded.units, clusters, strict=True)}


def _coverage(coded: CodedSpans) -> Coverage:
    """What the spans rest on. Raise ValueError listing units an annotator coded twice."""
    looked = ratings_from_rows(coded.units, coded.annotators, ["looked"] * len(coded.units), domain=["looked"])
    per_unit = np.bincount(looked.unit, minlength=len(looked.units))
    return Coverage(len(looked.units), int((per_unit > 1).sum()), looked.n_annotators, mean_of_pairable(per_unit))
