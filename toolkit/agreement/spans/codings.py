"""Who marked which spans, as arrays: all units laid end to end, all spans in text order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from toolkit.agreement.spans.marks import SpanMark
from toolkit.files.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class SpanCodings:
    """Units, who coded them, and the spans they marked, by number.

    ``length`` and ``cluster`` have one entry per unit; ``unit`` and ``annotator`` one per coding (an annotator
    on a unit, whether anything was marked or not); ``coding``, ``label``, ``start`` and ``end`` one per span.
    Positions count characters from the start of the first unit, so a span lies inside its unit's stretch.
    Spans are sorted by start, end, label and annotator.
    """

    units: tuple[str, ...]
    annotators: tuple[str, ...]
    labels: tuple[str, ...]
    length: IntArray
    cluster: IntArray
    unit: IntArray
    annotator: IntArray
    coding: IntArray
    label: IntArray
    start: IntArray
    end: IntArray
    decision: IntArray | None = None
    """Which decision each span is a stretch of, where a decision may have several; None: each is one by itself."""

    @property
    def edges(self) -> IntArray:
        """Where each unit starts, and after them where the last one ends."""
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(self.length)])

    @property
    def span_annotator(self) -> IntArray:
        """Who marked each span."""
        return self.annotator[self.coding]

    @property
    def span_unit(self) -> IntArray:
        """The unit of each span."""
        return self.unit[self.coding]

    @property
    def annotators_of_unit(self) -> IntArray:
        """How many annotators coded each unit."""
        return np.bincount(self.unit, minlength=len(self.units))

    def only_label(self, label: str) -> SpanCodings:
        """Return the same codings as if there were no other label. Raise ValueError where there is no such label."""
        if label not in self.labels:
            raise ValueError(f"no label {label!r}, only {list(self.labels)!r}")
        kept = self._of_spans(self.label == self.labels.index(label))
        return replace(kept, labels=(label,), label=np.zeros_like(kept.label))

    def pair(self, first: str, second: str) -> SpanCodings:
        """Return the codings of two annotators, on the units both coded; ``first`` comes first."""
        place = {name: code for code, name in enumerate(self.annotators)}
        renamed = np.full(len(self.annotators), -1, dtype=np.int64)
        renamed[place[first]], renamed[place[second]] = 0, 1
        theirs = renamed[self.annotator] >= 0
        both = np.bincount(self.unit[theirs], minlength=len(self.units)) == 2
        kept = self._of_codings(theirs & both[self.unit])._of_units(both)
        return replace(kept, annotators=(first, second), annotator=renamed[kept.annotator])

    def pairable(self) -> SpanCodings:
        """Return only the units at least two annotators coded."""
        enough = self.annotators_of_unit >= 2
        return self if enough.all() else self._of_codings(enough[self.unit])._of_units(enough)

    def _of_spans(self, keep: BoolArray) -> SpanCodings:
        spans = (self.coding[keep], self.label[keep], self.start[keep], self.end[keep])
        decision = None if self.decision is None else self.decision[keep]
        return replace(self, coding=spans[0], label=spans[1], start=spans[2], end=spans[3], decision=decision)

    def _of_codings(self, keep: BoolArray) -> SpanCodings:
        kept = self._of_spans(keep[self.coding])
        renumbered = np.cumsum(keep) - 1
        return replace(kept, unit=self.unit[keep], annotator=self.annotator[keep], coding=renumbered[kept.coding])

    def _of_units(self, keep: BoolArray) -> SpanCodings:
        """Without the other units, which nobody may have coded: what is kept moves together."""
        renumbered = np.cumsum(keep) - 1
        gone = np.cumsum(np.where(keep, 0, self.length))[self.span_unit]
        return replace(
            self,
            units=tuple(name for name, kept in zip(self.units, keep.tolist(), strict=True) if kept),
            length=self.length[keep],
            cluster=self.cluster[keep],
            unit=renumbered[self.unit],
            start=self.start - gone,
            end=self.end - gone,
        )


@dataclass(frozen=True, slots=True, eq=False)
class UnitStatistics:
    """What a measure needs of each unit (units × K), and the cluster of each."""

    rows: FloatArray
    cluster: IntArray

    @property
    def sums(self) -> FloatArray:
        """Over all units (K)."""
        return np.asarray(self.rows.sum(axis=0))

    def grouped(self) -> tuple[FloatArray, IntArray]:
        """Return what is resampled: one row of sums per cluster, and 1 for each (how many clusters the row stands
        for).
        """
        present, cluster = np.unique(self.cluster, return_inverse=True)
        sums = np.empty((len(present), self.rows.shape[1]))
        for column in range(self.rows.shape[1]):
            sums[:, column] = np.bincount(cluster, weights=self.rows[:, column], minlength=len(present))
        return sums, np.ones(len(present), dtype=np.int64)


def span_codings(
    units: Sequence[str],
    annotators: Sequence[str],
    marks: Sequence[Sequence[SpanMark]],
    *,
    labels: Sequence[str],
    lengths: Mapping[str, int],
    cluster_of_unit: Mapping[str, int],
    decisions: Sequence[Sequence[int]] | None = None,
) -> SpanCodings:
    """Return the codings as arrays.

    ``units``, ``annotators`` and ``marks`` are parallel: one entry per annotator and unit coded, an empty one where
    nothing was marked. ``lengths`` gives the characters of each unit, and its order is the order of the text; a
    unit nobody coded is left out. ``cluster_of_unit`` numbers what is resampled together, by unit. ``decisions`` says
    of each mark which decision of its annotator in the unit it is a stretch of. Raises ValueError, listing them, on
    units without length, on two codings of one unit by one annotator, on labels not on the scale and on spans that are
    empty or outside their unit.
    """
    _check(units, annotators, marks, labels, lengths)
    coded = set(units)
    names_of_units = tuple(unit for unit in lengths if unit in coded)
    length = np.asarray([lengths[unit] for unit in names_of_units], dtype=np.int64)
    place = {unit: code for code, unit in enumerate(names_of_units)}
    names = tuple(sorted(set(annotators)))
    who = {name: code for code, name in enumerate(names)}
    which = {label: code for code, label in enumerate(labels)}
    unit_of = np.asarray([place[unit] for unit in units], dtype=np.int64)
    annotator = np.asarray([who[name] for name in annotators], dtype=np.int64)
    coding = np.repeat(np.arange(len(units)), np.asarray([len(spans) for spans in marks], dtype=np.int64))
    flat = np.asarray([(which[label], start, end) for spans in marks for label, start, end in spans], dtype=np.int64)
    label, start, end = flat.reshape(-1, 3).T
    offset = (np.cumsum(length) - length)[unit_of[coding]]
    start, end = start + offset, end + offset
    order = np.lexsort((annotator[coding], label, end, start))
    decision = None if decisions is None else _numbered(coding, decisions)[order]
    return SpanCodings(
        units=names_of_units,
        annotators=names,
        labels=tuple(labels),
        length=length,
        cluster=np.asarray([cluster_of_unit[unit] for unit in names_of_units], dtype=np.int64),
        unit=unit_of,
        annotator=annotator,
        coding=coding[order],
        label=label[order],
        start=start[order],
        end=end[order],
        decision=decision,
    )


def _numbered(coding: IntArray, decisions: Sequence[Sequence[int]]) -> IntArray:
    """The decision of each span, numbered throughout."""
    own = np.asarray([number for of_coding in decisions for number in of_coding], dtype=np.int64)
    keys: IntArray = coding * (int(own.max(initial=0)) + 1) + own
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)


def _check(
    units: Sequence[str],
    annotators: Sequence[str],
    marks: Sequence[Sequence[SpanMark]],
    labels: Sequence[str],
    lengths: Mapping[str, int],
) -> None:
    if not len(units) == len(annotators) == len(marks):
        raise ValueError("units, annotators and marks must have the same length")
    known = set(labels)
    seen: set[tuple[str, str]] = set()
    faults: list[str] = []
    for unit, annotator, spans in zip(units, annotators, marks, strict=True):
        length = lengths.get(unit)
        if length is None:
            faults.append(f"{unit}: no length for this unit")
        if (unit, annotator) in seen:
            faults.append(f"{unit}: coded twice by {annotator}")
        seen.add((unit, annotator))
        for label, start, end in spans:
            if label not in known:
                faults.append(f"{unit}: label {label!r} is not on the scale")
            elif length is not None and not 0 <= start < end <= length:
                faults.append(f"{unit}: span {label} {start}–{end} outside a unit of {length} characters")
    if faults:
        raise ValueError("spans that cannot be counted:\n  " + "\n  ".join(dict.fromkeys(faults)))
