"""Gwet's AC2 with quadratic weights: AC1 for ordered categories and numbers, where a near miss counts for something.

Gwet (2014), *Handbook of Inter-Rater Reliability*, 4th ed. Two values agree by w = 1 − (x − y)²/(max − min)²;
P_e = T_w Σ π_k (1 − π_k) / (q(q − 1)), where T_w is the sum of the weights between all q categories. Ordered categories
lie one rank apart over the whole scale, also those nobody used; for numbers q is how many of them are in use. π_k is
the mean share of value k over all units with any value, P_a the mean over units with two values or more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.chance import (
    agreement_and_use,
    beyond_chance,
    category_shares,
    observed_agreement,
    ordered_or_numbers,
    why_undefined,
)
from toolkit.agreement.distances import interval_distances
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class QuadraticAC2:
    """AC2 of values at ``points``, on a scale whose categories lie at ``all_points``."""

    points: FloatArray
    all_points: FloatArray

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return a pair's mean weight, 1 if there is a pair, 1 if there is a value, and the share of each category."""
        return agreement_and_use(rows, interval_distances(self.points.tolist()) / self._width)

    def values(self, sums: FloatArray) -> FloatArray:
        """Return AC2 for each row of sums; NaN where there is no pair or only one category."""
        q = len(self.all_points)
        if q < 2:
            return np.full(len(sums), np.nan)
        weights = float((1 - interval_distances(self.all_points.tolist()) / self._width).sum())
        shares = category_shares(sums)
        return beyond_chance(observed_agreement(sums), weights / (q * (q - 1)) * (shares * (1 - shares)).sum(axis=1))

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``one category``."""
        return why_undefined(self.values, sums, n_categories=len(self.all_points))

    @property
    def _width(self) -> float:
        """The largest squared difference; 1 where all points are one."""
        return float(np.ptp(self.all_points)) ** 2 if len(self.all_points) > 1 else 1.0


def _cuts(scale: Scale, _annotators: Sequence[str]) -> Iterator[Cut]:
    if scale.points is None:
        return
    all_points = np.arange(scale.n_categories, dtype=np.float64) if scale.kind == "ordinal" else scale.points
    yield Cut(figure=QuadraticAC2(scale.points, all_points), level=scale.level, counts_single_units=True)


MEASURE = Measure(
    id="gwet_ac2_quadratic",
    title="Gwet's AC2, quadratic weights",
    source="Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed.",
    place=13,
    cannot_handle=ordered_or_numbers,
    cuts=_cuts,
)
