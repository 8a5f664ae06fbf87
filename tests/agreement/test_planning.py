from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pytest

from tests.agreement.matrices import Matrix, alpha_of, patterns, reading_of_patterns
from toolkit.agreement import levels
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.measures import Cut
from toolkit.agreement.planning import MOST_CLUSTERS, NO_DISAGREEMENT, ClustersPlan, clusters_needed, clusters_to_decide
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


def interval_of(table: Matrix, articles: list[int]) -> Estimate:
    return alpha_of(patterns(table, [0, 1], articles), levels.nominal(2), BY_ARTICLE)


@pytest.mark.parametrize("times", [2, 5])
def test_what_is_planned_is_what_the_same_articles_over_again_would_give(times: int) -> None:
    """Every article coded two (five) times stands for as many articles like those there are."""
    table, articles = coded(12, seed=1)
    n = max(articles) + 1
    again = interval_of(table * times, [article + n * copy for copy in range(times) for article in articles])
    assert again.ci_low is not None
    assert again.ci_high is not None
    wanted = (again.ci_high - again.ci_low) / 2
    sums = sums_for(table, articles)
    assert needed(clusters_needed(sums, BY_ARTICLE, half_width=wanted * 1.0001)) == n * times
    assert needed(clusters_needed(sums, BY_ARTICLE, half_width=wanted * 0.9999)) == n * times + 1
    assert again.value is not None
    decided = clusters_to_decide(sums, BY_ARTICLE, target=again.ci_low)
    assert (decided.n_needed, decided.verdict) == (n * times, "reached")
    below = clusters_to_decide(sums, BY_ARTICLE, target=again.ci_high + 1e-9)
    assert (below.n_needed, below.verdict) == (n * times, "not reached")


def test_what_is_decided_needs_none() -> None:
    table, articles = coded(60, seed=2)
    plan = clusters_to_decide(sums_for(table, articles), BY_ARTICLE, target=0.1)
    assert (plan.n_needed, plan.n_more, plan.verdict, plan.target) == (60, 0, "reached", 0.1)


def test_a_target_that_is_the_value_is_never_decided() -> None:
    table, articles = coded(20, seed=7)
    value = interval_of(table, articles).value
    assert value is not None
    plan = clusters_to_decide(sums_for(table, articles), BY_ARTICLE, target=value)
    assert plan.undefined_because == f"more than {MOST_CLUSTERS:,} articles"
    assert (plan.n_needed, plan.verdict) == (None, None)


@pytest.mark.parametrize(("target", "articles"), [(0.667, 10), (0.8, 17), (0.9, 36)])
def test_a_perfect_study_is_decided_one_day(target: float, articles: int) -> None:
    """1 − U reaches .667, .80 and .90 with 10, 17 and 36 articles, if none of them holds a disagreement."""
    table: list[list[Hashable | None]] = [[0, 0], [1, 1]] * 15
    sums = sums_for(table, [unit // 10 for unit in range(30)])
    plan = clusters_to_decide(sums, BY_ARTICLE, target=target)
    assert (plan.n_needed, plan.n_more, plan.verdict) == (articles, articles - 3, "reached")
    assert plan.caveats == ("learnt from 3 articles only", NO_DISAGREEMENT)


def test_half_the_width_takes_four_times_the_articles() -> None:
    table, articles = coded(60, seed=2)
    sums = sums_for(table, articles)
    wide, narrow = (needed(clusters_needed(sums, BY_ARTICLE, half_width=width)) for width in (0.04, 0.02))
    assert narrow / wide == pytest.approx(4, rel=0.05)


def test_known_well_enough_needs_none() -> None:
    table, articles = coded(60, seed=2)
    plan = clusters_needed(sums_for(table, articles), BY_ARTICLE, half_width=0.5)
    assert (plan.n_clusters, plan.n_needed, plan.n_more, plan.undefined_because) == (60, 60, 0, None)
    assert plan.caveats == ()
    assert not plan.unreliable


def test_units_are_planned_where_units_are_drawn() -> None:
    """Units drawn by pattern and as articles of one sentence are one design: the same number."""
    table, _ = coded(30, seed=4)
    by_pattern = clusters_needed(sums_for(table), BY_UNIT, half_width=0.05)
    one_by_one = clusters_needed(sums_for(table, list(range(180))), BY_ARTICLE, half_width=0.05)
    assert by_pattern.cluster == "unit"
    assert by_pattern.n_clusters == one_by_one.n_clusters == 180
    assert needed(by_pattern) > 180
    assert needed(by_pattern) == needed(one_by_one)


def test_a_narrower_interval_never_takes_fewer_articles() -> None:
    table, articles = coded(20, seed=5)
    sums = sums_for(table, articles)
    numbers = [needed(clusters_needed(sums, BY_ARTICLE, half_width=width)) for width in (0.3, 0.1, 0.05, 0.02, 0.01)]
    assert numbers == sorted(numbers)


def test_few_articles_are_a_caveat() -> None:
    table, articles = coded(5, seed=6)
    plan = clusters_needed(sums_for(table, articles), BY_ARTICLE, half_width=0.05)
    assert plan.unreliable
    assert plan.caveats == ("learnt from 5 articles only",)


def test_more_than_anybody_would_code() -> None:
    table, articles = coded(20, seed=7)
    plan = clusters_needed(sums_for(table, articles), BY_ARTICLE, half_width=1e-4)
    assert plan.undefined_because == f"more than {MOST_CLUSTERS:,} articles"
    assert (plan.n_needed, plan.n_more) == (None, None)
    assert plan.half_width is not None


@pytest.mark.parametrize(
    ("table", "articles", "resampling", "reason"),
    [
        ([[0, 0], [1, 0], [1, 1]], [0, 0, 0], BY_ARTICLE, "one article"),
        ([[0, 1]], None, BY_UNIT, "one unit"),
        ([[0, 0], [0, 0]], [0, 1], BY_ARTICLE, "no variation"),
        ([[0, None], [1, None]], [0, 1], BY_ARTICLE, "no overlap"),
        ([[0, 0], [1, 0], [1, 1]], [0, 1, 2], Resampling("article", 0), "no replicates asked for"),
        ([[0, 0], [0, 0], [1, 1]], [0, 1, 2], BY_ARTICLE, "no variation without one article"),
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


def test_one_article_with_a_disagreement_is_one_of_several_to_come() -> None:
    """One of five articles holds one: of ten two do, and so on, as if the same articles came over again."""
    alike: list[list[Hashable | None]] = [[0, 0], [1, 1]] * 5
    table: list[list[Hashable | None]] = [*alike * 4, *alike[:-1], [0, 1]]
    articles = [unit // 10 for unit in range(50)]
    sums = sums_for(table, articles)
    plan = clusters_to_decide(sums, BY_ARTICLE, target=0.8)
    assert plan.verdict == "reached"
    again = interval_of(table * 4, [article + 5 * copy for copy in range(4) for article in articles])
    assert again.ci_low is not None
    assert again.ci_low > 0.8
    assert 5 < needed(plan) <= 20
    thrice = clusters_to_decide(sums, BY_ARTICLE, target=again.ci_low)
    assert needed(thrice) == pytest.approx(20, abs=2)
