"""DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.export.consumers.contract import Table, tables_of
from tests.export.consumers.page import recipe, type_names

pytestmark = pytest.mark.slow


@pytest.fixture(params=["UTC", "America/New_York"])
def connection(request: pytest.FixtureRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session; an instant is the same in whichever time zone it is shown."""
    with duckdb.connect() as opened:
        opened.execute(f"SET TimeZone = '{request.param}'")
        yield opened


def test_types_and_values(tables: list[Table], connection: duckdb.DuckDBPyConnection) -> None:
    for table in tables:
        described = connection.execute(f"DESCRIBE SELECT * FROM '{table.path}'").fetchall()
        rows = connection.sql(f"SELECT * FROM '{table.path}'").to_arrow_table().to_pylist()
        table.check(types={row[0]: row[1] for row in described}, called=type_names("DuckDB"), rows=rows)


@pytest.mark.usefixtures("at_work")
def test_the_recipe(version: Path, connection: duckdb.DuckDBPyConnection) -> None:
    rows = {table.name: table.rows for table in tables_of(version)}
    sentences = {row["sentence_id"]: row for row in rows["sentences"]}
    expected = [
        (sentence["text"], span["annotator"], span["label"], span["text"], span["text"])
        for span in rows["spans"]
        for sentence in [sentences.get(span["sentence_id"])]
        if sentence is not None
    ]
    found = connection.execute(recipe("sql", "SELECT")).fetchall()
    assert any("🎉" in row[0] for row in found)
    assert sorted(found) == sorted(expected)
