"""Units answered alike are one pattern with a weight: everything is computed from those."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.ratings import MISSING, Ratings
from toolkit.files.arrays import FloatArray, IntArray

_LARGEST_KEY = 2**62
_SMALL_TABLE = 1 << 22
_DENSE_CELLS_PER_UNIT = 10
_FLOATS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Distinct rows, the pattern of each unit, and the unit's cluster.

    ``rows`` are vectors of value counts (patterns × values), or of codes (patterns × annotators, ``MISSING`` where
    none) where it matters who gave which value; ``n_given`` is the number of values in each. ``cluster_of_unit`` says
    which units are resampled together; None means each unit by itself. Patterns with fewer than two values are kept
    (somebody coded those units) but weigh nothing in any figure.
    """

    rows: IntArray
    n_given: IntArray
    pattern_of_unit: IntArray
    cluster_of_unit: IntArray | None
    holds_codes: bool = False

    @property
    def weights(self) -> IntArray:
        """Units per pattern."""
        return np.bincount(self.pattern_of_unit, minlength=len(self.rows))

    @property
    def n_units(self) -> int:
        """Units with at least one value."""
        return len(self.pattern_of_unit)

    @property
    def clusters(self) -> IntArray:
        """The clusters that hold any of the units, ascending; none where units are drawn."""
        if self.cluster_of_unit is None:
            return np.empty(0, dtype=np.int64)
        return np.flatnonzero(np.bincount(self.cluster_of_unit))

    def pairable(self) -> Patterns:
        """Return only the units with at least two values."""
        enough = self.n_given >= 2
        if enough.all():
            return self
        keep = enough[self.pattern_of_unit]
        renumbered = np.cumsum(enough) - 1
        cluster = None if self.cluster_of_unit is None else self.cluster_of_unit[keep]
        pattern_of_unit = renumbered[self.pattern_of_unit[keep]]
        return Patterns(self.rows[enough], self.n_given[enough], pattern_of_unit, cluster, self.holds_codes)

    def use(self, n_values: int) -> IntArray:
        """Return how often each value is given, over all units."""
        if not self.holds_codes:
            return np.asarray(self.weights @ self.rows)
        use = np.zeros(n_values, dtype=np.int64)
        for codes in self.rows.T:
            given = codes != MISSING
            use += np.bincount(codes[given], weights=self.weights[given], minlength=n_values).astype(np.int64)
        return use

    def counts(self, chosen: slice, n_values: int) -> IntArray:
        """Return counts of the values in the chosen patterns (patterns × values), from rows that hold codes."""
        rows = self.rows[chosen]
        given = rows != MISSING
        cell = np.repeat(np.arange(len(rows)), given.sum(axis=1)) * n_values + rows[given]
        return np.bincount(cell, minlength=len(rows) * n_values).reshape(len(rows), n_values)

    def grouped(self, statistics: FloatArray) -> tuple[FloatArray, IntArray]:
        """Return what is resampled: one row of summed ``statistics`` (given per pattern) each, and how many share
        that row.

        With clusters a row is a cluster, in the clusters' order; without, a row is a pattern and stands for all its
        units.
        """
        if self.cluster_of_unit is None:
            weights = self.weights
            return statistics[weights > 0], weights[weights > 0]
        clusters = self.cluster_of_unit
        n_clusters = int(clusters.max(initial=-1)) + 1
        present = np.bincount(clusters, minlength=n_clusters) > 0
        sizes = np.ones(int(present.sum()), dtype=np.int64)
        n_patterns = len(self.rows)
        if n_clusters * n_patterns <= _DENSE_CELLS_PER_UNIT * len(clusters):
            together = clusters * n_patterns + self.pattern_of_unit
            times = np.bincount(together, minlength=n_clusters * n_patterns).reshape(n_clusters, n_patterns)
            return times[present].astype(np.float64) @ statistics, sizes
        return self._added_up(statistics, clusters)[present], sizes

    def _added_up(self, statistics: FloatArray, cluster_of_unit: IntArray) -> FloatArray:
        """Sums per cluster unit by unit, where there are too many patterns to count them in every cluster."""
        few = int(cluster_of_unit.max()) <= np.iinfo(np.uint16).max  # numpy sorts short integers many times faster
        order = np.argsort(cluster_of_unit.astype(np.uint16) if few else cluster_of_unit, kind="stable")
        clusters, pattern = cluster_of_unit[order], self.pattern_of_unit[order]
        starts = np.flatnonzero(np.diff(clusters, prepend=-1))
        sums = np.zeros((int(clusters[-1]) + 1, statistics.shape[1]))
        at_once = max(_FLOATS_AT_ONCE // len(pattern), 1)
        for first in range(0, statistics.shape[1], at_once):
            columns = slice(first, first + at_once)
            sums[clusters[starts], columns] = np.add.reduceat(statistics[:, columns][pattern], starts, axis=0)
        return sums


def patterns_of(ratings: Ratings) -> Patterns:
    """Return the patterns of value counts of the units that have at least one value."""
    given = ratings.value != MISSING
    n_units, n_values = len(ratings.units), len(ratings.domain)
    cell = ratings.unit[given] * n_values + ratings.value[given]
    counts = np.bincount(cell, minlength=n_units * n_values).reshape(n_units, n_values)
    return patterns_of_counts(counts, ratings.cluster_of_unit)


def patterns_of_counts(counts: IntArray, cluster_of_unit: IntArray | None) -> Patterns:
    """Return the patterns of a units × values table of counts; units nobody coded are dropped."""
    rows, pattern_of_unit, cluster = _distinct(counts, cluster_of_unit)
    return Patterns(rows, rows.sum(axis=1), pattern_of_unit, cluster)


def patterns_of_codes(codes: IntArray, cluster_of_unit: IntArray | None) -> Patterns:
    """Return the patterns of a units × annotators table of codes; units nobody coded are dropped."""
    rows, pattern_of_unit, cluster = _distinct(codes - MISSING, cluster_of_unit)
    rows = rows + MISSING
    return Patterns(rows, (rows != MISSING).sum(axis=1), pattern_of_unit, cluster, True)  # noqa: FBT003 - a field


def _distinct(table: IntArray, cluster_of_unit: IntArray | None) -> tuple[IntArray, IntArray, IntArray | None]:
    """The distinct rows that are not all zero, which of them each unit has, and the cluster of each unit left."""
    coded = table.any(axis=1)
    if not coded.all():
        table = table[coded]
        cluster_of_unit = None if cluster_of_unit is None else cluster_of_unit[coded]
    keys, span = _row_keys(table)
    first: IntArray
    if span <= max(_SMALL_TABLE, len(keys)):
        present = np.bincount(keys, minlength=span) > 0
        renumbered = np.cumsum(present) - 1
        pattern_of_unit = renumbered[keys]
        first = np.empty(int(present.sum()), dtype=np.int64)
        first[pattern_of_unit] = np.arange(len(keys))
    else:
        _, first, pattern_of_unit = np.unique(keys, return_index=True, return_inverse=True)
    return table[first], pattern_of_unit, cluster_of_unit


def _row_keys(table: IntArray) -> tuple[IntArray, int]:
    """One integer per row, equal exactly where rows are equal, and a bound above all of them."""
    keys: IntArray = np.zeros(len(table), dtype=np.int64)
    span = 1
    for column in table.T:
        width = int(column.max(initial=0)) + 1
        if span * width > _LARGEST_KEY:
            distinct, keys = np.unique(keys, return_inverse=True)
            span = len(distinct)
        keys = keys * width + column
        span *= width
    return keys, span
