"""Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*: 4 observers, 12 units, missing values.

The same table is in Krippendorff (2004), *Content Analysis*, 2nd ed., ch. 11 (data with missing values), and,
as the four-rater example, in Gwet (2014), whose observed agreement is .8182. Values as printed, to three places;
the exact fractions were cross-checked between independent programs. Bootstrap quantiles: 200,000 unit resamples done
elsewhere, within .012 of the R package icr.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.agreement.matrices import alpha, matrix, patterns, percent, value
from tests.published.tables import KRIPPENDORFF_2011
from toolkit.agreement import levels
from toolkit.agreement.bootstrap import resampled_sums
from toolkit.agreement.levels import LevelOfValues

TABLE = matrix(KRIPPENDORFF_2011, float)
DOMAIN = [1.0, 2.0, 3.0, 4.0, 5.0]


@pytest.mark.parametrize(
    ("level", "printed", "exact"),
    [
        (levels.nominal(5), 0.743, 0.743421052631579),
        (levels.ordinal(5), 0.815, 0.8153875037548813),
        (levels.interval(DOMAIN), 0.849, 0.8491071428571428),
        (levels.ratio(DOMAIN), 0.797, 0.7974027747116121),
    ],
    ids=["nominal", "ordinal", "interval", "ratio"],
)
def test_alpha_at_four_levels(level: LevelOfValues, printed: float, exact: float) -> None:
    estimate = alpha(TABLE, DOMAIN, level)
    assert value(estimate) == pytest.approx(printed, abs=5e-4)
    assert value(estimate) == pytest.approx(exact, abs=1e-12)
    assert estimate.confirmed_by is not None
    assert estimate.n_values == 40


def test_percent_agreement_is_the_mean_over_units() -> None:
    estimate = percent(TABLE)
    assert value(estimate) == pytest.approx(0.8181818181818182, abs=1e-12)
    assert value(estimate) != pytest.approx(0.7818181818181819, abs=1e-3), "that is the mean over pairs"


@pytest.mark.parametrize(
    ("level", "q025", "q500", "q975", "sd"),
    [(levels.nominal(5), 0.4127, 0.7347, 1.0, 0.1449), (levels.ordinal(5), 0.443, 0.817, 1.0, 0.1485)],
    ids=["nominal", "ordinal"],
)
def test_unit_bootstrap(level: LevelOfValues, q025: float, q500: float, q975: float, sd: float) -> None:
    pairable = patterns(TABLE, DOMAIN).pairable()
    rows, sizes = pairable.grouped(level.alpha.statistics(pairable.rows))
    drawn = level.alpha.values(resampled_sums(rows, sizes, replicates=40_000, rng=np.random.default_rng(2011)))
    assert not np.isnan(drawn).any()
    assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx([q025, q500, q975], abs=0.015)
    assert drawn.std() == pytest.approx(sd, abs=0.015)
