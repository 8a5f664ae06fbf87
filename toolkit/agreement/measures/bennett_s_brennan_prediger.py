"""Bennett's S, as Brennan and Prediger generalise it: chance is every category being as likely as any other.

Bennett, Alpert & Goldstein (1954), *Public Opinion Quarterly* 18(3), 303–308; Brennan & Prediger (1981), *Educational
and Psychological Measurement* 41(3), 687–699. P_e = 1/q, where q is the number of categories there could be. With gaps,
as in Gwet (2014), P_a is the mean over units with two values or more; single values have no part in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.chance import (
    beyond_chance,
    observed_agreement,
    one_category_per_answer,
    share_of_agreeing_pairs,
    why_undefined,
)
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class BrennanPrediger:
    """S for q categories."""

    n_categories: int

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return the share of agreeing pairs, and 1 if there is a pair."""
        return np.column_stack([share_of_agreeing_pairs(rows), rows.sum(axis=1) >= 2])

    def values(self, sums: FloatArray) -> FloatArray:
        """Return s for each row of sums; NaN where there is no pair or only one category."""
        return beyond_chance(observed_agreement(sums), np.full(len(sums), 1 / max(self.n_categories, 1)))

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``one category``."""
        return why_undefined(self.values, sums, n_categories=self.n_categories)


def _cuts(scale: Scale, _annotators: Sequence[str]) -> Iterator[Cut]:
    yield Cut(figure=BrennanPrediger(scale.n_categories), level=scale.level)


MEASURE = Measure(
    id="bennett_s_brennan_prediger",
    title="Bennett's S (Brennan–Prediger)",
    source="Brennan & Prediger (1981), Educational and Psychological Measurement 41(3), pp. 687-699",
    place=12,
    cannot_handle=one_category_per_answer,
    cuts=_cuts,
)
