"""Spans of a long table: who marked what, who marked nothing, and every row that cannot be so."""

from __future__ import annotations

import random
from dataclasses import replace

import pyarrow as pa
import pytest

from toolkit.agreement.ratings import MISSING
from toolkit.errors import BadInput, UsageError
from toolkit.tables.rows import LongColumns
from toolkit.tables.spans import coded_spans

COLUMNS = LongColumns(unit="unit", annotator="annotator", value="label", start="start", end="end", length="length")
NAMES = ("unit", "annotator", "label", "start", "end", "length")

Row = tuple[object, ...]

ROWS: list[Row] = [
    ("s2", "bo", "Source", 4, 9, 40),
    ("s2", "bo", "Claim", 0, 40, 40),
    ("s2", "ann", None, None, None, 40),
    ("s1", "ann", "Source", 0, 1, 7),
]


def table_of(rows: list[Row], *, text: bool = False) -> pa.Table:
    columns = {name: [row[place] for row in rows] for place, name in enumerate(NAMES)}
    if text:
        columns = {
            name: [None if field is None else str(field) for field in column] for name, column in columns.items()
        }
    return pa.table(columns)


def faults_of(rows: list[Row], **how: list[str]) -> list[str]:
    with pytest.raises(BadInput) as refused:
        coded_spans(table_of(rows, text=True), COLUMNS, categories=how.get("categories", []))
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize("text", [False, True])
def test_one_entry_for_each_annotator_and_unit(text: bool) -> None:
    (found,) = coded_spans(table_of(ROWS, text=text), COLUMNS)
    assert found.question == "label"
    assert found.labels == ("Claim", "Source")
    assert found.units == ("s1", "s2", "s2")
    assert found.annotators == ("ann", "ann", "bo")
    assert found.marks == ((("Source", 0, 1),), (), (("Claim", 0, 40), ("Source", 4, 9)))
    assert found.lengths == (7, 40, 40)
    assert found.clusters is None


def test_positions_written_as_floating_point_numbers() -> None:
    table = table_of(ROWS)
    for name in ("start", "end"):
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].cast(pa.float64()).fill_null(float("nan")))
    assert coded_spans(table, COLUMNS)[0].marks == coded_spans(table_of(ROWS), COLUMNS)[0].marks


def test_the_order_of_rows_says_nothing() -> None:
    rows = list(ROWS)
    random.Random(2).shuffle(rows)
    first, second = coded_spans(table_of(ROWS), COLUMNS)[0], coded_spans(table_of(rows), COLUMNS)[0]
    assert (first.units, first.annotators, first.marks) == (second.units, second.annotators, second.marks)


def test_questions_and_clusters() -> None:
    table = table_of(ROWS).append_column("question", pa.array(["b", "b", "b", "a"]))
    table = table.append_column("article", pa.array(["B", "B", "B", "A"]))
    columns = LongColumns(
        unit="unit", annotator="annotator", value="label", question="question", cluster="article", start="start",
        end="end", length="length",
    )  # fmt: skip
    found = coded_spans(table, columns, categories=["Source", "Claim"])
    assert [spans.question for spans in found] == ["b", "a"]
    assert [spans.units for spans in found] == [("s2", "s2"), ("s1",)]
    assert [spans.clusters for spans in found] == [("B", "B"), ("A",)]
    assert found[1].labels == ("Source", "Claim")


def test_all_faults_of_the_rows_are_listed() -> None:
    rows: list[Row] = [
        ("s1", "ann", "Source", 3, 3, 10),
        ("s1", "ann", "Source", 3, 11, 10),
        ("s1", "ann", "Source", -1, 2, 10),
        ("s1", "ann", "Source", "2.5", 3, 10),
        ("s1", "ann", "Source", 2, None, 10),
        ("s1", "ann", None, 2, 3, 10),
        ("s1", "ann", "Source", None, None, 10),
        ("s1", "bo", "Saurce", 2, 3, 10),
        ("s1", "bo", "Source", 2, 3, 11),
        ("s1", "bo", "Source", 2, 3, None),
        (None, "bo", "Source", 2, 3, 10),
        ("s1", None, "Source", 2, 3, 10),
    ]
    faults = faults_of(rows, categories=["Source"])
    expected = {
        "row 1": "begin before it ends",
        "row 2": "within the 10 characters",
        "row 3": "whole numbers",
        "row 4": "whole numbers",
        "row 5": "both be given",
        "row 6": "without a label",
        "row 7": "without a start",
        "row 8": "'Saurce' is not listed",
        "row 9": "length 11, and 10 in a row before",
        "row 10": "no length",
        "row 11": "no unit",
        "row 12": "no annotator",
    }
    for place, said in expected.items():
        assert any(fault.startswith(f"{place}: ") and said in fault for fault in faults), (place, said)
    contradicted = [fault for fault in faults if "nothing marked" in fault]
    assert [fault.partition(":")[0] for fault in contradicted] == ["row 7"]
    assert len(faults) == len(expected) + len(contradicted)


