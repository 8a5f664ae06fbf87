"""The interval of a median against its plain definition: the median of what is drawn, put together each time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.agreement.median_interval import median_interval
from toolkit.agreement.resampling import Resampling

SECONDS = st.floats(0, 1e6).map(lambda value: round(value, 1))


def by_definition(values: list[float], clusters: list[int], resampling: Resampling) -> tuple[float, float]:
    """Clusters are numbered as they appear, and as many are drawn as there are."""
    parts = [[v for v, c in zip(values, clusters, strict=True) if c == each] for each in dict.fromkeys(clusters)]
    drawn = np.random.default_rng(resampling.seed).integers(len(parts), size=(resampling.replicates, len(parts)))
    medians = [float(np.median(np.concatenate([parts[place] for place in places]))) for places in drawn.tolist()]
    tail = (1 - resampling.confidence) / 2
    low, high = np.quantile(medians, [tail, 1 - tail]).tolist()
    return low, high


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SECONDS, st.integers(0, 5)), min_size=2, max_size=40), st.integers(0, 3))
def test_it_is_the_plain_definition_to_the_last_digit(timed: list[tuple[float, int]], seed: int) -> None:
    values, clusters = [value for value, _ in timed], [cluster for _, cluster in timed]
    resampling = Resampling("article", 60, seed)
    found = median_interval(values, clusters, resampling)
    if len(set(clusters)) == 1:
        assert found == "one article"
    else:
        assert found == by_definition(values, clusters, resampling)


def test_articles_of_very_different_length_and_many_ties() -> None:
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(30), rng.integers(1, 40, 30)).tolist()
    values = rng.integers(1, 9, len(clusters)).astype(float).tolist()
    resampling = Resampling("article", 500, 2)
    assert median_interval(values, clusters, resampling) == by_definition(values, clusters, resampling)


@pytest.mark.parametrize(("replicates", "why"), [(0, "no replicates asked for"), (39, "39 replicates are too few")])
def test_too_few_replicates_make_no_interval(replicates: int, why: str) -> None:
    assert median_interval([1.0, 2.0], ["x", "y"], Resampling("article", replicates)) == why
