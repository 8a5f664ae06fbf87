"""Faults are found on the engine, and come back as the first hundred with their keys, and their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import narwhals as nw
import pyarrow as pa
import pytest

from tests.tables.frames.engines import COLUMNS, ENGINES, IN_ARTICLES, on, units_of
from toolkit.errors import BadInput, Fault, TransferIncomplete, UsageError
from toolkit.tables.frames.questions import counted_questions
from toolkit.tables.questions import coded_questions
from toolkit.tables.rows import LongColumns
from toolkit.tables.values import ValueRules

ROWS: list[dict[str, Any]] = [
    {"sentence": "s1", "coder": "ann", "label": "a", "article": "x"},
    {"sentence": "s1", "coder": "bo", "label": "b", "article": "x"},
    {"sentence": "s2", "coder": "ann", "label": "a", "article": "y"},
]


def faults(engine: str, rows: Sequence[Mapping[str, Any]], columns: LongColumns = COLUMNS, **given: Any) -> list[str]:
    with pytest.raises(BadInput) as caught:
        counted_questions(
            on(engine, pa.Table.from_pylist(list(rows))), columns, ValueRules(**{"level": "nominal", **given})
        )
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_kind_with_its_keys(engine: str) -> None:
    rows = [
        *ROWS,
        {"sentence": "s2", "coder": "ann", "label": "b", "article": "y"},
        {"sentence": "s3", "coder": None, "label": "a", "article": "y"},
        {"sentence": "", "coder": "cy", "label": "zz", "article": None},
    ]
    assert faults(engine, rows, IN_ARTICLES, categories=["a", "b"]) == [
        "annotator 'cy': no unit in column 'sentence'",
        "unit 's3': no annotator in column 'coder'",
        "annotator 'cy': no cluster in column 'article'",
        "annotator 'cy': 'zz' is not listed",
        "unit 's2', annotator 'ann': has 2 values",
    ]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("several_questions", [False, True])
def test_a_unit_in_two_clusters(engine: str, *, several_questions: bool) -> None:
    columns = IN_ARTICLES
    rows: list[dict[str, Any]] = [*ROWS, {"sentence": "s1", "coder": "cy", "label": None, "article": "z"}]
    if several_questions:
        columns = replace(columns, question="field")
        rows = [{**row, "field": f"q{place % 2}"} for place, row in enumerate(rows)]
    assert faults(engine, rows, columns) == ["unit 's1': is in cluster 'z', and in 'x' elsewhere"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_row_without_a_value_is_no_repeat(engine: str) -> None:
    rows = [*ROWS, {"sentence": "s1", "coder": "ann", "label": None}, {"sentence": "s1", "coder": "bo", "label": ""}]
    (found,) = counted_questions(on(engine, pa.Table.from_pylist(rows)), COLUMNS, ValueRules(level="nominal"))
    assert units_of(found).use().tolist() == [2, 1]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_hundred_are_listed_and_the_rest_counted(engine: str) -> None:
    rows = [{"sentence": f"s{unit:04}", "coder": "ann", "label": "zz"} for unit in range(1234)]
    found = faults(engine, rows, categories=["a"])
    assert len(found) == 101
    assert found[0] == "unit 's0000', annotator 'ann': 'zz' is not listed"
    assert found[-1] == "and 1,134 more"


@pytest.mark.parametrize("engine", ENGINES)
def test_numbers_that_are_no_number_are_no_value(engine: str) -> None:
    rows = [
        {"sentence": f"s{place // 2}", "coder": place % 2, "label": value}
        for place, value in enumerate([1.5, float("nan"), 2.0, 2.0])
    ]
    (found,) = counted_questions(on(engine, pa.Table.from_pylist(rows)), COLUMNS, ValueRules(level="interval"))
    assert units_of(found).domain == (1.5, 2.0)
    assert units_of(found).use().tolist() == [1, 2]


def test_columns_that_are_not_there_or_hold_no_single_value() -> None:
    table = pa.table({"sentence": ["s1"], "coder": [b"x"], "label": [["a", "b"]]})
    with pytest.raises(BadInput) as caught:
        counted_questions(on("duckdb", table), IN_ARTICLES, ValueRules(level="nominal"))
    assert [fault.place for fault in caught.value.faults] == ["`cluster=article`", "`annotator=coder`", "`value=label`"]
    assert "`value=label`: holds lists, one field cannot be one value; lists of categories are level set" in str(
        caught.value
    )
    table = table.set_column(2, "label", pa.array([[["a"], ["b"]]]))
    with pytest.raises(BadInput, match="holds lists of lists or records, which are no sets of categories"):
        counted_questions(on("duckdb", table), COLUMNS, ValueRules(level="set"))


LISTS = pa.list_(pa.string())


def of_lists(*lists: Sequence[str | None] | None) -> pa.Table:
    names = [f"s{place // 2}" for place in range(len(lists))], ["ann", "ben"] * (len(lists) // 2)
    return pa.table({"sentence": names[0], "coder": names[1], "label": pa.array(lists, LISTS)})


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_lists_that_are_no_sets_are_faults_as_in_memory(engine: str) -> None:
    table, rules = of_lists(["a", None], ["a"], ["", "b"], [], None, [None] * 2, ["b", "c"], ["a"]), "ab"
    told = []
    for read in (
        lambda: coded_questions(table, COLUMNS, ValueRules(level="set", categories=rules)),
        lambda: counted_questions(on(engine, table), COLUMNS, ValueRules(level="set", categories=rules)),
    ):
        with pytest.raises(BadInput) as caught:
            read()
        told.append(sorted(str(fault).rpartition("row ")[2].partition("unit ")[2] for fault in caught.value.faults))
    assert told[0] == told[1]
    assert [text.partition(": ")[2] for text in told[0]] == ["a category of the set is empty"] * 3 + [
        "'c' is not listed"
    ]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("n", [1, 62, 63, 130, 1000])
def test_lists_of_any_number_of_categories_and_none_more_than_are_asked_for(engine: str, n: int) -> None:
    lists = [[f"c{place}", f"c{(place * 7 + 1) % n}"] for place in range(n)]
    table = of_lists(*(one for one in lists for _ in "ab"))
    (expected,) = coded_questions(table, COLUMNS, ValueRules(level="set"))
    (found,) = counted_questions(on(engine, table), COLUMNS, ValueRules(level="set"))
    assert (found.scale, units_of(found).domain) == (expected.scale, expected.ratings.domain)
    assert units_of(found).use().tolist() == [2 * times for times in _times(lists, units_of(found).domain)]
    with pytest.raises(UsageError, match="the sets in column 'label' have more than 1,000 categories"):
        counted_questions(
            on(engine, of_lists(*[[f"d{place}"] for place in range(1002)])), COLUMNS, ValueRules(level="set")
        )


def _times(lists: list[list[str]], sets: tuple[Any, ...]) -> list[int]:
    return [sum(frozenset(one) == of for one in lists) for of in sets]


def test_too_many_values_to_be_listed() -> None:
    rows = [{"sentence": f"s{unit}", "coder": "ann", "label": f"free text {unit}"} for unit in range(2001)]
    with pytest.raises(UsageError, match="question 'label' has more than 2,000 different values"):
        counted_questions(on("polars", pa.Table.from_pylist(rows)), COLUMNS, ValueRules(level="nominal"))


def test_more_annotators_than_can_be_told_apart_are_refused_before_anything_is_counted() -> None:
    rows = [{"sentence": f"s{place % 7}", "coder": f"c{place}", "label": "ab"[place % 2]} for place in range(101)]
    frame = on("duckdb", pa.Table.from_pylist(rows))
    with pytest.raises(UsageError, match="up to 100 of them"):
        counted_questions(frame, COLUMNS, ValueRules(level="nominal"), by_annotator=True)
    (found,) = counted_questions(frame, COLUMNS, ValueRules(level="nominal"))
    assert units_of(found).n_annotators == 101


def test_an_engine_that_breaks_off_is_one_error_in_its_words() -> None:
    import duckdb

    held = duckdb.connect()
    held.execute("CREATE VIEW rows AS SELECT 's1' AS sentence, 'ann' AS coder, error('the disk is gone') AS label")
    frame: nw.LazyFrame[Any] = nw.from_native(held.table("rows")).with_columns(label=nw.col("label").cast(nw.String))
    with pytest.raises(TransferIncomplete, match=r"the engine broke off: .*the disk is gone"):
        counted_questions(frame, COLUMNS, ValueRules(level="nominal"))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_column_of_nothing_but_nulls_holds_no_answer(engine: str) -> None:
    table = pa.table({"sentence": ["s1", "s1"], "coder": ["x", "y"], "label": pa.nulls(2)})
    (found,) = counted_questions(on(engine, table), COLUMNS, ValueRules(level="nominal"))
    assert (found.scale, units_of(found).n_annotators) == ((), 0)


def test_what_only_the_engine_knows_is_compared_as_text() -> None:
    import duckdb

    held = duckdb.connect()
    pairs = "(SELECT uuid() u FROM range(3)), (VALUES ('ana'), ('ben')) t(a)"
    held.execute(f"CREATE TABLE t AS SELECT u AS sentence, a AS coder, 'x' AS label FROM {pairs}")
    (found,) = counted_questions(nw.from_native(held.table("t")), COLUMNS, ValueRules(level="nominal"))
    assert units_of(found).patterns(as_codes=False).weights.tolist() == [3]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_ids_of_38_digits_stay_apart(engine: str) -> None:
    ids = [Decimal(10**37 + place // 2) for place in range(8)]
    kind = pa.decimal128(38, 0)
    table = pa.table({"sentence": pa.array(ids, kind), "coder": ["x", "y"] * 4, "label": list("aabbabab")})
    (found,) = counted_questions(on(engine, table), COLUMNS, ValueRules(level="nominal"))
    assert units_of(found).patterns(as_codes=False).weights.tolist() == [1, 2, 1]
    amounts = pa.table(
        {"sentence": ["s"] * 3, "coder": list("xyz"), "label": pa.array([Decimal("1.50"), Decimal("1.5"), Decimal(2)])}
    )
    (found,) = counted_questions(on(engine, amounts), COLUMNS, ValueRules(level="interval"))
    assert units_of(found).domain == (1.5, 2.0)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_question_nobody_answered_is_a_question(engine: str) -> None:
    rows = [
        {**row, "field": field, "label": row["label"] if field == "kind" else None}
        for row in ROWS
        for field in ("kind", "tone")
    ]
    found = counted_questions(
        on(engine, pa.Table.from_pylist(rows)), replace(COLUMNS, question="field"), ValueRules(level="nominal")
    )
    assert [(one.question, units_of(one).n_annotators) for one in found] == [("kind", 2), ("tone", 0)]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_more_rows_of_a_unit_than_the_highest_digit_has_room_for(engine: str) -> None:
    n = 40_000
    table = pa.table(
        {"sentence": ["s"] * n, "coder": [f"c{place}" for place in range(n)], "label": ["g"] * (n - 6) + list("abcdef")}
    )
    (found,) = counted_questions(on(engine, table), COLUMNS, ValueRules(level="nominal"))
    assert units_of(found).use().tolist() == [1] * 6 + [n - 6]


def test_rows_that_change_meanwhile_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    held = duckdb.connect()
    held.execute("CREATE TABLE rows AS SELECT 's1' AS sentence, 'ann' AS coder, 'a' AS label")

    def looked_for(_: object) -> list[Fault]:
        held.execute("INSERT INTO rows VALUES ('s2', 'ann', 'a')")
        return []

    monkeypatch.setattr("toolkit.tables.frames.questions.repeats", looked_for)
    with pytest.raises(TransferIncomplete, match=r"changed while they were counted: answers to 'label' were 1, then 2"):
        counted_questions(nw.from_native(held.table("rows")), COLUMNS, ValueRules(level="nominal"))


def test_a_unit_in_two_clusters_where_nobody_answered() -> None:
    rows = [{"sentence": "s1", "coder": coder, "label": None, "article": coder} for coder in "xy"]
    assert faults("duckdb", rows, IN_ARTICLES) == ["unit 's1': is in cluster 'y', and in 'x' elsewhere"]


def test_two_thousand_values_and_a_missing_one() -> None:
    rows = [{"sentence": f"s{unit}", "coder": "ann", "label": f"{unit}"} for unit in range(2000)]
    table = pa.Table.from_pylist([*rows, {"sentence": "t", "coder": "ann", "label": "unclear"}])
    (found,) = counted_questions(on("polars", table), COLUMNS, ValueRules(level="nominal", missing=["unclear"]))
    assert len(found.scale) == 2000


@pytest.mark.parametrize("engine", ENGINES)
def test_units_may_be_called_by_instants(engine: str) -> None:
    when = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 1, 2, 2)]
    table = pa.table({"sentence": when, "coder": ["x", "y"] * 2, "label": list("aaab")})
    (found,) = counted_questions(on(engine, table), COLUMNS, ValueRules(level="nominal"))
    assert units_of(found).patterns(as_codes=False).n_units == 2
