"""Published tables, and those on which a measure is undefined, are counted on every engine as in memory.

They are in ``published.json``: how often each row of values comes, at which levels it is read, and what is known for
each level (an alpha of sets by its distance, a specific agreement with its category; null where there is none).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.tables.frames.engines import COLUMNS, ENGINES, long_table, on, same
from toolkit.agreement.analysis import Asked, Numbers, question_numbers
from toolkit.agreement.coded_question import CodedQuestion, CountedQuestion
from toolkit.agreement.measures import measures
from toolkit.agreement.resampling import Resampling
from toolkit.tables.frames.questions import counted_questions
from toolkit.tables.questions import coded_questions
from toolkit.tables.values import ValueRules

TABLES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("published.json").read_text(encoding="utf-8"))
CASES = [
    pytest.param(table, level, figures, id=f"{table['name']}, {level}")
    for table in TABLES
    for level, figures in table["levels"].items()
]
ASKED = Asked(resampling=Resampling("unit", 40), measures=measures())


def rows(table: dict[str, Any]) -> pa.Table:
    design = [
        ["|".join(value) or "|" if isinstance(value, list) else value for value in row]
        for times, row in table["rows"]
        for _ in range(times)
    ]
    return long_table(design, shuffled=0)


def rules(table: dict[str, Any], level: str) -> ValueRules:
    if level == "ordinal":
        return ValueRules(level=level, order=table["order"])
    return ValueRules(level=level, set_separator="|" if level == "set" else None)


def figure(numbers: Numbers, level: str, named: str) -> float | None:
    measure, _, category = named.partition(": ")
    if level == "set":
        measure, level = "krippendorff_alpha", f"set:{named}"
    (found,) = (
        one
        for one in numbers.estimates
        if one.about in (["category"] if category else ["whole", "pair"])  # two people are one pair
        and one.measure == measure
        and (one.level == level or measure != "krippendorff_alpha")
        and (not category or one.category == category)
    )
    return found.value


@pytest.mark.slow
@pytest.mark.parametrize(("table", "level", "figures"), CASES)
def test_what_is_known_of_it(table: dict[str, Any], level: str, figures: dict[str, float | None]) -> None:
    long, reading = rows(table), rules(table, level)
    in_memory: CodedQuestion
    (in_memory,) = coded_questions(long, COLUMNS, reading)
    expected = question_numbers(in_memory, ASKED)
    for named, known in figures.items():
        assert figure(expected, level, named) == pytest.approx(known, abs=1e-9), named
    for engine in ENGINES:
        counted: CountedQuestion
        (counted,) = counted_questions(on(engine, long), COLUMNS, reading)
        for one, other in zip(counted.readings(), in_memory.readings(), strict=True):
            assert one.patterns.rows.tolist() == other.patterns.rows.tolist(), engine
            assert one.patterns.weights.tolist() == other.patterns.weights.tolist(), engine
        found = question_numbers(counted, ASKED)
        for named, known in figures.items():
            assert figure(found, level, named) == pytest.approx(known, abs=1e-9), (engine, named)
        same(found, expected)
