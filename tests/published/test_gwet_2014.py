"""Gwet (2014), *Handbook of Inter-Rater Reliability*, 4th ed., data as in the tests and the manual of irrCAC.

The four raters left gaps, and one unit has a single value, which counts for the use of the categories. The small
tables of two raters are fixtures of DKPro Agreement with what irrCAC 1.4 prints for them.

The analytic standard errors are Gwet's variance estimator as computed by irrCAC in R and in Python; the unit bootstrap
estimates the same quantity in another way and comes close on these small tables.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.agreement.matrices import Matrix, matrix, nominal_alpha, patterns, value
from tests.agreement.measures.measured import Table, in_use, measured, nominal, ordinal, value_of
from tests.published.tables import GWET_2014
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
RAW_4_RATERS = matrix(GWET_2014)


def units(contingency: Sequence[Sequence[int]]) -> list[list[int]]:
    """One unit for each count of a table, rows by the first rater and columns by the second."""
    return [
        [one, other] for one, row in enumerate(contingency) for other, times in enumerate(row) for _ in range(times)
    ]


ABSTRACTORS = units([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
SKEWED = units([[80, 7], [8, 5]])
FOUR_POINTS = units([[20, 5, 1, 0], [4, 15, 6, 1], [0, 5, 18, 4], [0, 1, 3, 12]])
FIVE_POINTS = units([[15, 4, 1, 0, 0], [3, 12, 4, 1, 0], [1, 3, 14, 3, 1], [0, 1, 3, 10, 2], [0, 0, 1, 2, 8]])


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
    rows, sizes = pairable.grouped(level.alpha.statistics(pairable.rows))
    drawn = level.alpha.values(resampled_sums(rows, sizes, replicates=20_000, rng=np.random.default_rng(2014)))
    assert drawn.std() == pytest.approx(standard_error, rel=0.05)


@pytest.mark.parametrize(
    ("measure_id", "published", "exact"),
    [
        ("gwet_ac1", 0.77544, 0.775444068126995),
        ("fleiss_kappa", 0.76117, 0.7611692754224112),
        ("bennett_s_brennan_prediger", 0.77273, 17 / 22),
        ("hubert_conger_kappa", 0.76282, None),
    ],
)
def test_four_raters_with_gaps(measure_id: str, published: float, exact: float | None) -> None:
    found = value_of(measure_id, RAW_4_RATERS)
    assert found == pytest.approx(published, abs=5e-6)
    if exact is not None:
        assert found == pytest.approx(exact, abs=1e-12)


def test_q_is_how_many_categories_there_could_be() -> None:
    """AC1 by hand from its parts at q = 5: P_a = 9/11, P_e = Σπ(1 − π)/(q − 1), so at q = 8 P_e is 4/7 of it."""
    observed = 9 / 11
    at_5 = (observed - 0.775444068126995) / (1 - 0.775444068126995)
    at_8 = at_5 * 4 / 7
    found = value_of("gwet_ac1", RAW_4_RATERS, nominal(in_use(RAW_4_RATERS), 8))
    assert found == pytest.approx((observed - at_8) / (1 - at_8), abs=1e-12)
    assert found == pytest.approx(0.796, abs=5e-4)


@pytest.mark.parametrize(
    ("table", "exact"),
    [(RAW_5_OBSERVERS, 0.4966220548726144), (G1_G2, 0.6846038187477684)],
    ids=["raw5obser", "g1g2"],
)
def test_ac1_with_gaps(table: Table, exact: float) -> None:
    assert value_of("gwet_ac1", table) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize(
    ("measure_id", "published"),
    [
        ("cohen_kappa", 0.7964094),
        ("scott_pi", 0.7962397),
        ("gwet_ac1", 0.8493305),
        ("bennett_s_brennan_prediger", 0.835),
    ],
)
def test_two_abstractors(measure_id: str, published: float) -> None:
    assert value_of(measure_id, ABSTRACTORS) == pytest.approx(published, abs=1e-7)


@pytest.mark.parametrize(
    ("table", "published"),
    [(SKEWED, 0.808), (FOUR_POINTS, 0.58046), (FIVE_POINTS, 0.57997)],
    ids=["skewed", "four points", "five points"],
)
def test_ac1_of_two_raters(table: Table, published: float) -> None:
    assert value_of("gwet_ac1", table) == pytest.approx(published, abs=5e-6)


@pytest.mark.parametrize(
    ("table", "measure_id", "expected", "tolerance"),
    [
        (RAW_4_RATERS, "gwet_ac2_quadratic", 0.9140007235516047, 1e-12),
        (FOUR_POINTS, "gwet_ac2_quadratic", 0.84028, 5e-6),
        (FIVE_POINTS, "gwet_ac2_quadratic", 0.87005, 5e-6),
        (FOUR_POINTS, "weighted_kappa_quadratic", 22 / 27, 1e-12),
        (FIVE_POINTS, "weighted_kappa_quadratic", 0.8431948318895903, 1e-12),
    ],
)
def test_quadratic_weights(table: Table, measure_id: str, expected: float, tolerance: float) -> None:
    assert value_of(measure_id, table, ordinal(in_use(table))) == pytest.approx(expected, abs=tolerance)


def test_skew_pulls_kappa_down_but_not_ac1() -> None:
    """Both agree on 85 of 100, nearly all in one category."""
    [kappa] = measured("cohen_kappa", SKEWED)
    assert kappa.value is not None
    assert kappa.value < 0.5
    assert value_of("gwet_ac1", SKEWED) > 0.8
