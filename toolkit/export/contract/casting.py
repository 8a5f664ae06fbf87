"""Values into the Arrow type a column asks for, strictly: nothing is converted that loses or guesses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

_UNCONVERTIBLE = (pa.ArrowException, TypeError, OverflowError, UnicodeEncodeError)

Bad = list[tuple[int, str]]
"""Row (counted from 0) and what is wrong with its value."""


def cast(values: Any, wanted: pa.DataType) -> tuple[pa.Array | None, Bad]:
    """Return the values as an Arrow array of the wanted type, or None with every row that cannot be one.

    A whole float may become an integer, an integer a float that holds it exactly, any time with a zone a time in
    another zone or unit that holds it exactly. Text is never parsed, nothing is ever turned into text, NaN and infinity
    are not numbers.
    """
    try:
        array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
        if accepts(array.type, wanted):
            typed = array.cast(wanted)
            bad = _not_finite(typed)
            return (None, bad) if bad else (typed, [])
    except _UNCONVERTIBLE:
        pass
    return _one_by_one(values, wanted)


def accepts(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Return whether values of the found type are of the wanted kind, their size aside.

    >>> accepts(pa.int64(), pa.float64()), accepts(pa.string(), pa.int32()), accepts(pa.bool_(), pa.int32())
    (True, False, False)
    """
    types = pa.types
    if types.is_dictionary(found):
        return accepts(found.value_type, wanted)
    if types.is_list(found) and types.is_list(wanted):
        return accepts(found.value_type, wanted.value_type)
    if types.is_timestamp(found) and types.is_timestamp(wanted):
        return (found.tz is None) == (wanted.tz is None)
    return bool(
        found.equals(wanted)
        or types.is_null(found)
        or (_is_number(found) and _is_number(wanted))
        or (_is_text(found) and _is_text(wanted))
    )


def _is_number(found: pa.DataType) -> bool:
    return bool(pa.types.is_integer(found) or pa.types.is_floating(found))


def _is_text(found: pa.DataType) -> bool:
    return bool(pa.types.is_string(found) or pa.types.is_large_string(found))


def _one_by_one(values: Sequence[Any], wanted: pa.DataType) -> tuple[pa.Array | None, Bad]:
    bad: Bad = []
    for row, each in enumerate(values):
        value, kind = (each.as_py(), each.type) if isinstance(each, pa.Scalar) else (each, None)
        try:
            single = pa.array([value], kind)
        except _UNCONVERTIBLE as why:
            bad.append((row, f"{_short(value)} cannot be stored as {wanted} ({type(why).__name__})"))
            continue
        if not accepts(single.type, wanted):
            bad.append((row, f"{_short(value)} is {_a(single.type)}, not {wanted}"))
            continue
        try:
            typed = single.cast(wanted)
        except _UNCONVERTIBLE:
            bad.append((row, f"{_short(value)} does not fit {wanted} without loss"))
            continue
        bad.extend((row, message) for _, message in _not_finite(typed))
    return (None, bad) if bad else (pa.array(values, wanted), [])


def _not_finite(array: Any) -> Bad:
    if not pa.types.is_floating(array.type):
        return []
    if np.isfinite(array.drop_null().to_numpy()).all():
        return []
    return [
        (row, f"{value} is not a number; a value that does not exist is null")
        for row, value in enumerate(array.to_pylist())
        if value is not None and not math.isfinite(value)
    ]


def _a(found: pa.DataType) -> str:
    return "a time without a zone" if pa.types.is_timestamp(found) and found.tz is None else str(found)


def _short(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
