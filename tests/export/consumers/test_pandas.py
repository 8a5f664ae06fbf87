"""pandas, with Arrow's types and with its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.export.consumers.contract import Row, Table, tables_of
from tests.export.consumers.page import recipe, type_names

pytestmark = pytest.mark.slow

OWN = {
    "bool": "bool",
    "int32": "int32",
    "int64": "int64",
    "double": "float64",
    "list<string>": "object",
    "date32[day]": "object",
    "timestamp[us, UTC]": "datetime64[us, UTC]",
}
"""What pandas makes of a column without nulls unless it is asked for Arrow types; strings depend on its version."""

OWN_WITH_NULLS = {**OWN, "bool": "object", "int32": "float64", "int64": "float64"}


def test_arrow_types(tables: list[Table]) -> None:
    for table in tables:
        frame = pd.read_parquet(table.path, dtype_backend="pyarrow")
        types = {str(name): str(kind) for name, kind in frame.dtypes.items()}
        table.check(types=types, called=type_names("pandas"), rows=_rows(frame))


def test_its_own_types(tables: list[Table]) -> None:
    text = "str" if int(pd.__version__.partition(".")[0]) >= 3 else "object"
    for table in tables:
        frame = pd.read_parquet(table.path)
        types = {str(name): str(kind) for name, kind in frame.dtypes.items()}

        def called(name: str, arrow: str, table: Table = table) -> str:
            return ({**OWN_WITH_NULLS, "string": text} if table.has_nulls(name) else {**OWN, "string": text})[arrow]

        table.check(types=types, called=called, rows=_rows(frame))


def _rows(frame: pd.DataFrame) -> list[Row]:
    """Rows of plain values; every kind of missing value is None."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> object:
    if isinstance(value, np.ndarray | list):
        return list(value)
    if pd.isna(value):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


@pytest.mark.usefixtures("at_work")
def test_the_recipe(version: Path) -> None:
    names: dict[str, Any] = {}
    exec(recipe("python", "import pandas"), names)
    (answers,) = (table for table in tables_of(version) if table.name == "answers")
    expected = Counter(
        (row["round"], row["question"], row["code"]) for row in answers.rows if row["in_agreement"] and row["code"]
    )
    assert names["counts"].to_dict() == expected
