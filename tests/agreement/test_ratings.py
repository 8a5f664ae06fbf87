from __future__ import annotations

import numpy as np
import pytest

from toolkit.agreement.patterns import patterns_of, patterns_of_counts
from toolkit.agreement.ratings import MISSING, Ratings, ratings_from_rows


def test_codes_follow_the_domain_and_missing_is_explicit() -> None:
    found = ratings_from_rows(["s1", "s1", "s2"], ["x", "y", "x"], ["hi", None, "lo"], domain=["lo", "hi"])
    assert found.value.tolist() == [1, MISSING, 0]
    assert found.unit.tolist() == [0, 0, 1]
    assert found.n_annotators == 1


def test_all_values_outside_the_scale_are_listed() -> None:
    with pytest.raises(ValueError, match=r"'zz'.*'qq'"):
        ratings_from_rows(["s1", "s2", "s3"], ["x", "x", "x"], ["zz", "a", "qq"], domain=["a"])


def test_two_values_by_one_annotator_are_listed() -> None:
    with pytest.raises(ValueError, match="'s2' by 'y'"):
        ratings_from_rows(["s1", "s2", "s2"], ["x", "y", "y"], ["a", "a", "a"], domain=["a"])


def test_a_unit_in_two_clusters_is_refused() -> None:
    with pytest.raises(ValueError, match="more than one cluster: 's2'"):
        ratings_from_rows(
            ["s1", "s2", "s2"], ["x", "x", "y"], ["a", "a", "a"], domain=["a"], clusters=["one", "one", "two"]
        )


def test_a_domain_naming_a_value_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        ratings_from_rows([], [], [], domain=["a", "a"])


@pytest.mark.parametrize("codes", [[0, 5], [0, -2]])
def test_codes_out_of_range_are_refused(codes: list[int]) -> None:
    unit = np.array([0, 1])
    with pytest.raises(ValueError, match="value codes"):
        Ratings(["s1", "s2"], ["x"], ("a",), unit, np.zeros(2, dtype=np.int64), np.array(codes))


def test_small_integers_are_refused_rather_than_wrapped() -> None:
    unit = np.array([0, 1])
    with pytest.raises(ValueError, match="int64"):
        Ratings(["s1", "s2"], ["x"], ("a",), unit, np.zeros(2, dtype=np.int64), np.array([0, 0], dtype=np.uint8))


def test_values_renamed_alike_become_one() -> None:
    found = ratings_from_rows(["s1", "s2", "s3"], "xxx", ["A/1", "B/1", None], domain=["A/1", "A/2", "B/1"])
    cut = found.recoded(lambda value: str(value)[0])
    assert cut.domain == ("A", "B")
    assert cut.value.tolist() == [0, 1, MISSING]


def test_units_with_the_same_counts_are_one_pattern() -> None:
    found = patterns_of(
        ratings_from_rows(
            ["s1", "s1", "s2", "s2", "s3", "s4"],
            ["x", "y", "x", "y", "x", "x"],
            ["a", "b", "b", "a", "a", None],
            domain=["a", "b"],
        )
    )
    assert sorted(map(tuple, found.rows.tolist())) == [(1, 0), (1, 1)]
    assert found.weights[found.rows.sum(axis=1) == 2].tolist() == [2]
    assert len(found.pattern_of_unit) == 3, "nobody coded s4"
    assert found.pairable().weights.tolist() == [2]


@pytest.mark.parametrize(("values", "annotators"), [(3, 3), (40, 6), (90, 4)])
def test_patterns_give_back_every_units_counts(values: int, annotators: int) -> None:
    """Few values, and so many that their combinations exceed any integer key."""
    rng = np.random.default_rng(values)
    counts = np.zeros((500, values), dtype=np.int64)
    for _ in range(annotators):
        counts[np.arange(500), rng.integers(0, values, 500) % 45] += 1
    found = patterns_of_counts(counts, None)
    assert (found.rows[found.pattern_of_unit] == counts).all()
    assert len(np.unique(found.rows, axis=0)) == len(found.rows) == len(np.unique(counts, axis=0))


def test_sums_by_cluster() -> None:
    counts = np.array([[2, 0], [1, 1], [2, 0], [0, 2]])
    found = patterns_of_counts(counts, np.array([7, 7, 3, 3]))
    rows, sizes = found.grouped(found.rows.astype(np.float64))
    assert rows.tolist() == [[2, 2], [3, 1]], "in the order of the cluster codes 3, 7"
    assert sizes.tolist() == [1, 1]
