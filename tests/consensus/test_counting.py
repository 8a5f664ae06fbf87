from __future__ import annotations

import math
from collections import Counter
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.consensus.counting import NO_VALUE, entropy, medians, plurality, tallied

GROUPS = 6
VOTES = st.lists(st.tuples(st.integers(0, GROUPS - 1), st.integers(0, 3)))


@given(VOTES)
def test_as_counted_one_by_one(votes: list[tuple[int, int]]) -> None:
    group, value = (np.array([vote[side] for vote in votes], np.int64) for side in (0, 1))
    tally = tallied(group, value, 4)
    found, bits = plurality(tally, GROUPS), entropy(tally, GROUPS)
    for number in range(GROUPS):
        counts = Counter(v for g, v in votes if g == number)
        top = max(counts.values(), default=0)
        winners = [v for v, n in counts.items() if n == top]
        assert found.count[number] == top
        assert found.tie[number] == (len(winners) > 1)
        assert found.value[number] == (winners[0] if len(winners) == 1 else NO_VALUE)
        shares = [n / counts.total() for n in counts.values()]
        assert bits[number] == pytest.approx(-sum(p * math.log2(p) for p in shares))


def test_unanimity_has_no_entropy_at_all() -> None:
    bits = entropy(tallied(np.zeros(3, np.int64), np.zeros(3, np.int64), 1), 1)
    assert math.copysign(1, bits[0]) == 1
    assert bits[0] == 0


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(-1e6, 1e6))))
def test_medians(votes: list[tuple[int, float]]) -> None:
    found = medians(np.array([g for g, _ in votes], np.int64), np.array([x for _, x in votes], np.float64), 3)
    for number in range(3):
        mine = [x for g, x in votes if g == number]
        assert found[number] == pytest.approx(median(mine)) if mine else np.isnan(found[number])


def test_the_median_of_numbers_whose_sum_is_too_large() -> None:
    assert medians(np.zeros(2, np.int64), np.array([1.5e308, 1.7e308]), 1)[0] == pytest.approx(1.6e308)
