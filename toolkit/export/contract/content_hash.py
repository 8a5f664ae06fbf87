"""What an export says, as one hash: equal exactly where a reader would find the same rows and the same codebooks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

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

_AT_ONCE = 2
"""Columns of a file that are read at the same time."""

_NULL, _VALUES = b"n", b"v"
_NO_FLAGS = np.zeros(0, bool)


class Shaped(Protocol):
    """What a table says of itself, in memory or in a file."""

    @property
    def schema(self) -> pa.Schema:
        """Its columns and metadata."""

    @property
    def num_rows(self) -> int:
        """How many rows it has."""

    @property
    def column_names(self) -> list[str]:
        """Its columns, in order."""


class _Hash(Protocol):
    def update(self, data: Any, /) -> None: ...


Hashes = Mapping[str, Mapping[str, str]]
"""SHA-256 (hex) of the values of each column, by table and column."""

Chunks: TypeAlias = Callable[[], Iterable[Any]]
"""The values of a column as Arrow arrays of its type, in order; asked more than once, and the same each time."""


def column_hashes(tables: Mapping[str, pa.Table]) -> Hashes:
    """Return the hash of every column: of its type and its values in their order, as far as machines agree on them.

    How rows lie in memory or in a file (chunks, offsets, dictionaries) makes no difference.
    """
    every = [(name, column) for name in sorted(tables) for column in tables[name].column_names]

    def hashed(one: tuple[str, str]) -> str:
        name, column = one
        values = tables[name][column]
        return column_hash(name, values.type, lambda: values.chunks)

    with ThreadPoolExecutor() as threads:  # hashing lets others run meanwhile
        found = dict(zip(every, threads.map(hashed, every), strict=True))
    return {name: {column: found[name, column] for column in tables[name].column_names} for name in sorted(tables)}


def stored_column_hashes(files: Mapping[str, Path]) -> Hashes:
    """Return the same of tables in Parquet files: each column is read for itself, row group by row group."""
    found: dict[str, dict[str, str]] = {}
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for name in sorted(files):
            schema = pq.read_schema(files[name])
            of_each = threads.map(partial(_stored_hash, name, files[name]), schema)
            found[name] = dict(zip(schema.names, of_each, strict=True))
    return found


def _stored_hash(name: str, path: Path, field: pa.Field) -> str:
    def chunks() -> Iterator[pa.Array]:
        with pq.ParquetFile(path) as stored:
            for batch in stored.iter_batches(columns=[field.name]):
                yield batch.column(0)

    return column_hash(name, field.type, chunks)


def column_hash(table: str, kind: pa.DataType, chunks: Chunks) -> str:
    """Return the hash of one column of a table, whose values come in chunks, and twice: they need not all be there at
    once.
    """
    whole = hashlib.sha256()
    _tell(whole, str(kind))
    _add(whole, kind, chunks, rounded=table in COMPUTED)
    return whole.hexdigest()


def content_hash(tables: Mapping[str, Shaped], codebooks: Mapping[str, str], columns: Hashes) -> str:
    """Return the SHA-256 (hex) of the rows of all tables, in their order, and of the codebooks, by file name.

    Columns that only tell how replicates fell are no part of it; a schema's hash is. ``columns`` are the tables'
    hashes.
    """
    whole = hashlib.sha256()
    for name in sorted(tables):
        _tell(whole, "table", name, _schema(tables[name]), str(tables[name].num_rows))
        for column in tables[name].column_names:
            if not _tells_of_replicates(name, column):
                _tell(whole, column, columns[name][column])
    for name in sorted(codebooks):
        _tell(whole, "codebook", name, hashlib.sha256(codebooks[name].encode()).hexdigest())
    return whole.hexdigest()


def first_content_hash(tables: Mapping[str, pa.Table], codebooks: Mapping[str, str]) -> str:
    """Return what manifests without hashes of columns have as the hash of their content."""
    whole = hashlib.sha256()
    for name in sorted(tables):
        of_table = hashlib.sha256()
        _tell(of_table, name, _schema(tables[name]), str(tables[name].num_rows))
        for column in tables[name].column_names:
            if not _tells_of_replicates(name, column):
                values = tables[name][column]
                _tell(of_table, column, str(values.type))
                _add(of_table, values.type, lambda chunks=values.chunks: chunks, rounded=name in COMPUTED)  # type: ignore[misc]
        _tell(whole, "table", name, of_table.hexdigest())
    for name in sorted(codebooks):
        _tell(whole, "codebook", name, hashlib.sha256(codebooks[name].encode()).hexdigest())
    return whole.hexdigest()


def _schema(table: Shaped) -> str:
    sha256: bytes = (table.schema.metadata or {}).get(b"intercoder.schema_sha256", b"")
    return sha256.decode("utf-8", "replace")


def _tells_of_replicates(name: str, column: str) -> bool:
    return name == "agreement" and column.startswith(REPLICATED)


def _tell(whole: _Hash, *words: str) -> None:
    """Words, each with its length, so that no two sequences of them look alike."""
    for word in words:
        data = word.encode()
        whole.update(len(data).to_bytes(8, "little"))
        whole.update(data)


def _add(whole: _Hash, kind: pa.DataType, chunks: Chunks, *, rounded: bool) -> None:
    """First which values there are and how long they are, of all chunks, then the values themselves."""
    types = pa.types
    if types.is_dictionary(kind):
        plain = kind.value_type
        _add(whole, plain, lambda: (array.cast(plain) for array in chunks()), rounded=rounded)
        return
    _add_shape(whole, kind, chunks)
    if types.is_list(kind):
        _add(whole, kind.value_type, lambda: (array.drop_null().flatten() for array in chunks()), rounded=rounded)
    elif types.is_boolean(kind):
        flags = [array.drop_null().to_numpy(zero_copy_only=False) for array in chunks()]
        whole.update(np.packbits(np.concatenate([_NO_FLAGS, *flags])).tobytes())
    elif types.is_null(kind):
        whole.update((0).to_bytes(8, "little"))
    else:
        for array in chunks():
            whole.update(_data(array.drop_null(), rounded=rounded))


def _add_shape(whole: _Hash, kind: pa.DataType, chunks: Chunks) -> None:
    """Which values there are, and how long each text or list is."""
    types = pa.types
    is_text = types.is_string(kind) or types.is_large_string(kind)
    length = pc.list_value_length if types.is_list(kind) else pc.binary_length if is_text else None
    there, lengths = [_NO_FLAGS], list[pa.Array]()
    for array in chunks():
        there.append(array.is_valid().to_numpy(zero_copy_only=False))
        if length is not None:
            lengths.append(length(array.drop_null()))
    valid = np.concatenate(there)
    if not valid.all():
        whole.update(_NULL)
        whole.update(np.packbits(valid).tobytes())
    whole.update(_VALUES)
    for each in lengths:
        whole.update(_integers(each))


def _data(array: Any, *, rounded: bool) -> Any:
    """The bytes of values that are all there."""
    types = pa.types
    if types.is_string(array.type) or types.is_large_string(array.type):
        return _bytes(array.cast(pa.large_string()))
    if types.is_floating(array.type):
        return _digits(array.to_numpy(zero_copy_only=False), rounded=rounded).tobytes()
    if types.is_date32(array.type):
        return array.cast(pa.int32()).to_numpy(zero_copy_only=False).astype("<i4").tobytes()
    return _integers(array)


def _integers(array: Any) -> bytes:
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
