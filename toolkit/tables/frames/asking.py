"""An engine is asked: in expressions every one of them has, and what it answers is brought back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import narwhals as nw
import pyarrow as pa

from toolkit.errors import IntercoderError, TransferIncomplete

COLLECT_IT = "Collect the table into memory first."
"""What to do where an engine cannot."""

_INTERRUPTED = "Query interrupted"
"""What DuckDB raises where somebody presses Ctrl-C, as an error of its own; other engines leave that to Python."""


def is_empty(rows: nw.LazyFrame[Any], name: str) -> nw.Expr:
    """Return whether the field of a column is empty: null, an empty text, or NaN."""
    column, kind = nw.col(name), rows.collect_schema()[name]
    empty = column.is_null()
    if kind == nw.String:
        return empty | surely(column == "")
    return empty | surely(column.is_nan()) if kind.is_float() and _has_nan(rows) else empty


def surely(condition: nw.Expr) -> nw.Expr:
    """Return whether the condition holds: where a field is null, it does not."""
    return condition.fill_null(False)  # noqa: FBT003 - the value filled in


def _has_nan(rows: nw.LazyFrame[Any]) -> bool:
    """Whether the engine can be asked for NaN: databases that have none, like SQLite, cannot through Ibis."""
    if not rows.implementation.is_ibis():
        return True
    from ibis.expr.operations import IsNan

    return bool(rows.to_native().get_backend().has_operation(IsNan))


def kind_of_members(kind: nw.dtypes.DType) -> nw.dtypes.DType | None:
    """Return of what kind the members of lists of this kind are; None of what is no list."""
    if not isinstance(kind, nw.List | nw.Array):
        return None
    return kind.inner() if isinstance(kind.inner, type) else kind.inner


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
