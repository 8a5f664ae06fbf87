"""How often each value was given to each unit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from toolkit.agreement.patterns import Patterns
from toolkit.agreement.ratings import MISSING
from toolkit.files.arrays import FloatArray, IntArray


def value_counts(codes: IntArray, n_values: int) -> IntArray:
    """Return units × values: how many annotators gave each unit each value, from units × annotators codes.

    >>> value_counts(np.array([[0, 1, 1], [-1, 0, -1]]), 2)
    array([[1, 2],
           [1, 0]])
    """
    beside = n_values + 1
    # what is missing goes into a last column, which is then left out: cheaper than picking out what is given
    cells = np.where(codes == MISSING, n_values, codes) + (np.arange(len(codes)) * beside)[:, None]
    return np.bincount(cells.ravel(), minlength=len(codes) * beside).reshape(len(codes), beside)[:, :n_values]


def weights_of(counts: IntArray, weights: IntArray | None) -> IntArray:
    """Return how many units each row of counts stands for: ``weights``, or one each."""
    return np.ones(len(counts), dtype=np.int64) if weights is None else weights


def pairable_marginals(counts: IntArray, weights: IntArray) -> IntArray:
    """Return how often each value was given in units with at least two values: the n_v of alpha."""
    return np.asarray((weights * (counts.sum(axis=1) >= 2)) @ counts, dtype=np.int64)


def together_by_size(counts: IntArray, weights: IntArray) -> dict[int, FloatArray]:
    """Return values × values for each number m ≥ 2 of values in a unit: Σ_u w_u (c cᵀ − diag c), over units with m
    values.

    How often a value of one annotator met a value of another, both ways round: whole numbers, held as floats because
    only those multiply fast.
    """
    m = counts.sum(axis=1)
    together: dict[int, FloatArray] = {}
    for n_given in np.unique(m[m >= 2]).tolist():
        alike = m == n_given
        c = counts[alike].astype(np.float64)
        weighted = c * weights[alike, None]
        together[n_given] = weighted.T @ c - np.diag(weighted.sum(axis=0))
    return together


def coincidence_matrix(together: Mapping[int, FloatArray], n_values: int) -> FloatArray:
    """Return values × values: each meeting counts 1/(m − 1), so that a row sums to n_v.

    Krippendorff (2004), *Content Analysis*, 2nd ed., ch. 11. Units with equally many values were added up as whole
    numbers first, so nothing is lost to rounding before the one division.
    """
    matrix = np.zeros((n_values, n_values))
    for n_given, met in together.items():
        matrix += met / (n_given - 1)
    return matrix


def pattern_counts(patterns: Patterns, n_values: int) -> tuple[IntArray, IntArray]:
    """Return the counts of values in each pattern (patterns × values), and how many units have it."""
    rows = patterns.counts(slice(None), n_values) if patterns.holds_codes else patterns.rows
    return rows, np.bincount(patterns.pattern_of_unit, minlength=len(rows))
