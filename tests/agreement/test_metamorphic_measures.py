"""Every measure and every cut: what must change nothing, on whole tables as a lead would bring them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import pairwise
from random import Random
from typing import Any, TypeAlias

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement.designs import tables
from toolkit.agreement.analysis import Asked, question_numbers
from toolkit.agreement.estimate import Estimate
from toolkit.agreement.measures import measures
from toolkit.agreement.resampling import Resampling
from toolkit.tables.questions import coded_questions
from toolkit.tables.rows import LongColumns
from toolkit.tables.values import ValueRules

Row: TypeAlias = dict[str, str]
Identity: TypeAlias = tuple[Hashable, ...]
SCALE = ["low", "mid", "high"]
COLUMNS = LongColumns(unit="unit", annotator="annotator", value="value", cluster="article")
LEVELS = st.sampled_from(["nominal", "ordinal"])


def rows_of(table: Sequence[Sequence[Hashable | None]]) -> list[Row]:
    return [
        {"unit": f"s{unit}", "article": f"article {unit // 2}", "annotator": f"{annotator}", "value": str(value)}
        for unit, row in enumerate(table)
        for annotator, value in enumerate(row)
        if value is not None
    ]


def arrow(rows: Sequence[Row], *parts: int) -> pa.Table:
    """The rows as one table, made of as many pieces as there are cuts."""
    cuts = [0, *sorted(min(part, len(rows)) for part in parts), len(rows)]
    names = ["unit", "article", "annotator", "value"]
    schema = pa.schema([(name, pa.string()) for name in names])
    pieces = [pa.Table.from_pylist(list(rows[a:b]), schema=schema) for a, b in pairwise(cuts)]
    return pa.concat_tables(pieces)


def numbers(table: pa.Table, level: str, *, scale: Sequence[str] = SCALE) -> Mapping[Identity, Estimate]:
    (question,) = coded_questions(table, COLUMNS, ValueRules(level=level, order=scale))
    asked = Asked(resampling=Resampling("article", 60, 3), measures=measures())
    found = question_numbers(question, asked).estimates
    by_identity = {identity(one): one for one in found}
    assert len(by_identity) == len(found)
    return by_identity


def identity(estimate: Estimate, renamed: Callable[[str], str] = str, category: Callable[[str], str] = str) -> Identity:
    """What a number is of; a pair is the same pair whoever comes first."""
    who = frozenset(renamed(name) for name in (estimate.annotator, estimate.other_annotator) if name is not None)
    about = None if estimate.category is None else category(estimate.category)
    return estimate.measure, estimate.level, about, who


def same(found: Mapping[Identity, Estimate], expected: Mapping[Identity, Estimate]) -> None:
    assert found.keys() == expected.keys()
    for name, one in found.items():
        other = expected[name]
        got: list[Any] = [one.value, one.ci_low, one.ci_high, one.n_units, one.n_pairable, one.n_values, one.n_clusters]
        wanted = [other.value, other.ci_low, other.ci_high]
        wanted += [other.n_units, other.n_pairable, other.n_values, other.n_clusters]
        assert got == pytest.approx(wanted, abs=1e-9), name
        assert (one.undefined_because, one.n_annotators) == (other.undefined_because, other.n_annotators)


@settings(deadline=None, max_examples=40)
@given(tables(SCALE), LEVELS, st.randoms(use_true_random=False), st.integers(0, 20))
def test_order_of_the_rows_and_where_the_file_is_split(
    table: list[list[Hashable | None]], level: str, random: Random, cut: int
) -> None:
    rows = rows_of(table)
    if rows:
        expected = numbers(arrow(rows), level)
        same(numbers(arrow(random.sample(rows, len(rows)), cut), level), expected)


@settings(deadline=None, max_examples=40)
@given(tables(SCALE), LEVELS)
def test_names_of_the_annotators(table: list[list[Hashable | None]], level: str) -> None:
    rows = rows_of(table)
    if not rows:
        return

    def renamed(name: str) -> str:
        return f"coder {9 - int(name)}"  # the last comes first

    found = numbers(arrow([row | {"annotator": renamed(row["annotator"])} for row in rows]), level)
    expected = {identity(one, renamed): one for one in numbers(arrow(rows), level).values()}
    same(found, expected)


@settings(deadline=None, max_examples=40)
@given(tables(SCALE))
def test_names_of_nominal_categories(table: list[list[Hashable | None]]) -> None:
    rows = rows_of(table)
    if not rows:
        return
    other = dict(zip(SCALE, ["x", "y", "z"], strict=True))
    scale = ["z", "x", "y"]  # another order as well
    found = numbers(arrow([row | {"value": other[row["value"]]} for row in rows]), "nominal", scale=scale)
    expected = {
        identity(one, category=lambda name: other[name]): one for one in numbers(arrow(rows), "nominal").values()
    }
    ordered = {name for name in expected if "weighted" in str(name[0]) or "ac2" in str(name[0])}
    same(
        {name: one for name, one in found.items() if name not in ordered},
        {name: one for name, one in expected.items() if name not in ordered},
    )


@settings(deadline=None, max_examples=40)
@given(tables(SCALE), LEVELS)
def test_an_annotator_who_says_nothing(table: list[list[Hashable | None]], level: str) -> None:
    rows = rows_of(table)
    if not rows:
        return
    silent = pa.Table.from_pylist(
        [{"unit": "s0", "article": "article 0", "annotator": f"silent {n}", "value": None} for n in range(2)],
        schema=arrow(rows).schema,
    )
    found = numbers(pa.concat_tables([arrow(rows), silent]), level)
    same(found, numbers(arrow(rows), level))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(SCALE), min_size=2, max_size=12), LEVELS)
def test_perfect_agreement_is_one_wherever_it_is_defined(values: list[str], level: str) -> None:
    found = numbers(arrow(rows_of([[value] * 3 for value in values])), level)
    assert {one.value for one in found.values()} <= {None, 1.0}
    assert [one.value for one in found.values() if one.measure == "percent_agreement"] == [1.0]
