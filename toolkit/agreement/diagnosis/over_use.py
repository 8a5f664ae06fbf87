"""Who over-uses what: each annotator's share of each category beside co-annotators' share on the very same units.

Only a comparison on the same units tells a habit from a different share of the material. In a unit annotator a coded
together with m − 1 others, d is 1 if a gave the category, less the share of the others who did; the difference is the
mean of d over these units, each weighing the same.

Its interval holds for all annotators × categories of the question at once, because so many are looked at: clusters are
drawn with replacement, and the critical value is a quantile of the greatest |θ* − θ|/SE over all cells in a replicate,
with SE the standard deviation of the replicates (max-t: Westfall & Young 1993, *Resampling-Based Multiple Testing*;
bootstrap of clusters: Davison & Hinkley 1997, *Bootstrap Methods and Their Application*). Where nobody over-uses
anything, about one question in twenty shows somebody at 95 %: simulated (5 annotators, 5 categories, habits that change
from cluster to cluster, 2 to 200 clusters, 1,000 questions each) 4 to 7 of 100 where categories are used equally, 1 to
5 where one dominates.

Limits stay on the scale: both shares lie between 0 and 1, so no difference of two is beyond −1 or 1. Nothing narrower
holds: what the others give is estimated as well, so that an annotator who always gives a category may differ from them
by more than was seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from toolkit.agreement.diagnosis.max_t import half_widths
from toolkit.agreement.diagnosis.side_by_side import SideBySide, side_by_side
from toolkit.agreement.figure import without_rounding
from toolkit.agreement.reason import Reason
from toolkit.agreement.resampling import FEWEST_RELIABLE_CLUSTERS, LARGEST_UNDEFINED_SHARE, UNIT
from toolkit.agreement.sums import OnStep, unwatched
from toolkit.files.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class OverUse:
    """One annotator's use of one category against that of co-annotators on the same units.

    Shares and difference are None exactly when ``undefined_because`` says why, the interval exactly when
    ``interval_undefined_because`` does.
    """

    annotator: str
    category: str
    n_units: int
    """Units this annotator and at least one other coded."""
    own_share: float | None
    """Of these units, those to which the annotator gave the category."""
    others_share: float | None
    """Mean over these units of the share of co-annotators who gave it."""
    difference: float | None
    """``own_share`` less ``others_share``."""
    undefined_because: str | None
    """``no overlap``: the annotator coded nothing together with anybody."""
    ci_low: float | None
    ci_high: float | None
    """Interval of the difference, within −1 and 1, corrected for all annotators × categories of the question."""
    interval_undefined_because: str | None
    """``one cluster`` (or ``one unit``), ``no variation`` (no replicate differs), too few replicates …"""
    interval_unreliable: bool
    """True when the annotator's units lie in fewer than ten clusters: little to learn a spread from."""
    flagged: Literal["over", "under"] | None
    """Set where the interval excludes 0."""


def over_use(
    codes: IntArray,
    annotators: Sequence[str],
    categories: Sequence[str],
    *,
    replicates: int,
    seed: int,
    cluster_of_unit: IntArray | None = None,
    cluster: str = "cluster",
    membership: FloatArray | None = None,
    confidence: float = 0.95,
    on_step: OnStep = unwatched,
) -> tuple[OverUse, ...]:
    """Return every annotator × category, annotators in order, from codes (units × annotators).

    ``cluster_of_unit`` numbers what is drawn together, and ``cluster`` is its name; None draws units. ``membership``
    (values × categories, 1 where the value names the category) is for sets; without, values are categories.
    ``on_step`` is called for each annotator.
    """
    n_values = len(categories) if membership is None else len(membership)
    table = side_by_side(codes, n_values, cluster_of_unit, rng=np.random.default_rng((seed, 1)), on_step=on_step)
    return over_use_in(
        table,
        annotators,
        categories,
        replicates=replicates,
        seed=seed,
        cluster=UNIT if cluster_of_unit is None else cluster,
        membership=membership,
        confidence=confidence,
    )


def over_use_in(
    table: SideBySide,
    annotators: Sequence[str],
    categories: Sequence[str],
    *,
    replicates: int,
    seed: int,
    cluster: str,
    membership: FloatArray | None = None,
    confidence: float = 0.95,
) -> tuple[OverUse, ...]:
    """Return the same from what stands side by side already; ``cluster`` is the name of what is drawn."""
    own, others = np.asarray(table.own, dtype=np.float64), table.others
    if membership is not None:
        own, others = own @ membership, others @ membership
    n_units = table.n_units.sum(axis=0)
    own_share, others_share = (
        np.divide(part.sum(axis=0), n_units[:, None], out=np.zeros(part.shape[1:]), where=n_units[:, None] > 0)
        for part in (own, others)
    )
    reasons = _reasons(table, cluster, replicates, confidence)
    because = [[reason] * len(categories) for reason in reasons]
    half = np.zeros_like(own_share)
    if None in reasons:
        rng = np.random.default_rng(seed)
        widths = half_widths(
            own - others,
            table.n_units,
            n_clusters_of=table.n_clusters_of,
            replicates=replicates,
            confidence=confidence,
            rng=rng,
        )
        half = widths.half
        because = [
            [reason or _reason_of_cell(seldom, replicates, flat=is_flat) for is_flat in flat]
            for reason, seldom, flat in zip(reasons, widths.not_drawn.tolist(), widths.flat.tolist(), strict=True)
        ]
    return tuple(
        _record(
            annotator=annotator,
            category=category,
            n_units=int(n_units[a]),
            shares=(float(own_share[a, k]), float(others_share[a, k])),
            half=float(half[a, k]),
            because=because[a][k],
            unreliable=int(table.n_clusters_of[a]) < FEWEST_RELIABLE_CLUSTERS,
        )
        for a, annotator in enumerate(annotators)
        for k, category in enumerate(categories)
    )


def _record(
    *,
    annotator: str,
    category: str,
    n_units: int,
    shares: tuple[float, float],
    half: float,
    because: str | None,
    unreliable: bool,
) -> OverUse:
    own, others = map(without_rounding, shares)
    difference = without_rounding(own - others)
    low, high = max(difference - half, -1.0), min(difference + half, 1.0)
    return OverUse(
        annotator=annotator,
        category=category,
        n_units=n_units,
        own_share=own if n_units else None,
        others_share=others if n_units else None,
        difference=difference if n_units else None,
        undefined_because=None if n_units else "no overlap",
        ci_low=low if because is None else None,
        ci_high=high if because is None else None,
        interval_undefined_because=because,
        interval_unreliable=because is None and unreliable,
        flagged=None if because or low <= 0 <= high else "over" if low > 0 else "under",
    )


def _reasons(table: SideBySide, cluster: str, replicates: int, confidence: float) -> list[str | None]:
    """Why an annotator has no interval at all, known before anything is drawn."""
    fewest = math.ceil(round(2 / (1 - confidence), 6))
    of_all: str | None = Reason("{} replicates are too few", replicates) if replicates < fewest else None
    if not replicates:
        of_all = "no replicates asked for"
    return [
        "value undefined" if n == 0 else of_all or (Reason("one {}", cluster) if n == 1 else None)
        for n in table.n_clusters_of.tolist()
    ]


def _reason_of_cell(not_drawn: int, replicates: int, *, flat: bool) -> str | None:
    if not_drawn > LARGEST_UNDEFINED_SHARE * replicates:
        return Reason("not drawn in {} of {} replicates", not_drawn, replicates)
    return "no variation" if flat else None
