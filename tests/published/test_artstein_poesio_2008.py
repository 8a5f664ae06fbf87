"""Artstein & Poesio (2008), *Computational Linguistics* 34(4), 555–596: dialogue acts, two coders, 100 utterances.

Example 1 (p. 558): observed agreement .70, S .4, pi .341, kappa .348. Example 2 (p. 568): kappa .8013, alpha .80, and
with the weights Chck–IReq .5, Chck–STAT .5, IReq–STAT 1 kappa .8163 and alpha .8156. Pi of example 2 is printed in the
documentation of nltk, S of it is by hand.
"""

from __future__ import annotations

import pytest

from tests.agreement.matrices import alpha, nominal_alpha, percent, value
from tests.agreement.measures.measured import by_table, value_of
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


@pytest.mark.parametrize(
    ("measure_id", "published", "tolerance", "exact"),
    [
        ("bennett_s_brennan_prediger", 0.4, 1e-12, (0.7 - 1 / 2) / (1 / 2)),
        ("scott_pi", 0.341, 5e-4, (0.7 - (0.65**2 + 0.35**2)) / (1 - (0.65**2 + 0.35**2))),
        ("cohen_kappa", 0.348, 5e-4, (0.7 - 0.54) / (1 - 0.54)),
    ],
)
def test_chance_corrected_example_1(measure_id: str, published: float, tolerance: float, exact: float) -> None:
    assert value_of(measure_id, EXAMPLE_1) == pytest.approx(published, abs=tolerance)
    assert value_of(measure_id, EXAMPLE_1) == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize(
    ("measure_id", "published", "tolerance", "exact"),
    [
        ("bennett_s_brennan_prediger", 0.82, 1e-12, (0.88 - 1 / 3) / (2 / 3)),
        ("scott_pi", 0.79953, 5e-6, 0.7995322418977616),
        ("cohen_kappa", 0.8013, 5e-5, 0.8013245033112583),
    ],
)
def test_chance_corrected_example_2(measure_id: str, published: float, tolerance: float, exact: float) -> None:
    assert value_of(measure_id, EXAMPLE_2) == pytest.approx(published, abs=tolerance)
    assert value_of(measure_id, EXAMPLE_2) == pytest.approx(exact, abs=1e-12)


def test_weighted_kappa() -> None:
    found = value_of("weighted_kappa", EXAMPLE_2, by_table(["Chck", "IReq", "STAT"], WEIGHTS))
    assert found == pytest.approx(0.8163, abs=5e-5)
    assert found == pytest.approx(0.8163265306122449, abs=1e-12)
