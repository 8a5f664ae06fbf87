"""Units with the same counts of values are one pattern with a weight: everything is computed from those."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.ratings import MISSING, FloatArray, IntArray, Ratings

_LARGEST_KEY = 2**62
_SMALL_TABLE = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Distinct vectors of value counts (patterns × values), the pattern of each unit, and the unit's cluster.

    ``cluster_of_unit`` says which units are resampled together; None means each unit by itself. Patterns with fewer
    than two values are kept (somebody coded those units) but weigh nothing in any measure.
    """

    counts: IntArray
    pattern_of_unit: IntArray
    cluster_of_unit: IntArray | None

    @property
    def weights(self) -> IntArray:
        """Units per pattern."""
        return np.bincount(self.pattern_of_unit, minlength=len(self.counts))

    def pairable(self) -> Patterns:
        """Only the units with at least two values."""
        enough = self.counts.sum(axis=1) >= 2
        if enough.all():
            return self
        keep = enough[self.pattern_of_unit]
        renumbered = np.cumsum(enough) - 1
        cluster = None if self.cluster_of_unit is None else self.cluster_of_unit[keep]
        return Patterns(self.counts[enough], renumbered[self.pattern_of_unit[keep]], cluster)

    def grouped(self, statistics: FloatArray) -> tuple[FloatArray, IntArray]:
        """What is resampled: one row of summed ``statistics`` (given per pattern) each, and how many share that row.

        With clusters a row is a cluster; without, a row is a pattern and stands for all its units.
        """
        if self.cluster_of_unit is None:
            weights = self.weights
            return statistics[weights > 0], weights[weights > 0]
        together, times = np.unique(self.cluster_of_unit * len(self.counts) + self.pattern_of_unit, return_counts=True)
        of_cluster, pattern = np.divmod(together, len(self.counts))
        present, cluster = np.unique(of_cluster, return_inverse=True)
        sums = np.empty((len(present), statistics.shape[1]))
        for column in range(statistics.shape[1]):
            weighted = statistics[pattern, column] * times
            sums[:, column] = np.bincount(cluster, weights=weighted, minlength=len(present))
        return sums, np.ones(len(present), dtype=np.int64)


def patterns_of(ratings: Ratings) -> Patterns:
    """The patterns of the units that have at least one value."""
    given = ratings.value != MISSING
    n_units, n_values = len(ratings.units), len(ratings.domain)
    cell = ratings.unit[given] * n_values + ratings.value[given]
    counts = np.bincount(cell, minlength=n_units * n_values).reshape(n_units, n_values)
    return patterns_of_counts(counts, ratings.cluster_of_unit)


def patterns_of_counts(counts: IntArray, cluster_of_unit: IntArray | None) -> Patterns:
    """The patterns of a units × values table of counts; units nobody coded are dropped."""
    coded = counts.any(axis=1)
    if not coded.all():
        counts = counts[coded]
        cluster_of_unit = None if cluster_of_unit is None else cluster_of_unit[coded]
    keys, span = _row_keys(counts)
    first: IntArray
    if span <= max(_SMALL_TABLE, len(keys)):
        present = np.bincount(keys, minlength=span) > 0
        renumbered = np.cumsum(present) - 1
        pattern_of_unit = renumbered[keys]
        first = np.empty(int(present.sum()), dtype=np.int64)
        first[pattern_of_unit] = np.arange(len(keys))
    else:
        _, first, pattern_of_unit = np.unique(keys, return_index=True, return_inverse=True)
    return Patterns(counts[first], pattern_of_unit, cluster_of_unit)


def _row_keys(counts: IntArray) -> tuple[IntArray, int]:
    """One integer per row, equal exactly where rows are equal, and a bound above all of them."""
    keys: IntArray = np.zeros(len(counts), dtype=np.int64)
    span = 1
    for column in counts.T:
        width = int(column.max(initial=0)) + 1
        if span * width > _LARGEST_KEY:
            distinct, keys = np.unique(keys, return_inverse=True)
            span = len(distinct)
        keys = keys * width + column
        span *= width
    return keys, span
