from __future__ import annotations

from collections.abc import Hashable
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from tests.agreement import by_definition
from tests.agreement.matrices import alpha, alpha_of, patterns
from toolkit.agreement import levels
from toolkit.agreement.bootstrap import bootstrap_interval, resampled_sums
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.resampling import Resampling
from toolkit.files.arrays import FloatArray

ORDER = ["a", "b", "c"]


def random_table(units: int, seed: int) -> list[list[Hashable | None]]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, units)
    table: list[list[Hashable | None]] = []
    for kind in truth:
        seen = [int(kind) if rng.random() < 0.7 else int(rng.integers(0, 3)) for _ in range(3)]
        table.append([None if rng.random() < 0.15 else ORDER[code] for code in seen])
    return table


def slow_alpha(units: list[list[Hashable]], level: str) -> float:
    distance = by_definition.nominal if level == "nominal" else by_definition.ordinal(units, ORDER)
    found = by_definition.alpha(units, distance)
    return np.nan if found is None else found


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_clusters_against_brute_force(level: str) -> None:
    """The same draws of articles, each replicate laid out unit by unit and computed pair by pair."""
    table = random_table(24, seed=5)
    article = [unit % 6 for unit in range(24)]
    pairable = patterns(table, ORDER, article).pairable()
    measure = (levels.nominal(3) if level == "nominal" else levels.ordinal(3)).alpha
    rows, sizes = pairable.grouped(measure.statistics(pairable.rows))
    found = measure.values(resampled_sums(rows, sizes, replicates=60, rng=np.random.default_rng(9)))

    by_article = [by_definition.pairable_units([table[u] for u in range(24) if article[u] == a]) for a in range(6)]
    draws = np.random.default_rng(9).integers(0, 6, size=(60, 6))
    expected = [slow_alpha([unit for a in draw for unit in by_article[a]], level) for draw in draws]
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_units_with_few_patterns_against_brute_force() -> None:
    """Many units of few patterns are drawn by pattern; the distribution is that of drawing units one by one."""
    table = [["a", "a"]] * 20 + [["a", "b"]] * 6 + [["b", "b"]] * 14
    pairable = patterns(table, ["a", "b"])
    measure = levels.nominal(2).alpha
    rows, sizes = pairable.grouped(measure.statistics(pairable.rows))
    assert sorted(sizes.tolist()) == [6, 14, 20]
    fast = measure.values(resampled_sums(rows, sizes, replicates=8000, rng=np.random.default_rng(1)))
    rng = np.random.default_rng(2)
    slow = np.array([slow_alpha([[*table[u]] for u in rng.integers(0, 40, 40)], "nominal") for _ in range(600)])
    assert fast.mean() == pytest.approx(slow.mean(), abs=0.015)
    assert fast.std() == pytest.approx(slow.std(), rel=0.15)
    assert np.quantile(fast, [0.05, 0.5, 0.95]) == pytest.approx(np.quantile(slow, [0.05, 0.5, 0.95]), abs=0.06)


def test_every_replicate_draws_as_many_clusters_as_there_are() -> None:
    for sizes in [np.array([1, 1, 1, 1, 1]), np.array([500, 20, 3]), np.array([2, 1, 1, 2])]:
        drawn = resampled_sums(np.ones((len(sizes), 1)), sizes, replicates=300, rng=np.random.default_rng(0))
        assert set(drawn[:, 0].tolist()) == {float(sizes.sum())}


def test_clusters_are_drawn_in_proportion_to_their_number() -> None:
    sizes = np.array([3, 1, 2])
    drawn = resampled_sums(np.eye(3), sizes, replicates=20_000, rng=np.random.default_rng(0))
    assert drawn.mean(axis=0) == pytest.approx([3, 1, 2], abs=0.05)
    assert drawn.var(axis=0) == pytest.approx([6 * p * (1 - p) for p in (1 / 2, 1 / 6, 1 / 3)], rel=0.05)


