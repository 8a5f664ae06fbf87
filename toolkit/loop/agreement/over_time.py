"""Agreement over time: in windows of the order in which sentences were coded, and who changed meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from toolkit.agreement.analysis import reading_estimates
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.drift import Disagreement, Drift, disagreement_of, drifts
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.ratings import Ratings
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import Resampling
from toolkit.files.arrays import FloatArray, IntArray
from toolkit.study.records import Annotation

PARTS = 12
"""What sentences are divided into, in the order of their last coding."""
WIDE = 4
"""Successive parts that make a window: a third of the sentences, so that the first, middle and last do not overlap."""
SPANS = "spans are not followed over time"

When = Mapping[str, Mapping[str, float]]
"""When each annotator coded each sentence, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InWindow:
    """One annotator's agreement with the others on the sentences of a window; None where there is nobody to compare."""

    annotator: str
    n_units: int
    agreement: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Alpha of successive sentences, from the ``first`` to the ``last``, counted from 1."""

    first: int
    last: int
    alpha: Estimate
    annotators: tuple[InWindow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionOverTime:
    """A question over time: windows that overlap, and the likeliest break of each annotator.

    Without windows ``undefined_because`` says why.
    """

    question: str
    level: str
    n_units: int
    """Sentences coded by two or more."""
    windows: tuple[Window, ...] = ()
    drifts: tuple[Drift, ...] = ()
    undefined_because: str | None = None

    @property
    def thirds(self) -> tuple[Window, ...]:
        """The first, middle and last third."""
        return self.windows[::WIDE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Median seconds an annotator spent on a sentence: over all, and in each third of what that annotator coded."""

    annotator: str
    n: int
    seconds: float
    thirds: tuple[float, ...]
    """None of them where there are fewer than three sentences."""


def over_time(
    questions: Sequence[CodedQuestion | CodedSpans], annotations: Iterable[Annotation], resampling: Resampling
) -> tuple[QuestionOverTime, ...]:
    """Return every question over time, by when its annotations were made; those that do not count are left out."""
    when = _when(annotations)
    return tuple(
        QuestionOverTime(question=one.question, level=one.level, n_units=0, undefined_because=SPANS)
        if isinstance(one, CodedSpans)
        else _question(one, when, resampling)
        for one in questions
    )


def drifts_over_time(
    questions: Sequence[CodedQuestion | CodedSpans], annotations: Iterable[Annotation], *, seed: int
) -> Iterator[tuple[str, Drift]]:
    """Yield the likeliest break of each annotator, by question: the same as above, without the windows."""
    when = _when(annotations)
    for one in questions:
        if isinstance(one, CodedQuestion) and not isinstance(found := _followed(one), QuestionOverTime):
            yield from ((one.question, drift) for drift in _drifts(one, found, _times(one.ratings, found, when), seed))


def _when(annotations: Iterable[Annotation]) -> When:
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for one in annotations:
        if one.excluded_because is None:
            found[one.annotator][one.sentence_id] = one.created_at.timestamp()
    return found


def pace_of(annotations: Iterable[Annotation]) -> tuple[Pace, ...]:
    """Return how long each annotator took for a sentence, by name, where that is stored."""
    of: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for one in annotations:
        if one.excluded_because is None and one.seconds_spent is not None:
            of[one.annotator].append((one.created_at.isoformat(), one.seconds_spent))
    return tuple(_pace(name, [seconds for _, seconds in sorted(of[name])]) for name in sorted(of))


def _pace(name: str, seconds: Sequence[float]) -> Pace:
    thirds = np.array_split(np.asarray(seconds), 3) if len(seconds) >= 3 else []
    return Pace(
        annotator=name, n=len(seconds), seconds=median(seconds), thirds=tuple(float(np.median(one)) for one in thirds)
    )


def _followed(coded: CodedQuestion) -> Disagreement | QuestionOverTime:
    """How far annotators are from each other, or why that is not followed."""
    reading = coded.readings()[0]
    nothing = QuestionOverTime(question=coded.question, level=coded.level, n_units=reading.coverage.n_pairable)
    if nothing.n_units < PARTS:
        return replace(nothing, undefined_because=Reason("{} {}s are too few to follow", nothing.n_units, "unit"))
    found = disagreement_of(reading)
    return replace(nothing, undefined_because="no variation") if found is None else found


def _drifts(coded: CodedQuestion, found: Disagreement, times: FloatArray, seed: int) -> tuple[Drift, ...]:
    clusters = coded.ratings.cluster_of_unit
    return drifts(found, np.arange(len(times)) if clusters is None else clusters, times, seed=seed)


def _question(coded: CodedQuestion, when: When, resampling: Resampling) -> QuestionOverTime:
    found = _followed(coded)
    if isinstance(found, QuestionOverTime):
        return found
    times = _times(coded.ratings, found, when)
    compared = np.where(np.isnan(found.values), np.nan, times)
    pairable = np.flatnonzero(~np.isnan(compared).all(axis=1))
    ordered = pairable[np.argsort(np.nanmax(compared[pairable], axis=1), kind="stable")]
    return QuestionOverTime(
        question=coded.question,
        level=coded.level,
        n_units=coded.readings()[0].coverage.n_pairable,
        windows=tuple(_windows(coded, found, ordered, resampling)),
        drifts=_drifts(coded, found, times, resampling.seed),
    )


def _times(ratings: Ratings, found: Disagreement, when: When) -> FloatArray:
    """When each annotator coded each unit (units × annotators), NaN where not."""
    units = [str(unit) for unit in ratings.units]
    columns = [[of.get(unit, np.nan) for unit in units] for of in (when.get(name, {}) for name in found.annotators)]
    return np.asarray(columns, dtype=np.float64).reshape(len(found.annotators), len(units)).T


def _windows(coded: CodedQuestion, found: Disagreement, ordered: IntArray, resampling: Resampling) -> Iterator[Window]:
    bounds = np.linspace(0, len(ordered), PARTS + 1).round().astype(np.int64).tolist()
    for first, last in zip(bounds, bounds[WIDE:], strict=False):
        chosen = ordered[first:last]
        ratings = coded.ratings
        there = np.isin(ratings.unit, chosen)
        kept = {name: getattr(ratings, name)[there] for name in ("unit", "annotator", "value")}
        part = replace(ratings, **kept)
        alpha, *_ = reading_estimates(coded.question, [coded.reading(part)], resampling)
        yield Window(first=first + 1, last=last, alpha=alpha, annotators=tuple(_annotators(found, chosen)))


def _annotators(found: Disagreement, chosen: IntArray) -> Iterator[InWindow]:
    for name, values in zip(found.annotators, found.values[chosen].T, strict=True):
        given = values[~np.isnan(values)]
        yield InWindow(annotator=name, n_units=len(given), agreement=float(1 - given.mean()) if len(given) else None)
