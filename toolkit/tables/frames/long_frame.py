"""A long table on an engine: its columns under the names of what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pyarrow as pa

from toolkit.errors import BadInput, Fault
from toolkit.tables.columns import NAME_COLUMNS, missing_columns
from toolkit.tables.frames.asking import asking, is_empty, kind_of_members
from toolkit.tables.frames.list_sets import ListSets, list_sets
from toolkit.tables.rows import LongColumns

UNIT, ANNOTATOR, VALUE, QUESTION, CLUSTER = "unit", "annotator", "value", "question", "cluster"
SET = "set"
"""The lists whose words are the values, where there are such."""
_NAMED = (UNIT, ANNOTATOR, VALUE, QUESTION, CLUSTER)
_AS_TEXT = (nw.Categorical, nw.Enum, nw.Unknown)
"""What is compared as text: categories, a column of nothing but nulls, and what only the engine knows (UUIDs)."""
_VALUES = (nw.String, nw.Boolean, nw.Date, *_AS_TEXT)
_NAMES = (nw.Datetime, nw.Duration, nw.Time)
"""What units, clusters and groups may be called by, beside what can be a value."""


@dataclass(frozen=True, slots=True, eq=False)
class LongFrame:
    """The rows in columns called unit, annotator, value and, where there are such, question, cluster, by_0, by_1 …"""

    rows: nw.LazyFrame[Any]
    columns: LongColumns
    source: str
    """What faults call it: ``The table``, or a file."""
    sets: ListSets | None = None
    """What the values stand for, where they are sets in lists."""

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
        """Return whether the field of a column is empty."""
        return is_empty(self.rows, name)

    def values(self, found: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return values as the table has them: what the engine groups sets by is made for that."""
        return found if self.sets is None else self.sets.lists(found)


def long_frame(frame: nw.LazyFrame[Any], columns: LongColumns, *, source: str, sets: bool = False) -> LongFrame:
    """Return the columns of the frame that are asked for; with ``sets`` values may be lists.

    Raise BadInput with one fault for every column that is not there, or that holds what is no single value, UsageError
    on lists of more categories than an engine is asked for, and TransferIncomplete where it breaks off.
    """
    with asking():
        schema = frame.collect_schema()
    faults = missing_columns(columns.asked, schema.names())
    for name in columns.names:
        is_value = name == columns.value
        kind = schema.get(name)
        if kind is not None and (why := _cannot_be_read(kind, is_value=is_value, sets=sets and is_value)):
            faults.append(Fault(columns.asked[name], why))
    if faults:
        raise BadInput(f"{source} does not have the columns that are asked for.", faults=faults, todo=NAME_COLUMNS)
    named = [(what, name) for what in _NAMED if (name := getattr(columns, what)) is not None]
    named += [(f"by_{place}", name) for place, name in enumerate(columns.by)]
    rows = frame.select(*(_plain(nw.col(name), schema[name]).alias(what) for what, name in named))
    if kind_of_members(schema[columns.value]) is None:
        return LongFrame(rows, columns, source)
    found = list_sets(rows, VALUE, called=columns.value)
    lists = nw.col(VALUE)
    return LongFrame(rows.with_columns(lists.alias(SET), found.word(lists).alias(VALUE)), columns, source, found)


def _cannot_be_read(kind: nw.dtypes.DType, *, is_value: bool, sets: bool) -> str:
    members = kind_of_members(kind)
    if members is not None and not sets:
        return "holds lists, one field cannot be one value" + "; lists of categories are level set" * is_value
    if members is not None:
        nested = "holds lists of lists or records, which are no sets of categories"
        return nested if members.is_nested() else _cannot_be_read(members, is_value=True, sets=False)
    if kind.is_nested():
        return "holds records, one field cannot be one value"
    among = (*_VALUES, *_NAMES) if not is_value else _VALUES
    is_plain = kind in among or kind.is_numeric()
    return "" if is_plain else f"holds {kind}, which is neither text, nor numbers, nor yes and no"


def _plain(column: nw.Expr, kind: nw.dtypes.DType) -> nw.Expr:
    members = kind_of_members(kind)
    if members is not None:
        return column.cast(nw.List(nw.String if _is_compared_as_text(members) else members))
    return column.cast(nw.String) if _is_compared_as_text(kind) else column


def _is_compared_as_text(kind: nw.dtypes.DType) -> bool:
    # decimals too: whole numbers of 38 digits are many people's ids, and floating-point numbers tell 15 digits apart
    return kind in _AS_TEXT or kind.is_decimal()
