"""Every chance-corrected measure against its definition in exact fractions, on designs with gaps."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agreement.designs import tables
from tests.agreement.measures import chance_by_definition as definition
from tests.agreement.measures.measured import (
    Measured,
    by_category,
    by_table,
    cuts,
    interval,
    measured,
    nominal,
    ordinal,
    statistics,
    value_of,
)
from toolkit.agreement.scale import Scale

CATEGORIES: list[Hashable] = ["a", "b", "c"]
FIVE: list[Hashable] = ["a", "b", "c", "d", "e"]
TABLE_OF_DISTANCES = [[0.0, 0.5, 1.0], [0.5, 0.0, 0.25], [1.0, 0.25, 0.0]]
Table = list[list[Hashable | None]]
Defined = Callable[[Table], Fraction | None]

OVER_ALL: list[tuple[str, Scale, Defined]] = [
    ("gwet_ac1", nominal(CATEGORIES), lambda table: definition.ac(table, CATEGORIES)),
    ("gwet_ac1", nominal(CATEGORIES, 5), lambda table: definition.ac(table, FIVE)),
    (
        "gwet_ac2_quadratic",
        ordinal(CATEGORIES),
        lambda table: definition.ac(table, CATEGORIES, definition.quadratic(CATEGORIES)),
    ),
    (
        "gwet_ac2_quadratic",
        ordinal(CATEGORIES, 5),
        lambda table: definition.ac(table, FIVE, definition.quadratic(FIVE)),
    ),
    ("fleiss_kappa", nominal(CATEGORIES), lambda table: definition.fleiss(table, CATEGORIES)),
    ("hubert_conger_kappa", nominal(CATEGORIES), lambda table: definition.conger(table, CATEGORIES)),
    ("bennett_s_brennan_prediger", nominal(CATEGORIES), lambda table: definition.brennan_prediger(table, CATEGORIES)),
    ("bennett_s_brennan_prediger", nominal(CATEGORIES, 5), lambda table: definition.brennan_prediger(table, FIVE)),
]
BY_PAIR: list[tuple[str, Scale, Callable[[list[tuple[Hashable, Hashable]]], Fraction | None]]] = [
    ("cohen_kappa", nominal(CATEGORIES), definition.cohen),
    ("scott_pi", nominal(CATEGORIES), definition.scott),
    (
        "weighted_kappa_linear",
        ordinal(CATEGORIES),
        lambda pairs: definition.cohen(pairs, definition.linear(CATEGORIES)),
    ),
    (
        "weighted_kappa_quadratic",
        ordinal(CATEGORIES),
        lambda pairs: definition.cohen(pairs, definition.quadratic(CATEGORIES)),
    ),
    (
        "weighted_kappa",
        by_table(CATEGORIES, TABLE_OF_DISTANCES),
        lambda pairs: definition.cohen(
            pairs, lambda one, other: 1 - Fraction(TABLE_OF_DISTANCES[CATEGORIES.index(one)][CATEGORIES.index(other)])
        ),
    ),
]


def names(measures: list[tuple[str, Scale, Defined]]) -> list[str]:
    return [f"{measure_id}-{scale.n_categories}" for measure_id, scale, _ in measures]


def check(found: Measured, expected: Fraction | None) -> None:
    assert (found.value is None) == (expected is None)
    assert (found.undefined_because is None) == (expected is not None)
    if expected is not None:
        assert found.value == pytest.approx(float(expected), abs=1e-12)


@pytest.mark.parametrize(("measure_id", "scale", "defined"), OVER_ALL, ids=names(OVER_ALL))
@given(data=st.data())
def test_over_all_annotators(measure_id: str, scale: Scale, defined: Defined, data: st.DataObject) -> None:
    table = data.draw(tables(CATEGORIES))
    [found] = measured(measure_id, table, scale)
    check(found, defined(table))


@pytest.mark.parametrize(("measure_id", "scale", "defined"), BY_PAIR, ids=[one for one, _, _ in BY_PAIR])
@given(data=st.data())
def test_by_pair(
    measure_id: str,
    scale: Scale,
    defined: Callable[[list[tuple[Hashable, Hashable]]], Fraction | None],
    data: st.DataObject,
) -> None:
    table = data.draw(tables(CATEGORIES))
    found = measured(measure_id, table, scale)
    pairs = list(combinations(range(len(table[0])), 2))
    assert [one.annotators for one in found] == [(f"annotator {a}", f"annotator {b}") for a, b in pairs]
    for one, (a, b) in zip(found, pairs, strict=True):
        check(one, defined(definition.both_coded(table, a, b)))


@given(tables(CATEGORIES))
def test_specific_agreement_of_every_category(table: Table) -> None:
    found = by_category("specific_agreement", table, CATEGORIES)
    expected = {str(one): definition.specific(table, one) for one in CATEGORIES}
    assert {name for name, value in found.items() if value is None} == {
        name for name, value in expected.items() if value is None
    }
    for name, value in expected.items():
        if value is not None:
            assert found[name] == pytest.approx(float(value), abs=1e-12)


@given(tables(CATEGORIES, most_units=12))
def test_conger_by_the_variance_between_annotators(table: Table) -> None:
    """P_e = Σ_k (p̄_k² − s_k²/r), as Gwet (2014) prints it."""
    columns = [[one for one in column if one is not None] for column in zip(*table, strict=True)]
    use = np.array([[column.count(k) / len(column) for k in CATEGORIES] for column in columns if column])
    observed = definition.observed_agreement(table, definition.same)
    if observed is None:
        return
    chance = float((use.mean(axis=0) ** 2 - use.var(axis=0, ddof=1) / len(use)).sum())
    [found] = measured("hubert_conger_kappa", table, nominal(CATEGORIES))
    if found.value is not None:
        assert found.value == pytest.approx((float(observed) - chance) / (1 - chance), abs=1e-9)


@given(st.lists(st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(CATEGORIES)), min_size=1, max_size=12))
def test_two_annotators_without_gaps(pairs: list[tuple[Hashable, Hashable]]) -> None:
    """Conger's kappa is Cohen's, Fleiss' kappa is Scott's pi."""
    table = [list(pair) for pair in pairs]
    for over_all, by_pair in [("hubert_conger_kappa", "cohen_kappa"), ("fleiss_kappa", "scott_pi")]:
        [one] = measured(over_all, table, nominal(CATEGORIES))
        [other] = measured(by_pair, table, nominal(CATEGORIES))
        assert one.undefined_because == other.undefined_because
        assert one.value == pytest.approx(other.value, abs=1e-12)


@pytest.mark.parametrize(("measure_id", "scale", "defined"), OVER_ALL, ids=names(OVER_ALL))
@given(data=st.data())
def test_names_of_the_annotators(measure_id: str, scale: Scale, defined: Defined, data: st.DataObject) -> None:
    table = data.draw(tables(CATEGORIES))
    order = data.draw(st.permutations(range(len(table[0]))))
    [found] = measured(measure_id, table, scale)
    [renamed] = measured(measure_id, [[row[place] for place in order] for row in table], scale)
    assert renamed.undefined_because == found.undefined_because
    assert renamed.value == pytest.approx(found.value, abs=1e-12)


@pytest.mark.parametrize(("measure_id", "scale"), [(one, scale) for one, scale, _ in BY_PAIR])
@given(pairs=st.lists(st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(CATEGORIES)), min_size=1, max_size=12))
def test_a_pair_the_other_way_round(measure_id: str, scale: Scale, pairs: list[tuple[Hashable, Hashable]]) -> None:
    [found] = measured(measure_id, pairs, scale)
    [turned] = measured(measure_id, [(other, one) for one, other in pairs], scale)
    assert turned.undefined_because == found.undefined_because
    assert turned.value == pytest.approx(found.value, abs=1e-12)


def test_numbers_weigh_by_their_distance() -> None:
    """By hand: 1 and 2 agree by 1 − (1/9)², 1 and 10 by 0; T_w = 3 + 2(80/81 + 0 + 17/81); π = 3/8, 3/8, 1/4."""
    table = [[1, 2], [10, 10], [1, 1], [2, 2]]
    observed = Fraction(3) + Fraction(80, 81)
    all_weights = 3 + 2 * (Fraction(80, 81) + Fraction(17, 81))
    spread = 2 * Fraction(3, 8) * Fraction(5, 8) + Fraction(1, 4) * Fraction(3, 4)
    expected = definition.corrected(observed / 4, all_weights * spread / 6)
    assert expected is not None
    assert value_of("gwet_ac2_quadratic", table, interval([1, 2, 10])) == pytest.approx(float(expected), abs=1e-12)


def test_ordered_categories_lie_one_rank_apart_also_unused_ones() -> None:
    """By hand, first annotator a a d d, second b a d d: 1 rank apart in one of four units.

    Of the 16 pairings an a has 1 + 0 + 3 + 3 and a d has 2 + 3 + 0 + 0, each twice: 24. Kappa is 1 − (1/4)/(24/16).
    """
    table = [["a", "b"], ["a", "a"], ["d", "d"], ["d", "d"]]
    assert value_of("weighted_kappa_linear", table, ordinal(["a", "b", "c", "d"])) == pytest.approx(5 / 6, abs=1e-12)


@pytest.mark.slow
def test_exact_on_many_units() -> None:
    """Sums of many thirds and fifths stay within 1e-12 of the fraction."""
    random = Random(1960)
    weights = [70, 20, 10]
    table: Table = [
        [None if random.random() < 0.3 else random.choices(CATEGORIES, weights)[0] for _ in range(5)]
        for _ in range(3000)
    ]
    for measure_id, scale, defined in OVER_ALL:
        [found] = measured(measure_id, table, scale)
        check(found, defined(table))


@pytest.mark.parametrize("measure_id", ["fleiss_kappa", "hubert_conger_kappa", "cohen_kappa", "scott_pi"])
@pytest.mark.parametrize("units", [8, 16, 64])
def test_without_the_one_deviating_unit_nothing_is_left_to_measure(measure_id: str, units: int) -> None:
    """Leaving a unit out subtracts its fifths from the sums; what rounding leaves behind is not variation."""
    width = 2 if measure_id in {"cohen_kappa", "scott_pi"} else 5
    table: Table = [list(row[:width]) for row in ["aaaaa"] * units + ["abccc"]]
    scale = nominal(CATEGORIES)
    [cut] = cuts(measure_id, table, scale)
    rows = statistics(cut, table, scale)
    left_out = rows.sum(axis=0) - rows
    values = cut.figure.values(left_out)
    assert np.isnan(values[-1])
    assert not np.isnan(values[:-1]).any()
    assert cut.figure.undefined_because(left_out[-1]) == "no variation"
