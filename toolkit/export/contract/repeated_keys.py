"""Keys that repeat among blocks of rows which are never together in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from toolkit.files.arrays import IntArray


class RepeatedKeys:
    """Finds rows whose key an earlier row has, with eight bytes of memory for each.

    What is kept is a hash of each key: where two are the same the rows are looked at again, and compared as they are.
    """

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = tuple(fields)
        self._hashes: list[IntArray] = [np.zeros(0, np.int64)]

    def add(self, rows: pa.Table) -> None:
        """Take note of rows, after those there are."""
        self._hashes.append(np.fromiter(map(hash, self._keys(rows)), np.int64, rows.num_rows))

    @property
    def may_repeat(self) -> bool:
        """Whether any two hashes are the same: keys that repeat have the same, others as good as never."""
        return bool(self._several().size)

    def found(self, again: Callable[[], Iterable[pa.Table]]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Yield each row (counted from 0) whose key an earlier row has, that row, and the key; ``again`` gives the same
        rows once more.
        """
        several = set(self._several().tolist())
        if not several:
            return
        first: dict[tuple[str, ...], int] = {}
        row = -1
        for rows in again():
            for key in self._keys(rows):
                row += 1
                if hash(key) in several and first.setdefault(key, row) != row:
                    yield row, first[key], key

    def _several(self) -> IntArray:
        """The hashes that come more than once."""
        hashes = np.concatenate(self._hashes)
        hashes.sort()
        several: IntArray = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
        return several

    def _keys(self, rows: pa.Table) -> Iterator[tuple[str, ...]]:
        return zip(*(rows[field].to_pylist() for field in self.fields), strict=True)
