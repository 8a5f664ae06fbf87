"""Cohen (1960), *Educational and Psychological Measurement* 20(1), 37–46: two judges and three categories.

The table of p. 37, as 100 units (p_o = .29, p_e = .35), and the one of p. 45, as 200 units (kappa .492). AC1 and AC2 of
both as irrCAC 1.4 prints them in the fixtures of DKPro Agreement; the large-sample standard errors of kappa are those
of Fleiss, Cohen & Everitt (1969), *Psychological Bulletin* 72(5), 323–327, as computed by statsmodels.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.agreement.measures.measured import Table, cuts, in_use, nominal, ordinal, statistics, value_of
from tests.published.test_gwet_2014 import ABSTRACTORS, units
from toolkit.agreement.bootstrap import resampled_sums

PAGE_37 = units([[25, 12, 3], [13, 2, 15], [12, 16, 2]])
PAGE_45 = units([[88, 14, 18], [10, 40, 10], [2, 6, 12]])


def test_kappa_below_chance() -> None:
    assert value_of("cohen_kappa", PAGE_37) == pytest.approx((0.29 - 0.35) / (1 - 0.35), abs=1e-12)


def test_kappa() -> None:
    assert value_of("cohen_kappa", PAGE_45) == pytest.approx(0.492, abs=5e-4)
    assert value_of("cohen_kappa", PAGE_45) == pytest.approx(29 / 59, abs=1e-12)


@pytest.mark.parametrize(
    ("table", "ac1", "ac2"), [(PAGE_37, -0.04797, 0.1831), (PAGE_45, 0.57597, 0.63855)], ids=["p. 37", "p. 45"]
)
def test_gwet(table: Table, ac1: float, ac2: float) -> None:
    assert value_of("gwet_ac1", table) == pytest.approx(ac1, abs=5e-6)
    assert value_of("gwet_ac2_quadratic", table, ordinal(in_use(table))) == pytest.approx(ac2, abs=5e-6)


def test_quadratic_weights() -> None:
    assert value_of("weighted_kappa_quadratic", PAGE_45, ordinal(in_use(PAGE_45))) == pytest.approx(5 / 11, abs=1e-12)


@pytest.mark.parametrize(
    ("table", "standard_error"), [(PAGE_45, 0.051002), (ABSTRACTORS, 0.058911)], ids=["p. 45", "abstractors"]
)
def test_spread_of_the_unit_bootstrap_is_near_the_analytic_standard_error(table: Table, standard_error: float) -> None:
    scale = nominal(in_use(table))
    [cut] = cuts("cohen_kappa", table, scale)
    rows, sizes = np.unique(statistics(cut, table, scale), axis=0, return_counts=True)
    drawn = cut.figure.values(resampled_sums(rows, sizes, replicates=20_000, rng=np.random.default_rng(1969)))
    assert drawn.std() == pytest.approx(standard_error, rel=0.03)
