"""F1 of two annotators' spans: twice the matched ones over all that either marked.

F1 = 2 TP / (|A| + |B|), over the units both coded; it is the same whichever of the two is taken as the reference
(Hripcsak & Rothschild 2005, *JAMIA* 12(3), 296–298). Not corrected for chance. Matching is one to one and greedy: in
text order each span of the first annotator takes the first still free span of the second that

============================ ==============================================
exact                        has the same bounds and the same label
overlap-same-label           shares a character and has the same label
exact-boundaries-any-label   has the same bounds, whatever the label
============================ ==============================================

With several labels each is looked at by itself as well, but for the last of these, which asks for none. Over all
annotators it is the mean of the pairs that have a value, each weighing the same.

A span of several stretches is one decision: its bounds are all of them, and it shares a character where any does. A
mark somebody made twice (same bounds, same label) counts once. Greedy is as good as any matching, and the same from
both sides, unless one annotator's spans of one label overlap each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from toolkit.agreement.span_measures import SpanCut, SpanMeasure, each_label, each_pair
from toolkit.agreement.spans.codings import SpanCodings, UnitStatistics
from toolkit.agreement.spans.decisions import Decisions, decisions_of
from toolkit.files.arrays import BoolArray, FloatArray, IntArray

ID = "span_f1"

SpanMatch = Literal["exact", "overlap-same-label", "exact-boundaries-any-label"]
_COLUMNS = 4
"""Sums of a pair: matches, spans of the first, spans of the second, units."""
MATCHES: tuple[SpanMatch, ...] = ("exact", "overlap-same-label", "exact-boundaries-any-label")


@dataclass(frozen=True, slots=True)
class SpanF1:
    """F1 from sums of matches, spans of the first, spans of the second, and units."""

    id: str = ID

    def values(self, sums: FloatArray) -> FloatArray:
        """Return F1 for each row of sums (R × 4 → R); NaN where neither marked anything."""
        marked = sums[:, 1] + sums[:, 2]
        return np.divide(2 * sums[:, 0], marked, out=np.full_like(marked, np.nan), where=marked > 0)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` (no unit both coded) or ``no spans`` (neither marked anything)."""
        if sums[3] == 0:
            return "no overlap"
        return "no spans" if sums[1] + sums[2] == 0 else None


@dataclass(frozen=True, slots=True)
class MeanF1:
    """The mean of the F1 of several pairs, from their sums side by side (4 columns a pair)."""

    id: str = ID

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the mean over the pairs that have a value for each row of sums; NaN where none has."""
        of_pairs = SpanF1().values(sums.reshape(-1, _COLUMNS)).reshape(len(sums), sums.shape[1] // _COLUMNS)
        there = ~np.isnan(of_pairs)
        n: FloatArray = there.sum(axis=1).astype(np.float64)
        total: FloatArray = np.where(there, of_pairs, 0.0).sum(axis=1)
        return np.divide(total, n, out=np.full_like(n, np.nan), where=n > 0)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` (no two annotators coded a unit) or ``no spans`` (none of those marked anything)."""
        reasons = {SpanF1().undefined_because(pair) for pair in sums.reshape(-1, _COLUMNS)}
        return None if None in reasons else "no spans" if "no spans" in reasons else "no overlap"


def _side_by_side(parts: Sequence[UnitStatistics]) -> UnitStatistics:
    """The sums of each cluster, pair by pair."""
    clusters = np.unique(np.concatenate([part.cluster for part in parts]))
    rows = np.zeros((len(clusters), _COLUMNS * len(parts)))
    for place, part in enumerate(parts):
        present = np.unique(part.cluster)
        columns = slice(_COLUMNS * place, _COLUMNS * (place + 1))
        rows[np.searchsorted(clusters, present), columns] = part.grouped()[0]
    return UnitStatistics(rows, clusters)


def span_f1_statistics(codings: SpanCodings, first: str, second: str, match: SpanMatch) -> UnitStatistics:
    """Return for each unit both annotators coded: matched spans, spans of ``first``, spans of ``second``, and 1.

    For a single label use ``codings.only_label(label)``.
    """
    theirs = codings.pair(first, second)
    decided = decisions_of(theirs)
    matched = decided.unit[_matched(decided, match)]
    whose = decided.unit * 2 + decided.annotator
    n_units = len(theirs.units)
    rows = np.empty((n_units, 4))
    rows[:, 0] = np.bincount(matched, minlength=n_units)
    rows[:, 1:3] = np.bincount(whose, minlength=2 * n_units).reshape(n_units, 2)
    rows[:, 3] = 1
    return UnitStatistics(rows, theirs.cluster)


def _has_spans(sums: FloatArray) -> BoolArray:
    of_pairs = sums.reshape(len(sums), sums.shape[1] // _COLUMNS, _COLUMNS)
    return np.asarray((of_pairs[:, :, 1:3] > 0).any(axis=(1, 2)))


def _matched(decided: Decisions, match: SpanMatch) -> IntArray:
    """The decisions of the first annotator that found a partner."""
    one, other = decided.one, decided.other
    fits = np.ones(len(one), dtype=np.bool_)
    if match != "exact-boundaries-any-label":
        fits &= decided.label[one] == decided.label[other]
    if match != "overlap-same-label":
        fits &= decided.bounds[one] == decided.bounds[other]
    one, other = one[fits], other[fits]
    n = len(decided.unit)
    simple = (np.bincount(one, minlength=n)[one] == 1) & (np.bincount(other, minlength=n)[other] == 1)
    return np.concatenate([one[simple], _greedy(one[~simple], other[~simple])])


def _greedy(one: IntArray, other: IntArray) -> IntArray:
    order = np.lexsort((other, one))
    matched: set[int] = set()
    taken: set[int] = set()
    for a, b in zip(one[order].tolist(), other[order].tolist(), strict=True):
        if a not in matched and b not in taken:
            matched.add(a)
            taken.add(b)
    return np.asarray(sorted(matched), dtype=np.int64)


def _cuts(codings: SpanCodings) -> Iterator[SpanCut]:
    for match in MATCHES:
        for label, those in each_label(codings):
            if label is None or match != "exact-boundaries-any-label":
                yield from _of_label(those, match, label)


def _of_label(codings: SpanCodings, match: SpanMatch, label: str | None) -> Iterator[SpanCut]:
    """The mean over pairs, then every pair."""
    pairs = list(each_pair(codings))
    of_pairs = [span_f1_statistics(codings, one, other, match) for one, other in pairs]
    if not pairs:
        return
    every = SpanCut(
        level=match,
        codings=codings,
        figure=MeanF1(),
        statistics=_side_by_side(of_pairs),
        n_values=sum(_n_spans(statistics) for statistics in of_pairs),
        n_categories=len(codings.labels),
        lowest=0.0,
        tells=_has_spans,
        category=label,
    )
    yield every
    for (one, other), statistics in zip(pairs, of_pairs, strict=True):
        yield replace(
            every,
            codings=codings.pair(one, other),
            figure=SpanF1(),
            statistics=statistics,
            n_values=_n_spans(statistics),
            annotator=one,
            other_annotator=other,
        )


def _n_spans(statistics: UnitStatistics) -> int:
    return int(statistics.sums[1:3].sum())


MEASURE = SpanMeasure(
    id=ID,
    title="F1 of two annotators' spans",
    source="Hripcsak & Rothschild (2005), JAMIA 12(3), 296-298",
    place=61,
    cuts=_cuts,
)
