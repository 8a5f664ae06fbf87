"""What an engine counts is what is counted in memory: the same patterns, and every figure the same."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables.frames.engines import COLUMNS, ENGINES, IN_ARTICLES, in_lists, long_table, on, same
from toolkit.agreement.analysis import Asked, question_numbers
from toolkit.agreement.coded_question import CodedQuestion, CountedQuestion
from toolkit.agreement.measures import measures
from toolkit.agreement.resampling import Resampling
from toolkit.tables.frames.questions import counted_questions
from toolkit.tables.questions import coded_questions
from toolkit.tables.values import ValueRules

LABELS = ["a", "b", "c", "10", "9", "unclear"]
LEVELS: dict[str, dict[str, Any]] = {
    "nominal": {},
    "nominal, listed": {"categories": [*"abcde", "9", "10", "unclear"]},
    "ordinal": {"order": ["9", "10", *"cba", "unclear"]},
    "set": {"set_separator": "|"},
    "set, in lists": {},
    "taxonomy": {},
}
VALUES: dict[str, Sequence[Hashable]] = {
    "set": ["a", "a|b", "b|a", "|", "c|a|b", "unclear"],
    "taxonomy": ["a/x", "a/y", "b", "b/z/z", "unclear"],
    "interval": [1, 2.5, -3, 0.1, 1e3],
    "ratio": [0, 2, 3.5, 10],
}


def read(level: str, table: pa.Table, columns: Any, engine: str | None) -> CodedQuestion | CountedQuestion:
    kind = level.partition(",")[0]
    missing = [] if kind in {"interval", "ratio"} else ["unclear"]
    given = {"level": kind, "missing": missing, **LEVELS.get(level, {})}
    if engine is None:
        (question,) = coded_questions(table, columns, ValueRules(**given))
        return question
    (counted,) = counted_questions(on(engine, table), columns, ValueRules(**given))
    return counted


def designs(values: Sequence[Hashable]) -> st.SearchStrategy[list[list[Hashable | None]]]:
    cell = st.one_of(st.none(), st.sampled_from(values))
    return st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=12)
    )


@pytest.mark.slow
@pytest.mark.parametrize("level", [*LEVELS, "interval", "ratio"])
@settings(max_examples=63)  # of each of eight kinds: more than five hundred
@given(data=st.data(), clustered=st.booleans(), seed=st.integers(0, 99))
def test_any_design(level: str, data: st.DataObject, *, clustered: bool, seed: int) -> None:
    kind = level.partition(",")[0]
    design = data.draw(designs(VALUES.get(kind, LABELS)))
    if kind in {"interval", "ratio"}:
        design = [[None if value is None else float(str(value)) for value in row] for row in design]
    table = long_table(design, shuffled=seed)
    engines = list(ENGINES)
    if level == "set, in lists":
        table, engines = (
            in_lists(table, "|"),
            ["polars", "duckdb"],
        )  # narwhals asks no other frame in memory for a member
    if all(value is None for row in design for value in row):
        return  # nothing answered has no type of its own: below
    columns = IN_ARTICLES if clustered else COLUMNS
    asked = Asked(resampling=Resampling("article" if clustered else "unit", 40), measures=measures())
    expected = read(level, table, columns, None)
    numbers = question_numbers(expected, asked)
    for engine in engines:
        found = read(level, table, columns, engine)
        assert (found.question, found.scale, found.missing) == (expected.question, expected.scale, expected.missing)
        for one, other in zip(found.readings(), expected.readings(), strict=True):
            assert one.coverage == other.coverage
            assert one.patterns.rows.tolist() == other.patterns.rows.tolist()
            assert one.patterns.weights.tolist() == other.patterns.weights.tolist()
        same(question_numbers(found, asked), numbers)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("clustered", [False, True], ids=["units", "articles"])
def test_more_numbers_than_a_table_of_counts_has_room_for(engine: str, *, clustered: bool) -> None:
    design = [[float(unit * 3 % 250) + place / 4 for place in range(3)] for unit in range(240)]
    table, columns = long_table(design, shuffled=1), IN_ARTICLES if clustered else COLUMNS
    asked = Asked(resampling=Resampling("article" if clustered else "unit", 40))
    same(
        question_numbers(read("interval", table, columns, engine), asked),
        question_numbers(read("interval", table, columns, None), asked),
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_several_questions_by_name(engine: str) -> None:
    rows = [
        {"item": f"s{unit}", "by": annotator, "field": field, "label": label}
        for field, labels in (("voice", "abab"), ("frame", "xyyx"))
        for unit in range(2)
        for annotator, label in zip((1, 2), labels[2 * unit :], strict=False)
    ]
    columns = replace(COLUMNS, unit="item", annotator="by", question="field")
    table = pa.Table.from_pylist(rows)
    found = counted_questions(on(engine, table), columns, ValueRules(level="nominal"))
    expected = {one.question: one for one in coded_questions(table, columns, ValueRules(level="nominal"))}
    assert [one.question for one in found] == ["frame", "voice"]
    asked = Asked(resampling=Resampling("unit", 40), measures=measures())
    for one in found:
        same(question_numbers(one, asked), question_numbers(expected[one.question], asked))


@pytest.mark.parametrize("engine", ENGINES)
def test_as_many_rows_of_a_unit_as_want_more_room(engine: str) -> None:
    """A digit has room for 255 at first."""
    table = long_table([["a"] * 300 + ["b"] * 2, ["a"] * 255 + ["b"] * 47, ["b"] * 302])
    asked = Asked(resampling=Resampling("unit", 0))
    found = question_numbers(read("nominal", table, COLUMNS, engine), asked)
    same(found, question_numbers(read("nominal", table, COLUMNS, None), asked))
