"""Krippendorff's alpha for unitizing, of a category and over all of them: where do spans begin and end, and how long?

Krippendorff (1995), *Sociological Methodology* 25, 47–76; Krippendorff (2004), *Content Analysis*, 2nd ed., ch. 11.6.
Of m annotators on a continuum of length L, for one category, with b, e and l the begin, end and length of its spans and
gaps (what lies between one annotator's spans, and before and after them)::

    D_o = Σ_{i≠j} Σ_g Σ_h δ² / (m (m − 1) L²)
        δ² = (b_g − b_h)² + (e_g − e_h)²   where both are spans and share a character
             l_g²                          where g is a span and h a gap that contains it, and the other way round
             0                             otherwise
    D_e = (2/L) Σ_spans [ (N − 1)/3 (2l³ − 3l² + l) + l² Σ_{gaps ≥ l} (l_gap − l + 1) ]
          / ( mL (mL − 1) − Σ_spans l (l − 1) )          N spans and all gaps of all annotators
    α   = 1 − D_o / D_e;  over all categories 1 − ΣD_o / ΣD_e

Gaps run across the ends of units and clusters, and enter D_e by their lengths, so D_e is not a sum over clusters
and changes with the order they stand in: there is a value and no interval (``NOT_RESAMPLED``). The coefficient was
revised by its author because of how it behaves with more than two annotators: see ``u_alpha_nominal_2016``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.span_measures import SpanCut, SpanMeasure, Whole, each_label
from toolkit.agreement.spans.codings import SpanCodings
from toolkit.agreement.spans.continuum import Continuum, continuum, no_continuum_because
from toolkit.agreement.spans.overlaps import overlapping
from toolkit.files.arrays import BoolArray, IntArray

ID = "krippendorff_alpha_unitizing_1995_2004"
NOT_RESAMPLED = "not resampled"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitizingAlpha:
    """The coefficient, None exactly when ``undefined_because`` says why, and what it is made of."""

    value: float | None
    undefined_because: str | None
    observed: float | None
    """D_o; over several labels its sum."""
    expected: float | None
    """D_e; over several labels its sum."""
    n_merged: int
    """Overlapping spans of one label by one annotator that were merged, over all labels."""


def unitizing_alpha(codings: SpanCodings, *, label: str | None = None) -> UnitizingAlpha:
    """Return alpha of one label, or over all of them.

    Undefined where no unit was coded twice (``no overlap``), where units were coded by different sets of
    annotators, or where nobody marked such a span (``no variation``).
    """
    if label is not None:
        codings = codings.only_label(label)
    reason = no_continuum_because(codings)
    if reason is not None:
        return UnitizingAlpha(value=None, undefined_because=reason, observed=None, expected=None, n_merged=0)
    line = continuum(codings)
    if line.length == 0:
        return UnitizingAlpha(value=None, undefined_because="no overlap", observed=None, expected=None, n_merged=0)
    observed = _observed(line)
    expected = sum(_expected(line, code) for code in range(len(codings.labels)))
    value = 1 - observed / expected if expected > 0 else None
    return UnitizingAlpha(
        value=value,
        undefined_because="no variation" if value is None else None,
        observed=observed,
        expected=expected,
        n_merged=line.n_merged,
    )


def _observed(line: Continuum) -> float:
    """D_o summed over labels."""
    codings, m = line.codings, line.n_annotators
    one, other = overlapping(codings)
    same = codings.label[one] == codings.label[other]
    one, other = one[same], other[same]
    start, end = codings.start.astype(np.float64), codings.end.astype(np.float64)
    shifted = ((start[one] - start[other]) ** 2 + (end[one] - end[other]) ** 2).sum()
    # A unit lies in a gap of exactly those annotators of whom no unit with its label shares a character with it.
    who = codings.span_annotator
    met = np.concatenate([one * len(codings.annotators) + who[other], other * len(codings.annotators) + who[one]])
    n_met = np.bincount(np.unique(met) // len(codings.annotators), minlength=len(start))
    alone = ((end - start) ** 2 * (m - 1 - n_met)).sum()
    return float(2 * (shifted + alone) / (m * (m - 1) * line.length**2))


def _expected(line: Continuum, label: int) -> float:
    """D_e of one label."""
    codings, length = line.codings, line.length
    ours = codings.label == label
    units = (codings.end - codings.start)[ours].astype(np.float64)
    gaps = np.sort(_gaps(line, ours))
    longer = np.append(np.cumsum(gaps[::-1])[::-1], 0).astype(np.float64)
    place = np.searchsorted(gaps, units, side="left")
    room = longer[place] - (len(gaps) - place) * (units - 1)
    by_units = (len(units) - 1) / 3 * (2 * units**3 - 3 * units**2 + units)
    everything = float(line.n_annotators * length)
    pairs = everything * (everything - 1) - (units * (units - 1)).sum()
    return float(2 / length * (by_units + units**2 * room).sum() / pairs)


def _gaps(line: Continuum, ours: BoolArray) -> IntArray:
    """Lengths of what lies before, between and after each annotator's units; nothing lies between two that touch."""
    codings, who = line.codings, line.codings.span_annotator
    lengths = []
    for annotator in np.unique(codings.annotator):
        theirs = ours & (who == annotator)
        lengths.append(np.append(codings.start[theirs], line.length) - np.append(0, codings.end[theirs]))
    found: IntArray = np.concatenate(lengths)
    return found[found > 0]


def _cuts(codings: SpanCodings) -> Iterator[SpanCut]:
    for label, theirs in each_label(codings):
        found = unitizing_alpha(theirs)
        yield SpanCut(
            level="span" if label is None else f"span:{label}",
            codings=theirs,
            figure=Whole(found.value, found.undefined_because, NOT_RESAMPLED),
            n_values=len(theirs.pairable().label),
            n_categories=len(theirs.labels),
            category=label,
        )


MEASURE = SpanMeasure(
    id=ID,
    title="Krippendorff's alpha for unitizing",
    source="Krippendorff (1995), Sociological Methodology 25, 47-76; Krippendorff (2004), Content Analysis, ch. 11.6",
    place=20,
    cuts=_cuts,
)
