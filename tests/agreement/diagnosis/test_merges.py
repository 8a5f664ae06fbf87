from __future__ import annotations

from itertools import combinations
from typing import Literal

import numpy as np
import pytest

from tests.agreement.diagnosis import naive
from toolkit.agreement.diagnosis.coincidences import Coincidences, coincidences
from toolkit.agreement.diagnosis.counts import value_counts
from toolkit.agreement.diagnosis.merges import merges
from toolkit.agreement.distances import ordinal_distances
from toolkit.files.arrays import IntArray

LABELS = ["a", "b", "c", "d", "e"]
Level = Literal["nominal", "ordinal"]


def before(table: IntArray, level: Level) -> Coincidences:
    return coincidences(value_counts(table, 5), LABELS, distances=ordinal_distances if level == "ordinal" else None)


def recoded(table: IntArray, into: int, gone: int) -> IntArray:
    return np.where(table == gone, into, table)


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
@pytest.mark.parametrize("seed", range(4))
def test_against_recoded_answers(level: Level, seed: int) -> None:
    table = naive.random_codes(30, 3, 5, seed=seed)
    base = naive.alpha(table, level)
    found = merges(before(table, level), level=level)
    pairs = combinations(range(5), 2) if level == "nominal" else zip(range(4), range(1, 5), strict=True)
    expected = {(LABELS[v], LABELS[w]): naive.alpha(recoded(table, v, w), level) for v, w in pairs}
    assert {(one.category, one.other_category) for one in found} == set(expected)
    for one in found:
        after = expected[one.category, one.other_category]
        assert one.value == pytest.approx(after, abs=1e-12)
        assert one.gain == pytest.approx(after - base, abs=1e-12)
    gains = [one.gain for one in found if one.gain is not None]
    assert gains == sorted(gains, reverse=True)


def test_ordered_categories_merge_across_one_nobody_used() -> None:
    table = naive.codes("0 0\n0 2\n2 2\n2 4\n4 4\n4 4")
    found = merges(before(table, "ordinal"), level="ordinal")
    assert {(one.category, one.other_category) for one in found} == {("a", "c"), ("c", "e")}
    for one in found:
        into, gone = LABELS.index(one.category), LABELS.index(one.other_category)
        assert one.value == pytest.approx(naive.alpha(recoded(table, into, gone), "ordinal"), abs=1e-12)


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_two_categories_cannot_be_merged(level: Level) -> None:
    (only,) = merges(before(naive.codes("1 1\n1 3\n3 3"), level), level=level)
    assert (only.category, only.other_category) == ("b", "d")
    assert (only.value, only.gain, only.undefined_because) == (None, None, "leaves one category")


@pytest.mark.parametrize("table", ["0 .\n. 1", "2 2\n2 2"], ids=["no overlap", "no variation"])
def test_nothing_to_gain_where_alpha_is_undefined(table: str) -> None:
    assert merges(before(naive.codes(table), "nominal"), level="nominal") == ()
