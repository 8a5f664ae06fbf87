"""What is wrong with a long table on an engine: found there, and brought back as the first hundred and their number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa

from toolkit.errors import Fault
from toolkit.tables.columns import number_text
from toolkit.tables.frames.asking import collected, is_empty, number_of, whole_numbers
from toolkit.tables.frames.keys import if_so
from toolkit.tables.frames.list_sets import members
from toolkit.tables.frames.long_frame import CLUSTER, SET, UNIT, VALUE, LongFrame
from toolkit.tables.values import ValueRules, read_values

SHOWN = 100
"""Faults of one kind that are listed before the rest is only counted."""
_N = "n"


def empty_keys(frame: LongFrame) -> list[Fault]:
    """Return the rows that do not say whose answer they are."""
    names = [name for name in frame.names if name != VALUE]
    counts = frame.rows.select(*(if_so(frame.is_empty(name)).sum().alias(name) for name in names))
    found: list[Fault] = []
    for name, n in zip(names, whole_numbers(collected(counts), names), strict=True):
        column = getattr(frame.columns, name)
        rows = frame.rows.filter(frame.is_empty(name))
        found += _listed(rows, frame.keys, n, lambda _, column=column, name=name: f"no {name} in column {column!r}")  # type: ignore[misc]
    return found


def repeats(frame: LongFrame) -> list[Fault]:
    """Return the units to which an annotator gave several values."""
    known = frame.answered()
    for name in frame.keys:
        known = known.filter(~frame.is_empty(name))
    cells = known.group_by(*frame.keys).agg(nw.len().alias(_N)).filter(nw.col(_N) > 1)
    n = number_of(cells)
    return _listed(cells, frame.keys, n, lambda row: f"has {row[_N]} values", beside=(_N,))


def split_units(frame: LongFrame) -> list[Fault]:
    """Return the units that lie in several clusters."""
    bounds = nw.col(CLUSTER).min().alias("lowest"), nw.col(CLUSTER).max().alias("highest")
    of_unit = frame.rows.group_by(UNIT).agg(*bounds).filter(nw.col("lowest") != nw.col("highest"))
    return _listed(
        of_unit,
        (UNIT,),
        number_of(of_unit),
        lambda row: f"is in cluster {_text(row['highest'])!r}, and in {_text(row['lowest'])!r} elsewhere",
        beside=("lowest", "highest"),
    )


def wrong_values(frame: LongFrame, why: Mapping[Any, str]) -> list[Fault]:
    """Return the rows whose value cannot stand there; ``why`` says it of every such value."""
    rows = frame.rows.filter(nw.col(VALUE).is_in(list(why)))
    return _listed(rows, frame.keys, number_of(rows), lambda row: why[row[VALUE]], beside=(VALUE,))


def empty_categories(frame: LongFrame) -> list[Fault]:
    """Return the rows whose list of categories has an empty one."""
    if frame.sets is None:
        return []
    each = members(frame.rows, SET)
    rows = each.filter(is_empty(each, SET)).select(*frame.keys).unique()
    return _listed(rows, frame.keys, number_of(rows), lambda _: "a category of the set is empty")


def numbers_that_are_none(frame: LongFrame) -> list[Fault]:
    """Return the rows with a number that cannot be compared: an infinite one, or a whole one beyond 2^53."""
    kind = frame.rows.collect_schema()[VALUE]
    most = 2**53 if kind.is_integer() else float(np.finfo(np.float64).max)
    rows = frame.answered().filter((nw.col(VALUE) > most) | (nw.col(VALUE) < -most))

    def described(row: Mapping[str, Any]) -> str:
        (why,) = read_values(pa.chunked_array([[row[VALUE]]]), ValueRules(level="interval")).wrong.values()
        return why

    return _listed(rows, frame.keys, number_of(rows), described, beside=(VALUE,))


def _listed(
    rows: nw.LazyFrame[Any],
    keys: Sequence[str],
    n: int,
    describe: Callable[[Mapping[str, Any]], str],
    *,
    beside: Sequence[str] = (),
) -> list[Fault]:
    if not n:
        return []
    first = collected(rows.select(*keys, *beside).sort(*keys, nulls_last=True).head(SHOWN)).to_pylist()
    faults = [Fault(_who(row, keys), describe(row)) for row in first]
    return faults + ([Fault("", f"and {n - len(first):,} more")] if n > len(first) else [])


def _who(row: Mapping[str, Any], keys: Sequence[str]) -> str:
    named = (f"{key} {_text(row[key])!r}" for key in keys if row[key] not in {None, ""})
    return ", ".join(named) or "a row"


def _text(value: object) -> str:
    return number_text(value) if isinstance(value, float) else str(value)
