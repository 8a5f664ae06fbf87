"""Tables of other libraries as Arrow tables, and Arrow tables as data frames: types are kept exactly both ways."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, filterwarnings

import pandas as pd
import pyarrow as pa

from toolkit.errors import BadInput, Fault
from toolkit.tables.columns import missing_columns

if TYPE_CHECKING:
    import narwhals as nw


def arrow_table(frame: Any, asked: Mapping[str, str]) -> pa.Table:
    """Return the columns of a frame that are asked for, each once.

    ``frame`` is of pandas, Polars or PyArrow, or anything else with ``__arrow_c_stream__`` (a DuckDB relation).
    ``asked`` says of each column how it was asked for. Raise ``TypeError`` on what is no table, and ``BadInput`` on
    columns that are not there, or that hold values no column of a table can.
    """
    if isinstance(frame, pd.DataFrame):
        _check(asked, list(frame.columns))
        return pa.table({name: _of_pandas(name, frame[name]) for name in asked})
    if not isinstance(frame, pa.Table) and not hasattr(frame, "__arrow_c_stream__"):
        hint = ": collect it first, or install intercoder[engines]" if hasattr(frame, "collect") else ""
        raise TypeError(f"{type(frame).__name__} is no table of pandas, Polars or PyArrow{hint}")
    table = frame if isinstance(frame, pa.Table) else pa.table(frame)
    _check(asked, table.column_names)
    return pa.table({name: _plain(table[name]) for name in asked})


def lazy_frame(frame: Any) -> nw.LazyFrame[Any] | None:
    """Return the frame as narwhals has it where an engine holds its rows; None where it does not, or no narwhals is
    there.
    """
    if isinstance(frame, pd.DataFrame | pa.Table) or find_spec("narwhals") is None:
        return None
    import narwhals as nw  # noqa: PLC0415 - an extra

    with catch_warnings():
        filterwarnings("ignore", message="(?s).*narwhals-")  # where a backend could have a package of its own one day
        found = nw.from_native(frame, pass_through=True)
    return found if isinstance(found, nw.LazyFrame) else None


def pandas_frame(table: pa.Table) -> pd.DataFrame:
    """Return the table as a data frame of pandas whose columns keep their Arrow types: integers stay so beside
    nulls.
    """
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def _check(asked: Mapping[str, str], present: list[Any]) -> None:
    faults = missing_columns(asked, [name for name in present if isinstance(name, str)])
    faults += [
        Fault(place, "there are several columns of this name")
        for name, place in asked.items()
        if present.count(name) > 1
    ]
    if faults:
        raise BadInput("the table does not have what was asked for", faults=faults, todo="Name columns it has.")


def _of_pandas(name: str, column: Any) -> pa.ChunkedArray:
    try:
        return _plain(pa.chunked_array([pa.Array.from_pandas(column)]))
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as problem:
        raise BadInput(
            f"column {name!r} holds values of several kinds, or of one that no table has.",
            todo="Make them all text, or all numbers, first.",
        ) from problem


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column without what is only another way to store it: views, dictionaries."""
    if isinstance(column, pa.Array):
        column = pa.chunked_array([column])
    if pa.types.is_dictionary(column.type):
        column = pa.chunked_array([_spelled(chunk) for chunk in column.chunks], column.type.value_type)
    plain = _plain_type(column.type)
    return column if plain == column.type else column.cast(plain)


def _spelled(chunk: pa.DictionaryArray) -> pa.Array:
    values = chunk.dictionary.cast(_plain_type(chunk.dictionary.type))  # views cannot be taken from
    return pa.DictionaryArray.from_arrays(chunk.indices, values).dictionary_decode().cast(chunk.dictionary.type)


def _plain_type(type_: pa.DataType) -> pa.DataType:
    if pa.types.is_string_view(type_):
        return pa.large_string()
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        make = pa.list_ if pa.types.is_list(type_) else pa.large_list
        return make(_plain_type(type_.value_type))
    return type_
