"""A table in its file, which says of itself what an Arrow table does without being read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq


@dataclass(frozen=True, slots=True)
class StoredTable:
    """Where it is, its schema, and how many rows it has."""

    path: Path
    schema: pa.Schema
    num_rows: int

    @classmethod
    def at(cls, path: Path) -> Self:
        """Return the table in a Parquet file."""
        with pq.ParquetFile(path) as stored:
            return cls(path, stored.schema_arrow, stored.metadata.num_rows)

    @property
    def column_names(self) -> list[str]:
        """Its columns, in order."""
        names: list[str] = self.schema.names
        return names
