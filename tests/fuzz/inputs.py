"""Inputs to try: bytes of any kind, valid inputs spoiled in a few places, and what only a program can make."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from tests.fuzz.targets import EXPORT, Target, as_parquet

SPOILED_IN = 6


def inputs(name: str, target: Target) -> st.SearchStrategy[bytes]:
    """Mostly spoiled valid inputs, which get furthest."""
    tried = [spoiled(target), spoiled(target), st.binary(max_size=300)]
    if name.endswith(".parquet"):
        tried += [parquet_files(), parquet_files()]
    if name == "export.json":
        tried += [spoiled_json(), spoiled_json(), json_values().map(_as_bytes)]
    return st.one_of(tried)


@st.composite
def spoiled(draw: st.DrawFn, target: Target) -> bytes:
    """A valid input with pieces taken out, put in, written twice or cut off."""
    data = draw(st.sampled_from(list(target.valid)))
    words = st.sampled_from(list(target.words)) if target.words else st.binary(max_size=4)
    pieces = st.one_of(words, words, st.binary(min_size=1, max_size=8), st.text(max_size=4).map(_utf8))
    for _ in range(draw(st.integers(0, SPOILED_IN))):
        start = draw(st.integers(0, len(data)))
        end = min(start + draw(st.sampled_from([0, 0, 1, 1, 4, 30])), len(data))
        what = draw(st.sampled_from(["replace", "replace", "replace", "repeat", "cut off"]))
        if what == "replace":
            data = data[:start] + draw(pieces) + data[end:]
        elif what == "repeat":
            data = data[:end] + data[start:end] * draw(st.sampled_from([1, 2, 50])) + data[end:]
        else:
            data = data[:start]
    return data


def json_values() -> st.SearchStrategy[Any]:
    """Anything JSON can say, with the names that Label Studio uses among its keys."""
    names = st.sampled_from([*_names(json.loads(EXPORT)), "tasks", "completions", "globalOffsets", "email", ""])
    numbers = st.sampled_from([0, -1, 2**63, 10**400, 1e308, float("nan"), float("inf"), 1.5, True])
    scalars = st.one_of(st.none(), numbers, st.integers(), st.floats(), st.text(max_size=5), st.just("\ud800"), names)
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5), max_leaves=12
    )


@st.composite
def spoiled_json(draw: st.DrawFn) -> bytes:
    """A valid export with values of another kind in a few places."""
    found = json.loads(EXPORT)
    for _ in range(draw(st.integers(1, 4))):
        holder: Any = found
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            inner = holder[key]
            if isinstance(inner, dict | list) and draw(st.integers(0, 4)):
                holder = inner
                continue
            holder[key] = draw(json_values())
            break
    return _as_bytes(found)


@st.composite
def parquet_files(draw: st.DrawFn) -> bytes:
    """A table of the columns that are asked for, of any type Parquet has, blanks among them."""
    n_rows = draw(st.sampled_from([0, 1, 2, 5]))
    names = draw(
        st.lists(
            st.sampled_from(["unit", "coder", "value", "start", "end", "length", "text", "id", "published"]), max_size=9
        )
    )
    names += ["unit", "coder", "value"] if draw(st.booleans()) else ["text"]
    if draw(st.integers(0, 4)):
        names = list(dict.fromkeys(names))
    columns = [draw(_columns(n_rows)) for _ in names]
    return as_parquet(pa.Table.from_arrays(columns, names=names))


@st.composite
def _columns(draw: st.DrawFn, n_rows: int) -> pa.Array:
    kinds: list[tuple[pa.DataType, st.SearchStrategy[Any]]] = [
        (pa.string(), st.sampled_from(["", "a", "b", "1", "\x00", " "]) | st.text(max_size=3).filter(_is_text)),
        (pa.large_string(), st.sampled_from(["", "a", "b"])),
        (pa.string_view(), st.sampled_from(["", "a", "b"])),
        (pa.int64(), st.sampled_from([0, 1, -1, 2**53 + 1, 2**63 - 1, -(2**63)])),
        (pa.uint64(), st.sampled_from([0, 1, 2**64 - 1])),
        (pa.int8(), st.sampled_from([0, 1, -128])),
        (pa.float64(), st.floats() | st.sampled_from([1.0, 2.0, 1e308, 5e-324])),
        (pa.float32(), st.floats(width=32)),
        (pa.float16(), st.sampled_from([0.0, 1.0, 2.0])),
        (pa.bool_(), st.booleans()),
        (pa.binary(), st.binary(max_size=3)),
        (pa.timestamp("us"), st.sampled_from([0, 2**62, -(2**62)])),
        (pa.timestamp("ns", tz="UTC"), st.sampled_from([0, 2**62])),
        (pa.date32(), st.sampled_from([0, 2**31 - 1, -(2**31)])),
        (pa.time64("us"), st.sampled_from([0, 1])),
        (pa.decimal128(20, 3), st.decimals(-1000, 1000, places=3)),
        (pa.list_(pa.string()), st.lists(st.none() | st.sampled_from(["", "a", "b"]), max_size=3)),
        (pa.list_(pa.list_(pa.int64())), st.lists(st.lists(st.integers(0, 1), max_size=1), max_size=2)),
        (pa.struct([("a", pa.int64())]), st.fixed_dictionaries({"a": st.integers(0, 3)})),
        (pa.null(), st.none()),
    ]
    kind, values = draw(st.sampled_from(kinds))
    column = pa.array(draw(st.lists(st.none() | values, min_size=n_rows, max_size=n_rows)), type=kind)
    dictionary = pa.types.is_string(kind) or pa.types.is_int64(kind)
    return column.dictionary_encode() if dictionary and draw(st.booleans()) else column


def _is_text(text: str) -> bool:
    return text.encode(errors="replace").decode() == text


def _utf8(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _as_bytes(value: object) -> bytes:
    return json.dumps(value).encode()


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return list(dict.fromkeys([*value, *(name for inner in value.values() for name in _names(inner))]))
    return [name for inner in value for name in _names(inner)] if isinstance(value, list) else []
