"""Agreement within groups, of units or of annotators: what an engine counts of them is what is counted in memory."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from itertools import combinations
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables.frames.engines import COLUMNS, IN_ARTICLES, on, same
from toolkit.agreement.analysis import Asked, Numbers, question_numbers
from toolkit.agreement.coded_question import CodedQuestion, CountedQuestion
from toolkit.agreement.resampling import Resampling
from toolkit.errors import BadInput, UsageError
from toolkit.tables.frames.questions import counted_questions
from toolkit.tables.questions import coded_questions
from toolkit.tables.rows import LongColumns
from toolkit.tables.values import ValueRules

ENGINES = ("polars", "duckdb")
RULES = {
    "nominal": ValueRules(level="nominal", missing=["unclear"]),
    "ordinal": ValueRules(level="ordinal", order=["c", "b", "a", "unclear"]),
    "set": ValueRules(level="set", set_separator="|", missing=["unclear"]),
    "interval": ValueRules(level="interval"),
}
VALUES: dict[str, list[Hashable]] = {"set": ["a", "a|b", "b|a", "|", "unclear"], "interval": [1.0, 2.5, -3.0, 1e3]}
LABELS: list[Hashable] = ["a", "b", "c", "unclear"]
WHOSE = ("unit", "annotator", "row", "nobody")


def table(cells: list[dict[str, Any]]) -> pa.Table:
    """Rows in columns of types of their own, also where nothing stands in them."""
    names = {name: pa.string() for name in ("sentence", "coder", "article", "kind", "part")}
    number = any(isinstance(cell["label"], float) for cell in cells)
    return pa.Table.from_pylist(cells, schema=pa.schema({**names, "label": pa.float64() if number else pa.string()}))


def the_same(rows: pa.Table, columns: LongColumns, level: str, *, annotators: bool = False) -> Numbers:
    """Fail where an engine finds other questions, or other numbers about them; return those."""
    drawn = "unit" if columns.cluster is None else "article"
    expected = {one.question: one for one in coded_questions(rows, columns, RULES[level])}
    numbers = {name: question_numbers(one, asked(one, drawn, annotators=annotators)) for name, one in expected.items()}
    for engine in ENGINES:
        found = counted_questions(on(engine, rows), columns, RULES[level])
        assert {one.question for one in found} == expected.keys()
        for one in found:
            beside = expected[one.question]
            assert one.of_annotators == beside.of_annotators
            assert {by: parts.groups for by, parts in one.by.items()} == {
                by: parts.groups for by, parts in beside.by.items()
            }
            same(question_numbers(one, asked(one, drawn, annotators=annotators)), numbers[one.question])
    return next(iter(numbers.values()))


def asked(question: CodedQuestion | CountedQuestion, drawn: str, *, annotators: bool) -> Asked:
    compared = {by: tuple((b, a) for a, b in combinations(parts.groups, 2)) for by, parts in question.by.items()}
    return Asked(resampling=Resampling(drawn, 40, annotators=annotators), compared=compared)


@st.composite
def divided_tables(draw: st.DrawFn, level: str) -> pa.Table:
    """Up to nine units by up to six annotators; ``part`` says something of units, of annotators, of rows or of none."""
    n_units, n_annotators = draw(st.integers(1, 9)), draw(st.integers(2, 6))
    group = st.sampled_from(["1", "2", "10", None])
    values = st.one_of(st.none(), st.sampled_from(VALUES.get(level, LABELS)))
    whose = draw(st.sampled_from(WHOSE))
    of_unit = draw(st.lists(group, min_size=n_units, max_size=n_units))
    of_annotator = draw(st.lists(group, min_size=n_annotators, max_size=n_annotators))
    cells = []
    for unit in range(n_units):
        for annotator in range(n_annotators):
            own = {"unit": of_unit[unit], "annotator": of_annotator[annotator], "row": draw(group), "nobody": None}
            cells.append(
                {
                    "sentence": f"s{unit}",
                    "coder": f"coder {annotator}",
                    "article": f"a{unit // 3}",
                    "kind": f"q{(unit + annotator) % 2}",
                    "label": draw(values),
                    "part": own[whose],
                }
            )
    return table(draw(st.permutations(cells)))


@pytest.mark.slow
@pytest.mark.parametrize("level", RULES)
@settings(max_examples=25)  # each of several divisions, on two engines
@given(data=st.data(), clustered=st.booleans(), several=st.booleans(), annotators=st.booleans())
def test_any_division(level: str, data: st.DataObject, *, clustered: bool, several: bool, annotators: bool) -> None:
    rows = data.draw(divided_tables(level))
    columns = replace(
        IN_ARTICLES if clustered else COLUMNS, by=("part", "article", "coder"), question="kind" if several else None
    )
    if level != "interval" or any(isinstance(value, float) for value in rows["label"].to_pylist()):
        the_same(rows, columns, level, annotators=annotators)


def row(unit: str, annotator: str, label: str | None, part: str | None) -> dict[str, Any]:
    return {"sentence": unit, "coder": annotator, "label": label, "part": part, "article": "a", "kind": "q"}


def made(whose: str) -> list[dict[str, Any]]:
    """Twelve units by six annotators who mostly agree; the part is that of the unit, of the annotator or of the row."""
    cells = []
    for unit in range(12):
        for annotator in range(6):
            label = "ab"[unit % 2] if (unit * annotator) % 7 < 4 else "c"
            part = {"unit": unit % 3, "annotator": annotator % 2, "row": (unit + annotator) % 3}[whose]
            cells.append(row(f"s{unit}", f"coder {annotator}", label, f"part {part}"))
    return cells


@pytest.mark.parametrize("annotators", [False, True])
@pytest.mark.parametrize("clustered", [False, True], ids=["units", "articles"])
@pytest.mark.parametrize("whose", ["unit", "annotator", "row"])
def test_parts_of_units_of_annotators_and_of_rows(whose: str, *, clustered: bool, annotators: bool) -> None:
    columns = replace(IN_ARTICLES if clustered else COLUMNS, by=("part",))
    cells = [{**cell, "article": f"a{place // 18}"} for place, cell in enumerate(made(whose))]
    numbers = the_same(table(cells), columns, "nominal", annotators=annotators)
    abouts = {one.about for one in numbers.estimates if one.by == "part" and one.value is not None}
    assert abouts == {"group", "difference", *(["between"] if whose == "annotator" else [])}
    assert bool(numbers.group_over_use) == (whose == "annotator")


def test_an_annotator_of_whom_only_some_rows_say_the_group_is_of_it_throughout() -> None:
    cells = [{**cell, "part": None if place % 5 == 0 else cell["part"]} for place, cell in enumerate(made("annotator"))]
    numbers = the_same(table(cells), replace(COLUMNS, by=("part",)), "nominal")
    assert numbers.n_ungrouped == {}
    assert {one.n_units for one in numbers.estimates if one.group is not None and one.about == "group"} == {12}


def test_whoever_is_in_no_group_is_counted() -> None:
    nobody = [{**cell, "part": None if cell["coder"] == "coder 5" else cell["part"]} for cell in made("annotator")]
    assert the_same(table(nobody), replace(COLUMNS, by=("part",)), "nominal").n_ungrouped == {"part": 1}
    nothing = [{**cell, "part": "" if cell["sentence"] in {"s3", "s4"} else cell["part"]} for cell in made("unit")]
    assert the_same(table(nothing), replace(COLUMNS, by=("part",)), "nominal").n_ungrouped == {"part": 2}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("part", [[1, 2, 10], [True, False, True], [0.5, 1.0, None]], ids=["int", "bool", "float"])
def test_groups_that_are_no_text(engine: str, part: list[Any]) -> None:
    rows = table(made("unit"))
    values = pa.array([part[int(name.removeprefix("part "))] for name in rows["part"].to_pylist()])
    rows = rows.set_column(rows.column_names.index("part"), "part", values)
    numbers = the_same(rows, replace(COLUMNS, by=("part",)), "nominal")
    assert numbers.n_ungrouped == ({"part": 4} if None in part else {})


def test_more_rows_of_a_group_alike_than_there_is_room_for() -> None:
    """A digit has room for 255 at first: of each group, where units lie in several."""
    cells = [
        row(f"s{unit}", f"c{n}", "ab"[n < 2 + unit], f"part {(n + unit) % 2}") for unit in range(2) for n in range(620)
    ]
    the_same(table(cells), replace(COLUMNS, by=("part",)), "nominal")


@pytest.mark.parametrize("engine", ENGINES)
def test_what_the_order_of_rows_would_decide_is_refused(engine: str) -> None:
    """In memory the row with a value stays, or the first: then, which group there is would be up to the engine."""
    columns = replace(COLUMNS, by=("part",))
    for other in ("part 2", None, ""):
        torn = table([*made("unit"), row("s0", "coder 0", None, other)])
        with pytest.raises(UsageError, match="column 'part' says several things of rows"):
            counted_questions(on(engine, torn), columns, RULES["nominal"])
    the_same(table([*made("unit"), row("s0", "coder 0", None, "part 0")]), columns, "nominal")


@pytest.mark.parametrize("engine", ENGINES)
def test_limits_are_met_before_anything_is_counted(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def counted(*_: object) -> None:
        raise AssertionError("counted")

    monkeypatch.setattr("toolkit.tables.frames.questions.counted_units", counted)
    columns = replace(COLUMNS, by=("part",))
    many = table([row(f"s{place // 2}", f"c{place % 2}", "a", f"part {place // 2}") for place in range(20_002)])
    with pytest.raises(UsageError, match="column 'part' has more than 10,000 different groups"):
        counted_questions(on(engine, many), columns, RULES["nominal"])
    crowd = table([row(f"s{place % 7}", f"c{place}", "a", f"part {place % 2}") for place in range(101)])
    with pytest.raises(UsageError, match=r"divides annotators, and .* up to 100"):
        counted_questions(on(engine, crowd), columns, RULES["nominal"])
    shared = table(
        [row(f"s{unit}", f"c{n}", f"value {unit}", f"part {(n + unit) % 3}") for unit in range(501) for n in range(3)]
    )
    with pytest.raises(UsageError, match="its groups times its values are more than 2,000"):
        counted_questions(on(engine, shared), columns, RULES["nominal"])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_group_column_that_is_not_there_is_said(engine: str) -> None:
    with pytest.raises(BadInput) as caught:
        counted_questions(on(engine, table(made("unit"))), replace(COLUMNS, by=("parts",)), RULES["nominal"])
    assert [fault.place for fault in caught.value.faults] == ["`by=parts`"]
