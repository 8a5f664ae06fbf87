"""Units laid end to end as one continuum, for the coefficients that are defined on one only."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.spans.codings import SpanCodings
from toolkit.files.arrays import BoolArray, IntArray

ANNOTATORS_DIFFER = "annotators differ between units"
LABELS_OVERLAP = "labels overlap"


@dataclass(frozen=True, slots=True, eq=False)
class Continuum:
    """Units coded by the same two or more annotators, no annotator's spans of one label overlapping."""

    codings: SpanCodings
    n_merged: int
    """Spans that were joined to another of the same annotator and label because they shared a character."""

    @property
    def length(self) -> int:
        """Characters."""
        return int(self.codings.length.sum())

    @property
    def n_annotators(self) -> int:
        """Annotators; each of them coded all of it."""
        return len(np.unique(self.codings.annotator))


def no_continuum_because(codings: SpanCodings) -> str | None:
    """Return ``no overlap`` where no unit was coded twice, or that the annotators of those that were are not the same.

    Units only one annotator coded cannot be compared with anything and do not count.
    """
    shared = codings.pairable()
    if not len(shared.units):
        return "no overlap"
    everybody = len(np.unique(shared.annotator))
    return None if (shared.annotators_of_unit == everybody).all() else ANNOTATORS_DIFFER


def continuum(codings: SpanCodings) -> Continuum:
    """Return the units coded at least twice, in text order, overlapping spans of one label by one annotator merged.

    Spans that only touch stay apart, within a unit and across its end. Raise ValueError where there is none.
    """
    reason = no_continuum_because(codings)
    if reason is not None:
        raise ValueError(f"no continuum: {reason}")
    shared = codings.pairable()
    group = shared.span_annotator * len(shared.labels) + shared.label
    order = np.lexsort((shared.end, shared.start, group))
    begins, reach = _begins(group[order], shared.start[order], shared.end[order])
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(order)) - 1 if len(first) else first
    kept = order[first]
    end = reach[last]
    by_text = np.lexsort((shared.span_annotator[kept], shared.label[kept], end, shared.start[kept]))
    kept, end = kept[by_text], end[by_text]
    merged = replace(shared, coding=shared.coding[kept], label=shared.label[kept], start=shared.start[kept], end=end)
    return Continuum(merged, len(order) - len(kept))


def labels_overlap(line: Continuum) -> bool:
    """Return whether some annotator gave one character two labels."""
    who, start, end = line.codings.span_annotator, line.codings.start, line.codings.end
    order = np.lexsort((start, who))
    return not bool(_begins(who[order], start[order], end[order])[0].all())


def _begins(group: IntArray, start: IntArray, end: IntArray) -> tuple[BoolArray, IntArray]:
    """Of spans sorted by group and start: which share no character with an earlier one; how far all so far reach."""
    beyond = int(end.max(initial=0)) + 1
    # Each group gets a stretch of its own, so that one running maximum serves all of them.
    reach = np.maximum.accumulate(end + group * beyond) if len(end) else end
    begins = np.ones(len(end), dtype=np.bool_)
    begins[1:] = (start + group * beyond)[1:] >= reach[:-1]
    return begins, reach - group * beyond
