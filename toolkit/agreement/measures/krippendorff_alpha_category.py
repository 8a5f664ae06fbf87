"""Krippendorff's alpha of one category against all the rest: which category is not understood.

For sets the two values are "names the category" and "does not".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.alpha import TableAlpha
from toolkit.agreement.distances import nominal_distances
from toolkit.agreement.measures import Cut, Measure
from toolkit.agreement.scale import Scale
from toolkit.agreement.single_category import cut_of_each_category, no_categories_to_take_apart
from toolkit.files.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class CategoryAlpha:
    """Nominal alpha of "this category" against "any other"."""

    names_it: FloatArray
    """For each value 1 where it names the category, else 0."""

    def statistics(self, rows: IntArray) -> FloatArray:
        """Return disagreement of each unit, then how many of its values do not name the category, and how many do."""
        named = rows @ self.names_it
        counts = np.column_stack([rows.sum(axis=1) - named, named])
        return _BINARY.statistics(counts.astype(np.int64))

    def values(self, sums: FloatArray) -> FloatArray:
        """Return alpha for each row of sums; NaN without variation."""
        return _BINARY.values(sums)

    def undefined_because(self, sums: FloatArray) -> str | None:
        """Return ``no overlap`` or ``no variation``."""
        return _BINARY.undefined_because(sums)


_BINARY = TableAlpha(nominal_distances(2))


def _cuts(scale: Scale, _annotators: Sequence[str]) -> Iterator[Cut]:
    return cut_of_each_category(scale, CategoryAlpha)


MEASURE = Measure(
    id="krippendorff_alpha_category",
    title="Krippendorff's alpha of one category against the rest",
    source="Krippendorff (2004), Content Analysis, 2nd ed., ch. 11",
    place=40,
    cannot_handle=no_categories_to_take_apart,
    cuts=_cuts,
)
