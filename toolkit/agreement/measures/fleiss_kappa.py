"""Fleiss' kappa: agreement beyond what the shares of the categories, the same for all annotators, would give.

Fleiss (1971), *Psychological Bulletin* 76(5), 378–382, is about designs without gaps: P_e = Σ π_k². With gaps this is
**Gwet's definition** (2014, *Handbook of Inter-Rater Reliability*, 4th ed.): P_a is the mean over units with two values
or more, π_k the mean share of category k over all units with any value, those one annotator coded included. Programs
that define it otherwise give other numbers there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
class FleissKappa:
    """Kappa with one distribution of categories for all annotators; with two annotators it is Scott's pi."""

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return the share of agreeing pairs, 1 if there is a pair, 1 if there is a value, and the share of each
        category.
        """
        return agreement_and_use(rows)

    def values(self, sums: FloatArray) -> FloatArray:
        """Return kappa for each row of sums; NaN where there is no pair or one category has all values."""
        return beyond_chance(observed_agreement(sums), (category_shares(sums) ** 2).sum(axis=1))

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``no variation``."""
        return why_undefined(self.values, sums)


def _cuts(scale: Scale, _annotators: Sequence[str]) -> Iterator[Cut]:
    yield Cut(figure=FleissKappa(), level=scale.level, counts_single_units=True)


MEASURE = Measure(
    id="fleiss_kappa",
    title="Fleiss' kappa",
    source="Fleiss (1971), Psychological Bulletin 76(5), pp. 378-382; with gaps as in Gwet (2014), Handbook, 4th ed.",
    place=10,
    cannot_handle=one_category_per_answer,
    cuts=_cuts,
)
