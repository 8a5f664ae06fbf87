from __future__ import annotations

import random

import pytest

from toolkit.agreement.binomial import upper_limit
from toolkit.agreement.median_interval import median_interval
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.same_answer import same_answer


@pytest.mark.parametrize("n", [1, 5, 36, 400])
def test_limits_in_closed_form(n: int) -> None:
    """Clopper & Pearson (1934): of n of n the lower limit is α/2 to the power of 1/n; of n − 1 the upper mirrors it."""
    found = same_answer("ana", "confidence", ["sure"] * n)
    assert (found.share, found.ci_high) == (1.0, 1.0)
    assert found.ci_low == pytest.approx(0.025 ** (1 / n), abs=1e-9)
    assert upper_limit(n - 1, n, 0.025) == pytest.approx((1 - 0.025) ** (1 / n), abs=1e-9)


def test_a_few_answers_are_not_enough_and_others_break_the_habit() -> None:
    assert not same_answer("ana", "confidence", ["sure"] * 35).hardly_varies
    assert same_answer("ana", "confidence", ["sure"] * 36).hardly_varies
    assert not same_answer("ana", "confidence", ["sure"] * 45 + ["unsure"] * 5).hardly_varies


def test_of_equally_common_answers_it_is_the_first_by_name() -> None:
    found = same_answer("ana", "confidence", ["b", "a", "b", "a", "c"])
    assert (found.answer, found.n, found.share) == ("a", 5, 0.4)


def test_a_median_moves_with_whole_clusters() -> None:
    """Two clusters that are alike within: a sample holds one, the other or both, so the limits are the values."""
    values, clusters = [10.0] * 30 + [50.0] * 30, ["a"] * 30 + ["b"] * 30
    assert median_interval(values, clusters, Resampling("article", 400)) == (10.0, 50.0)
    one_by_one = median_interval(values, list(range(60)), Resampling("article", 400))
    assert isinstance(one_by_one, tuple)


def test_the_interval_of_a_median_covers_it_and_narrows_with_more_clusters() -> None:
    chance = random.Random(4)
    widths = []
    for n in (6, 60):
        values = [chance.lognormvariate(3, 0.5) for _ in range(n * 10)]
        found = median_interval(values, [place // 10 for place in range(n * 10)], Resampling("article", 600, 1))
        assert isinstance(found, tuple)
        assert found[0] < sorted(values)[n * 5] < found[1]
        widths.append(found[1] - found[0])
    assert widths[1] < widths[0]


def test_reasons_why_a_median_has_no_interval() -> None:
    assert median_interval([1.0, 2.0], ["a", "b"], Resampling("article", 0)) == "no replicates asked for"
    assert median_interval([1.0, 2.0], ["a", "b"], Resampling("article", 5)) == "5 replicates are too few"
