"""Worked examples of Wikipedia.

"Krippendorff's alpha": 3 coders, 15 units, some coded by one or by nobody. "Cohen's kappa": 2 readers, 50 proposals,
kappa .4. "Fleiss' kappa": 14 raters, 10 subjects, 5 categories, kappa .21.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.agreement.matrices import alpha, matrix, patterns, value
from tests.agreement.measures.measured import value_of
from toolkit.agreement import levels
from toolkit.agreement.bootstrap import resampled_sums

TABLE = matrix(
    """
. 1 .
. . .
. 2 2
. 1 1
. 3 3
3 3 4
4 4 4
1 3 .
2 . 2
1 . 1
1 . 1
3 . 3
3 . 3
. . .
3 . 4
    """,
    float,
)
DOMAIN = [1.0, 2.0, 3.0, 4.0]
PROPOSALS = [["yes", "yes"]] * 20 + [["yes", "no"]] * 5 + [["no", "yes"]] * 10 + [["no", "no"]] * 15
TIMES_EACH_CATEGORY_WAS_GIVEN = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def test_nominal() -> None:
    found = value(alpha(TABLE, DOMAIN, levels.nominal(4)))
    assert found == pytest.approx(0.691, abs=5e-4)
    assert found == pytest.approx(0.691358024691358, abs=1e-12)


def test_interval() -> None:
    found = value(alpha(TABLE, DOMAIN, levels.interval(DOMAIN)))
    assert found == pytest.approx(0.811, abs=5e-4)
    assert found == pytest.approx(0.8108448928121059, abs=1e-12)


def test_unit_bootstrap() -> None:
    """Quantiles of 200,000 unit resamples done elsewhere; the R package icr agrees within .012."""
    level = levels.nominal(4)
    pairable = patterns(TABLE, DOMAIN).pairable()
    rows, sizes = pairable.grouped(level.alpha.statistics(pairable.rows))
    drawn = level.alpha.values(resampled_sums(rows, sizes, replicates=40_000, rng=np.random.default_rng(15)))
    assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx([0.2857, 0.6781, 1.0], abs=0.015)
    assert drawn.std() == pytest.approx(0.1746, abs=0.015)


def test_cohen() -> None:
    assert value_of("cohen_kappa", PROPOSALS) == pytest.approx(0.4, abs=1e-12)


def test_fleiss() -> None:
    subjects = [[k for k, times in enumerate(row) for _ in range(times)] for row in TIMES_EACH_CATEGORY_WAS_GIVEN]
    assert value_of("fleiss_kappa", subjects) == pytest.approx(0.210, abs=5e-4)
    assert value_of("fleiss_kappa", subjects) == pytest.approx(0.20993070442195522, abs=1e-12)
