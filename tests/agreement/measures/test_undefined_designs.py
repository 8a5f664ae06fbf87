"""Designs in which a chance-corrected measure does not exist, or exists although it looks as if it did not."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pytest

from tests.agreement.measures.measured import (
    Table,
    by_table,
    cuts,
    interval,
    measure,
    measured,
    nominal,
    of_kind,
    ordinal,
    reason_of,
    value_of,
)
from toolkit.agreement.scale import Scale

CATEGORICAL = ["fleiss_kappa", "hubert_conger_kappa", "gwet_ac1", "bennett_s_brennan_prediger"]
CATEGORICAL_PAIRS = ["cohen_kappa", "scott_pi"]
ORDERED = ["gwet_ac2_quadratic", "weighted_kappa_linear", "weighted_kappa_quadratic"]
PAIRS = [*CATEGORICAL_PAIRS, "weighted_kappa_linear", "weighted_kappa_quadratic", "weighted_kappa"]
EVERY = [*CATEGORICAL, *CATEGORICAL_PAIRS, *ORDERED, "weighted_kappa"]
CORRECTED_BY_USE = [*PAIRS, "fleiss_kappa", "hubert_conger_kappa"]


def scale(measure_id: str, domain: list[Hashable] | None = None) -> Scale:
    values = domain or ["a", "b"]
    if measure_id == "weighted_kappa":
        return by_table(values, (1 - np.eye(len(values))).tolist())
    return ordinal(values) if measure_id in ORDERED else nominal(values)


@pytest.mark.parametrize("measure_id", EVERY)
@pytest.mark.parametrize(
    "table",
    [[["a", None], [None, "b"], ["a", None]], [[None, None], [None, None]]],
    ids=["nobody twice", "all missing"],
)
def test_no_overlap(measure_id: str, table: Table) -> None:
    assert reason_of(measure_id, table, scale(measure_id)) == "no overlap"


@pytest.mark.parametrize("measure_id", [*CATEGORICAL, "gwet_ac2_quadratic"])
@pytest.mark.parametrize("table", [[], [["a"], ["b"]]], ids=["nothing", "one annotator"])
def test_no_overlap_over_all(measure_id: str, table: Table) -> None:
    assert reason_of(measure_id, table, scale(measure_id)) == "no overlap"


@pytest.mark.parametrize("measure_id", [*CATEGORICAL, "gwet_ac2_quadratic"])
def test_no_value_in_use_at_all(measure_id: str) -> None:
    empty = ordinal([]) if measure_id in ORDERED else nominal([])
    assert reason_of(measure_id, [[None, None]], empty) == "no overlap"


@pytest.mark.parametrize("measure_id", PAIRS)
def test_no_pair_with_one_annotator(measure_id: str) -> None:
    assert measured(measure_id, [["a"], ["b"]], scale(measure_id)) == []


@pytest.mark.parametrize("measure_id", CORRECTED_BY_USE)
@pytest.mark.parametrize("units", [1, 3, 1000])
def test_no_variation(measure_id: str, units: int) -> None:
    assert reason_of(measure_id, [["a", "a"]] * units, scale(measure_id)) == "no variation"


@pytest.mark.parametrize("measure_id", PAIRS)
def test_a_second_category_that_only_one_of_them_met(measure_id: str) -> None:
    assert reason_of(measure_id, [["a", "a"], ["a", "a"], ["b", None]], scale(measure_id)) == "no variation"


@pytest.mark.parametrize("measure_id", ["gwet_ac1", "gwet_ac2_quadratic", "bennett_s_brennan_prediger"])
def test_everybody_uses_one_of_two_categories(measure_id: str) -> None:
    assert value_of(measure_id, [["a", "a", "a"]] * 3, scale(measure_id)) == 1


@pytest.mark.parametrize("measure_id", ["gwet_ac1", "gwet_ac2_quadratic", "bennett_s_brennan_prediger"])
def test_one_category_to_choose_from(measure_id: str) -> None:
    assert reason_of(measure_id, [["a", "a"]] * 3, scale(measure_id, ["a"])) == "one category"


def test_one_number() -> None:
    assert reason_of("gwet_ac2_quadratic", [[3, 3]], interval([3])) == "one category"
    assert reason_of("weighted_kappa_quadratic", [[3, 3]], interval([3])) == "no variation"


@pytest.mark.parametrize("measure_id", EVERY)
def test_perfect_agreement_on_two_categories(measure_id: str) -> None:
    assert value_of(measure_id, [["a", "a"], ["b", "b"]], scale(measure_id)) == 1


@pytest.mark.parametrize("measure_id", CORRECTED_BY_USE)
@pytest.mark.parametrize("swapped", [1, 2])
def test_two_annotators_who_always_disagree(measure_id: str, swapped: int) -> None:
    """``a b`` alone: Cohen's chance agreement is 0, so kappa is 0; one distribution for both makes it −1."""
    table = [["a", "b"], ["b", "a"]][:swapped]
    shared = measure_id in {"scott_pi", "fleiss_kappa"}
    assert value_of(measure_id, table, scale(measure_id)) == pytest.approx(
        -1 if shared or swapped == 2 else 0, abs=1e-12
    )


