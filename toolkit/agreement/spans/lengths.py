"""Who marks longer or shorter spans than others where both mark the same: bounds, apart from what is marked at all.

Of each span that shares a character with spans of the same label by co-annotators, d is its length less their mean
length, in characters; an annotator's figure is the mean of d. Spans nobody else marked say nothing about bounds and
are left out. The intervals of all annotators hold together (``diagnosis.max_t``), clusters drawn whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.agreement.diagnosis.max_t import half_widths
from toolkit.agreement.diagnosis.side_by_side import put_together
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import FEWEST_RELIABLE_CLUSTERS, LARGEST_UNDEFINED_SHARE, Resampling
from toolkit.agreement.spans.codings import SpanCodings
from toolkit.agreement.spans.overlaps import overlapping
from toolkit.files.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanLength:
    """How much longer one annotator's spans are than those of others they overlap, in characters."""

    annotator: str
    question: str
    n_spans: int
    """Spans that overlap one of the same label by somebody else."""
    longer: float | None
    """Characters; below 0 where they are shorter. None where ``undefined_because`` says why."""
    undefined_because: str | None
    ci_low: float | None
    ci_high: float | None
    interval_undefined_because: str | None
    interval_unreliable: bool
    flagged: Literal["longer", "shorter"] | None
    """Set where the interval excludes 0."""


def span_lengths(question: str, codings: SpanCodings, resampling: Resampling) -> tuple[SpanLength, ...]:
    """Return every annotator, in order."""
    who, span, longer = _compared(codings)
    _, cluster = np.unique(codings.cluster[codings.span_unit[span]], return_inverse=True)
    cluster = np.asarray(cluster, dtype=np.int64)
    n_annotators = len(codings.annotators)
    _, n_groups, group = put_together(cluster, np.random.default_rng((resampling.seed, 1)))
    n_spans = np.zeros((n_groups, n_annotators), dtype=np.int64)
    excess = np.zeros((n_groups, n_annotators, 1))
    np.add.at(n_spans, (group, who), 1)
    np.add.at(excess[:, :, 0], (group, who), longer)
    n_clusters_of = np.asarray([len(np.unique(cluster[who == place])) for place in range(n_annotators)], dtype=np.int64)
    of_all, total = n_spans.sum(axis=0), excess[:, :, 0].sum(axis=0)
    because: list[str | None] = [_because(int(n), resampling) for n in n_clusters_of]
    half: FloatArray = np.zeros(n_annotators)
    if None in because:
        widths = half_widths(
            excess,
            n_spans,
            n_clusters_of=n_clusters_of,
            replicates=resampling.replicates,
            confidence=resampling.confidence,
            rng=np.random.default_rng(resampling.seed),
        )
        half = np.asarray(widths.half[:, 0])
        seldom = widths.not_drawn > LARGEST_UNDEFINED_SHARE * resampling.replicates
        for place in range(n_annotators):
            if because[place] is None and seldom[place]:
                n = int(widths.not_drawn[place])
                because[place] = Reason("not drawn in {} of {} replicates", n, resampling.replicates)
            elif because[place] is None and widths.flat[place, 0]:
                because[place] = "no variation"
    return tuple(
        _record(
            name,
            question,
            n_spans=int(of_all[place]),
            longer=float(total[place] / of_all[place]) if of_all[place] else None,
            half=float(half[place]),
            because=because[place],
            unreliable=int(n_clusters_of[place]) < FEWEST_RELIABLE_CLUSTERS,
        )
        for place, name in enumerate(codings.annotators)
    )


def _compared(codings: SpanCodings) -> tuple[IntArray, IntArray, FloatArray]:
    """Whose each compared span is, its place among the spans, and how much longer it is than those it overlaps."""
    one, other = overlapping(codings)
    alike = codings.label[one] == codings.label[other]
    span = np.concatenate([one[alike], other[alike]])
    beside = np.concatenate([other[alike], one[alike]])
    length = codings.end - codings.start
    n_beside = np.bincount(span, minlength=len(length))
    sum_beside = np.bincount(span, weights=length[beside], minlength=len(length))
    found: IntArray = np.flatnonzero(n_beside).astype(np.int64)
    return codings.span_annotator[found], found, length[found] - sum_beside[found] / n_beside[found]


def _because(n_clusters: int, resampling: Resampling) -> str | None:
    if n_clusters == 0:
        return "value undefined"
    if not resampling.replicates:
        return "no replicates asked for"
    if resampling.replicates < resampling.fewest_replicates:
        return Reason("{} replicates are too few", resampling.replicates)
    return Reason("one {}", resampling.cluster) if n_clusters == 1 else None


def _record(
    annotator: str,
    question: str,
    *,
    n_spans: int,
    longer: float | None,
    half: float,
    because: str | None,
    unreliable: bool,
) -> SpanLength:
    low = high = None
    if longer is not None and because is None:
        low, high = longer - half, longer + half
    flagged: Literal["longer", "shorter"] | None = None
    if low is not None and high is not None and not low <= 0 <= high:
        flagged = "longer" if low > 0 else "shorter"
    return SpanLength(
        annotator=annotator,
        question=question,
        n_spans=n_spans,
        longer=longer,
        undefined_because=None if n_spans else "no overlapping span",
        ci_low=low,
        ci_high=high,
        interval_undefined_because=because,
        interval_unreliable=because is None and unreliable,
        flagged=flagged,
    )