def test_a_long_run_split_into_chunks_draws_the_same() -> None:
    """More draws than are made at once: the clusters drawn are those of one uninterrupted stream."""
    rows = np.arange(50_000, dtype=np.float64)[:, None]
    ones = np.ones(50_000, dtype=np.int64)
    found = resampled_sums(rows, ones, replicates=130, rng=np.random.default_rng(4))
    rng = np.random.default_rng(4)
    expected = [rng.integers(0, 50_000, size=50_000).sum() for _ in range(130)]
    assert found[:, 0] == pytest.approx(expected, rel=1e-12)


def slow_bca(value: float, replicates: FloatArray, left_out: list[float], confidence: float) -> tuple[float, float]:
    """Efron & Tibshirani (1993), eq. 14.9 to 14.15, step by step."""
    normal = NormalDist()
    less = sum(r < value - 1e-12 for r in replicates)
    ties = sum(abs(r - value) <= 1e-12 for r in replicates)
    z0 = normal.inv_cdf((less + ties / 2) / len(replicates))
    mean = sum(left_out) / len(left_out)
    a = sum((mean - x) ** 3 for x in left_out) / (6 * sum((mean - x) ** 2 for x in left_out) ** 1.5)
    ends = []
    for tail in ((1 - confidence) / 2, 1 - (1 - confidence) / 2):
        z = normal.inv_cdf(tail)
        ends.append(float(np.quantile(replicates, normal.cdf(z0 + (z0 + z) / (1 - a * (z0 + z))))))
    return ends[0], ends[1]


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_bca_of_alpha_step_by_step(level: str) -> None:
    table = random_table(60, seed=8)
    article = [unit % 15 + 100 for unit in range(60)]
    of_level = levels.nominal(3) if level == "nominal" else levels.ordinal(3)
    pairable = patterns(table, ORDER, article).pairable()
    rows, sizes = pairable.grouped(of_level.alpha.statistics(pairable.rows))
    drawn = resampled_sums(rows, sizes, replicates=200, rng=np.random.default_rng(12))
    of_rows = of_level.alpha.values
    interval = bootstrap_interval(
        float(of_rows(sizes @ rows[None])[0]), of_rows(drawn), of_rows(sizes @ rows - rows), sizes, confidence=0.9
    )

    by_article = [
        by_definition.pairable_units([table[u] for u in range(60) if article[u] == 100 + a]) for a in range(15)
    ]
    draws = np.random.default_rng(12).integers(0, 15, size=(200, 15))
    replicates = np.array([slow_alpha([unit for a in draw for unit in by_article[a]], level) for draw in draws])
    left_out = [slow_alpha([u for b in range(15) if b != a for u in by_article[b]], level) for a in range(15)]
    value = slow_alpha([unit for units in by_article for unit in units], level)
    assert interval.method == "bca"
    assert (interval.low, interval.high) == pytest.approx(slow_bca(value, replicates, left_out, 0.9), abs=1e-9)


def test_a_pattern_left_out_stands_for_each_of_its_units() -> None:
    """Drawing units by pattern and as clusters of one is the same design: jackknife and interval must agree."""
    table = [["a", "a"]] * 9 + [["a", "b"]] * 4 + [["b", "b"]] * 7
    by_pattern = patterns(table, ["a", "b"]).pairable()
    one_by_one = patterns(table, ["a", "b"], list(range(20))).pairable()
    measure = levels.nominal(2).alpha
    rows, sizes = by_pattern.grouped(measure.statistics(by_pattern.rows))
    unit_rows, ones = one_by_one.grouped(measure.statistics(one_by_one.rows))
    few = measure.values(sizes @ rows - rows)
    many = measure.values(ones @ unit_rows - unit_rows)
    assert sorted(np.repeat(few, sizes)) == pytest.approx(sorted(many), abs=1e-12)
    drawn = np.random.default_rng(0).normal(0.5, 0.1, 999)
    first = bootstrap_interval(0.48, drawn, few, sizes, confidence=0.95)
    second = bootstrap_interval(0.48, drawn, many, ones, confidence=0.95)
    assert (first.low, first.high) == pytest.approx((second.low, second.high), abs=1e-12)


