"""Consensus by counting: the most frequent value, ties that stay ties, entropy, medians; pure.

Votes are sparse: one entry per group (of answers to one question on one sentence) and value that anybody gave there,
``group`` ascending. Groups are numbered from 0; one without an entry has no answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.files.arrays import BoolArray, FloatArray, IntArray

NO_VALUE = -1
"""In place of a value: nobody answered, or several values are equally frequent."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueCounts:
    """How often each value was given in each group, by group and then by value."""

    group: IntArray
    value: IntArray
    count: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Plurality:
    """Per group: the value most often given (``NO_VALUE`` where there is not one), whether several are, how often."""

    value: IntArray
    tie: BoolArray
    count: IntArray


def tallied(group: IntArray, value: IntArray, n_values: int) -> ValueCounts:
    """Return the tally of single votes.

    >>> tallied(np.array([0, 1, 1, 0]), np.array([2, 0, 0, 1]), 3)
    ValueCounts(group=array([0, 0, 1]), value=array([1, 2, 0]), count=array([1, 1, 2]))
    """
    keys, count = np.unique(group * n_values + value, return_counts=True)
    return ValueCounts(keys // max(n_values, 1), keys % max(n_values, 1), count)


def plurality(tally: ValueCounts, n_groups: int) -> Plurality:
    """Return the most frequent value of each group; values equally frequent are a tie, and none of them is taken."""
    top = np.zeros(n_groups, np.int64)
    np.maximum.at(top, tally.group, tally.count)
    first = tally.count == top[tally.group]
    n_first = np.bincount(tally.group[first], minlength=n_groups)
    value = np.full(n_groups, NO_VALUE, np.int64)
    value[tally.group[first]] = tally.value[first]
    tie = n_first > 1
    value[tie] = NO_VALUE
    return Plurality(value, tie, top)


def entropy(tally: ValueCounts, n_groups: int) -> FloatArray:
    """Return the Shannon entropy of the values of each group in bits (Shannon 1948); 0 where all are equal, and without
    any.
    """
    total = np.bincount(tally.group, weights=tally.count, minlength=n_groups)
    share = tally.count / total[tally.group]
    bits = np.bincount(tally.group, weights=share * -np.log2(share), minlength=n_groups)
    return bits.astype(np.float64)


def medians(group: IntArray, number: FloatArray, n_groups: int) -> FloatArray:
    """Return the median of the numbers of each group, the mean of the middle two where there is no middle one; NaN
    without any.
    """
    order = np.lexsort((number, group))
    ranked = number[order]
    size = np.bincount(group, minlength=n_groups)
    start = np.cumsum(size) - size
    result: FloatArray = np.full(n_groups, np.nan)
    some = size > 0
    low, high = ranked[(start + (size - 1) // 2)[some]], ranked[(start + size // 2)[some]]
    result[some] = np.where(low == high, low, low / 2 + high / 2)  # a sum of the two might be too large
    return result
