"""A table of how far apart categories are, from a file: the distances themselves, or weights of agreement."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isfinite, isnan, nan
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from toolkit.errors import BadInput, Fault
from toolkit.files.arrays import FloatArray
from toolkit.files.csv_records import broken_record, csv_records
from toolkit.files.text_lines import broken_lines, check_there_is_something, undecodable_lines, unreadable
from toolkit.tables.columns import as_text, cannot_be_coded, number_text
from toolkit.tables.spelling import is_number, key_of

_FARTHEST = 1e100
_TODO = (
    "The first column and the header name the same categories; cells are distances, 0 on the diagonal, "
    "or agreement weights from 0 to 1, 1 on the diagonal."
)


@dataclass(frozen=True, slots=True)
class _Square:
    """The table as text: names in the header, names in the first column, and the cells, row by row."""

    header: list[str]
    rows: list[str]
    cells: list[list[str | None]]
    """None where the line of a file has no such field."""
    faults: list[Fault]
    """What is wrong with the lines of the file."""


def read_distance_table(path: Path) -> tuple[tuple[str, ...], FloatArray]:
    """Return the categories in the order of the header, and their distances: categories × categories, symmetric, ≥ 0.

    A ``.csv`` or ``.parquet`` file whose first column names the categories of the rows, in any order. 1 on the whole
    diagonal says that the cells are weights of agreement: their distance is 1 − weight.

    Raises:
        BadInput: on another kind of file or one that cannot be read, names that are not the same in both directions,
            cells that are no number from 0 to 1e100, pairs with two distances, a diagonal that is neither 0 nor 1
            throughout, and weights above 1, each listed with its names.

    """
    readers = {".csv": _csv, ".parquet": _parquet}
    read = readers.get(path.suffix.lower())
    if read is None:
        raise BadInput(
            f"{path} is none of the tables of distances that can be read", todo=f"Accepted are {', '.join(readers)}."
        )
    try:
        check_there_is_something(path)
        square = read(path)
    except OSError as problem:
        raise unreadable(path, problem) from problem
    faults = [*square.faults, *_name_faults(square), *_cell_faults(square)]
    table = _table(square)
    faults += [*_pair_faults(square.header, table), *_diagonal_faults(square.header, table)]
    if faults:
        raise BadInput(f"{path} is not a table of distances.", faults=faults, todo=_TODO)
    return tuple(square.header), 1.0 - table if np.diag(table).any() else table


def _csv(path: Path) -> _Square:
    faults = []
    records: list[list[str | None]] = []
    try:
        for begins, record in csv_records(path):
            fields: list[str | None] = [*record]
            width = len(records[0]) if records else len(record)
            if len(record) != width:
                faults.append(Fault(f"line {begins}", f"{len(record)} fields, but the header has {width}"))
            records.append((fields + [None] * width)[:width])
    except csv.Error as problem:
        faults.append(broken_record(problem))
    faults = [*undecodable_lines(path), *broken_lines(faults)]
    header, *rows = records or [[""]]
    names = [name or "" for name in header]
    return _Square(names[1:], [row[0] or "" for row in rows], [row[1:] for row in rows], faults)


def _parquet(path: Path) -> _Square:
    try:
        with pa.parquet.ParquetFile(path) as file:
            table = file.read()
    except pa.ArrowInvalid as problem:
        raise BadInput(f"{path} is not a Parquet file that can be read: {problem}", todo="Write it anew.") from problem
    unusable = [Fault(name, why) for name in dict.fromkeys(table.column_names) if (why := _unusable(table, name))]
    if unusable:
        raise BadInput(f"{path} is not a table of distances.", faults=unusable, todo=_TODO)
    columns = [[text or "" for text in as_text(_plain(column)).to_pylist()] for column in table.columns]
    if not columns:
        return _Square([], [], [], [])
    cells: list[list[str | None]] = [list(row) for row in zip(*columns[1:], strict=True)] or [[] for _ in columns[0]]
    return _Square(table.column_names[1:], columns[0], cells, [])


def _unusable(table: pa.Table, name: str) -> str:
    if table.column_names.count(name) > 1:
        return "there are several columns of this name"
    return cannot_be_coded(table, name)


def _plain(column: pa.ChunkedArray) -> pa.Array:
    kind = column.type
    whole = column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column
    combined = whole.combine_chunks()
    return combined if isinstance(combined, pa.Array) else combined.chunk(0)


def _name_faults(square: _Square) -> Iterator[Fault]:
    if not square.header:
        yield Fault("header", "there are no categories")
    for what, names in (("header", square.header), ("first column", square.rows)):
        keys = [key_of(name) for name in names]
        if "" in names:
            yield Fault(what, "a category without a name")
        for name in dict.fromkeys(name for name, key in zip(names, keys, strict=True) if name and keys.count(key) > 1):
            yield Fault(what, f"{name!r} more than once")
    rows, columns = set(map(key_of, square.rows)), set(map(key_of, square.header))
    if len(square.rows) != len(square.header):
        yield Fault("", f"not square: {len(square.rows)} rows, but {len(square.header)} columns of categories")
    yield from (Fault(f"row {name!r}", "no column of this name") for name in square.rows if key_of(name) not in columns)
    yield from (Fault(f"column {name!r}", "no row of this name") for name in square.header if key_of(name) not in rows)


def _cell_faults(square: _Square) -> list[Fault]:
    faults = []
    for row, cells in zip(square.rows, square.cells, strict=True):
        for column, text in zip(square.header, cells, strict=True):
            number = _number(text)
            if text is None:
                continue
            if not isfinite(number):
                faults.append(Fault(_place(row, column), f"{text!r} is not a number" if text else "nothing"))
            elif number < 0:
                faults.append(Fault(_place(row, column), f"{text} is below 0"))
            elif number > _FARTHEST:
                faults.append(Fault(_place(row, column), f"{text} is above {_FARTHEST:g}, too far to be computed with"))
    return broken_lines(faults)


def _table(square: _Square) -> FloatArray:
    """Header × header; NaN where there is no such row or no number from 0 to the farthest."""
    row_of = {key_of(name): cells for name, cells in zip(square.rows, square.cells, strict=True)}
    nothing: list[str | None] = [None] * len(square.header)
    numbers = [[_number(text) for text in row_of.get(key_of(name), nothing)] for name in square.header]
    table = np.asarray(numbers, dtype=np.float64).reshape(len(numbers), len(numbers)) + 0.0  # no negative zero
    return np.where(np.isfinite(table) & (table >= 0) & (table <= _FARTHEST), table, nan)


def _pair_faults(names: Sequence[str], table: FloatArray) -> list[Fault]:
    faults = []
    distances: list[list[float]] = table.tolist()
    for (first, name), (second, other) in combinations(enumerate(names), 2):
        there, back = distances[first][second], distances[second][first]
        if there != back and not isnan(there) and not isnan(back):
            what = f"{number_text(there)}, but {number_text(back)} in row {other!r}, column {name!r}"
            faults.append(Fault(_place(name, other), what))
    return broken_lines(faults)


def _diagonal_faults(names: Sequence[str], table: FloatArray) -> list[Fault]:
    diagonal: list[float] = np.diag(table).tolist()
    known = {value for value in diagonal if not isnan(value)}
    if known == {1.0}:
        return _above_one(names, table)
    if known <= {0.0}:
        return []
    given = [(name, value) for name, value in zip(names, diagonal, strict=True) if not isnan(value)]
    return broken_lines([Fault(_place(name, name), f"{number_text(value)} on the diagonal") for name, value in given])


def _above_one(names: Sequence[str], table: FloatArray) -> list[Fault]:
    faults = []
    for row, weights in zip(names, table.tolist(), strict=True):
        for column, weight in zip(names, weights, strict=True):
            if weight > 1:
                faults.append(Fault(_place(row, column), f"{number_text(weight)} is above 1, as no weight is"))
    return broken_lines(faults)


def _number(text: str | None) -> float:
    return float(text) if text is not None and is_number(text) else nan


def _place(row: str, column: str) -> str:
    return f"row {row!r}, column {column!r}"
