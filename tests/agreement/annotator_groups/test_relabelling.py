"""The permutation test of the association index against every relabelling, written out."""

from __future__ import annotations

import pytest

from tests.agreement.annotator_groups import naive
from tests.agreement.annotator_groups.designs import Answers, drawn, numbers, the

INDEX = "group_association_index"


@pytest.mark.parametrize("seed", range(3))
def test_p_is_exact_where_all_relabellings_can_be_looked_at(seed: int) -> None:
    answers, group_of = drawn(12, [4, 4], seed, given=1.0)
    found = numbers(answers, group_of, replicates=200)
    for group in ("g0", "g1"):
        assert the(found, INDEX, group).p_value == pytest.approx(naive.p_value(answers, group_of, group), abs=1e-12)


def test_p_of_many_random_relabellings_is_near_the_exact_one() -> None:
    answers, group_of = drawn(12, [5, 5], 2, given=1.0)
    exact = naive.p_value(answers, group_of, "g0")
    found = the(numbers(answers, group_of, replicates=251), INDEX, "g0")  # of 252 ways
    assert found.p_value == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 251) ** 0.5 + 2 / 252)
    assert (found.p_value or 0.0) * 252 / 2 == pytest.approx(round((found.p_value or 0.0) * 252 / 2), abs=1e-9)


def apart(n: int) -> tuple[Answers, dict[str, str]]:
    """Two groups of n: each agrees, and they see half of the units differently."""
    group_of = {f"{group}{member}": group for group in "xy" for member in range(n)}
    answers = {
        f"u{unit}": {who: "abc"[(unit + (group == "y" and unit % 2)) % 3] for who, group in group_of.items()}
        for unit in range(12)
    }
    return answers, group_of


def test_the_least_p_there_can_be_is_reached() -> None:
    answers, group_of = apart(4)
    assert the(numbers(answers, group_of, replicates=200), INDEX, "x").p_value == pytest.approx(2 * 2 / 70, abs=1e-12)


def test_too_few_annotators_are_said() -> None:
    answers, group_of = apart(3)
    found = the(numbers(answers, group_of, replicates=200), INDEX, "x")
    assert found.p_value is None
    assert found.p_undefined_because == "too few annotators for a test: 20 ways to form such a group"
    assert found.value is not None


def test_without_replicates_there_is_no_test() -> None:
    answers, group_of = apart(4)
    found = the(numbers(answers, group_of, replicates=0), INDEX, "x")
    assert (found.p_value, found.p_undefined_because) == (None, "no replicates asked for")


def test_too_few_replicates_are_said() -> None:
    answers, group_of = apart(5)
    found = the(numbers(answers, group_of, replicates=30), INDEX, "x")
    assert (found.p_value, found.p_undefined_because) == (None, "30 replicates are too few")


def test_where_groups_mean_nothing_p_is_small_seldom() -> None:
    """Of 200 questions of annotators alike, p ≤ .05 in no more than the binomial allows at 3 standard errors."""
    small = 0
    for seed in range(200):
        answers, group_of = drawn(10, [8], 1000 + seed, given=1.0)
        halves = {who: "x" if place % 2 else "y" for place, who in enumerate(group_of)}
        p = the(numbers(answers, halves, replicates=100), INDEX, "x").p_value
        small += p is not None and p <= 0.05
    assert small <= 200 * 0.05 + 3 * (200 * 0.05 * 0.95) ** 0.5
