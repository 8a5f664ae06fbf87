"""The coefficient behind ``u_alpha_nominal_2016`` and ``u_alpha_binary_2016``, from sums over units.

Every annotator cuts the continuum of length L into spans, each with a value, and unmarked stretches. Observed
coincidences are the lengths of what two annotators' pieces have in common, over all pairs; expected ones come from all
pieces compared with all others, but a span never with itself, whereas of an unmarked stretch each character is a piece.
With m annotators, n_v the length valued v over all of them (v = ∅ where unmarked), n = mL::

    D_o = Σ_characters Σ_{v≠w} c_v c_w / (m − 1) / n
    D_e = Σ_{v≠w} n_v n_w / (n² − n_∅ − Σ_spans l²)
    α   = 1 − D_o / D_e

All of these are sums over units of coding, spans lie within one, and unmarked characters count singly: it does not
matter where one cluster ends and the next begins, so clusters can be resampled. (The papers call a span a unit.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.agreement.span_measures import SpanCut, Whole, each_label
from toolkit.agreement.spans.codings import SpanCodings, UnitStatistics
from toolkit.agreement.spans.continuum import (
    LABELS_OVERLAP,
    Continuum,
    continuum,
    labels_overlap,
    no_continuum_because,
)
from toolkit.agreement.spans.segments import segments
from toolkit.files.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class UAlpha:
    """The coefficient from sums of: self-comparisons left out, disagreement, and the length of each value."""

    id: str

    def values(self, sums: FloatArray) -> FloatArray:
        """Return alpha for each row of sums (R × K → R); NaN without variation."""
        given = sums[:, 2:]
        n = given.sum(axis=1)
        unlike = n**2 - (given**2).sum(axis=1)
        observed = np.divide(sums[:, 1], n, out=np.zeros_like(n), where=n > 0)
        ratio = np.divide(observed, unlike, out=np.full_like(n, np.nan), where=unlike > 0)
        return np.asarray(1 - (n**2 - sums[:, 0]) * ratio, dtype=np.float64)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``no variation``."""
        if sums[2:].sum() == 0:
            return "no overlap"
        return "no variation" if np.isnan(self.values(sums[None, :])[0]) else None


def cannot_lay_out(codings: SpanCodings) -> str | None:
    """Return why the coefficient does not exist on these codings, or None where it may.

    Beside ``no overlap`` and different sets of annotators: where an annotator gave one character two labels, it has no
    one value (``labels overlap``); then each label can be looked at alone, ``codings.only_label(label)``.
    """
    reason = no_continuum_because(codings)
    if reason is None and labels_overlap(continuum(codings)):
        return LABELS_OVERLAP
    return reason


def u_alpha_statistics(line: Continuum, values: Literal["labels", "marked or not"]) -> UnitStatistics:
    """Return for each unit: Σ l² of its spans plus its unmarked characters, disagreement, and the length of each
    value.
    """
    marked = line.codings
    if values == "marked or not":
        marked = _one_label(marked)
    cut = segments(marked)
    coincidences = cut.coincidences()
    squares = (line.codings.end - line.codings.start).astype(np.float64) ** 2
    of_spans = np.bincount(line.codings.span_unit, weights=squares, minlength=len(line.codings.units))
    return UnitStatistics(np.column_stack([of_spans + coincidences[:, 1], coincidences]), cut.cluster)


def _one_label(codings: SpanCodings) -> SpanCodings:
    return SpanCodings(
        codings.units,
        codings.annotators,
        ("marked",),
        codings.length,
        codings.cluster,
        codings.unit,
        codings.annotator,
        codings.coding,
        np.zeros_like(codings.label),
        codings.start,
        codings.end,
    )


def u_alpha_cuts(
    codings: SpanCodings, figure: UAlpha, statistics: Callable[[Continuum], UnitStatistics]
) -> Iterator[SpanCut]:
    """Yield the coefficient over all labels, then of each by itself; where it does not exist, with the reason."""
    for label, theirs in each_label(codings):
        level = "span" if label is None else f"span:{label}"
        reason = cannot_lay_out(theirs)
        if reason is not None:
            yield SpanCut(level=level, codings=theirs, figure=Whole(None, reason, reason), category=label)
            continue
        rows = statistics(continuum(theirs))
        yield SpanCut(
            level=level,
            codings=theirs,
            figure=figure,
            statistics=rows,
            n_values=int(rows.sums[2:].sum()),
            n_categories=rows.rows.shape[1] - 2,
            lowest=-1.0,
            category=label,
        )
