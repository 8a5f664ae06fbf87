from __future__ import annotations

from collections.abc import Hashable

import pytest
from hypothesis import given

from tests.agreement import by_definition
from tests.agreement.designs import tables
from tests.agreement.matrices import alpha, percent
from toolkit.agreement import levels
from toolkit.agreement.distances import jaccard_distance, masi_distance, wu_palmer_distance

Table = list[list[Hashable | None]]
NUMBERS = [0.0, 1.0, 2.5, 7.0]
SETS = [frozenset(codes) for codes in ("", "A", "AB", "BC", "ABC")]
PATHS = ["X", "X/a", "X/b", "Y/a", "Y/a/1"]


def check(found: float | None, expected: float | None) -> None:
    if expected is None:
        assert found is None
    else:
        assert found == pytest.approx(expected, abs=1e-12)


@given(tables(["no", "maybe", "yes"]))
def test_nominal(table: Table) -> None:
    units = by_definition.pairable_units(table)
    found = alpha(table, ["no", "maybe", "yes"], levels.nominal(3)).value
    check(found, by_definition.alpha(units, by_definition.nominal))


@given(tables(["low", "mid", "high", "top"]))
def test_ordinal(table: Table) -> None:
    order = ["low", "mid", "high", "top"]
    units = by_definition.pairable_units(table)
    found = alpha(table, order, levels.ordinal(4)).value
    check(found, by_definition.alpha(units, by_definition.ordinal(units, order)))


@given(tables(NUMBERS))
def test_interval(table: Table) -> None:
    units = by_definition.pairable_units(table)
    found = alpha(table, NUMBERS, levels.interval(NUMBERS)).value
    check(found, by_definition.alpha(units, lambda v, w: (float(str(v)) - float(str(w))) ** 2))


@given(tables(NUMBERS))
def test_ratio(table: Table) -> None:
    def distance(one: Hashable, other: Hashable) -> float:
        v, w = float(str(one)), float(str(other))
        return ((v - w) / (v + w)) ** 2 if v + w else 0.0

    units = by_definition.pairable_units(table)
    check(alpha(table, NUMBERS, levels.ratio(NUMBERS)).value, by_definition.alpha(units, distance))


@given(tables(SETS))
def test_sets(table: Table) -> None:
    units = by_definition.pairable_units(table)
    by_masi = alpha(table, SETS, levels.sets_by_masi(SETS)).value
    by_jaccard = alpha(table, SETS, levels.sets_by_jaccard(SETS)).value
    check(by_masi, by_definition.alpha(units, lambda a, b: masi_distance(set(str_set(a)), set(str_set(b)))))
    check(by_jaccard, by_definition.alpha(units, lambda a, b: jaccard_distance(str_set(a), str_set(b))))


def str_set(value: Hashable) -> frozenset[str]:
    assert isinstance(value, frozenset)
    return value


@given(tables(PATHS))
def test_taxonomy(table: Table) -> None:
    units = by_definition.pairable_units(table)
    found = alpha(table, PATHS, levels.taxonomy(PATHS)).value
    check(found, by_definition.alpha(units, lambda a, b: wu_palmer_distance(str(a), str(b))))


@given(tables(["no", "maybe", "yes"]))
def test_percent_agreement(table: Table) -> None:
    check(percent(table).value, by_definition.percent(by_definition.pairable_units(table)))
