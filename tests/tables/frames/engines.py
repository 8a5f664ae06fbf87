"""Engines that hold a table, and tables to be held."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pyarrow as pa
import pytest

from toolkit.agreement.analysis import Numbers
from toolkit.agreement.coded_question import CountedQuestion
from toolkit.agreement.counted_units import CountedUnits
from toolkit.agreement.diagnosis.group_over_use import GroupOverUse
from toolkit.agreement.estimate import Estimate
from toolkit.tables.rows import LongColumns

ROUNDING = 1e-12

ENGINES: dict[str, Callable[[pa.Table], Any]] = {
    "polars": lambda table: pl.from_arrow(table).lazy(),  # type: ignore[union-attr]  # a table makes a frame
    "duckdb": duckdb.from_arrow,
    "pandas": lambda table: table.to_pandas(),
    "pyarrow": lambda table: table,
}
COLUMNS = LongColumns(unit="sentence", annotator="coder", value="label")
IN_ARTICLES = LongColumns(unit="sentence", annotator="coder", value="label", cluster="article")


def on(engine: str, table: pa.Table) -> nw.LazyFrame[Any]:
    """Return the table on an engine."""
    frame: nw.LazyFrame[Any] = nw.from_native(ENGINES[engine](table)).lazy()
    return frame


def long_table(design: Sequence[Sequence[Hashable | None]], *, shuffled: int | None = None) -> pa.Table:
    """Return a units × annotators table row by row, three units an article; ``shuffled`` by this seed."""
    rows = [
        {"sentence": f"s{unit}", "coder": f"coder {annotator}", "label": value, "article": f"a{unit // 3}"}
        for unit, row in enumerate(design)
        for annotator, value in enumerate(row)
    ]
    table = pa.Table.from_pylist(rows)
    if shuffled is None:
        return table
    import numpy as np

    return table.take(pa.array(np.random.default_rng(shuffled).permutation(len(table))))


def units_of(question: CountedQuestion) -> CountedUnits:
    """Return the units of a question that was counted, and not added up."""
    assert isinstance(question.units, CountedUnits)
    return question.units


def in_lists(table: pa.Table, separator: str) -> pa.Table:
    """Return the same table with its labels, sets as text, as lists of categories; members in any order, and twice."""
    sets = []
    for place, text in enumerate(table["label"].to_pylist()):
        members = None if text is None else [] if text == separator else text.split(separator)
        sets.append(members[::-1] + members[:1] if members and place % 2 else members)
    lists = pa.array(sets, pa.list_(pa.string()))
    return table.set_column(table.column_names.index("label"), "label", lists)


def same(found: Numbers, expected: Numbers) -> None:
    """Fail where numbers differ by more than rounding."""
    bare = [replace(one, estimates=(), group_over_use=()) for one in (found, expected)]
    assert bare[0] == bare[1]
    for use, other_use in zip(found.group_over_use, expected.group_over_use, strict=True):
        same_fields(use, other_use)
    assert len(found.estimates) == len(expected.estimates)
    for one, other in zip(found.estimates, expected.estimates, strict=True):
        same_fields(one, other)


def same_fields(one: Estimate | GroupOverUse, other: Estimate | GroupOverUse) -> None:
    """Fail where a field of one record differs from the other's by more than rounding."""
    for name in type(one).__dataclass_fields__:
        left, right = getattr(one, name), getattr(other, name)
        if isinstance(left, float | dict):
            assert left == pytest.approx(right, abs=ROUNDING), (one, name)
        else:
            assert left == right, (one, name)
