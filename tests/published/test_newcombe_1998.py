"""Newcombe (1998), *Statistics in Medicine* 17(8), 857–872, table I: the score interval, uncorrected."""

from __future__ import annotations

import pytest

from toolkit.agreement.wilson import wilson_interval


@pytest.mark.parametrize(
    ("n_seen", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_his_method_3(n_seen: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(n_seen, n) == pytest.approx((low, high), abs=0.00005)
    mirrored = wilson_interval(n - n_seen, n)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=0.00005)


def test_of_no_case_nothing_is_known() -> None:
    assert wilson_interval(0, 0) is None
