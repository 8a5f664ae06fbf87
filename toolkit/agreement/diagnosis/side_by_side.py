"""What each annotator gave, and what the others gave to the same units, added up by what is resampled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.agreement.ratings import MISSING
from toolkit.agreement.sums import OnStep, unwatched
from toolkit.files.arrays import FloatArray, IntArray

MOST_GROUPS = 1_000
"""More clusters than this are put together at random, in equal numbers, before anything is drawn from them. The sum of
independent clusters varies as much when they are drawn in groups, so the standard errors keep their mean; with this
many groups they are known to about 2 %."""


@dataclass(frozen=True, slots=True, eq=False)
class SideBySide:
    """Sums over the units at least two annotators coded, by group of clusters."""

    own: IntArray | FloatArray
    """Groups × annotators × values: units to which the annotator gave the value; of several annotators looked at
    together, the sum of the shares of them who did."""
    others: FloatArray
    """The same: over the annotator's units, the sum of the shares of co-annotators who gave the value."""
    n_units: IntArray
    """Groups × annotators: units the annotator coded together with somebody."""
    n_clusters_of: IntArray
    """In how many clusters each annotator has such units."""


def side_by_side(
    codes: IntArray,
    n_values: int,
    cluster_of_unit: IntArray | None,
    *,
    rng: np.random.Generator,
    on_step: OnStep = unwatched,
) -> SideBySide:
    """Return the sums for codes (units × annotators); ``rng`` is drawn from only where there are more than 1,000
    clusters. ``on_step`` is called for each annotator.

    Each annotator is put beside those only who coded one of the same units: of hundreds they are few.
    """
    n_given = (codes != MISSING).sum(axis=1)
    shared = n_given >= 2
    codes, n_given = codes[shared], n_given[shared]
    cluster = np.arange(len(codes)) if cluster_of_unit is None else _renumbered(cluster_of_unit[shared])
    n_clusters, n_groups, group = put_together(cluster, rng)
    n_annotators, beside = codes.shape[1], n_values + 1
    weight = 1 / (n_given - 1)
    # by annotator, contiguous; what is missing goes into a last value, which is left out at the end
    columns = [np.where(column == MISSING, n_values, column) + group * beside for column in codes.T]
    size = n_groups * beside
    own = np.empty((n_groups, n_annotators, n_values), dtype=np.int64)
    others = np.zeros((n_groups, n_annotators, n_values))
    n_clusters_of = np.zeros(n_annotators, dtype=np.int64)
    for a in range(n_annotators):
        on_step(a + 1, n_annotators)
        coded = codes[:, a] != MISSING
        units = slice(None) if coded.all() else np.flatnonzero(coded)
        own[:, a] = np.bincount(columns[a], minlength=size).reshape(n_groups, beside)[:, :n_values]
        n_clusters_of[a] = np.count_nonzero(np.bincount(cluster[units], minlength=n_clusters))
        weight_here = weight[units]
        for b in np.flatnonzero((codes[units] != MISSING).any(axis=0)).tolist():
            if b != a:
                sums = np.bincount(columns[b][units], weights=weight_here, minlength=size)
                others[:, a] += sums.reshape(n_groups, beside)[:, :n_values]
    return SideBySide(own, others, own.sum(axis=2), n_clusters_of)


def put_together(cluster: IntArray, rng: np.random.Generator) -> tuple[int, int, IntArray]:
    """Return how many clusters there are, how many groups of them, and the group of each unit."""
    n_clusters = int(cluster.max(initial=-1)) + 1
    if n_clusters <= MOST_GROUPS:
        return n_clusters, n_clusters, cluster
    return n_clusters, MOST_GROUPS, (rng.permutation(n_clusters) % MOST_GROUPS)[cluster]


def parts_side_by_side(
    codes: IntArray,
    parts: Sequence[Sequence[int]],
    n_values: int,
    cluster_of_unit: IntArray | None,
    *,
    rng: np.random.Generator,
) -> SideBySide:
    """Return the same for groups of annotators, by their columns: of each group, its members beside those of all other
    groups, on the units both coded. "Annotators" are then groups.
    """
    counts = [_counts(codes[:, list(part)], n_values) for part in parts]
    shared = np.sum([part.any(axis=1) for part in counts], axis=0) >= 2
    counts = [part[shared] for part in counts]
    cluster = np.arange(int(shared.sum())) if cluster_of_unit is None else _renumbered(cluster_of_unit[shared])
    _, n_groups, group = put_together(cluster, rng)
    of_all = np.sum(counts, axis=0)
    shape = (n_groups, len(parts), n_values)
    own, others = np.zeros(shape), np.zeros(shape)
    n_units = np.zeros(shape[:2], dtype=np.int64)
    n_clusters_of = np.zeros(len(parts), dtype=np.int64)
    for place, inside in enumerate(counts):
        outside = of_all - inside
        n_inside, n_outside = inside.sum(axis=1), outside.sum(axis=1)
        both = (n_inside > 0) & (n_outside > 0)
        for table, given, n in ((own, inside, n_inside), (others, outside, n_outside)):
            np.add.at(table[:, place], group[both], given[both] / n[both, None])
        n_units[:, place] = np.bincount(group[both], minlength=n_groups)
        n_clusters_of[place] = len(np.unique(cluster[both]))
    return SideBySide(own, others, n_units, n_clusters_of)


def _counts(codes: IntArray, n_values: int) -> IntArray:
    given = codes != MISSING
    cell = np.repeat(np.arange(len(codes)), given.sum(axis=1)) * n_values + codes[given]
    return np.bincount(cell, minlength=len(codes) * n_values).reshape(len(codes), n_values)


def _renumbered(cluster: IntArray) -> IntArray:
    """The same clusters numbered from 0 without gaps."""
    present = np.bincount(cluster) > 0
    return np.asarray((np.cumsum(present) - 1)[cluster], dtype=np.int64)
