"""Simulated studies against what is known of them: their true alpha, and its error with independent units."""

from __future__ import annotations

from itertools import product
from math import inf, sqrt

import numpy as np
import pytest

from benchmarks.studies import VARIANCES, Design, Samples
from benchmarks.verdicts import limits_of as limits_of_two
from toolkit.agreement.expected.limits import limits_of
from toolkit.agreement.expected.studies import LEVELS, LITTLE, MUCH, NOT, Difference, ExpectedStudy
from toolkit.files.arrays import FloatArray, IntArray


def alphas(study: ExpectedStudy, rows: FloatArray) -> FloatArray:
    return study.figure.values(rows.sum(axis=1))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("shares", [(0.2,) * 5, (0.8, 0.15, 0.05)])
@pytest.mark.parametrize(("alpha", "coders"), [(0.75, 2), (0.4, 5), (1.0, 3)])
def test_true_alpha_is_what_is_asked_for(level: str, shares: tuple[float, ...], alpha: float, coders: int) -> None:
    """In 40,000 articles: off by less than four jackknife errors."""
    study = ExpectedStudy(alpha=alpha, level=level, shares=shares, coders=coders, units_per_cluster=5, difference=MUCH)
    rows = study.drawn(1, 40_000, np.random.default_rng(4))
    value = float(alphas(study, rows)[0])
    left_out = study.figure.values(rows[0].sum(axis=0) - rows[0])
    assert abs(value - alpha) <= 4 * sqrt(40_000) * left_out.std() + 1e-9
    counts = rows[0].sum(axis=0)[study.marginals]
    assert counts / counts.sum() == pytest.approx(shares, abs=0.01)


@pytest.mark.parametrize(("kappa", "p", "n"), [(0.4, 0.5, 200), (0.7, 0.5, 200), (0.7, 0.2, 400), (0.4, 0.1, 1000)])
def test_error_with_independent_units_is_that_of_bloch_and_kraemer(kappa: float, p: float, n: int) -> None:
    """Bloch & Kraemer (1989), Biometrics 45, 269-287: asymptotic variance of the intraclass kappa, two coders."""
    study = ExpectedStudy(
        alpha=kappa, level="nominal", shares=(p, 1 - p), coders=2, units_per_cluster=1, difference=NOT
    )
    found = alphas(study, study.drawn(4000, n, np.random.default_rng(11))).std()
    variance = (1 - kappa) * ((1 - kappa) * (1 - 2 * kappa) + kappa * (2 - kappa) / (2 * p * (1 - p))) / n
    assert found == pytest.approx(sqrt(variance), rel=0.05)


def test_neighbours_mixed_up_spread_less_than_what_is_supposed() -> None:
    """So a plan of ordered categories is on the safe side where coders are mostly off by one: see the docs."""
    rng = np.random.default_rng(6)
    shape = 500, 20, 14
    truth = rng.integers(0, 5, shape)
    e = rng.beta(6, 14, (500, 20, 1))
    seen = [np.clip(truth + np.where(rng.random(shape) < e, rng.choice([-1, 1], shape), 0), 0, 4) for _ in range(3)]
    study = ExpectedStudy(alpha=0.5, level="ordinal", shares=(0.2,) * 5, coders=3, units_per_cluster=14, difference=NOT)
    counts: IntArray = sum((value == np.arange(5)) for value in (each[..., None] for each in seen)).reshape(-1, 5)
    rows = study.figure.statistics(counts).reshape(500, 20, 14, -1).sum(axis=2)
    off_by_one = alphas(study, rows)
    supposed = ExpectedStudy(
        alpha=float(off_by_one.mean()),
        level="ordinal",
        shares=(0.2,) * 5,
        coders=3,
        units_per_cluster=14,
        difference=Difference("guessing only", 20, inf),
    )
    assert off_by_one.std() < 0.6 * alphas(supposed, supposed.drawn(500, 20, rng)).std()


@pytest.mark.parametrize(("variance", "difference"), list(zip(VARIANCES, (LITTLE, MUCH), strict=True)))
@pytest.mark.parametrize("articles", [20, 50])
def test_verdicts_are_those_of_the_other_simulation(variance: object, difference: Difference, articles: int) -> None:
    """Two categories, ten sentences an article: shares as in benchmarks/, up to four errors of their difference."""
    ours = ExpectedStudy(
        alpha=0.8, level="nominal", shares=(0.3, 0.7), coders=3, units_per_cluster=10, difference=difference
    )
    rows = ours.drawn(2000, articles, np.random.default_rng(1))
    share = limits_of(rows, ours, confidence=0.95).reached(0.667).mean()
    assert variance in VARIANCES
    design = Design(0.8, 3, 0.3, VARIANCES[[LITTLE, MUCH].index(difference)], articles, 10, 10)
    other = limits_of_two(Samples.drawn(design, 2000, np.random.default_rng(2)), 3).reached(0.667).mean()
    assert abs(share - other) < 4 * sqrt(2 * share * (1 - share) / 2000)


def test_the_same_seed_draws_the_same_studies() -> None:
    study = ExpectedStudy(alpha=0.6, level="nominal", shares=(0.5, 0.5), coders=2, units_per_cluster=3, difference=MUCH)
    one, again, other = (study.drawn(5, 4, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()


@pytest.mark.parametrize("coders", range(2, 7))
def test_every_unit_has_a_value_by_every_coder(coders: int) -> None:
    for level, n in product(LEVELS, (2, 4)):
        study = ExpectedStudy(
            alpha=0.6, level=level, shares=(1 / n,) * n, coders=coders, units_per_cluster=3, difference=MUCH
        )
        rows = study.drawn(7, 4, np.random.default_rng(1))
        assert (rows[..., study.marginals].sum(axis=2) == 3 * coders).all()
