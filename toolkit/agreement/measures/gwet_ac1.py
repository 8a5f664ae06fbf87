"""Gwet's AC1: agreement beyond chance that does not collapse where nearly all answers are one category.

Gwet (2008), *British Journal of Mathematical and Statistical Psychology* 61(1), 29–48; with gaps: Gwet (2014),
*Handbook of Inter-Rater Reliability*, 4th ed. P_e = Σ π_k (1 − π_k) / (q − 1), where q is the number of categories
there could be and π_k the mean share of category k over **all** units with any value, those one annotator coded
included. P_a is the mean over units with two values or more. AC1 is 1 when everybody uses one of q ≥ 2 categories.
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
    one_category_per_answer,
    why_undefined,
)
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class AC1:
    """AC1 for q categories."""

    n_categories: int

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return the share of agreeing pairs, 1 if there is a pair, 1 if there is a value, and the share of each
        category.
        """
        return agreement_and_use(rows)

    def values(self, sums: FloatArray) -> FloatArray:
        """Return AC1 for each row of sums; NaN where there is no pair or only one category."""
        if self.n_categories < 2:
            return np.full(len(sums), np.nan)
        shares = category_shares(sums)
        return beyond_chance(observed_agreement(sums), (shares * (1 - shares)).sum(axis=1) / (self.n_categories - 1))

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``one category``."""
        return why_undefined(self.values, sums, n_categories=self.n_categories)


def _cuts(scale: Scale, _annotators: Sequence[str]) -> Iterator[Cut]:
    yield Cut(figure=AC1(scale.n_categories), level=scale.level, counts_single_units=True)


MEASURE = Measure(
    id="gwet_ac1",
    title="Gwet's AC1",
    source="Gwet (2008), British Journal of Mathematical and Statistical Psychology 61(1), pp. 29-48",
    place=2,
    cannot_handle=one_category_per_answer,
    cuts=_cuts,
)
