"""Artstein & Poesio (2008), *Computational Linguistics* 34(4), 555–596: dialogue acts, two coders, 100 utterances.

Example 1 (p. 558): observed agreement .70. Example 2 (p. 568): alpha .80, and .8156 with the weights
Chck–IReq .5, Chck–STAT .5, IReq–STAT 1.
"""

from __future__ import annotations

import pytest

from tests.agreement.matrices import alpha, nominal_alpha, percent, value
from toolkit.agreement import levels

EXAMPLE_1 = [["STAT", "STAT"]] * 20 + [["STAT", "IReq"]] * 10 + [["IReq", "STAT"]] * 20 + [["IReq", "IReq"]] * 50
EXAMPLE_2 = (
    [["STAT", "STAT"]] * 46
    + [["IReq", "STAT"]] * 6
    + [["IReq", "IReq"]] * 32
    + [["IReq", "Chck"]] * 6
    + [["Chck", "Chck"]] * 10
)
WEIGHTS = [[0.0, 0.5, 0.5], [0.5, 0.0, 1.0], [0.5, 1.0, 0.0]]


def test_observed_agreement() -> None:
    assert value(percent(EXAMPLE_1)) == pytest.approx(0.7, abs=1e-12)


def test_alpha() -> None:
    found = value(nominal_alpha(EXAMPLE_2))
    assert found == pytest.approx(0.8, abs=6e-4)
    assert found == pytest.approx(0.8005345806882727, abs=1e-12)


def test_weighted_alpha() -> None:
    found = value(alpha(EXAMPLE_2, ["Chck", "IReq", "STAT"], levels.by_table("weights", WEIGHTS)))
    assert found == pytest.approx(0.8156, abs=6e-5)
    assert found == pytest.approx(0.8155509783728115, abs=1e-12)