@pytest.mark.parametrize(
    ("replicates", "left_out"),
    [
        ([0.6, 0.7, 0.8], [0.4, 0.5, 0.6]),
        ([0.1, 0.2, 0.3], [0.4, 0.5, 0.6]),
        ([0.4, 0.5, 0.6], [0.5, 0.5, 0.5]),
        ([0.4, 0.5, 0.6], [0.4, np.nan, 0.6]),
    ],
    ids=["all above", "all below", "no acceleration", "a jackknife value missing"],
)
def test_percentile_where_bca_does_not_exist(replicates: list[float], left_out: list[float]) -> None:
    sizes = np.ones(3, dtype=np.int64)
    interval = bootstrap_interval(0.5, np.array(replicates), np.array(left_out), sizes, confidence=0.8)
    assert interval.method == "percentile"
    assert (interval.low, interval.high) == pytest.approx(
        (replicates[0] * 0.8 + replicates[1] * 0.2, replicates[2] * 0.8 + replicates[1] * 0.2)
    )


def estimate_of(resampling: Resampling, target: float | None = None) -> Estimate:
    counted = patterns(random_table(60, seed=8), ORDER, [unit % 20 for unit in range(60)])
    return alpha_of(counted, levels.nominal(3), resampling, target)


def test_the_seed_decides() -> None:
    again = [estimate_of(Resampling("article", 300, seed=1), target=0.45) for _ in range(2)]
    assert again[0] == again[1]
    other = estimate_of(Resampling("article", 300, seed=2), target=0.45)
    assert other.bootstrap_share_below != again[0].bootstrap_share_below
    assert (other.value, other.ci_low, other.ci_high) == (again[0].value, again[0].ci_low, again[0].ci_high)


def test_shares_below_the_thresholds() -> None:
    estimate = estimate_of(Resampling("article", 400, seed=1), target=0.45)
    share = estimate.bootstrap_share_below
    assert share is not None
    assert list(share) == ["0.667", "0.8", "target"]
    assert 0 < share["target"] < share["0.667"] <= share["0.8"] <= 1


def test_resampling_articles_is_wider_where_articles_differ() -> None:
    agreeing, guessing = [["a", "a"], ["b", "b"]] * 10, [["a", "b"], ["b", "a"]] * 10
    table = (agreeing + guessing) * 8
    article = [unit // 20 for unit in range(len(table))]
    counted = patterns(table, ["a", "b"], article)
    level = levels.nominal(2)
    by_article = alpha_of(counted, level, Resampling("article", 1000))
    by_unit = alpha(table, ["a", "b"], level, Resampling("unit", 1000))
    assert None not in {by_article.ci_low, by_article.ci_high, by_unit.ci_low, by_unit.ci_high}
    width = [float(str(e.ci_high)) - float(str(e.ci_low)) for e in (by_article, by_unit)]
    assert width[0] > 3 * width[1]


@pytest.mark.parametrize("wrong", [{"replicates": -1}, {"confidence": 1.0}, {"confidence": 0.0}])
def test_impossible_resampling_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        Resampling("unit", **wrong)


def test_replicates_equal_to_the_value_count_half() -> None:
    """Replicates symmetric about the value need no correction for bias, however many of them are ties."""
    replicates = np.repeat([0.3, 0.4, 0.5, 0.6, 0.7], [100, 200, 400, 200, 100])
    left_out = np.array([0.4, 0.5, 0.6])
    interval = bootstrap_interval(0.5, replicates, left_out, np.ones(3, dtype=np.int64), confidence=0.7)
    assert interval.method == "bca"
    assert (interval.low, interval.high) == pytest.approx((0.4, 0.6))
    nearly_tied = bootstrap_interval(0.5 + 1e-15, replicates, left_out, np.ones(3, dtype=np.int64), confidence=0.7)
    assert (nearly_tied.low, nearly_tied.high) == (interval.low, interval.high)
