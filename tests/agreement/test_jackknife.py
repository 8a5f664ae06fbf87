"""The interval from leaving articles out, written out step by step; and where it says what cannot be known yet."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable

import numpy as np
import pytest

from tests.agreement import by_definition
from tests.agreement.matrices import alpha_of, patterns
from tests.agreement.one_question import AnswerRow, question_estimates
from toolkit.agreement import binomial, levels
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.levels import LevelOfValues
from toolkit.agreement.resampling import Resampling

ORDER = ["a", "b", "c"]
T_OF_5 = 2.570582
"""Student's t with 5 degrees of freedom, .975 (printed tables: 2.571)."""

Units = list[list[Hashable]]
Of = Callable[[Units], float]


def articles(n: int, *, seed: int, sentences: int = 8, right: float = 0.7) -> list[Units]:
    rng = np.random.default_rng(seed)
    found: list[Units] = []
    for _ in range(n):
        truths = rng.integers(0, 3, sentences).tolist()
        found.append(
            [[ORDER[truth if rng.random() < right else int(rng.integers(0, 3))] for _ in range(3)] for truth in truths]
        )
    return found


def estimate_of(of: list[Units], level: LevelOfValues, order: list[str] = ORDER) -> Estimate:
    table = [[*unit] for units in of for unit in units]
    article = [place for place, units in enumerate(of) for _ in units]
    return alpha_of(patterns(table, order, article), level, Resampling("article", 100))


def slow_alpha(level: str) -> Of:
    def of(units: Units) -> float:
        distance = by_definition.nominal if level == "nominal" else by_definition.ordinal(units, ORDER)
        found = by_definition.alpha(units, distance)
        assert found is not None
        return found

    return of


def slow_spread(of: list[Units], alpha: Of, added: Units) -> tuple[float, float]:
    """log(1 − alpha) and its jackknife standard error over articles, with some units that are always there."""
    everything = [unit for units in of for unit in units]
    y = math.log(1 - alpha(everything + added))
    each = [
        math.log(1 - alpha([unit for other, units in enumerate(of) if other != place for unit in units] + added))
        for place in range(len(of))
    ]
    mean = sum(each) / len(each)
    return y, math.sqrt((len(of) - 1) / len(of) * sum((one - mean) ** 2 for one in each))


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_limits_step_by_step(level: str) -> None:
    """Six articles of twelve sentences: t with 5 degrees; above, six agreed sentences more, two of each category."""
    of = articles(6, seed=3, sentences=12)
    found = estimate_of(of, levels.nominal(3) if level == "nominal" else levels.ordinal(3))
    y, error = slow_spread(of, slow_alpha(level), [])
    added: Units = [[category] * 3 for category in ORDER for _ in range(2)]
    y_more, error_more = slow_spread(of, slow_alpha(level), added)
    assert found.interval_method == "jackknife"
    assert found.ci_low == pytest.approx(1 - math.exp(y + T_OF_5 * error), abs=1e-6)
    plain = 1 - math.exp(y - T_OF_5 * error)
    allowing = 1 - math.exp(y_more - T_OF_5 * error_more)
    assert allowing > plain
    assert found.ci_high == pytest.approx(allowing, abs=1e-6)
    assert not found.interval_unreliable


@pytest.mark.parametrize(("n", "low"), [(10, 0.667), (17, 0.8), (36, 0.9)])
def test_perfect_studies_reach_a_target_once_articles_are_many_enough(n: int, low: float) -> None:
    """1 − U, U = 1 − .025^(1/n): with long articles a disagreement is not taken to be worse than chance."""
    perfect: list[Units] = [[["a", "a"], ["b", "b"]] * 5] * n
    found, one_fewer = (estimate_of(perfect[:many], levels.nominal(2), ["a", "b"]) for many in (n, n - 1))
    assert (found.value, found.ci_high, found.interval_method) == (1, 1, "clopper_pearson")
    assert found.ci_low == pytest.approx(0.025 ** (1 / n))
    assert found.ci_low is not None
    assert one_fewer.ci_low is not None
    assert found.ci_low >= low > one_fewer.ci_low


def test_one_disagreement_in_a_short_article_with_a_rare_category_is_worse_than_chance() -> None:
    """Articles of one sentence: D_o of a disagreement is 1, D_e of one `b` among ten sentences far below."""
    common: Units = [["a", "a"]]
    rare: Units = [["b", "b"]]
    of = [common] * 36 + [rare] * 4
    found = estimate_of(of, levels.nominal(2), ["a", "b"])
    everything = [unit for units in of for unit in units]
    with_one = by_definition.alpha([*everything, ["a", "b"]], by_definition.nominal)
    assert with_one is not None
    worth = 41 * (1 - with_one)  # of the one unit, on average over 41 a share of chance
    assert worth > 4
    assert found.ci_low == pytest.approx(max(1 - (1 - 0.025 ** (1 / 40)) * worth, -1))


def test_one_article_with_disagreements_is_counted_and_no_better_than_seen() -> None:
    alike: Units = [["a", "a"], ["b", "b"]] * 5
    unlike: Units = [["a", "b"], ["b", "a"]] * 5
    of = [alike] * 11 + [unlike]
    found = estimate_of(of, levels.nominal(2), ["a", "b"])
    assert found.value is not None
    share = binomial.upper_limit(1, 12, 0.025)
    assert found.interval_method == "clopper_pearson"
    assert 12 * (1 - found.value) > 1  # two annotators always unlike: worse than chance
    assert found.ci_low == pytest.approx(1 - share * 12 * (1 - found.value))
    assert found.ci_high == 1


@pytest.mark.parametrize(("seen", "n"), [(0, 1), (0, 17), (1, 12), (3, 40), (0, 100_000), (1, 100_000)])
def test_clopper_pearson_by_its_definition(seen: int, n: int) -> None:
    p = binomial.upper_limit(seen, n, 0.025)
    at_most = sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(seen + 1))
    assert at_most == pytest.approx(0.025, rel=1e-6)


def test_percent_agreement_is_never_said_to_be_below_nothing() -> None:
    """Three articles that differ: the limit on the logarithm would be far below 0."""
    rows = [
        AnswerRow(f"s{article} {place}", f"article {article}", who, value)
        for article, unlike in enumerate((0, 3, 9))
        for place in range(10)
        for who, value in (("x", "a"), ("y", "b" if place < unlike else "a"))
    ]
    percent = next(
        each
        for each in question_estimates("q", "nominal", rows, scale=["a", "b"], replicates=100)
        if each.measure == "percent_agreement"
    )
    assert percent.ci_low == 0
