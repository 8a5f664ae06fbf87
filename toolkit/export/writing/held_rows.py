"""Rows that wait on disk until everything is known that their table is to say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Self

import pyarrow as pa


class HeldRows:
    """Tables of one schema in a nameless file of a folder: it is gone with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed when the block ends that this is a context of
        self._stream: pa.ipc.RecordBatchStreamWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of them."""
        self._file.close()

    def add(self, table: pa.Table) -> None:
        """Add rows, after those there are."""
        if self._stream is None:
            self._stream = pa.ipc.new_stream(self._file, table.schema)
        self._stream.write_table(table)

    def tables(self) -> Iterator[pa.Table]:
        """Yield a table without rows, then every row in the order in which they came; none is added after that."""
        if self._stream is None:
            return
        self._stream.close()
        self._file.seek(0)
        with pa.ipc.open_stream(self._file) as stored:
            yield stored.schema.empty_table()
            for batch in stored:
                yield pa.Table.from_batches([batch])
