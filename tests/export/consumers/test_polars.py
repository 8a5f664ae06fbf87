"""Polars, eager and lazy."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.export.consumers.contract import Table, tables_of
from tests.export.consumers.page import recipe, type_names

pytestmark = pytest.mark.slow


def test_eager(tables: list[Table]) -> None:
    for table in tables:
        frame = pl.read_parquet(table.path)
        types = {name: str(kind) for name, kind in frame.schema.items()}
        table.check(types=types, called=type_names("Polars"), rows=frame.to_dicts())


def test_lazy(tables: list[Table]) -> None:
    for table in tables:
        scan = pl.scan_parquet(table.path)
        types = {name: str(kind) for name, kind in scan.collect_schema().items()}
        table.check(types=types, called=type_names("Polars"), rows=scan.collect().to_dicts())


@pytest.mark.usefixtures("at_work")
def test_the_recipe(version: Path) -> None:
    names: dict[str, Any] = {}
    exec(recipe("python", "import polars"), names)
    rows = {table.name: table.rows for table in tables_of(version)}
    texts = {row["sentence_id"]: row["text"] for row in rows["sentences"]}
    codes = defaultdict(set)
    for row in rows["answers"]:
        if row["in_agreement"] and row["code"] is not None:
            codes[row["round"], row["sentence_id"], row["question"]].add(row["code"])
    expected = {(*key, len(found), texts[key[1]]) for key, found in codes.items() if len(found) > 1}
    assert expected
    assert set(names["disputed"].collect().rows()) == expected