def test_single_values_count_for_the_use_of_categories_but_not_for_agreement() -> None:
    """By hand: P_a = 1; with ``b`` alone once π = 2/3, 1/3, so AC1 and Fleiss exist and are 1."""
    table: Table = [["a", "a"], ["a", "a"], ["b", None]]
    assert value_of("fleiss_kappa", table) == pytest.approx(1, abs=1e-12)
    assert value_of("hubert_conger_kappa", table) == pytest.approx(1, abs=1e-12)
    disagreeing: Table = [["a", "b"], ["a", "a"], ["b", None]]
    assert value_of("fleiss_kappa", disagreeing) == pytest.approx((1 / 2 - 1 / 2) / (1 / 2), abs=1e-12)
    assert value_of("gwet_ac1", disagreeing) == pytest.approx((1 / 2 - 1 / 2) / (1 / 2), abs=1e-12)
    assert value_of("fleiss_kappa", disagreeing[:2]) == pytest.approx((1 / 2 - 10 / 16) / (6 / 16), abs=1e-12)


def test_an_annotator_without_any_value_changes_nothing() -> None:
    table: Table = [["a", "b", "a"], ["b", "b", None], ["a", "a", "b"]]
    silent: Table = [[*row, None] for row in table]
    for measure_id in [*CATEGORICAL, "gwet_ac2_quadratic"]:
        found = value_of(measure_id, silent, scale(measure_id))
        assert found == pytest.approx(value_of(measure_id, table, scale(measure_id)), abs=1e-12)


def test_more_categories_to_choose_from_leave_less_to_chance() -> None:
    table = [["a", "a"], ["b", "b"], ["a", "b"]]
    for measure_id in ["gwet_ac1", "bennett_s_brennan_prediger"]:
        found = [value_of(measure_id, table, nominal(["a", "b"], q)) for q in (2, 3, 8)]
        assert found == sorted(set(found))
    for measure_id in ["fleiss_kappa", "hubert_conger_kappa", "cohen_kappa", "scott_pi"]:
        assert value_of(measure_id, table, nominal(["a", "b"], 8)) == value_of(measure_id, table, nominal(["a", "b"]))


@pytest.mark.parametrize("measure_id", [*CATEGORICAL, *CATEGORICAL_PAIRS])
def test_values_that_are_not_one_category_each(measure_id: str) -> None:
    answer = measure(measure_id).cannot_handle
    for kind in ["interval", "ratio"]:
        assert answer(of_kind(kind)) == "for categories, not numbers"
    assert answer(of_kind("set")) == "for one category per answer, not sets"
    for kind in ["nominal", "ordinal", "taxonomy", "taxonomy:1", "table", "span:Source"]:
        assert answer(of_kind(kind)) is None


@pytest.mark.parametrize("measure_id", ORDERED)
def test_values_without_order(measure_id: str) -> None:
    answer = measure(measure_id).cannot_handle
    for kind in ["nominal", "set", "taxonomy", "table"]:
        assert answer(of_kind(kind)) == "needs ordered categories or numbers"
        assert list(measure(measure_id).cuts(of_kind(kind), ["one", "other"])) == []
    assert answer(ordinal(["a", "b"])) is None
    assert answer(interval([1, 2])) is None


def test_values_without_a_table() -> None:
    answer = measure("weighted_kappa").cannot_handle
    assert answer(nominal(["a", "b"])) == "needs a table of distances"
    assert answer(of_kind("taxonomy")) == "needs a table of distances"
    assert answer(scale("weighted_kappa")) is None


@pytest.mark.parametrize("measure_id", EVERY)
def test_the_level_it_is_reported_at(measure_id: str) -> None:
    asked = scale(measure_id)
    assert {cut.level for cut in cuts(measure_id, [["a", "b", "a"]], asked)} == {asked.level}
