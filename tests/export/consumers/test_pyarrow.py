"""PyArrow: the rows all other readers are held to, and data sets made of several versions."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset
import pytest

from tests.export.consumers.contract import Row, Table, tables_of
from tests.export.consumers.page import recipe
from tests.loop.test_answers import PARTY
from toolkit.export.contract.schema import table_schemas

pytestmark = pytest.mark.slow

ds: Any = pyarrow.dataset

TYPES = {
    "string": pa.string(),
    "bool": pa.bool_(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "list<string>": pa.list_(pa.field("element", pa.string())),
    "date32[day]": pa.date32(),
    "timestamp[us, UTC]": pa.timestamp("us", "UTC"),
}


def test_every_table_has_its_columns_types_and_rows(tables: list[Table]) -> None:
    assert {table.name for table in tables} == table_schemas().keys()
    assert {each for table in tables for each in table.types.values()} == TYPES.keys()
    for table in tables:
        found = ds.dataset(table.path, format="parquet").to_table()
        types = {field.name: str(field.type) for field in found.schema}
        table.check(types=types, called=lambda _, arrow: str(TYPES[arrow]), rows=found.to_pylist())


def test_what_was_coded_is_what_is_read(version: Path) -> None:
    """By hand, from what the study was made of: the other readers must find the same rows."""
    rows = {table.name: table.rows for table in tables_of(version)}

    def one(table: str, annotation_id: str | None = None, **key: object) -> Row:
        if annotation_id is not None:  # it begins with the study
            key["annotation_id"] = f"{rows['articles'][0]['study_id']}-{annotation_id}"
        (row,) = (row for row in rows[table] if key.items() <= row.items())
        return row

    later = one("annotations", annotation_id="old-100")
    assert later["created_at"] == datetime(2026, 3, 1, 9, 0, 0, 250000, tzinfo=UTC)
    assert (later["seconds_spent"], later["from_prediction"], later["not_asked"]) == (None, True, [])
    assert one("annotations", annotation_id="old-99")["seconds_spent"] == 12.5
    assert sorted(one("annotations", annotation_id="old-105")["not_asked"]) == ["doubt", "mood", "zeal"]
    note = one("answers", annotation_id="old-99", question="note")
    assert (note["text"], note["code"], note["codes"], note["number"]) == ("naïve 🙂\ntwo lines", None, None, None)
    assert one("answers", annotation_id="old-100", question="topics")["codes"] == []
    assert one("answers", annotation_id="old-101", question="gate")["code"] == "broken"
    start = PARTY.index("army")
    for label in ("Source", "Cue"):
        span = one("spans", annotation_id="old-100", label=label)
        assert (span["start_offset"], span["end_offset"], span["text"]) == (start, start + 4, "army")
    assert one("articles", article_id="a")["outlet"] == "Daily"
    assert one("articles", article_id="p")["outlet"] is None
    assert one("sentences", sentence_id="p-1")["text"] == PARTY


def test_only_the_asked_columns_and_rows_are_read(version: Path) -> None:
    answers = ds.dataset(version / "answers.parquet", format="parquet")
    wanted = (ds.field("round") == "main") & ds.field("in_agreement") & ds.field("number").is_valid()
    found = answers.to_table(columns=["sentence_id", "number"], filter=wanted)
    all_rows = answers.to_table().to_pylist()
    assert found.to_pylist() == [
        {"sentence_id": row["sentence_id"], "number": row["number"]}
        for row in all_rows
        if row["round"] == "main" and row["in_agreement"] and row["number"] is not None
    ]
    assert 0 < found.num_rows < len(all_rows)


@pytest.mark.usefixtures("at_work")
def test_the_newest_version_is_found() -> None:
    names: dict[str, Any] = {}
    exec(recipe("python", "latest.json"), names)
    assert names["newest"] == Path("exports/STUDY/v2")


@pytest.mark.usefixtures("at_work")
def test_the_recipe(workplace: Path) -> None:
    names: dict[str, Any] = {}
    exec(recipe("python", "pyarrow.dataset"), names)
    expected = Counter(
        (f"exports/STUDY/{number}/answers.parquet", row["round"], row["code"])
        for number in ("v1", "v2")
        for table in tables_of(workplace / "exports" / "STUDY" / number)
        if table.name == "answers"
        for row in table.rows
        if row["in_agreement"] and row["question"] == "gate"
    )
    found = names["counts"].to_pylist()
    assert {(row["__filename"], row["round"], row["code"]): row["count_all"] for row in found} == expected
