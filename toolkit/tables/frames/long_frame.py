"""A long table on an engine: its columns under the names of what they hold, and how an answer is brought back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pyarrow as pa

from toolkit.errors import BadInput, Fault, IntercoderError, TransferIncomplete
from toolkit.tables.columns import NAME_COLUMNS, missing_columns
from toolkit.tables.rows import LongColumns

UNIT, ANNOTATOR, VALUE, QUESTION, CLUSTER = "unit", "annotator", "value", "question", "cluster"
_NAMED = (UNIT, ANNOTATOR, VALUE, QUESTION, CLUSTER)
_AS_TEXT = (nw.Categorical, nw.Enum, nw.Unknown)
"""What is compared as text: categories, a column of nothing but nulls, and what only the engine knows (UUIDs)."""
_VALUES = (nw.String, nw.Boolean, nw.Date, *_AS_TEXT)
_NAMES = (nw.Datetime, nw.Duration, nw.Time)
"""What units, clusters and groups may be called by, beside what can be a value."""


_INTERRUPTED = "Query interrupted"
"""What DuckDB raises where somebody presses Ctrl-C, as an error of its own; other engines leave that to Python."""


@dataclass(frozen=True, slots=True, eq=False)
class LongFrame:
    """The rows in columns called unit, annotator, value and, where there are such, question, cluster, by_0, by_1 …"""

    rows: nw.LazyFrame[Any]
    columns: LongColumns
    source: str
    """What faults call it: ``The table``, or a file."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Whose answer a row is, and to what."""
        return tuple(name for name in (UNIT, ANNOTATOR, QUESTION) if name in self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns there are."""
        return tuple(name for name in _NAMED if getattr(self.columns, name) is not None)

    def column_of(self, by: str) -> str:
        """Return what a column of ``by`` is called: it may be another one as well."""
        return f"by_{self.columns.by.index(by)}"

    def answered(self) -> nw.LazyFrame[Any]:
        """Return the rows with a value."""
        return self.rows.filter(~self.is_empty(VALUE))

    def is_empty(self, name: str) -> nw.Expr:
        """Return whether the field of a column is empty: null, an empty text, or NaN."""
        column, kind = nw.col(name), self.rows.collect_schema()[name]
        empty = column.is_null()
        if kind == nw.String:
            return empty | (column == "").fill_null(False)  # noqa: FBT003 - the value filled in
        return empty | column.is_nan().fill_null(False) if kind.is_float() else empty  # noqa: FBT003


def long_frame(frame: nw.LazyFrame[Any], columns: LongColumns, *, source: str) -> LongFrame:
    """Return the columns of the frame that are asked for.

    Raise BadInput with one fault for every column that is not there, or that holds what is no single value, and
    TransferIncomplete where the engine breaks off.
    """
    with asking():
        schema = frame.collect_schema()
    faults = missing_columns(columns.asked, schema.names())
    for name in columns.names:
        kind = schema.get(name)
        if kind is not None and (why := _cannot_be_read(kind, is_value=name == columns.value)):
            faults.append(Fault(columns.asked[name], f"holds {kind}, which {why}"))
    if faults:
        raise BadInput(f"{source} does not have the columns that are asked for.", faults=faults, todo=NAME_COLUMNS)
    named = [(what, name) for what in _NAMED if (name := getattr(columns, what)) is not None]
    named += [(f"by_{place}", name) for place, name in enumerate(columns.by)]
    chosen = [_plain(nw.col(name), schema[name]).alias(what) for what, name in named]
    return LongFrame(frame.select(*chosen), columns, source)


def _cannot_be_read(kind: nw.dtypes.DType, *, is_value: bool) -> str:
    if kind.is_nested():
        return "can be read in memory only: collect the table first"
    among = (*_VALUES, *_NAMES) if not is_value else _VALUES
    return "" if kind in among or kind.is_numeric() else "is neither text, nor numbers, nor yes and no"


def _plain(column: nw.Expr, kind: nw.dtypes.DType) -> nw.Expr:
    # decimals too: whole numbers of 38 digits are many people's ids, and floating-point numbers tell 15 digits apart
    return column.cast(nw.String) if kind in _AS_TEXT or kind.is_decimal() else column


def collected(frame: nw.LazyFrame[Any]) -> pa.Table:
    """Return what the engine finds, as an Arrow table.

    Raise TransferIncomplete where it breaks off, in its own words.
    """
    with asking():
        wanted = frame.collect_schema().names()
        return frame.collect(backend="pyarrow").to_native().select(wanted)


@contextmanager
def asking(*, of: type[Exception] = Exception) -> Iterator[None]:
    """Raise TransferIncomplete where an engine breaks off: every engine has errors ``of`` its own."""
    try:
        yield
    except IntercoderError:
        raise
    except of as problem:
        said = str(problem).strip().splitlines() or [type(problem).__name__]
        if said[0] == _INTERRUPTED:
            raise KeyboardInterrupt from problem
        raise TransferIncomplete(
            f"the engine broke off: {said[0]}", todo="Nothing was written. Look after the engine, and run it again."
        ) from problem


def whole_numbers(table: pa.Table, names: Sequence[str]) -> list[int]:
    """Return the fields of a table of one row as integers: engines sum into types of their own."""
    return [int(table[name][0].as_py() or 0) for name in names]


def number_of(rows: nw.LazyFrame[Any]) -> int:
    """Return how many rows there are."""
    return whole_numbers(collected(rows.select(nw.len().alias("n"))), ["n"])[0]
