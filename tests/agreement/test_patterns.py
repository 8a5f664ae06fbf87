from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.agreement.patterns import patterns_of, patterns_of_codes, patterns_of_counts
from toolkit.agreement.ratings import MISSING, Ratings


@pytest.mark.parametrize(
    ("n_units", "n_clusters", "most"),
    [(400, 5, 1), (400, 90, 60), (300, 70_000, 60)],
    ids=["few patterns", "many patterns", "many patterns and more clusters than a short integer holds"],
)
@pytest.mark.parametrize("several", [False, True], ids=["an entry a unit", "an entry for several"])
def test_sums_per_cluster_are_those_of_its_units(n_units: int, n_clusters: int, most: int, *, several: bool) -> None:
    """However they are added up: here unit by unit into a dictionary."""
    rng = np.random.default_rng(0)
    counts = rng.integers(1, most + 2, (n_units, 3))
    cluster = rng.integers(0, n_clusters, n_units)
    cluster[-1] = n_clusters - 1
    times = rng.integers(1, 4, n_units) if several else np.ones(n_units, dtype=np.int64)
    found = patterns_of_counts(counts, cluster, times if several else None)
    rows, sizes = found.grouped(np.column_stack([found.rows, found.rows**2]).astype(np.float64))
    expected: dict[int, list[int]] = {}
    for unit in range(n_units):
        so_far = expected.setdefault(int(cluster[unit]), [0] * 6)
        expected[int(cluster[unit])] = [
            one + int(more * times[unit]) for one, more in zip(so_far, [*counts[unit], *counts[unit] ** 2], strict=True)
        ]
    assert rows.tolist() == [expected[code] for code in sorted(expected)]
    assert sizes.tolist() == [1] * len(expected)
    assert found.clusters.tolist() == sorted(expected)


def test_a_pattern_is_what_units_share() -> None:
    found = patterns_of_codes(np.array([[0, 1, -1], [1, 0, -1], [0, 1, -1], [-1, -1, -1]]), None)
    assert sorted(zip(found.rows.tolist(), found.weights.tolist(), strict=True)) == [([0, 1, -1], 2), ([1, 0, -1], 1)]
    assert found.counts(slice(None), 2).tolist() == [[1, 1], [1, 1]]


@given(
    values=st.lists(st.lists(st.integers(MISSING, 1), min_size=3, max_size=3), max_size=60),
    n_values=st.integers(2, 4),
    clustered=st.booleans(),
)
@example(values=[[0, -1, -1]] * 20 + [[-1, -1, -1]] * 7 + [[0, 1, 1]] * 40, n_values=2, clustered=True)
def test_patterns_of_ratings_are_those_of_the_counts_of_each_unit(
    values: list[list[int]], n_values: int, *, clustered: bool
) -> None:
    """Whether the units are enough for their counts to be digits of numbers, or not; some values nobody gave."""
    n_units = len(values)
    cluster = np.arange(n_units) // 3 if clustered else None
    found = patterns_of(
        Ratings(
            units=range(n_units),
            annotators="abc",
            domain=tuple("wxyz"[:n_values]),
            unit=np.repeat(np.arange(n_units), 3),
            annotator=np.tile(np.arange(3), n_units),
            value=np.asarray(values, dtype=np.int64).reshape(-1),
            clusters=range(n_units) if clustered else (),
            cluster_of_unit=cluster,
        )
    )
    counts = [tuple(row.count(value) for value in range(n_values)) for row in values]
    coded = [place for place, row in enumerate(counts) if any(row)]
    assert [tuple(found.rows[pattern].tolist()) for pattern in found.pattern] == [counts[place] for place in coded]
    assert [*map(tuple, found.rows.tolist())] == sorted({counts[place] for place in coded})
    assert found.n_given.tolist() == found.rows.sum(axis=1).tolist()
    of_unit = [place // 3 for place in coded] if clustered else None
    assert (None if found.cluster is None else found.cluster.tolist()) == of_unit


@given(
    units=st.lists(
        st.tuples(st.lists(st.integers(0, 2), min_size=3, max_size=3), st.integers(0, 3), st.integers(1, 5)),
        max_size=30,
    ),
    clustered=st.booleans(),
    holds_codes=st.booleans(),
)
def test_one_entry_for_several_units_alike_is_each_of_them(
    units: list[tuple[list[int], int, int]], *, clustered: bool, holds_codes: bool
) -> None:
    rows = np.asarray([row for row, _, _ in units], dtype=np.int64).reshape(-1, 3)
    cluster = np.asarray([place for _, place, _ in units], dtype=np.int64) if clustered else None
    times = np.asarray([number for _, _, number in units], dtype=np.int64)
    make = patterns_of_codes if holds_codes else patterns_of_counts
    table = rows + MISSING if holds_codes else rows
    each = np.repeat(np.arange(len(rows)), times)
    of_each = make(table[each], None if cluster is None else cluster[each])
    together = make(table, cluster, times)
    for one, other in ((together, of_each), (together.pairable(), of_each.pairable())):
        assert one.rows.tolist() == other.rows.tolist()
        assert one.weights.tolist() == other.weights.tolist()
        assert (one.n_units, one.n_values) == (other.n_units, other.n_values)
        assert one.pattern_of_unit.tolist() == other.pattern_of_unit.tolist()
        assert (one.cluster_of_unit is None) == (other.cluster_of_unit is None) == (not clustered)
        assert one.clusters.tolist() == other.clusters.tolist()
        assert one.use(4).tolist() == other.use(4).tolist()
        statistics = np.column_stack([one.rows, one.n_given]).astype(np.float64)
        found, expected = one.grouped(statistics), other.grouped(statistics)
        assert found[0].tolist() == expected[0].tolist()
        assert found[1].tolist() == expected[1].tolist()
