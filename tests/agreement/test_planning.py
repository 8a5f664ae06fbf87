from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pytest

from tests.agreement import by_definition
from tests.agreement.matrices import Matrix, patterns, reading_of_patterns
from toolkit.agreement import levels
from toolkit.agreement.bootstrap import resampled_sums
from toolkit.agreement.measures import Cut
from toolkit.agreement.planning import ALL_ALIKE, MOST_CLUSTERS, ClustersPlan, clusters_needed
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.sums import Sums, sums_of

BY_ARTICLE = Resampling("article", replicates=2000, seed=3)
BY_UNIT = Resampling("unit", replicates=2000, seed=3)


def sums_for(table: Matrix, articles: list[int] | None = None, n_values: int = 2) -> Sums:
    level = levels.nominal(n_values)
    reading = reading_of_patterns(patterns(table, list(range(n_values)), articles), level)
    return sums_of([Cut(figure=level.alpha, level="nominal", alpha=level)], reading)[0]


def coded(n_articles: int, seed: int) -> tuple[list[list[Hashable | None]], list[int]]:
    """Six sentences an article, two annotators, and articles that differ in how hard they are."""
    rng = np.random.default_rng(seed)
    table: list[list[Hashable | None]] = []
    for wrong in rng.uniform(0.0, 0.4, n_articles):
        table += [[int(truth ^ (rng.random() < wrong)) for _ in range(2)] for truth in rng.integers(0, 2, 6)]
    return table, [unit // 6 for unit in range(len(table))]


def needed(plan: ClustersPlan) -> int:
    assert plan.n_needed is not None, plan.undefined_because
    return plan.n_needed


@pytest.mark.slow
def test_the_interval_is_just_narrow_enough_by_brute_force() -> None:
    """Articles laid out one by one and alpha computed pair by pair: wide enough short of the number, not at it."""
    table, articles = coded(12, seed=1)
    plan = clusters_needed(sums_for(table, articles), BY_ARTICLE, half_width=0.15)
    by_article = [by_definition.pairable_units([table[u] for u in range(72) if articles[u] == a]) for a in range(12)]
    rng = np.random.default_rng(8)

    def half_width(n: int) -> float:
        values = []
        for _ in range(300):
            units = [unit for a in rng.integers(0, 12, n) for unit in by_article[a]]
            values.append(by_definition.alpha(units, by_definition.nominal))
        low, high = np.quantile([value for value in values if value is not None], (0.025, 0.975))
        return float(high - low) / 2

    assert plan.half_width == pytest.approx(half_width(12), rel=0.12)
    assert half_width(needed(plan)) == pytest.approx(0.15, rel=0.12)
    assert plan.n_more == needed(plan) - 12 > 0


def test_half_the_width_takes_four_times_the_articles() -> None:
    table, articles = coded(60, seed=2)
    sums = sums_for(table, articles)
    wide, narrow = (needed(clusters_needed(sums, BY_ARTICLE, half_width=width)) for width in (0.04, 0.02))
    assert narrow / wide == pytest.approx(4, rel=0.12)
    now = clusters_needed(sums, BY_ARTICLE, half_width=0.02).half_width
    assert now is not None
    assert narrow == pytest.approx(60 * (now / 0.02) ** 2, rel=0.12)


def test_known_well_enough_needs_none() -> None:
    table, articles = coded(60, seed=2)
    plan = clusters_needed(sums_for(table, articles), BY_ARTICLE, half_width=0.5)
    assert (plan.n_clusters, plan.n_needed, plan.n_more, plan.undefined_because) == (60, 60, 0, None)
    assert plan.caveats == ()
    assert not plan.unreliable


def test_units_are_planned_where_units_are_drawn() -> None:
    """Units drawn by pattern and as articles of one sentence are one design: the same number, but for the draws."""
    table, _ = coded(30, seed=4)
    by_pattern = clusters_needed(sums_for(table), BY_UNIT, half_width=0.05)
    one_by_one = clusters_needed(sums_for(table, list(range(180))), BY_ARTICLE, half_width=0.05)
    assert by_pattern.cluster == "unit"
    assert by_pattern.n_clusters == one_by_one.n_clusters == 180
    assert needed(by_pattern) > 180
    assert needed(by_pattern) == pytest.approx(needed(one_by_one), rel=0.12)


def test_a_narrower_interval_never_takes_fewer_articles() -> None:
    table, articles = coded(20, seed=5)
    sums = sums_for(table, articles)
    numbers = [needed(clusters_needed(sums, BY_ARTICLE, half_width=width)) for width in (0.3, 0.1, 0.05, 0.02, 0.01)]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("n_drawn", [3, 12, 700])
@pytest.mark.parametrize("sizes", [[1, 1, 1, 1], [5, 1, 2]])
def test_replicates_of_another_size_draw_so_many_in_proportion(n_drawn: int, sizes: list[int]) -> None:
    rng = np.random.default_rng(0)
    times = resampled_sums(np.eye(len(sizes)), np.array(sizes), replicates=4000, rng=rng, n_drawn=n_drawn)
    assert set(times.sum(axis=1).tolist()) == {float(n_drawn)}
    share = np.array(sizes) / sum(sizes)
    assert times.mean(axis=0) == pytest.approx(n_drawn * share, rel=0.1)
    assert times.var(axis=0) == pytest.approx(n_drawn * share * (1 - share), rel=0.15)


def test_few_articles_are_a_caveat() -> None:
    table, articles = coded(5, seed=6)
    plan = clusters_needed(sums_for(table, articles), BY_ARTICLE, half_width=0.05)
    assert plan.unreliable
    assert plan.caveats == ("learnt from 5 articles only",)


def test_perfect_agreement_is_narrow_and_says_that_this_tells_little() -> None:
    table: list[list[Hashable | None]] = [[0, 0], [1, 1]] * 20
    plan = clusters_needed(sums_for(table, [unit // 2 for unit in range(40)]), BY_ARTICLE, half_width=0.05)
    assert (plan.half_width, plan.n_more) == (0.0, 0)
    assert plan.caveats == (ALL_ALIKE,)


def test_the_same_seed_gives_the_same_number() -> None:
    table, articles = coded(20, seed=7)
    plans = [clusters_needed(sums_for(table, articles), BY_ARTICLE, half_width=0.03) for _ in range(2)]
    assert plans[0] == plans[1]


def test_more_than_anybody_would_code() -> None:
    table, articles = coded(20, seed=7)
    plan = clusters_needed(sums_for(table, articles), BY_ARTICLE, half_width=1e-4)
    assert plan.undefined_because == f"more than {MOST_CLUSTERS:,} articles"
    assert (plan.n_needed, plan.n_more) == (None, None)
    assert plan.half_width is not None


def test_no_variation_in_many_replicates_needs_more_until_there_is_some() -> None:
    """One deviating sentence among ten articles: a third of the replicates have no value, so there is no width yet."""
    table: list[list[Hashable | None]] = [[0, 0] if unit else [1, 1] for unit in range(10)]
    plan = clusters_needed(sums_for(table, list(range(10))), BY_ARTICLE, half_width=0.5)
    assert plan.half_width is None
    assert needed(plan) > 10


@pytest.mark.parametrize(
    ("table", "articles", "resampling", "reason"),
    [
        ([[0, 0], [1, 0], [1, 1]], [0, 0, 0], BY_ARTICLE, "one article"),
        ([[0, 1]], None, BY_UNIT, "one unit"),
        ([[0, 0], [0, 0]], [0, 1], BY_ARTICLE, "no variation"),
        ([[0, None], [1, None]], [0, 1], BY_ARTICLE, "no overlap"),
        ([[0, 0], [1, 0], [1, 1]], [0, 1, 2], Resampling("article", 0), "no replicates asked for"),
        ([[0, 0], [1, 0], [1, 1]], [0, 1, 2], Resampling("article", 20), "20 replicates are too few"),
    ],
)
def test_nothing_to_plan_with(
    table: list[list[Hashable | None]], articles: list[int] | None, resampling: Resampling, reason: str
) -> None:
    plan = clusters_needed(sums_for(table, articles), resampling, half_width=0.05)
    assert plan.undefined_because == reason
    assert (plan.half_width, plan.n_needed, plan.n_more) == (None, None, None)


@pytest.mark.parametrize("wrong", [0.0, -0.1, float("nan")])
def test_a_half_width_is_above_nothing(wrong: float) -> None:
    table, articles = coded(5, seed=6)
    with pytest.raises(ValueError, match="half-width"):
        clusters_needed(sums_for(table, articles), BY_ARTICLE, half_width=wrong)
