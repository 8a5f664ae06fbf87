"""What an export says, as one hash: equal exactly where a reader would find the same rows and the same codebooks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, so that a type checker cannot see them."""

REPLICATED = (
    "ci_low",
    "ci_high",
    "cluster",
    "replicates",
    "undefined_replicates",
    "seed",
    "verdict",
    "interval_",
    "share_below_",
)
"""Columns of ``agreement`` (or how they begin) that say how replicates fell, or whether there were any: drawing others
makes no other data."""

COMPUTED = frozenset({"agreement", "consensus", "error_rates", "soft_labels", "wide"})
"""Tables computed from the others: their floats count to twelve digits, as far as machines agree on them."""

_PARTS = 2.0**40
"""Into how many parts a float is cut where it is rounded: about twelve digits."""

_NULL, _VALUES = b"n", b"v"


class _Hash(Protocol):
    def update(self, data: Any, /) -> None: ...


def content_hash(tables: Mapping[str, pa.Table], codebooks: Mapping[str, str]) -> str:
    """Return the SHA-256 (hex) of the rows of all tables, in their order, and of the codebooks, by file name.

    How rows lie in memory or in a file (chunks, offsets, dictionaries) makes no difference; a schema's hash does.
    """
    whole = hashlib.sha256()
    for name in sorted(tables):
        _tell(whole, "table", name, table_hash(name, tables[name]))
    for name in sorted(codebooks):
        _tell(whole, "codebook", name, hashlib.sha256(codebooks[name].encode()).hexdigest())
    return whole.hexdigest()


def table_hash(name: str, table: pa.Table) -> str:
    """Return the SHA-256 (hex) of one table's rows under its schema, without the columns that only tell how replicates
    fell.
    """
    whole = hashlib.sha256()
    metadata = table.schema.metadata or {}
    schema = metadata.get(b"intercoder.schema_sha256", b"").decode("utf-8", "replace")
    _tell(whole, name, schema, str(table.num_rows))
    for column in table.column_names:
        if name == "agreement" and column.startswith(REPLICATED):
            continue
        array = table[column].combine_chunks()
        _tell(whole, column, str(array.type))
        _add(whole, array, rounded=name in COMPUTED)
    return whole.hexdigest()


def _tell(whole: _Hash, *words: str) -> None:
    """Words, each with its length, so that no two sequences of them look alike."""
    for word in words:
        data = word.encode()
        whole.update(len(data).to_bytes(8, "little"))
        whole.update(data)


def _add(whole: _Hash, array: Any, *, rounded: bool) -> None:
    types = pa.types
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    if array.null_count:
        whole.update(_NULL)
        whole.update(np.packbits(array.is_valid().to_numpy(zero_copy_only=False)).tobytes())
        array = array.drop_null()
    whole.update(_VALUES)
    if types.is_list(array.type):
        whole.update(_lengths(pc.list_value_length(array)))
        _add(whole, array.flatten(), rounded=rounded)
    elif types.is_string(array.type) or types.is_large_string(array.type):
        whole.update(_lengths(pc.binary_length(array)))
        whole.update(_bytes(array.cast(pa.large_string())))
    elif types.is_floating(array.type):
        whole.update(_digits(array.to_numpy(zero_copy_only=False), rounded=rounded).tobytes())
    elif types.is_boolean(array.type):
        whole.update(np.packbits(array.to_numpy(zero_copy_only=False)).tobytes())
    elif types.is_null(array.type):
        whole.update(len(array).to_bytes(8, "little"))
    elif types.is_date32(array.type):
        whole.update(array.cast(pa.int32()).to_numpy(zero_copy_only=False).astype("<i4").tobytes())
    else:
        whole.update(array.cast(pa.int64()).to_numpy(zero_copy_only=False).astype("<i8").tobytes())


def _lengths(array: Any) -> bytes:
    data: bytes = array.cast(pa.int64()).to_numpy(zero_copy_only=False).astype("<i8").tobytes()
    return data


def _bytes(array: Any) -> Any:
    """The UTF-8 of all texts, end to end, without copying them."""
    if not len(array):
        return b""
    _, offsets, data = array.buffers()
    first, last = np.frombuffer(offsets, "<i8", len(array) + 1, array.offset * 8)[[0, -1]]
    return b"" if data is None else memoryview(data)[first:last]


def _digits(values: Any, *, rounded: bool) -> Any:
    values = values.astype("<f8") + 0.0  # there is one zero
    if not rounded:
        return values
    mantissa, exponent = np.frexp(values)
    with np.errstate(over="ignore"):  # the very largest number rounds up to infinity, which is as good a mark
        return np.ldexp(np.round(mantissa * _PARTS) / _PARTS, exponent) + 0.0
