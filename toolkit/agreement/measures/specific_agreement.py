"""Specific agreement of a category: where one annotator gives it, how often does another on the same unit as well?

Spitzer & Fleiss (1974), *British Journal of Psychiatry* 125, 341–347; Cicchetti & Feinstein (1990), *Journal of
Clinical Epidemiology* 43(6), 551–558 (positive and negative agreement). With n annotators of m giving the category in a
unit it is Σ n(n − 1)/(m − 1) ÷ Σ n over units with two or more values. It is not corrected for chance; a rare category
may have a low one though most pairs of answers agree, which is what it is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.scale import Scale
from toolkit.agreement.single_category import cut_of_each_category, no_categories_to_take_apart
from toolkit.files.arrays import BoolArray, FloatArray, IntArray

NEVER_GIVEN = "never given"
"""Nobody gave the category where two answered."""


@dataclass(frozen=True, slots=True, eq=False)
class SpecificAgreement:
    """The share of other annotators of a unit who name the category where one does: 0 to 1."""

    names_it: FloatArray
    """For each value 1 where it names the category, else 0."""

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return for each unit what others name where one does, how many name it, and 1 for the unit itself."""
        named = rows @ self.names_it
        others = rows.sum(axis=1) - 1.0
        return np.column_stack([named * (named - 1.0) / others, named, np.ones(len(rows))])

    def values(self, sums: FloatArray) -> FloatArray:
        """Return the share for each row of sums; NaN where nobody named it."""
        named = sums[:, 1]
        return np.divide(sums[:, 0], named, out=np.full_like(named, np.nan), where=named > 0)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap``, or that nobody gave the category where two answered."""
        if sums[2] == 0:
            return "no overlap"
        return NEVER_GIVEN if sums[1] == 0 else None


def _cuts(scale: Scale, _annotators: Sequence[str]) -> Iterator[Cut]:
    return cut_of_each_category(scale, SpecificAgreement, lowest=0.0, tells=_named)


def _named(sums: FloatArray) -> BoolArray:
    return sums[:, 1] > 0


MEASURE = Measure(
    id="specific_agreement",
    title="Specific agreement of a category",
    source="Spitzer & Fleiss (1974), British Journal of Psychiatry 125, 341–347; Cicchetti & Feinstein (1990), "
    "J Clin Epidemiol 43(6), 551–558",
    place=41,
    cannot_handle=no_categories_to_take_apart,
    cuts=_cuts,
)
