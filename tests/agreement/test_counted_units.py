"""Units that were counted are read as ratings one by one are: the same patterns, the same use, also when recoded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agreement.designs import tables
from toolkit.agreement.counted_units import CountedUnits
from toolkit.agreement.matrix import matrix_of
from toolkit.agreement.patterns import Patterns, patterns_of
from toolkit.agreement.question_readings import on_domain, readings_of
from toolkit.agreement.ratings import MISSING, Ratings, ratings_from_rows

VALUES = ("a/x", "a/y", "b", "c")


def counted(ratings: Ratings, *, clustered: bool) -> CountedUnits:
    """The ratings unit by unit in a dictionary: what each was given, in which cluster, and how often that happens."""
    given: dict[int, list[int]] = {}
    for unit, value in zip(ratings.unit.tolist(), ratings.value.tolist(), strict=True):
        given.setdefault(unit, []).extend([value] if value != MISSING else [])
    of_unit = ratings.cluster_of_unit
    times = Counter(
        (tuple(sorted(values)), 0 if of_unit is None else int(of_unit[unit])) for unit, values in given.items()
    )
    kinds = sorted({kind for kind, _ in times})
    most = max(map(len, kinds), default=0)
    rows = [[*kind, *[MISSING] * (most - len(kind))] for kind in kinds]
    return CountedUnits(
        domain=ratings.domain,
        kinds=np.asarray(rows, dtype=np.int64).reshape(len(kinds), most),
        kind=np.asarray([kinds.index(kind) for kind, _ in times], dtype=np.int64),
        times=np.asarray(list(times.values()), dtype=np.int64),
        cluster=np.asarray([cluster for _, cluster in times], dtype=np.int64) if clustered else None,
        n_annotators=ratings.n_annotators,
        ask_matrix=lambda: matrix_of(ratings),
    )


def ratings(table: list[list[Hashable | None]], *, clustered: bool) -> Ratings:
    rows = [(f"s{unit}", annotator, value) for unit, row in enumerate(table) for annotator, value in enumerate(row)]
    units, annotators, values = zip(*rows, strict=True)
    clusters = [int(unit[1:]) // 2 for unit in units] if clustered else None
    return ratings_from_rows(units, annotators, values, domain=VALUES, clusters=clusters)


def same(one: Patterns, other: Patterns) -> None:
    assert one.rows.tolist() == other.rows.tolist()
    assert one.weights.tolist() == other.weights.tolist()
    statistics = one.rows.astype(np.float64)
    for found, expected in zip(one.grouped(statistics), other.grouped(statistics), strict=True):
        assert found.tolist() == expected.tolist()


@given(table=tables(VALUES), clustered=st.booleans())
def test_patterns_and_use_are_those_of_the_ratings(table: list[list[Hashable | None]], *, clustered: bool) -> None:
    of_each = ratings(table, clustered=clustered)
    together = counted(of_each, clustered=clustered)
    assert together.use().tolist() == of_each.use().tolist()
    same(together.patterns(as_codes=False), patterns_of(of_each))
    for found, expected in zip(
        readings_of("taxonomy", together, VALUES), readings_of("taxonomy", of_each, VALUES), strict=True
    ):
        assert found.coverage == expected.coverage
        same(found.patterns, expected.patterns)
        assert found.matrix.annotators == expected.matrix.annotators
        same(found.matrix.patterns(), expected.matrix.patterns())


def test_who_gives_nothing_that_is_left_is_no_annotator() -> None:
    of_each = ratings([["a/x", "c"], ["a/x", None]], clustered=False)
    left = counted(of_each, clustered=False).coded(
        ("a/x",), np.array([0, MISSING, MISSING, MISSING, MISSING]), n_annotators=1
    )
    assert left.n_annotators == 1
    assert left.ask_matrix().annotators == ("0",)
    assert left.patterns(as_codes=True).weights.tolist() == [2]


def test_a_value_that_is_not_on_the_new_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the scale"):
        on_domain(counted(ratings([["b", "c"]], clustered=False), clustered=False), ("b",))
