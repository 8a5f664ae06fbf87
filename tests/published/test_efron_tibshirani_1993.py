"""Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, ch. 14: spatial test data, part A.

The plug-in variance of 26 children's scores is 171.5, its acceleration .061; from 2,000 bootstrap replicates 90 %
intervals are 100.8 to 233.9 (percentile) and 115.8 to 259.6 (BCa), pp. 178–186. Printed end points carry the authors'
own simulation error, hence the tolerance.
"""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.agreement.bootstrap import bootstrap_interval

SCORES = np.array(
    [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41], dtype=float
)
ONCE_EACH = np.ones(26, dtype=np.int64)


def test_bca_interval_of_the_variance() -> None:
    value = float(SCORES.var())
    assert value == pytest.approx(171.5, abs=0.05)
    left_out = np.array([np.delete(SCORES, child).var() for child in range(len(SCORES))])
    replicates = SCORES[np.random.default_rng(1993).integers(0, 26, size=(20_000, 26))].var(axis=1)
    interval = bootstrap_interval(value, replicates, left_out, ONCE_EACH, confidence=0.9)
    assert interval.method == "bca"
    assert (interval.low, interval.high) == pytest.approx((115.8, 259.6), abs=5)


def test_percentile_interval_where_a_jackknife_value_is_missing() -> None:
    replicates = SCORES[np.random.default_rng(3).integers(0, 26, size=(20_000, 26))].var(axis=1)
    left_out = np.array([np.delete(SCORES, child).var() for child in range(len(SCORES))])
    left_out[5] = np.nan
    interval = bootstrap_interval(float(SCORES.var()), replicates, left_out, ONCE_EACH, confidence=0.9)
    assert interval.method == "percentile"
    assert (interval.low, interval.high) == pytest.approx((100.8, 233.9), abs=5)
