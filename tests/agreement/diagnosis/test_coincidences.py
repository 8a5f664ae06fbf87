from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from tests.agreement.diagnosis import naive
from toolkit.agreement.diagnosis.coincidences import Coincidences, coincidences
from toolkit.agreement.diagnosis.counts import value_counts
from toolkit.agreement.distances import interval_distances, ordinal_distances
from toolkit.files.arrays import IntArray

LABELS = ["a", "b", "c", "d"]


def made_of(table: IntArray, level: str = "nominal") -> Coincidences:
    distances = ordinal_distances if level == "ordinal" else None
    return coincidences(value_counts(table, 4), LABELS, distances=distances)


def test_the_matrix_printed_by_krippendorff_2011() -> None:
    """Computing Krippendorff's Alpha-Reliability (2011), example C: four observers, missing values."""
    table = naive.codes(
        """
        0 0 . 0
        1 1 2 1
        2 2 2 2
        2 2 2 2
        1 1 1 1
        0 1 2 3
        3 3 3 3
        0 0 1 0
        1 1 1 1
        . 4 4 4
        . . 0 0
        . 2 . .
        """
    )
    found = coincidences(value_counts(table, 5), ["1", "2", "3", "4", "5"])
    third = 1 / 3
    printed = [
        [7, 4 * third, third, third, 0],
        [4 * third, 10, 4 * third, third, 0],
        [third, 4 * third, 8, third, 0],
        [third, third, third, 4, 0],
        [0, 0, 0, 0, 3],
    ]
    assert found.matrix == pytest.approx(np.asarray(printed), abs=1e-12)
    assert found.marginals.tolist() == [9, 13, 10, 5, 3]
    assert found.n == 40
    assert found.value == pytest.approx(0.743, abs=5e-4)
    numbers = coincidences(value_counts(table, 5), found.labels, distances=interval_distances([1, 2, 3, 4, 5]))
    assert numbers.value == pytest.approx(0.849, abs=5e-4)
    ranks = coincidences(value_counts(table, 5), found.labels, distances=ordinal_distances)
    assert ranks.value == pytest.approx(0.815, abs=5e-4)


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
@pytest.mark.parametrize("seed", range(3))
def test_against_the_definition(level: str, seed: int) -> None:
    table = naive.random_codes(30, 4, 4, seed=seed)
    units = naive.pairable(table)
    found = made_of(table, level)
    matrix = np.zeros((4, 4))
    for unit in units:
        for v, w in permutations(unit, 2):
            matrix[v, w] += 1 / (len(unit) - 1)
    observed, expected = naive.disagreement(units, level)
    assert found.matrix == pytest.approx(matrix, abs=1e-12)
    assert found.marginals == pytest.approx(found.matrix.sum(axis=1), abs=1e-12)
    assert found.observed == pytest.approx(observed, rel=1e-12)
    assert found.expected == pytest.approx(expected, rel=1e-12)
    assert found.value == pytest.approx(1 - observed / expected, abs=1e-12)
    assert found.undefined_because is None


def test_weights_stand_for_repeated_units() -> None:
    table = naive.random_codes(12, 3, 4, seed=4)
    times = np.arange(1, 13)
    counts = value_counts(table, 4)
    once, repeated = coincidences(counts, LABELS, weights=times), coincidences(np.repeat(counts, times, axis=0), LABELS)
    assert once.matrix.tolist() == repeated.matrix.tolist()
    assert (once.n, once.value) == (repeated.n, repeated.value)


def test_no_overlap() -> None:
    found = made_of(naive.codes("0 .\n. 1"))
    assert (found.n, found.observed, found.expected, found.value) == (0, None, None, None)
    assert found.undefined_because == "no overlap"


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_no_variation_even_if_one_person_alone_used_another_category(level: str) -> None:
    found = made_of(naive.codes("2 2\n2 2\n. 1"), level)
    assert (found.observed, found.expected, found.value) == (0.0, 0.0, None)
    assert found.undefined_because == "no variation"


def test_one_unit_with_two_values_is_zero() -> None:
    assert made_of(naive.codes("0 3")).value == 0.0
