from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tests.agreement.diagnosis import naive
from toolkit.agreement.diagnosis.confusions import confusions
from toolkit.agreement.diagnosis.counts import value_counts
from toolkit.agreement.distances import interval_distances, masi_distances
from toolkit.files.arrays import FloatArray

LABELS = ["a", "b", "c", "d"]


@pytest.mark.parametrize("distances", [None, interval_distances([0, 1, 2, 3])], ids=["nominal", "interval"])
@pytest.mark.parametrize("seed", range(3))
def test_against_the_definition(distances: FloatArray | None, seed: int) -> None:
    table = naive.random_codes(40, 4, 4, seed=seed)
    apart = (1 - np.eye(4)) if distances is None else distances
    pairs_in_unit: dict[tuple[int, int], dict[int, int]] = {pair: {} for pair in combinations(range(4), 2)}
    disagreement = dict.fromkeys(pairs_in_unit, 0.0)
    for unit, row in enumerate(table.tolist()):
        given = [value for value in row if value >= 0]
        for one, other in combinations(given, 2):
            if one != other:
                pair = (min(one, other), max(one, other))
                pairs_in_unit[pair][unit] = pairs_in_unit[pair].get(unit, 0) + 1
                disagreement[pair] += apart[pair] / (len(given) - 1)
    n_pairs = {pair: sum(units.values()) for pair, units in pairs_in_unit.items()}
    found = confusions(value_counts(table, 4), LABELS, distances=distances)
    ranked = sorted(n_pairs, key=lambda pair: (-n_pairs[pair], pair))
    assert [(one.value, one.other_value) for one in found] == [(LABELS[v], LABELS[w]) for v, w in ranked]
    for pair, one in zip(ranked, found, strict=True):
        units = pairs_in_unit[pair]
        assert one.n_pairs == n_pairs[pair]
        assert one.n_units == len(units)
        assert one.share_of_pairs == pytest.approx(n_pairs[pair] / sum(n_pairs.values()), abs=1e-15)
        assert one.share_of_disagreement == pytest.approx(disagreement[pair] / sum(disagreement.values()), abs=1e-12)
        most_first = sorted(units, key=lambda unit, units=units: (-units[unit], unit))  # type: ignore[misc]  # bound now
        assert list(one.examples) == most_first[:3]


def test_patterns_give_the_same_as_units() -> None:
    counts = value_counts(naive.random_codes(60, 3, 4, seed=9), 4)
    patterns, pattern_of_unit = np.unique(counts, axis=0, return_inverse=True)
    assert len(patterns) < len(counts)
    by_pattern = confusions(patterns, LABELS, pattern_of_unit=pattern_of_unit.ravel())
    assert by_pattern == confusions(counts, LABELS)


def test_only_the_most_confused_and_ties_in_order() -> None:
    counts = value_counts(naive.codes("0 1\n2 3\n1 2\n1 2"), 4)
    found = confusions(counts, LABELS, most=2)
    assert [(one.value, one.other_value, one.n_pairs) for one in found] == [("b", "c", 2), ("a", "b", 1)]
    assert found[0].share_of_pairs == 0.5
    assert found[0].examples == (2, 3)


def test_sets_weigh_by_how_far_apart_they_are() -> None:
    """{x} against {x, y} is 1 - 1/2 * 2/3 = 2/3 by MASI, {x} against {} is 1: 2 * 2/3 of 2 * 2/3 + 1."""
    sets = [frozenset[str](), frozenset("x"), frozenset("xy")]
    counts = value_counts(naive.codes("1 2\n0 1\n2 1"), 3)
    found = confusions(counts, ["{}", "{x}", "{x,y}"], distances=masi_distances(sets))
    assert [(one.value, one.other_value, one.n_pairs) for one in found] == [("{x}", "{x,y}", 2), ("{}", "{x}", 1)]
    assert [one.share_of_disagreement for one in found] == pytest.approx([4 / 7, 3 / 7], abs=1e-12)


def test_nobody_disagrees() -> None:
    assert confusions(value_counts(naive.codes("0 0\n1 .\n. ."), 2), ["a", "b"]) == ()


def test_no_share_where_all_that_is_confused_is_at_no_distance() -> None:
    (one,) = confusions(value_counts(naive.codes("0 1"), 2), ["a", "b"], distances=np.zeros((2, 2)))
    assert (one.n_pairs, one.share_of_disagreement, one.undefined_because) == (1, None, "no distance")
