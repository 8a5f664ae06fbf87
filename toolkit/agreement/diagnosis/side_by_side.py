"""What each annotator gave, and what the others gave to the same units, added up by what is resampled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.agreement.ratings import MISSING
from toolkit.files.arrays import FloatArray, IntArray

MOST_GROUPS = 1_000
"""More clusters than this are put together at random, in equal numbers, before anything is drawn from them. The sum of
independent clusters varies as much when they are drawn in groups, so the standard errors keep their mean; with this
many groups they are known to about 2 %."""


@dataclass(frozen=True, slots=True, eq=False)
class SideBySide:
    """Sums over the units at least two annotators coded, by group of clusters."""

    own: IntArray
    """Groups × annotators × values: units to which the annotator gave the value."""
    others: FloatArray
    """The same: over the annotator's units, the sum of the shares of co-annotators who gave the value."""
    n_units: IntArray
    """Groups × annotators: units the annotator coded together with somebody."""
    n_clusters_of: IntArray
    """In how many clusters each annotator has such units."""


def side_by_side(
    codes: IntArray, n_values: int, cluster_of_unit: IntArray | None, *, rng: np.random.Generator
) -> SideBySide:
    """Return the sums for codes (units × annotators); ``rng`` is drawn from only where there are more than 1,000
    clusters.
    """
    n_given = (codes != MISSING).sum(axis=1)
    shared = n_given >= 2
    codes, n_given = codes[shared], n_given[shared]
    cluster = np.arange(len(codes)) if cluster_of_unit is None else _renumbered(cluster_of_unit[shared])
    n_clusters = int(cluster.max(initial=-1)) + 1
    n_groups = min(n_clusters, MOST_GROUPS)
    group = cluster if n_clusters <= MOST_GROUPS else (rng.permutation(n_clusters) % MOST_GROUPS)[cluster]
    n_annotators, beside = codes.shape[1], n_values + 1
    weight = 1 / (n_given - 1)
    # by annotator, contiguous; what is missing goes into a last value, which is left out at the end
    columns = [np.where(column == MISSING, n_values, column) + group * beside for column in codes.T]
    present = [column != MISSING for column in codes.T]
    size = n_groups * beside
    own = np.empty((n_groups, n_annotators, n_values), dtype=np.int64)
    others = np.zeros((n_groups, n_annotators, n_values))
    n_clusters_of = np.zeros(n_annotators, dtype=np.int64)
    for a in range(n_annotators):
        own[:, a] = np.bincount(columns[a], minlength=size).reshape(n_groups, beside)[:, :n_values]
        n_clusters_of[a] = np.count_nonzero(np.bincount(cluster[present[a]], minlength=n_clusters))
        weight_here = weight * present[a]
        for b in range(n_annotators):
            if b != a:
                sums = np.bincount(columns[b], weights=weight_here, minlength=size)
                others[:, a] += sums.reshape(n_groups, beside)[:, :n_values]
    return SideBySide(own, others, own.sum(axis=2), n_clusters_of)


def _renumbered(cluster: IntArray) -> IntArray:
    """The same clusters numbered from 0 without gaps."""
    present = np.bincount(cluster) > 0
    return np.asarray((np.cumsum(present) - 1)[cluster], dtype=np.int64)