def test_spans_need_their_columns() -> None:
    with pytest.raises(UsageError, match="start, end and length"):
        coded_spans(table_of(ROWS), LongColumns(unit="unit", annotator="annotator", value="label", start="start"))
    with pytest.raises(BadInput, match="begin"):
        coded_spans(
            table_of(ROWS),
            LongColumns(unit="unit", annotator="annotator", value="label", start="begin", end="end", length="length"),
        )


def test_a_table_without_rows_has_no_spans() -> None:
    (found,) = coded_spans(table_of([]), COLUMNS)
    assert (found.units, found.marks, found.labels) == ((), (), ())


BY = replace(COLUMNS, by=("round", "wave"))


def test_groups_run_beside_the_entries() -> None:
    table = table_of(ROWS).append_column("round", pa.array([10, 10, 2, 10]))
    table = table.append_column("wave", pa.array(["a", "a", None, "a"]))
    (found,) = coded_spans(table, BY)
    assert (found.units, found.annotators) == (("s1", "s2", "s2"), ("ann", "ann", "bo"))
    assert found.by["round"].groups == ("2", "10")
    assert found.by["round"].group.tolist() == [1, 0, 1]
    assert found.by["wave"].groups == ("a",)
    assert found.by["wave"].group.tolist() == [0, MISSING, 0]


def test_groups_that_differ_within_an_annotators_unit_are_listed() -> None:
    table = table_of([ROWS[0], ROWS[1], ROWS[0], ROWS[2], ROWS[3]])
    table = table.append_column("round", pa.array([1, 2, 1, 2, 1]))
    table = table.append_column("wave", pa.array(["a", "a", None, None, "b"]))
    with pytest.raises(BadInput) as refused:
        coded_spans(table, BY)
    assert [str(fault) for fault in refused.value.faults] == [
        "row 2: unit 's2', annotator 'bo': '2' in column 'round', and '1' in row 1",
        "row 3: unit 's2', annotator 'bo': nothing in column 'wave', and 'a' in row 1",
    ]


@pytest.mark.parametrize("categories", [["Claim", "Claim"], ["Claim", ""]])
def test_labels_are_listed_once_and_by_a_name(categories: list[str]) -> None:
    with pytest.raises(UsageError, match="listed"):
        coded_spans(table_of(ROWS), COLUMNS, categories=categories)


WITH_IDS = replace(COLUMNS, span_id="span")


def with_ids(rows: list[Row], ids: list[object]) -> pa.Table:
    return table_of(rows).append_column("span", pa.array(ids, pa.string()))


def test_rows_with_one_id_are_one_span() -> None:
    """Within an annotator and unit: elsewhere the same id is another span, and none is a span by itself."""
    rows: list[Row] = [
        ("s1", "ann", "Claim", 8, 9, 20),
        ("s1", "ann", "Claim", 5, 6, 20),
        ("s1", "ann", "Claim", 0, 2, 20),
        ("s1", "ann", "Claim", 10, 12, 20),
        ("s1", "bo", "Claim", 0, 2, 20),
        ("s2", "bo", None, None, None, 9),
    ]
    (found,) = coded_spans(with_ids(rows, ["1", None, "1", None, "1", None]), WITH_IDS)
    starts = [[start for _, start, _ in marks] for marks in found.marks]
    assert starts == [[0, 5, 8, 10], [0], []]
    assert found.decisions is not None
    assert [list(numbers) for numbers in found.decisions] == [[0, 1, 0, 2], [0], []]


def test_faults_of_ids_of_spans() -> None:
    rows: list[Row] = [
        ("s1", "ann", "Claim", 0, 2, 20),
        ("s1", "ann", "Source", 5, 6, 20),
        ("s1", "bo", None, None, None, 20),
    ]
    with pytest.raises(BadInput) as refused:
        coded_spans(with_ids(rows, ["1", "1", "2"]), WITH_IDS)
    assert [str(fault) for fault in refused.value.faults] == [
        "row 3: unit 's1', annotator 'bo': an id of a span, and no span",
        "row 2: unit 's1', annotator 'ann': label 'Source', and 'Claim' in row 1, of the same span",
    ]
