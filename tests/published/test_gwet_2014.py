"""Gwet (2014), *Handbook of Inter-Rater Reliability*, 4th ed., data as in the tests of irrCAC; Gwet (2008) by hand.

The analytic standard errors are Gwet's variance estimator as computed by irrCAC in R and in Python; the unit bootstrap
estimates the same quantity in another way and comes close on these small tables.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.agreement.matrices import Matrix, matrix, nominal_alpha, patterns, percent, value
from toolkit.agreement import levels
from toolkit.agreement.bootstrap import resampled_sums

RAW_5_OBSERVERS = matrix(
    """
1 1 2 . 2
1 1 0 1 .
2 3 3 3 .
. 0 0 . 0
0 0 0 . 0
0 0 0 . 0
1 0 2 . 1
1 . 2 0 .
2 2 2 . 2
2 1 1 1 .
. 1 0 0 .
0 0 0 0 .
1 2 2 2 .
3 3 2 2 3
1 1 1 . 1
    """
)
G1_G2 = matrix(
    """
a a . a
b b c b
c c c c
c c c c
b b b b
a b c d
d d d d
a a b a
b b b b
. e e e
. . a a
. . c .
b b c b
b a c b
    """
)
RAW_4_RATERS = matrix(
    """
1 1 . 1
2 2 3 2
3 3 3 3
3 3 3 3
2 2 2 2
1 2 3 4
4 4 4 4
1 1 2 1
2 2 2 2
. 5 5 5
. . 1 1
. . 3 .
    """
)
TEN_UNITS = [["y", "y"]] * 8 + [["n", "n"], ["y", "n"]]


@pytest.mark.parametrize(
    ("table", "published", "tolerance", "exact"),
    [(RAW_5_OBSERVERS, 0.481, 5e-4, 0.48053024026512015), (G1_G2, 0.632, 5e-4, 0.6318057187622406)],
    ids=["raw5obser", "g1g2"],
)
def test_alpha(table: Matrix, published: float, tolerance: float, exact: float) -> None:
    assert value(nominal_alpha(table)) == pytest.approx(published, abs=tolerance)
    assert value(nominal_alpha(table)) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize(
    ("table", "standard_error"),
    [(RAW_4_RATERS, 0.14557), (RAW_5_OBSERVERS, 0.11351), (G1_G2, 0.1497)],
    ids=["raw4raters", "raw5obser", "g1g2"],
)
def test_unit_bootstrap_spread(table: Matrix, standard_error: float) -> None:
    domain = sorted({cell for row in table for cell in row if cell is not None}, key=str)
    level = levels.nominal(len(domain))
    pairable = patterns(table, domain).pairable()
    rows, sizes = pairable.grouped(level.alpha.statistics(pairable.counts))
    drawn = level.alpha.values(resampled_sums(rows, sizes, replicates=20_000, rng=np.random.default_rng(2014)))
    assert drawn.std() == pytest.approx(standard_error, rel=0.05)


def test_percent_agreement_by_hand() -> None:
    assert value(percent(TEN_UNITS)) == pytest.approx(0.9, abs=1e-12)
