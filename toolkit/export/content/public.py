"""Tables for everybody: nothing in them is a number or a moment of the server, so that nobody looks it up there."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, so that a type checker cannot see them."""

_ID, _SECONDS = "annotation_id", "seconds_spent"
_IN_JSON = "coded"
"""The column with lists of annotations, each with what it says, as JSON."""
_DIGITS = 16


def public(tables: Mapping[str, pa.Table], key: bytes) -> dict[str, pa.Table]:
    """Return the tables with names of annotations made with the study's key, moments to the day and whole seconds.

    A name is the same in every export of the study, and still begins with its round; ``order_in_round`` says what came
    first.
    """
    return {name: _of_nobody(table, key) for name, table in tables.items()}


def _of_nobody(table: pa.Table, key: bytes) -> pa.Table:
    for place, field in enumerate(table.schema):
        values = table[field.name]
        if field.name == _ID:
            kept = _named(values, key)
        elif field.name == _IN_JSON:
            kept = pa.array([_each_named(value, key) for value in values.to_pylist()], pa.string())
        elif pa.types.is_timestamp(field.type):
            kept = pc.floor_temporal(values, unit="day")
        elif field.name == _SECONDS:
            kept = pc.round(values)
        else:
            continue
        table = table.set_column(place, field, kept.cast(field.type))
    return table


def _each_named(written: str | None, key: bytes) -> str | None:
    if written is None:
        return None
    named = sorted(([public_name(name, key), *said] for name, *said in json.loads(written)), key=itemgetter(0))
    return json.dumps(named, ensure_ascii=False)


def _named(names: pa.ChunkedArray, key: bytes) -> pa.Array:
    encoded = names.combine_chunks().dictionary_encode()
    made = pa.array([public_name(name, key) for name in encoded.dictionary.to_pylist()], pa.string())
    return made.take(encoded.indices)


def public_name(name: str, key: bytes) -> str:
    """Return what an annotation is called in a public export.

    >>> public_name("pilot-12", b"key")
    'pilot-a6a8cba7a922a795'
    """
    of_round = name.rpartition("-")[0]
    keyed = hmac.digest(key, f"annotation\x1f{name}".encode(), hashlib.sha256).hex()[:_DIGITS]
    return f"{of_round}-{keyed}"
