"""What two annotators decided: spans as they are counted, also of several stretches, and which of them meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.spans.codings import SpanCodings
from toolkit.agreement.spans.overlaps import overlapping
from toolkit.files.arrays import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """Decisions in text order of their first stretches, each once: unit, annotator, label and ``bounds``.

    ``bounds`` are equal exactly where all stretches are. ``one`` and ``other`` are every two decisions by different
    annotators with a character in common, the first by the annotator who comes first. What somebody decided twice (the
    same label and bounds) says nothing new.
    """

    unit: IntArray
    annotator: IntArray
    label: IntArray
    bounds: IntArray
    one: IntArray
    other: IntArray


def decisions_of(codings: SpanCodings) -> Decisions:
    """Return the decisions of two annotators, in the same order whatever the order of the spans."""
    decision = np.arange(len(codings.start)) if codings.decision is None else codings.decision
    _, first, of_stretch = np.unique(decision, return_index=True, return_inverse=True)
    keys = np.column_stack(
        [_bounds(codings, of_stretch, len(first)), codings.label[first], codings.span_annotator[first]]
    )
    different, kept, same_as = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    bounds, label, annotator = different.T
    place = same_as[of_stretch]
    one, other = (place[spans] for spans in overlapping(codings))
    meeting = np.unique(np.column_stack([one, other]), axis=0)
    return Decisions(codings.span_unit[first[kept]], annotator, label, bounds, meeting[:, 0], meeting[:, 1])


def _bounds(codings: SpanCodings, of_stretch: IntArray, n: int) -> IntArray:
    """A number of each decision that is equal exactly where the sets of stretches are, ascending in text order."""
    _, stretch = np.unique(np.column_stack([codings.start, codings.end]), axis=0, return_inverse=True)
    if n == len(stretch):  # a stretch each
        bounds = np.empty(n, dtype=np.int64)
        bounds[of_stretch] = stretch
        return bounds
    sets: list[set[int]] = [set() for _ in range(n)]
    for place, one in zip(of_stretch.tolist(), stretch.tolist(), strict=True):
        sets[place].add(one)
    all_of = [tuple(sorted(each)) for each in sets]
    number = {each: at for at, each in enumerate(sorted(set(all_of)))}
    return np.asarray([number[each] for each in all_of], dtype=np.int64)
