"""Gwet (2008), *British Journal of Mathematical and Statistical Psychology* 61(1), 29–48: AC1 and pi by hand.

Ten units, two raters: y y eight times, n n and y n once each (the example in the tests of DKPro Agreement). P_a = .9
and y has .85 of the values, so P_e = 2 · .85 · .15 = .255 for AC1 and .85² + .15² = .745 for pi.
"""

from __future__ import annotations

import pytest

from tests.agreement.measures.measured import value_of

TEN_UNITS = [["y", "y"]] * 8 + [["n", "n"], ["y", "n"]]


def test_percent_agreement() -> None:
    assert value_of("percent_agreement", TEN_UNITS) == pytest.approx(0.9, abs=1e-12)


def test_ac1() -> None:
    assert value_of("gwet_ac1", TEN_UNITS) == pytest.approx(0.8658, abs=5e-5)
    assert value_of("gwet_ac1", TEN_UNITS) == pytest.approx((0.9 - 0.255) / (1 - 0.255), abs=1e-12)


@pytest.mark.parametrize("measure_id", ["scott_pi", "fleiss_kappa"])
def test_pi(measure_id: str) -> None:
    assert value_of(measure_id, TEN_UNITS) == pytest.approx(0.6078, abs=5e-5)
    assert value_of(measure_id, TEN_UNITS) == pytest.approx((0.9 - 0.745) / (1 - 0.745), abs=1e-12)
