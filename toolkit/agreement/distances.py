"""How far apart two values are, for every level of measurement: a symmetric table with zeros on the diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations

import numpy as np

from toolkit.files.arrays import FloatArray

PATH_SEPARATOR = "/"


def nominal_distances(n_values: int) -> FloatArray:
    """Return the nominal distances: 0 for the same category, 1 for any other (Krippendorff 2004, p. 232)."""
    return 1.0 - np.eye(n_values)


def ordinal_distances(marginals: FloatArray) -> FloatArray:
    """Return the squared number of pairable values between two ranks, half of either rank's own included; last two axes
    V × V.

    δ(v,w) = (Σ_{g=v..w} n_g − (n_v + n_w)/2)² (Krippendorff 2004, p. 233), which is the squared difference of the mean
    ranks of v and w. ``marginals`` holds the pairable values per category, lowest category first, along its last axis.
    """
    mean_rank = np.cumsum(marginals, axis=-1) - marginals / 2
    return np.asarray((mean_rank[..., :, None] - mean_rank[..., None, :]) ** 2, dtype=np.float64)


def interval_distances(values: Sequence[float]) -> FloatArray:
    """Return the squared difference (Krippendorff 2004, p. 233)."""
    points = np.asarray(values, dtype=np.float64)
    return np.asarray((points[:, None] - points[None, :]) ** 2, dtype=np.float64)


def ratio_distances(values: Sequence[float]) -> FloatArray:
    """Return the squared difference relative to the sum, ((v − w)/(v + w))², for values from 0 up.

    Source: Krippendorff (2004), p. 234.
    """
    points = np.asarray(values, dtype=np.float64)
    if (points < 0).any():
        raise ValueError(f"a ratio scale starts at 0; got {float(points.min())!r}")
    if points.max(initial=0.0) > np.finfo(np.float64).max / 2:  # sums would be infinite: (1 − q)/(1 + q) with q = v/w
        largest = np.maximum(points[:, None], points[None, :])
        smallest = np.minimum(points[:, None], points[None, :])
        quotient = np.divide(smallest, largest, out=np.ones_like(largest), where=largest > 0)
        return np.asarray(((1 - quotient) / (1 + quotient)) ** 2, dtype=np.float64)
    sums = points[:, None] + points[None, :]
    shares = np.divide(points[:, None] - points[None, :], sums, out=np.zeros_like(sums), where=sums > 0)
    return np.asarray(shares**2, dtype=np.float64)


def jaccard_distance(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """Return the share of the categories named by either set that are not named by both (Jaccard 1912); 0 for two empty
    sets.
    """
    either = len(one | other)
    return 1 - len(one & other) / either if either else 0.0


def masi_distance(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """Return 1 − Jaccard similarity × M (Passonneau 2006, pp. 833–834); 0 for two empty sets.

    M is 1 for equal sets, 2/3 where one contains the other, 1/3 where they merely overlap, 0 where they do not.
    """
    if one == other:
        return 0.0
    if not one & other:
        return 1.0
    monotonicity = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1 - (1 - jaccard_distance(one, other)) * monotonicity


def wu_palmer_distance(one: str, other: str) -> float:
    """Return 1 − 2·depth(last common step)/(depth + depth) of two paths (Wu & Palmer 1994, p. 136).

    A path is written ``EXPERT/think_tank``. Depth counts steps from an unnamed root, so two paths that share no
    step are 1 apart.
    """
    first, second = one.split(PATH_SEPARATOR), other.split(PATH_SEPARATOR)
    shared = 0
    for step, opposite in zip(first, second, strict=False):
        if step != opposite:
            break
        shared += 1
    return 1 - 2 * shared / (len(first) + len(second))


def path_at_depth(path: str, depth: int) -> str:
    """Return the path cut to its first ``depth`` steps; a shorter path stays as it is."""
    return PATH_SEPARATOR.join(path.split(PATH_SEPARATOR)[:depth])


def jaccard_distances(sets: Sequence[AbstractSet[str]]) -> FloatArray:
    """Return Jaccard distances between all given sets."""
    table = np.zeros((len(sets), len(sets)))
    for i, j in combinations(range(len(sets)), 2):
        table[i, j] = table[j, i] = jaccard_distance(sets[i], sets[j])
    return table


def masi_distances(sets: Sequence[AbstractSet[str]]) -> FloatArray:
    """Return MASI distances between all given sets."""
    table = np.zeros((len(sets), len(sets)))
    for i, j in combinations(range(len(sets)), 2):
        table[i, j] = table[j, i] = masi_distance(sets[i], sets[j])
    return table


def wu_palmer_distances(paths: Sequence[str]) -> FloatArray:
    """Return Wu–Palmer distances between all given paths."""
    table = np.zeros((len(paths), len(paths)))
    for i, j in combinations(range(len(paths)), 2):
        table[i, j] = table[j, i] = wu_palmer_distance(paths[i], paths[j])
    return table


def checked_distances(table: Sequence[Sequence[float]] | FloatArray) -> FloatArray:
    """Return a distance table supplied from outside, refused unless square, symmetric, finite, ≥ 0 and 0 on its
    diagonal.
    """
    given = np.asarray(table, dtype=np.float64)
    if given.ndim != 2 or given.shape[0] != given.shape[1]:
        raise ValueError(f"a distance table must be square, not {given.shape}")
    if not np.isfinite(given).all() or (given < 0).any():
        raise ValueError("distances must be numbers from 0 up")
    if (np.diagonal(given) != 0).any():
        raise ValueError("a value must be at distance 0 from itself")
    if (given != given.T).any():
        raise ValueError("a distance table must be symmetric")
    return given
