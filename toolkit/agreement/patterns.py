"""Units answered alike are one pattern with a weight: everything is computed from those."""

from __future__ import annotations

import math
from collections.abc import Iterable
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
    """Distinct rows, and how many units of which cluster have each: one entry per unit, or one for several alike.

    ``rows`` are vectors of value counts (patterns × values), or of codes (patterns × annotators, ``MISSING`` where
    none) where it matters who gave which value; ``n_given`` is the number of values in each. Parallel entries say which
    ``pattern`` is met in which ``cluster`` how many ``times`` (None: once each). Units of a cluster are resampled
    together; ``cluster`` None means each unit by itself, and so does ``alone``: a "cluster" is then a kind of unit, met
    once, of which so many ``times`` there are (see ``joint_units``). Patterns with fewer than two values are kept
    (somebody coded those units) but weigh nothing in any figure.
    """

    rows: IntArray
    n_given: IntArray
    pattern: IntArray
    cluster: IntArray | None
    holds_codes: bool = False
    times: IntArray | None = None
    alone: bool = False

    @property
    def weights(self) -> IntArray:
        """Units per pattern."""
        return _counted(self.pattern, len(self.rows), self.times)

    @property
    def n_units(self) -> int:
        """Units with at least one value."""
        return len(self.pattern) if self.times is None else int(self.times.sum())

    @property
    def n_clusters(self) -> int:
        """Clusters (units, without clusters) that hold any of those units."""
        return self.n_units if self.cluster is None or self.alone else len(self.clusters)

    @property
    def n_values(self) -> int:
        """Values given to those units."""
        return int(self.weights @ self.n_given)

    @property
    def pattern_of_unit(self) -> IntArray:
        """The pattern of each unit, where units are looked at one by one."""
        return self.pattern if self.times is None else np.repeat(self.pattern, self.times)

    @property
    def cluster_of_unit(self) -> IntArray | None:
        """The cluster of each unit; None where units are drawn."""
        return self.cluster if self.cluster is None or self.times is None else np.repeat(self.cluster, self.times)

    @property
    def clusters(self) -> IntArray:
        """The clusters that hold any of the units, ascending; none where units are drawn."""
        return np.empty(0, dtype=np.int64) if self.cluster is None else np.flatnonzero(np.bincount(self.cluster))

    def pairable(self) -> Patterns:
        """Return only the units with at least two values."""
        enough = self.n_given >= 2
        if enough.all():
            return self
        keep = enough[self.pattern]
        renumbered = np.cumsum(enough) - 1
        return Patterns(
            rows=self.rows[enough],
            n_given=self.n_given[enough],
            pattern=renumbered[self.pattern[keep]],
            cluster=None if self.cluster is None else self.cluster[keep],
            holds_codes=self.holds_codes,
            times=None if self.times is None else self.times[keep],
            alone=self.alone,
        )

    def use(self, n_values: int) -> IntArray:
        """Return how often each value is given, over all units."""
        if not self.holds_codes:
            return np.asarray(self.weights @ self.rows)
        use = np.zeros(n_values, dtype=np.int64)
        for codes in self.rows.T:
            given = codes != MISSING
            use += _counted(codes[given], n_values, self.weights[given])
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
        units. Of units ``alone`` a row is a kind.
        """
        if self.alone and self.times is not None:
            return statistics[self.pattern], self.times
        if self.cluster is None:
            weights = self.weights
            return statistics[weights > 0], weights[weights > 0]
        clusters = self.cluster
        n_clusters = int(clusters.max(initial=-1)) + 1
        present = np.bincount(clusters, minlength=n_clusters) > 0
        sizes = np.ones(int(present.sum()), dtype=np.int64)
        n_patterns = len(self.rows)
        if n_clusters * n_patterns <= _DENSE_CELLS_PER_UNIT * self.n_units:
            times = _counted(clusters * n_patterns + self.pattern, n_clusters * n_patterns, self.times)
            return times.reshape(n_clusters, n_patterns)[present].astype(np.float64) @ statistics, sizes
        return self._added_up(statistics, clusters)[present], sizes

    def _added_up(self, statistics: FloatArray, cluster: IntArray) -> FloatArray:
        """Sums per cluster entry by entry, where there are too many patterns to count them in every cluster."""
        few = int(cluster.max()) <= np.iinfo(np.uint16).max  # numpy sorts short integers many times faster
        order = np.argsort(cluster.astype(np.uint16) if few else cluster, kind="stable")
        clusters, pattern = cluster[order], self.pattern[order]
        times = None if self.times is None else self.times[order].astype(np.float64)[:, None]
        starts = np.flatnonzero(np.diff(clusters, prepend=-1))
        sums = np.zeros((int(clusters[-1]) + 1, statistics.shape[1]))
        at_once = max(_FLOATS_AT_ONCE // len(pattern), 1)
        for first in range(0, statistics.shape[1], at_once):
            columns = slice(first, first + at_once)
            each = statistics[:, columns][pattern]
            sums[clusters[starts], columns] = np.add.reduceat(each if times is None else each * times, starts, axis=0)
        return sums


def patterns_of(ratings: Ratings) -> Patterns:
    """Return the patterns of value counts of the units that have at least one value."""
    given = ratings.value != MISSING
    unit, value = (ratings.unit, ratings.value) if given.all() else (ratings.unit[given], ratings.value[given])
    n_units, n_values = len(ratings.units), len(ratings.domain)
    base = int(np.bincount(unit, minlength=1).max()) + 1  # no value is given to a unit more often
    if n_units and n_values * math.log(base) <= math.log(n_units):
        place = base ** np.arange(n_values - 1, -1, -1)
        numeral = np.bincount(unit, weights=place[value], minlength=n_units).astype(np.int64)  # exact below 2^53
        return _patterns_of_numerals(numeral, base, place, ratings.cluster_of_unit)
    counts = np.bincount(unit * n_values + value, minlength=n_units * n_values).reshape(n_units, n_values)
    return patterns_of_counts(counts, ratings.cluster_of_unit)


def _patterns_of_numerals(numeral: IntArray, base: int, place: IntArray, cluster: IntArray | None) -> Patterns:
    """The patterns where the counts of a unit are the digits of one number: no table of units × values is made."""
    coded = numeral > 0
    if not coded.all():
        numeral, cluster = numeral[coded], None if cluster is None else cluster[coded]
    distinct, pattern = _among(numeral, base ** len(place))
    rows = distinct[:, None] // place % base
    return Patterns(rows, rows.sum(axis=1), pattern, cluster)


def patterns_of_counts(counts: IntArray, cluster: IntArray | None, times: IntArray | None = None) -> Patterns:
    """Return the patterns of a units × values table of counts; units nobody coded are dropped.

    ``times`` says how many units each row stands for, where it is more than one.
    """
    rows, pattern, cluster, times = _distinct(counts, cluster, times)
    return Patterns(rows, rows.sum(axis=1), pattern, cluster, times=times)


def patterns_of_codes(codes: IntArray, cluster: IntArray | None, times: IntArray | None = None) -> Patterns:
    """Return the patterns of a units × annotators table of codes; units nobody coded are dropped."""
    rows, pattern, cluster, times = _distinct(codes - MISSING, cluster, times)
    rows = rows + MISSING
    return Patterns(rows, (rows != MISSING).sum(axis=1), pattern, cluster, holds_codes=True, times=times)


def _counted(codes: IntArray, n: int, times: IntArray | None) -> IntArray:
    """How often each of 0…n−1 occurs, each time as often as ``times`` says."""
    if times is None:
        return np.bincount(codes, minlength=n)
    return np.bincount(codes, weights=times, minlength=n).astype(np.int64)  # exact below 2^53


def _distinct(
    table: IntArray, cluster: IntArray | None, times: IntArray | None
) -> tuple[IntArray, IntArray, IntArray | None, IntArray | None]:
    """The distinct rows that are not all zero, which of them each entry has, and cluster and times of those left."""
    coded = table.any(axis=1)
    if not coded.all():
        table = table[coded]
        cluster = None if cluster is None else cluster[coded]
        times = None if times is None else times[coded]
    keys, span = row_keys(table.T, len(table))
    first: IntArray
    if span <= max(_SMALL_TABLE, len(keys)):
        distinct, pattern = _among(keys, span)
        first = np.empty(len(distinct), dtype=np.int64)
        first[pattern] = np.arange(len(keys))
    else:
        _, first, pattern = np.unique(keys, return_index=True, return_inverse=True)
    return table[first], pattern, cluster, times


def _among(keys: IntArray, span: int) -> tuple[IntArray, IntArray]:
    """The distinct keys, all of them in 0…span−1, and the place of each entry's among those."""
    present = np.bincount(keys, minlength=span) > 0
    return np.flatnonzero(present), (np.cumsum(present) - 1)[keys]


def row_keys(columns: Iterable[IntArray], n_rows: int) -> tuple[IntArray, int]:
    """Return one integer per row of a table of numbers from 0, in the order of the rows and equal exactly where they
    are, and a bound above all of them.
    """
    keys: IntArray = np.zeros(n_rows, dtype=np.int64)
    span = 1
    for column in columns:
        width = int(column.max(initial=0)) + 1
        if span * width > _LARGEST_KEY:
            distinct, keys = np.unique(keys, return_inverse=True)
            span = len(distinct)
        keys = keys * width + column
        span *= width
    return keys, span
