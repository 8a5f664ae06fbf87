"""Keys that repeat among blocks of rows which are never together in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from toolkit.files.arrays import IntArray

TOLD_APART = ("articles", "sentences", "annotations")
"""Tables whose keys could repeat in different blocks. Every other key has that of one of these in it, whose row is in
the same block."""


class RepeatedKeys:
    """Tells whether a key may come twice, with eight bytes of memory for each: what is kept is a hash of it."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = tuple(fields)
        self._hashes: list[IntArray] = [np.zeros(0, np.int64)]

    def add(self, rows: pa.Table) -> None:
        """Take note of rows, after those there are."""
        self._hashes.append(np.fromiter(map(hash, self._keys(rows)), np.int64, rows.num_rows))

    @property
    def may_repeat(self) -> bool:
        """Whether any two hashes are the same: keys that repeat have the same, others as good as never."""
        hashes = np.concatenate(self._hashes)
        hashes.sort()
        return bool((hashes[1:] == hashes[:-1]).any())

    def _keys(self, rows: pa.Table) -> Iterator[tuple[str, ...]]:
        return zip(*(rows[field].to_pylist() for field in self._fields), strict=True)
