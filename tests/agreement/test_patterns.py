from __future__ import annotations

import numpy as np
import pytest

from toolkit.agreement.patterns import patterns_of_codes, patterns_of_counts


@pytest.mark.parametrize(
    ("n_units", "n_clusters", "most"),
    [(400, 5, 1), (400, 90, 60), (300, 70_000, 60)],
    ids=["few patterns", "many patterns", "many patterns and more clusters than a short integer holds"],
)
def test_sums_per_cluster_are_those_of_its_units(n_units: int, n_clusters: int, most: int) -> None:
    """However they are added up: here unit by unit into a dictionary."""
    rng = np.random.default_rng(0)
    counts = rng.integers(1, most + 2, (n_units, 3))
    cluster = rng.integers(0, n_clusters, n_units)
    cluster[-1] = n_clusters - 1
    found = patterns_of_counts(counts, cluster)
    rows, sizes = found.grouped(np.column_stack([found.rows, found.rows**2]).astype(np.float64))
    expected: dict[int, list[int]] = {}
    for unit in range(n_units):
        so_far = expected.setdefault(int(cluster[unit]), [0] * 6)
        expected[int(cluster[unit])] = [
            one + int(more) for one, more in zip(so_far, [*counts[unit], *counts[unit] ** 2], strict=True)
        ]
    assert rows.tolist() == [expected[code] for code in sorted(expected)]
    assert sizes.tolist() == [1] * len(expected)
    assert found.clusters.tolist() == sorted(expected)


def test_a_pattern_is_what_units_share() -> None:
    found = patterns_of_codes(np.array([[0, 1, -1], [1, 0, -1], [0, 1, -1], [-1, -1, -1]]), None)
    assert sorted(zip(found.rows.tolist(), found.weights.tolist(), strict=True)) == [([0, 1, -1], 2), ([1, 0, -1], 1)]
    assert found.counts(slice(None), 2).tolist() == [[1, 1], [1, 1]]
