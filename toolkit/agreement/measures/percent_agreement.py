"""Percent agreement: the share of agreeing pairs of annotators within a unit, averaged over units.

Fleiss (1971), *Psychological Bulletin* 76(5), 378–382, p. 379 (P_i and its mean); Artstein & Poesio (2008),
*Computational Linguistics* 34(4), 555–596, pp. 558 and 562–563. Every unit with two or more values weighs the same,
however many annotators it had; averaging over pairs instead gives another number on incomplete designs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.levels import MOST_TABLED_NUMBERS
from toolkit.agreement.measures import Cut, Measure, every_level
from toolkit.agreement.ratings import MISSING
from toolkit.agreement.scale import Scale
from toolkit.files.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class PercentAgreement:
    """Mean over units of the share of annotator pairs that gave the same value: 0 to 1, not corrected for chance."""

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return the share of agreeing pairs in each unit, and 1 for the unit itself."""
        counts = rows.astype(np.float64)
        m = counts.sum(axis=1)
        agreeing = (counts * (counts - 1)).sum(axis=1) / (m * (m - 1))
        return np.column_stack([agreeing, np.ones(len(counts))])

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the mean for each row of sums; NaN where there is no unit."""
        n = sums[:, 1]
        return np.divide(sums[:, 0], n, out=np.full_like(n, np.nan), where=n > 0)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` where no unit has two values."""
        return "no overlap" if sums[1] == 0 else None


class PercentAgreementOfCodes(PercentAgreement):
    """The same from codes, where there are so many values that a table of their counts would be nearly empty."""

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return the share of agreeing pairs in each unit, and 1 for the unit itself."""
        ranked = np.sort(rows, axis=1)
        given = ranked != MISSING
        m = given.sum(axis=1)
        agreeing: FloatArray = np.zeros(len(rows))
        alike: FloatArray = np.zeros(len(rows))
        for column in range(1, ranked.shape[1]):
            same = given[:, column] & (ranked[:, column] == ranked[:, column - 1])
            alike = np.where(same, alike + 1, 0)  # how many before it are the same: pairs it closes
            agreeing += alike
        return np.column_stack([2 * agreeing / (m * (m - 1)), np.ones(len(rows))])


def _cuts(scale: Scale, _annotators: Sequence[str]) -> Iterator[Cut]:
    if scale.n_values > MOST_TABLED_NUMBERS:
        yield Cut(figure=PercentAgreementOfCodes(), level=scale.level, lowest=0.0, reads="values")
    else:
        yield Cut(figure=PercentAgreement(), level=scale.level, lowest=0.0)


MEASURE = Measure(
    id="percent_agreement",
    title="Percent agreement",
    source="Fleiss (1971), Psychological Bulletin 76(5), p. 379",
    place=1,
    cannot_handle=every_level,
    cuts=_cuts,
)
