"""One table as a Parquet file: the same bytes for the same rows, on disk when the function returns."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

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


def write_table(path: Path, table: pa.Table, *, metadata: Mapping[str, str] | None = None) -> None:
    """Write a table, its schema's metadata and the given ones into a file that is not there yet."""
    named = {
        **(table.schema.metadata or {}),
        **{key.encode(): value.encode() for key, value in (metadata or {}).items()},
    }
    whole = table.replace_schema_metadata(named).combine_chunks()
    with path.open("xb") as file:
        with _open_parquet(
            file,
            whole.schema,
            version="2.6",
            data_page_version="1.0",
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=repeating(table),
            write_statistics=True,
            store_schema=True,
        ) as parquet:
            if whole.num_rows:  # a row group without rows is what some readers stumble over
                parquet.write_table(whole, row_group_size=ROW_GROUP)
        file.flush()
        os.fsync(file.fileno())


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
