"""PySpark: one local session, which needs Java."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from tests.export.consumers.contract import Table, tables_of
from tests.export.consumers.page import recipe, type_names
from tests.spark import started

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def spark(workplace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A session in the folder the recipes are written for."""
    with started(workplace, tmp_path_factory.mktemp("spark")) as session:
        yield session


def test_types_and_values(tables: list[Table], spark: Any) -> None:
    for table in tables:
        frame = spark.read.parquet(str(table.path))
        rows = [row.asDict() for row in frame.collect()]
        for row in rows:  # Spark hands instants over in the local time of this process, without saying so
            row.update({name: row[name].astimezone(UTC) for name in row if _is_time(table, name) and row[name]})
        table.check(types=dict(frame.dtypes), called=type_names("Spark"), rows=rows)


def _is_time(table: Table, column: str) -> bool:
    return table.types[column].startswith("timestamp")


def test_offsets_count_from_one_in_sql_and_emojis_once(version: Path, spark: Any) -> None:
    spans = spark.read.parquet(str(version / "spans.parquet"))
    sentences = spark.read.parquet(str(version / "sentences.parquet")).selectExpr("sentence_id", "text AS sentence")
    cut = spans.join(sentences, "sentence_id").selectExpr(
        "substring(sentence, start_offset + 1, end_offset - start_offset) AS cut", "text"
    )
    found = [tuple(row) for row in cut.collect()]
    assert ("army", "army") in found
    assert all(cut == text for cut, text in found)


@pytest.mark.usefixtures("at_work", "spark")
def test_the_recipe(version: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    exec(recipe("python", "from pyspark"), names)
    (answers,) = (table for table in tables_of(version) if table.name == "answers")
    expected = Counter(
        (row["round"], row["question"], code)
        for row in answers.rows
        if row["in_agreement"] and row["level"] == "set"
        for code in row["codes"]
    )
    assert expected
    assert {tuple(row)[:-1]: row["count"] for row in names["chosen"].collect()} == expected
    assert capsys.readouterr().out.count("\n") > len(expected)
