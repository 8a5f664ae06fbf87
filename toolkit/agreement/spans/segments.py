"""Stretches of a unit in which nobody's marks begin or end: all their characters have the same values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.spans.codings import SpanCodings
from toolkit.agreement.spans.overlaps import spread
from toolkit.files.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """The segments of units coded at least twice, with the label sets annotators gave to their characters.

    ``unit`` and ``length`` (in characters) have one entry per segment. ``times[i]`` annotators gave the set
    ``values[value[i]]`` to segment ``segment[i]``; all others who coded the unit left it unmarked, which is
    ``values[0]``, the empty set, and not listed. ``n_annotators`` and ``cluster`` have one entry per unit.
    """

    values: tuple[frozenset[str], ...]
    unit: IntArray
    length: IntArray
    segment: IntArray
    value: IntArray
    times: IntArray
    n_annotators: IntArray
    cluster: IntArray

    def coincidences(self) -> FloatArray:
        """Return for each unit: disagreement, then how many characters got each value, over annotators (× 1 +
        values).

        Disagreement of a character is Σ_{v≠w} c_v c_w / (m − 1), with c_v of its m annotators giving value v; a
        segment's is its length times that of one of its characters.
        """
        n_units, n_values = len(self.n_annotators), len(self.values)
        m = self.n_annotators[self.unit].astype(np.float64)
        unmarked = m - np.bincount(self.segment, weights=self.times, minlength=len(self.length))
        alike = unmarked**2 + np.bincount(self.segment, weights=self.times**2, minlength=len(self.length))
        disagreement = self.length * (m**2 - alike) / (m - 1)
        cell = self.unit[self.segment] * n_values + self.value
        given = np.bincount(cell, weights=self.times * self.length[self.segment], minlength=n_units * n_values)
        given = given.reshape(n_units, n_values)
        given[:, 0] = np.bincount(self.unit, weights=unmarked * self.length, minlength=n_units)
        observed = np.bincount(self.unit, weights=disagreement, minlength=n_units)
        # Sums over nothing come back as integers.
        return np.column_stack([observed, given]).astype(np.float64)


def segments(codings: SpanCodings) -> Segments:
    """Return the segments of the units at least two annotators coded."""
    codings = codings.pairable()
    edges = np.unique(np.concatenate([codings.edges, codings.start, codings.end]))
    # Units without characters start where the next one does; the last of those starting here is the one with some.
    unit = np.searchsorted(codings.edges, edges[:-1], side="right") - 1
    segment, value, values = _values(codings, edges)
    cell = segment * len(values) + value
    cells, times = np.unique(cell, return_counts=True)
    segment, value = np.divmod(cells, len(values))
    return Segments(values, unit, np.diff(edges), segment, value, times, codings.annotators_of_unit, codings.cluster)


def _values(codings: SpanCodings, edges: IntArray) -> tuple[IntArray, IntArray, tuple[frozenset[str], ...]]:
    """Segment and value of every annotator where anything was marked, and the label sets the values stand for."""
    first = np.searchsorted(edges, codings.start)
    span, step = spread(np.searchsorted(edges, codings.end) - first)
    n_annotators, n_labels = max(len(codings.annotators), 1), max(len(codings.labels), 1)
    cell = (first[span] + step) * n_annotators + codings.span_annotator[span]
    cells, label = np.divmod(np.unique(cell * n_labels + codings.label[span]), n_labels)
    cell, begins, n_in_cell = np.unique(cells, return_index=True, return_counts=True)
    value, sets = np.zeros(len(cell), dtype=np.int64), [frozenset[str]()]
    # A set is built label by label in their order, so that equal sets take the same way and get the same number.
    for place in range(int(n_in_cell.max(initial=0))):
        has = n_in_cell > place
        step_taken = value[has] * n_labels + label[begins[has] + place]
        taken, which = np.unique(step_taken, return_inverse=True)
        value[has] = len(sets) + which
        sets += [sets[before] | {codings.labels[added]} for before, added in (divmod(way, n_labels) for way in taken)]
    used, value = np.unique(np.concatenate([np.zeros(1, dtype=np.int64), value]), return_inverse=True)
    return cell // n_annotators, value[1:], tuple(sets[number] for number in used)
