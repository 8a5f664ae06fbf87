"""What two annotators' spans disagree in: missed, other bounds, or another label.

Over the units both coded, every span of either annotator is looked at from its own side and is exactly one of

============ ================================================================================
agreed       the other marked a span with the same label and the same bounds
boundary     otherwise: the other marked an overlapping span of the same label
label        otherwise: an overlapping span of the other's has another label
missed       otherwise: nothing the other marked overlaps it
============ ================================================================================

Spans are not matched one to one: two short spans inside a long one of the same label are three spans with other
bounds; one span of several stretches is one decision, whose bounds are all of them. So the counts do not depend on an
order or on who comes first, and they add up to all spans of both. A mark somebody made twice (same bounds, same label)
counts once. The label of a span decides under which label it is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.agreement.span_measures import SpanCut, SpanMeasure, each_pair
from toolkit.agreement.spans.codings import SpanCodings, UnitStatistics
from toolkit.agreement.spans.decisions import Decisions, decisions_of
from toolkit.files.arrays import FloatArray, IntArray

ID = "span_disagreement"

Outcome = Literal["agreed", "boundary", "label", "missed"]
OUTCOMES: tuple[Outcome, ...] = ("agreed", "boundary", "label", "missed")

_COLUMNS: dict[Outcome, tuple[int, ...]] = {"agreed": (0,), "boundary": (1,), "label": (2,), "missed": (3, 4)}
_SPANS = slice(0, 5)
_UNITS = 5


@dataclass(frozen=True, slots=True)
class SpanOutcomeShare:
    """Share of all spans of either annotator with one outcome: 0 to 1, the four shares adding up to 1."""

    outcome: Outcome
    id: str = ID

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the share for each row of sums (R × 6 → R); NaN where neither marked anything."""
        spans: FloatArray = sums[:, _SPANS].sum(axis=1)
        with_outcome = sums[:, list(_COLUMNS[self.outcome])].sum(axis=1)
        return np.asarray(np.divide(with_outcome, spans, out=np.full_like(spans, np.nan), where=spans > 0))

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` (no unit both coded) or ``no spans`` (neither marked anything)."""
        if sums[_UNITS] == 0:
            return "no overlap"
        return "no spans" if sums[_SPANS].sum() == 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanOutcomes:
    """How many spans of either annotator had each outcome."""

    agreed: int
    boundary: int
    label: int
    missed_by_first: int
    """Marked by the second annotator only."""
    missed_by_second: int
    """Marked by the first annotator only."""
    n_units: int

    @property
    def missed(self) -> int:
        """Marked by one of the two only."""
        return self.missed_by_first + self.missed_by_second

    @property
    def n_spans(self) -> int:
        """Spans of either."""
        return self.agreed + self.boundary + self.label + self.missed


def span_outcome_statistics(
    codings: SpanCodings, first: str, second: str, *, label: str | None = None
) -> UnitStatistics:
    """Return for each unit both coded: agreed, boundary, label, missed by ``first``, missed by ``second``; and 1.

    With ``label`` only spans of that label are counted; those of the others are still what it may be confused with.
    """
    theirs = codings.pair(first, second)
    return _statistics_of(theirs, decisions_of(theirs), label)


def _statistics_of(theirs: SpanCodings, decided: Decisions, label: str | None) -> UnitStatistics:
    column = _column_of(decided)
    counted = np.ones(len(column), dtype=np.bool_) if label is None else decided.label == theirs.labels.index(label)
    n_units = len(theirs.units)
    cell = decided.unit[counted] * 5 + column[counted]
    counts = np.bincount(cell, minlength=5 * n_units).reshape(n_units, 5)
    return UnitStatistics(np.column_stack([counts, np.ones(n_units)]), theirs.cluster)


def span_outcomes(statistics: UnitStatistics) -> SpanOutcomes:
    """Return the counts over all units."""
    agreed, boundary, label, by_first, by_second, n_units = (int(count) for count in statistics.sums)
    return SpanOutcomes(
        agreed=agreed,
        boundary=boundary,
        label=label,
        missed_by_first=by_first,
        missed_by_second=by_second,
        n_units=n_units,
    )


def _column_of(decided: Decisions) -> IntArray:
    one, other = decided.one, decided.other
    # Nothing of the other's overlaps a span until one is found; a span of the first is then missed by the second.
    column = np.where(decided.annotator == 0, 4, 3)
    same_label = decided.label[one] == decided.label[other]
    same_bounds = decided.bounds[one] == decided.bounds[other]
    for place, found in ((2, ~same_label), (1, same_label), (0, same_label & same_bounds)):
        column[one[found]] = place
        column[other[found]] = place
    return column


def _cuts(codings: SpanCodings) -> Iterator[SpanCut]:
    for one, other in each_pair(codings):
        theirs = codings.pair(one, other)
        decided = decisions_of(theirs)
        for label in codings.labels:
            statistics = _statistics_of(theirs, decided, label)
            for outcome in OUTCOMES:
                yield SpanCut(
                    level=outcome,
                    codings=theirs,
                    figure=SpanOutcomeShare(outcome),
                    statistics=statistics,
                    n_values=int(statistics.sums[_SPANS].sum()),
                    n_categories=len(OUTCOMES),
                    category=label,
                    annotator=one,
                    other_annotator=other,
                )


MEASURE = SpanMeasure(
    id=ID,
    title="Share of spans agreed on, with other bounds, with another label, missed",
    source="Definition in this file; the shares add up to 1 (2026)",
    place=62,
    cuts=_cuts,
)
