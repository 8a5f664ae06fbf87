"""Keys across tables: which rows repeat one, and which row of another table a row points at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from toolkit.files.arrays import IntArray

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, so that a type checker cannot see them."""


NULL = -1
"""In place of a row or key number: one of the key's values is null."""
NOWHERE = -2
"""In place of a row number: no row has that key."""

_LARGEST = 2**62


def repeats(table: pa.Table, fields: Sequence[str]) -> list[tuple[int, int]]:
    """Return each row whose key an earlier row has, with that row; rows count from 0, keys with a null are left out."""
    keys = _keys([table[field] for field in fields])
    if (keys[1:] > keys[:-1]).all() and (keys[:1] >= 0).all():
        return []
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    again = np.flatnonzero((ranked[1:] == ranked[:-1]) & (ranked[1:] >= 0)) + 1
    if not again.size:
        return []
    first = order[np.searchsorted(ranked, ranked[again], side="left")]
    return sorted(zip(order[again].tolist(), first.tolist(), strict=True))


def missing(child: pa.Table, fields: Sequence[str], parent: pa.Table, parent_fields: Sequence[str]) -> IntArray:
    """Return the child rows (counted from 0) whose key no parent row has; a key with a null asks for none."""
    columns = [child[field] for field in fields]
    if len(fields) == 1:
        there = pc.is_in(columns[0], value_set=parent[parent_fields[0]])
        lost = pc.and_(columns[0].is_valid(), pc.invert(there)).to_numpy()
        rows: IntArray = np.flatnonzero(lost)
        return rows
    known = [parent[field] for field in parent_fields]
    for at, values in enumerate(known):
        if values.null_count == 0 and len(values.unique()) == len(values):
            return _missing_by(at, columns, known)
    if len(child) * 2 < len(parent):  # only what the child names at all can be its parent
        named = [pc.is_in(values, value_set=mine) for values, mine in zip(known, columns, strict=True)]
        parent = parent.select(list(parent_fields)).filter(reduce(pc.and_, named))
    return np.flatnonzero(locate(child, fields, parent, parent_fields) == NOWHERE)


def _missing_by(at: int, columns: Sequence[pa.ChunkedArray], known: Sequence[pa.ChunkedArray]) -> IntArray:
    """The same where one field tells the parent rows apart: its row is the only one whose other fields can agree."""
    row = pc.index_in(columns[at], value_set=known[at])
    lost = row.is_null().to_numpy()
    valid = np.ones(len(lost), bool)
    for place, (mine, theirs) in enumerate(zip(columns, known, strict=True)):
        if mine.null_count:
            valid &= mine.is_valid().to_numpy()
        if place != at:
            both = (
                pa.chunked_array([*mine.chunks, *theirs.chunks], mine.type).combine_chunks().dictionary_encode().indices
            )
            numbers = both.fill_null(NULL).to_numpy()
            here, there = numbers[: len(mine)], numbers[len(mine) :]
            found = np.flatnonzero(~lost)
            lost[found] = (
                here[found] != there[row.combine_chunks().to_numpy(zero_copy_only=False)[found].astype(np.int64)]
            )
    rows: IntArray = np.flatnonzero(lost & valid)
    return rows


def _keys(columns: Sequence[pa.ChunkedArray]) -> IntArray:
    """One number per row that is equal exactly where keys are equal, or ``NULL``; the column with most values leads, so
    that rows in their usual order come in that of the numbers.
    """
    encoded = [column.combine_chunks().dictionary_encode() for column in columns]
    encoded.sort(key=lambda one: len(one.dictionary), reverse=True)
    keys: IntArray = np.zeros(len(columns[0]), np.int64)
    size = 1
    for one in encoded:
        n = max(len(one.dictionary), 1)
        if size * n > _LARGEST:
            distinct, keys = _ranked(keys)
            size = max(len(distinct), 1)
        keys = _combined(keys, one.indices.fill_null(NULL).to_numpy().astype(np.int64), n)
        size *= n
    return keys


def locate(child: pa.Table, fields: Sequence[str], parent: pa.Table, parent_fields: Sequence[str]) -> IntArray:
    """Return for each child row the parent row with its key (counted from 0), ``NULL`` or ``NOWHERE``."""
    there, wanted = _numbers(parent, parent_fields, child, fields)
    order = np.argsort(there, kind="stable")
    ranked = there[order]
    place = np.searchsorted(ranked, wanted, side="left")
    found = (place < ranked.size) & (wanted >= 0)
    found[found] = ranked[place[found]] == wanted[found]
    rows = np.where(wanted == NULL, NULL, NOWHERE).astype(np.int64)
    rows[found] = order[place[found]]
    return rows


def _numbers(
    parent: pa.Table, parent_fields: Sequence[str], child: pa.Table, fields: Sequence[str]
) -> tuple[IntArray, IntArray]:
    """One number per row that is equal exactly where keys are equal; the child's unknown keys are ``NOWHERE``."""
    there = np.zeros(parent.num_rows, np.int64)
    wanted = np.zeros(child.num_rows, np.int64)
    size = 1
    for parent_field, field in zip(parent_fields, fields, strict=True):
        values = parent[parent_field].drop_null().unique()
        n = max(len(values), 1)
        if size * n > _LARGEST:
            distinct, there = _ranked(there)
            wanted = _rank_among(distinct, wanted)
            size = max(len(distinct), 1)
        there = _combined(there, _positions(parent[parent_field], values), n)
        wanted = _combined(wanted, _positions(child[field], values), n)
        size *= n
    return there, wanted


def _positions(column: pa.ChunkedArray, values: pa.Array) -> IntArray:
    found = pc.index_in(column, value_set=values).fill_null(NOWHERE)
    positions: IntArray = np.array(found.to_numpy(), dtype=np.int64)
    if column.null_count:
        positions[column.is_null().to_numpy()] = NULL
    return positions


def _combined(so_far: IntArray, positions: IntArray, n: int) -> IntArray:
    combined = so_far * n + positions
    combined[(so_far == NOWHERE) | (positions == NOWHERE)] = NOWHERE
    combined[(so_far == NULL) | (positions == NULL)] = NULL
    return combined


def _ranked(numbers: IntArray) -> tuple[IntArray, IntArray]:
    distinct = np.unique(numbers[numbers >= 0])
    return distinct, _rank_among(distinct, numbers)


def _rank_among(distinct: IntArray, numbers: IntArray) -> IntArray:
    place = np.searchsorted(distinct, numbers)
    known = (numbers >= 0) & (place < distinct.size)
    known[known] = distinct[place[known]] == numbers[known]
    return np.where(known, place, np.where(numbers < 0, numbers, NOWHERE)).astype(np.int64)
