"""The one strict step before Parquet: tables that keep their contract, or every fault at once and nothing written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from toolkit.codebook.model import Codebook
from toolkit.errors import ContractViolated
from toolkit.export.contract.casting import cast
from toolkit.export.contract.codebook_values import not_in_codebook
from toolkit.export.contract.faults import Faults
from toolkit.export.contract.keys import missing, repeats
from toolkit.export.contract.schema import Column, TableSchema
from toolkit.export.contract.templates import expanded_schemas

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, so that a type checker cannot see them."""


def conform(
    tables: Mapping[str, Mapping[str, Any]],
    *,
    schemas: Mapping[str, TableSchema],
    codebooks: Mapping[str, Codebook],
) -> dict[str, pa.Table]:
    """Return the tables as Arrow tables exactly as their schemas say: columns in order, types, keys and allowed values.

    ``tables`` gives each table's columns by name, as sequences or Arrow arrays. Column templates are written out for
    the codebooks. Rows in messages count from 1.

    Raises:
        ContractViolated: with unknown or missing tables and columns, wrong types, casts that lose something, nulls in
            required columns, repeated keys, keys that point nowhere, and values that are not allowed: the first
            ``LISTED`` of them by table, row and column, and how many there are.

    """
    faults = Faults()
    typed = checked_tables(
        tables, schemas=expanded_schemas(codebooks.values(), schemas=schemas), codebooks=codebooks, faults=faults
    )
    if faults.count:
        raise ContractViolated(
            faults.counted("in the tables; nothing was written"),
            faults=faults.listed,
            todo="`doctor(deep=True)` looks closer; please report what it does not explain.",
        )
    return typed


def checked_tables(
    tables: Mapping[str, Mapping[str, Any]],
    *,
    schemas: Mapping[str, TableSchema],
    codebooks: Mapping[str, Codebook],
    faults: Faults,
) -> dict[str, pa.Table]:
    """Return the tables as far as they have their columns and types; whatever their schemas and the codebooks forbid is
    added to ``faults``. Schemas have their templates written out.
    """
    typed = typed_tables(tables, schemas=schemas, faults=faults)
    for name in typed:
        for row, where, message in not_in_codebook(schemas[name], typed, schemas, codebooks):
            faults.at(name, row, where, message)
    return typed


def typed_tables(
    tables: Mapping[str, Mapping[str, Any]], *, schemas: Mapping[str, TableSchema], faults: Faults
) -> dict[str, pa.Table]:
    """Return the tables as far as they have their columns and types; what else their schemas forbid is added to
    ``faults``.

    Everything is checked that needs no codebook: tables, columns, types, values and keys.
    """
    for name in sorted(schemas.keys() - tables.keys()):
        faults.add(name, "table is missing")
    for name in sorted(tables.keys() - schemas.keys()):
        faults.add(name, "table has no schema")
    typed: dict[str, pa.Table] = {}
    for name, schema in schemas.items():
        if name in tables and (table := _typed(schema, tables[name], faults)) is not None:
            typed[name] = table
    for name, table in typed.items():
        for column in schemas[name].columns:
            _check_values(name, column, table[column.name], faults)
        _check_keys(schemas[name], typed, faults)
    return typed


def _typed(schema: TableSchema, columns: Mapping[str, Any], faults: Faults) -> pa.Table | None:
    before = faults.count
    known = {column.name for column in schema.columns}
    for name in columns:
        if name not in known:
            faults.add(f"{schema.name}, column {name}", "column is not in the schema")
    arrays: list[pa.Array] = []
    for column in schema.columns:
        if column.name not in columns:
            faults.add(f"{schema.name}, column {column.name}", "column is missing")
            continue
        array, bad = cast(columns[column.name], column.arrow.type)
        for row, message in bad:
            faults.at(schema.name, row, column.name, message)
        if array is not None:
            arrays.append(array)
    if faults.count == before and len(lengths := {len(array) for array in arrays}) > 1:
        faults.add(schema.name, f"columns have different lengths ({', '.join(map(str, sorted(lengths)))})")
    return pa.table(arrays, schema=schema.arrow) if faults.count == before else None


def _check_values(table: str, column: Column, values: pa.ChunkedArray, faults: Faults) -> None:
    limits = column.constraints

    def report(failing: pa.ChunkedArray, message: Callable[[Any], str]) -> None:
        for row in np.flatnonzero(pc.coalesce(failing, pa.scalar(value=False)).to_numpy()):
            faults.at(table, int(row), column.name, message(values[int(row)].as_py()))

    if limits.required:
        report(values.is_null(), lambda _: "is null, and the column is required")
    if limits.enum is not None:
        allowed = pa.array([*limits.enum, None], values.type)
        report(
            pc.invert(pc.is_in(values, value_set=allowed)),
            lambda value: f"{value!r} is not one of {', '.join(limits.enum or ())}",
        )
    if limits.minimum is not None:
        smallest = limits.minimum
        report(
            pc.less(values, pa.scalar(smallest, values.type)),
            lambda value: f"{value!r} is less than {smallest}",
        )


def _check_keys(schema: TableSchema, tables: Mapping[str, pa.Table], faults: Faults) -> None:
    table = tables[schema.name]
    for fields in _unique_keys(schema):
        for row, first in repeats(table, fields):
            faults.at(schema.name, row, _and(fields), f"{_key(table, fields, row)} is already in row {first + 1}")
    for key in schema.foreign_keys:
        target = key.reference.resource
        if target in tables:
            for row in missing(table, key.fields, tables[target], key.reference.fields).tolist():
                message = f"{_key(table, key.fields, row)} is not in {target}"
                faults.at(schema.name, row, _and(key.fields), message)


def _unique_keys(schema: TableSchema) -> Iterator[Sequence[str]]:
    if schema.primary_key:
        yield schema.primary_key
    for column in schema.columns:
        if column.constraints.unique and schema.primary_key != (column.name,):
            yield (column.name,)


def _and(fields: Sequence[str]) -> str:
    return " + ".join(fields)


def _key(table: pa.Table, fields: Sequence[str], row: int) -> str:
    return " + ".join(repr(table[field][row].as_py()) for field in fields)
