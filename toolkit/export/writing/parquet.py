"""One table as a Parquet file: the same bytes for the same rows, on disk when the function returns."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, so that a type checker cannot see them."""

_open_parquet: Callable[..., Any] = pq.ParquetWriter

ROW_GROUP = 131_072
"""Rows per row group; a reader that wants part of a table skips the others."""

COMPRESSION_LEVEL = 3
"""Of zstd. What is chosen here was measured: docs/decisions/0010-parquet-settings.md."""

_LOOKED_AT = 16_384
_REPEATS = 10
"""A column whose values come ten times or more on average, in the rows looked at, is written as a dictionary."""


class TableWriter:
    """A table on its way into a file that is not there yet, in as many parts as it comes in.

    The file has the same bytes whatever the parts are: no more than a row group of rows is held until it is written.
    """

    def __init__(self, path: Path, schema: pa.Schema, *, metadata: Mapping[str, str] | None = None) -> None:
        named = {key.encode(): value.encode() for key, value in (metadata or {}).items()}
        self._schema = schema.with_metadata({**(schema.metadata or {}), **named})
        self._file = path.open("xb")
        self._parquet: Any = None
        self._held = self._schema.empty_table()
        self.rows = 0
        """How many there are so far."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write what is held, down to the disk; after an error only close the file."""
        with self._file:
            if kind is None:
                self._write(all_of_it=True)
            if self._parquet is not None:
                self._parquet.close()
            self._file.flush()
            os.fsync(self._file.fileno())

    def add(self, table: pa.Table) -> None:
        """Add rows, after those there are."""
        self.rows += table.num_rows
        self._held = pa.concat_tables([self._held, table.replace_schema_metadata(self._schema.metadata)])
        if self._held.num_rows >= ROW_GROUP:
            self._write(all_of_it=False)

    def _write(self, *, all_of_it: bool) -> None:
        if self._parquet is None:
            self._parquet = _open_parquet(
                self._file,
                self._schema,
                version="2.6",
                data_page_version="1.0",
                compression="zstd",
                compression_level=COMPRESSION_LEVEL,
                use_dictionary=repeating(self._held),
                write_statistics=True,
                store_schema=True,
            )
        n = self._held.num_rows if all_of_it else self._held.num_rows // ROW_GROUP * ROW_GROUP
        if n:  # a row group without rows is what some readers stumble over
            self._parquet.write_table(self._held.slice(0, n).combine_chunks(), row_group_size=ROW_GROUP)
        self._held = self._held.slice(n).combine_chunks()


def write_table(path: Path, table: pa.Table, *, metadata: Mapping[str, str] | None = None) -> None:
    """Write a table, its schema's metadata and the given ones into a file that is not there yet."""
    with TableWriter(path, table.schema, metadata=metadata) as writer:
        writer.add(table)


def table_bytes(table: pa.Table) -> bytes:
    """Return the table as one Parquet file, for whoever writes it elsewhere."""
    made = pa.BufferOutputStream()
    pq.write_table(table, made, compression="zstd")
    return bytes(made.getvalue())


def repeating(table: pa.Table) -> list[str]:
    """Return Parquet paths of the columns with few values: codes, rounds, people; not texts, hashes and ids.

    >>> repeating(pa.table({"round": ["pilot"] * 20, "id": [str(n) for n in range(20)]}))
    ['round']
    """
    first = table.slice(0, _LOOKED_AT)
    found = []
    for name in first.column_names:
        column, path = first[name].combine_chunks(), name
        if pa.types.is_list(column.type):
            column, path = column.flatten(), f"{name}.list.element"
        if pc.count_distinct(column).as_py() * _REPEATS <= len(column):
            found.append(path)
    return found
