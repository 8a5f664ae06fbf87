"""The answers to one question as agreement takes them, wherever they came from: a study, an export, any long table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from toolkit.agreement.counted_units import CountedUnits
from toolkit.agreement.groups import Grouping, Parts, parts_of
from toolkit.agreement.question_readings import Target, readings_of
from toolkit.agreement.ratings import Ratings
from toolkit.agreement.reading import Rated, Reading, summed_reading
from toolkit.agreement.summed_numbers import SummedNumbers
from toolkit.files.arrays import FloatArray

if TYPE_CHECKING:
    from toolkit.agreement.spans.marks import SpanMark


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, weakref_slot=True)
class CodedQuestion:
    """Ratings of one question and its scale.

    ``scale`` are the categories there could be, in order: as listed, else those in use; nothing for numbers, the single
    categories of sets. ``by`` has, for every division of the units asked for, the group of each entry of the ratings.
    ``n_repeats`` counts values left out because the annotator gave the unit another one.
    """

    question: str
    level: str
    ratings: Ratings
    scale: tuple[str, ...] = ()
    target: Target = None
    ordered: bool = False
    """Whether ``scale`` goes from low to high also where the level does not say so: weighted kappas may use it."""
    distances: FloatArray | None = None
    """At level ``table``: how far apart the categories of ``scale`` are."""
    with_not_shown: Ratings | None = None
    """The same with a value for "the annotator was not shown this question"; None where it is always shown."""
    with_missing: Ratings | None = None
    """The same with the categories that say "cannot be judged" as values; None where there are none."""
    missing: tuple[str, ...] = ()
    """Those categories."""
    n_repeats: int = 0
    by: Mapping[str, Grouping] = field(default_factory=dict)
    of_annotators: frozenset[str] = frozenset()
    """Those of ``by`` that divide annotators and not units: each annotator is in one group, all along."""

    def readings(self) -> Sequence[Reading]:
        """Return the question at its own level first, then at those that tell more: counted once, however often it is
        asked for.
        """
        return _readings(self, self.ratings, self.with_not_shown)

    def reading(self, part: Rated) -> Reading:
        """Return a part of the ratings at the question's own level."""
        return readings_of(self.level, part, self.scale, distances=self.distances, ordered=self.ordered)[0]

    def parts(self, by: str) -> Parts:
        """Return the parts of one of the divisions."""
        return parts_of(self.ratings, self.by[by], of_annotators=by in self.of_annotators)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, weakref_slot=True)
class CountedQuestion:
    """A question whose answers were counted where they are: of ``CodedQuestion`` what needs no row of them."""

    question: str
    level: str
    units: CountedUnits | SummedNumbers
    scale: tuple[str, ...] = ()
    target: Target = None
    ordered: bool = False
    distances: FloatArray | None = None
    with_missing: CountedUnits | None = None
    missing: tuple[str, ...] = ()
    by: Mapping[str, Parts] = field(default_factory=dict)
    """Every division asked for."""

    @property
    def of_annotators(self) -> frozenset[str]:
        """Those of ``by`` that divide annotators."""
        return frozenset(by for by, parts in self.by.items() if parts.group_of is not None)

    def reading(self, part: Rated) -> Reading:
        """Return a part of the units at the question's own level."""
        return readings_of(self.level, part, self.scale, distances=self.distances, ordered=self.ordered)[0]

    def parts(self, by: str) -> Parts:
        """Return the parts of one of the divisions."""
        return self.by[by]

    def readings(self) -> Sequence[Reading]:
        """Return the question at its own level first, then at those that tell more."""
        if isinstance(self.units, SummedNumbers):
            if isinstance(self.target, Mapping):
                raise TypeError(f"an interval question has one target, not {dict(self.target)!r}")
            return (summed_reading(self.units, target=self.target),)
        return _readings(self, self.units)


def _readings(
    question: CodedQuestion | CountedQuestion, ratings: Rated, with_not_shown: Ratings | None = None
) -> Sequence[Reading]:
    found = _READINGS.get(question)
    if found is None:
        found = _READINGS[question] = readings_of(
            question.level,
            ratings,
            question.scale,
            target=question.target,
            distances=question.distances,
            ordered=question.ordered,
            with_not_shown=with_not_shown,
        )
    return found


_READINGS: WeakKeyDictionary[CodedQuestion | CountedQuestion, Sequence[Reading]] = WeakKeyDictionary()
"""What was counted of questions that are still in use."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, weakref_slot=True)
class CodedSpans:
    """The spans of one question: parallel sequences with one entry per unit and annotator who looked at it.

    ``marks`` are label, start, end (half-open), and empty for one who marked nothing; ``lengths`` and ``clusters`` are
    those of the entry's unit, ``clusters`` None where units are resampled. ``labels`` are those there could be: as
    listed, else those in use. ``texts`` are the units' texts where they are known: tokens need them.
    """

    question: str
    labels: tuple[str, ...]
    units: Sequence[str]
    annotators: Sequence[str]
    marks: Sequence[Sequence[SpanMark]]
    lengths: Sequence[int]
    clusters: Sequence[str] | None
    texts: Mapping[str, str] | None = None
    target: Target = None
    by: Mapping[str, Grouping] = field(default_factory=dict)
    decisions: Sequence[Sequence[int]] | None = None
    """Which decision of the entry each of its marks is a stretch of; None where every mark is one by itself."""
    of_annotators: frozenset[str] = frozenset()

    @property
    def level(self) -> str:
        """Always ``span``."""
        return "span"


AnyQuestion = CodedQuestion | CountedQuestion | CodedSpans
"""What figures are computed of."""
