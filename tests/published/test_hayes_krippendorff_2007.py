"""Hayes & Krippendorff (2007), *Communication Methods and Measures* 1(1), 77–89, p. 84: 5 observers, 40 units.

Ordinal as printed; nominal as in the tests of the R package icr on the same data; interval cross-verified only. Gwet's
analytic standard error of the nominal alpha (R and Python irrCAC) is .0676: resampling units must come near it.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.agreement.matrices import alpha, matrix, patterns, value
from toolkit.agreement import levels
from toolkit.agreement.bootstrap import resampled_sums
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.resampling import Resampling

TABLE = matrix(
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
1 1 1 . 1
2 1 2 . 2
1 2 3 3 .
1 1 0 1 .
0 0 0 . 0
0 0 1 1 .
0 0 . 0 0
2 3 3 3 .
0 0 0 0 .
1 2 . 2 2
0 1 1 1 .
0 0 0 1 0
1 2 1 2 .
1 1 2 2 .
1 1 2 . 2
1 1 0 . 0
2 1 2 1 .
2 2 . 2 2
3 2 2 2 .
2 2 2 . 2
2 2 3 . 2
2 2 2 . 2
2 2 . 1 2
2 2 2 2 .
1 1 1 . 1
    """,
    float,
)
DOMAIN = [0.0, 1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("level", "published", "tolerance", "exact"),
    [
        (levels.ordinal(4), 0.7598, 5e-5, 0.7598291891514336),
        (levels.nominal(4), 0.4765, 5e-5, 0.47650956741865835),
        (levels.interval(DOMAIN), 0.7573782771535581, 1e-9, 0.7573782771535581),
    ],
    ids=["ordinal", "nominal", "interval"],
)
def test_alpha(level: LevelOfValues, published: float, tolerance: float, exact: float) -> None:
    found = value(alpha(TABLE, DOMAIN, level))
    assert found == pytest.approx(published, abs=tolerance)
    assert found == pytest.approx(exact, abs=1e-12)


def test_spread_of_the_unit_bootstrap_is_near_the_analytic_standard_error() -> None:
    level = levels.nominal(4)
    pairable = patterns(TABLE, DOMAIN).pairable()
    rows, sizes = pairable.grouped(level.alpha.statistics(pairable.rows))
    drawn = level.alpha.values(resampled_sums(rows, sizes, replicates=20_000, rng=np.random.default_rng(2007)))
    assert drawn.std() == pytest.approx(0.06755, abs=0.003)


def test_the_interval_is_not_the_narrow_one_of_pairwise_deviations() -> None:
    """KALPHA prints .715 to .813 here by resampling deviations with expected disagreement fixed."""
    estimate = alpha(TABLE, DOMAIN, levels.ordinal(4), Resampling("unit", 4000, seed=7))
    assert estimate.ci_low is not None
    assert estimate.ci_high is not None
    assert estimate.ci_high - estimate.ci_low > 1.5 * (0.813 - 0.715)
