"""Six units, three annotators: all 46,656 equally likely unit resamples, enumerated outside this project.

Quantile: smallest value whose cumulative probability reaches p. Resamples without variation are dropped and counted.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tests.agreement.matrices import matrix, nominal_alpha, patterns, value
from toolkit.agreement import levels
from toolkit.agreement.bootstrap import resampled_sums

TABLE = matrix(
    """
a a b
b b .
a b b
a a a
b b a
a a .
    """
)
QUANTILES = [0.025, 0.5, 0.975]
QUANTILES_FOUND = [-0.25, 0.25, 0.7407407407407407]


def test_point() -> None:
    assert value(nominal_alpha(TABLE)) == pytest.approx(0.2857142857142857, abs=1e-12)


def test_enumeration_of_every_resample() -> None:
    counted = patterns(TABLE, ["a", "b"])
    alpha = levels.nominal(2).alpha
    units = alpha.statistics(counted.rows)[counted.pattern_of_unit]
    sums = np.array([units[list(draw)].sum(axis=0) for draw in product(range(6), repeat=6)])
    drawn = alpha.values(sums)
    defined = drawn[~np.isnan(drawn)]
    assert len(drawn) == 46656
    assert np.isnan(drawn).mean() == pytest.approx(0.0013931755829903977, abs=1e-12)
    assert defined.mean() == pytest.approx(0.23977673734064456, abs=1e-9)
    assert defined.std() == pytest.approx(0.259289714411306, abs=1e-9)
    assert np.quantile(defined, QUANTILES, method="inverted_cdf") == pytest.approx(QUANTILES_FOUND, abs=1e-9)


def test_ten_thousand_replicates_come_near() -> None:
    counted = patterns(TABLE, ["a", "b"])
    alpha = levels.nominal(2).alpha
    rows, sizes = counted.grouped(alpha.statistics(counted.rows))
    drawn = alpha.values(resampled_sums(rows, sizes, replicates=10_000, rng=np.random.default_rng(6)))
    defined = drawn[~np.isnan(drawn)]
    assert np.isnan(drawn).mean() == pytest.approx(0.0014, abs=0.002)
    assert defined.mean() == pytest.approx(0.23977673734064456, abs=0.02)
    assert defined.std() == pytest.approx(0.259289714411306, abs=0.02)
    assert np.quantile(defined, QUANTILES, method="inverted_cdf") == pytest.approx(QUANTILES_FOUND, abs=0.02)
