"""fast-krippendorff issue 11: one deviating answer among otherwise equal ones makes alpha exactly 0, not nearly 1."""

from __future__ import annotations

import pytest

from tests.agreement.matrices import alpha, matrix, value
from toolkit.agreement import levels
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.resampling import Resampling

TABLE = matrix(
    """
3 3 3 3 3
3 3 3 3 .
3 3 . 3 3
3 3 . 3 3
3 3 3 1 3
    """
)


@pytest.mark.parametrize("level", [levels.nominal(2), levels.ordinal(2)], ids=["nominal", "ordinal"])
def test_alpha_is_zero(level: LevelOfValues) -> None:
    assert value(alpha(TABLE, ["1", "3"], level)) == pytest.approx(0, abs=1e-12)


def test_without_that_unit_nothing_varies_so_there_is_no_interval() -> None:
    estimate = alpha(TABLE, ["1", "3"], levels.nominal(2), Resampling("unit", 2000))
    assert estimate.undefined_replicates / estimate.replicates == pytest.approx((4 / 5) ** 5, abs=0.04)
    assert estimate.ci_low is estimate.ci_high is None
    assert estimate.interval_undefined_because == "no variation without one unit"
    assert estimate.bootstrap_share_below is None
