"""The schema a table was written under, and where its columns are others than that schema says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from toolkit.codebook.model import Codebook
from toolkit.export.contract.schema import TableSchema, read_schema
from toolkit.export.contract.templates import expanded_schemas
from toolkit.shipped import schemas_folder


def released_schema(name: str, metadata: Mapping[bytes, bytes]) -> TableSchema | str:
    """Return the schema that a file's metadata name, or what is wrong with them."""
    table, version, sha256 = (
        metadata.get(f"intercoder.{key}".encode(), b"").decode("utf-8", "replace")
        for key in ("table", "schema_version", "schema_sha256")
    )
    if not table:
        return "is no table of an export: its metadata name none"
    if table != name:
        return f"is the table {table!r} of an export, not {name!r}"
    path: Path = schemas_folder() / "tables" / f"{name}.v{version}.json"
    if not version.isdecimal() or not path.is_file():
        return f"its schema is unknown: {name} version {version or 'none'}; is it of a newer intercoder?"
    schema = read_schema(path)
    return schema if schema.hash == sha256 else f"its schema is not the released {path.name}: another hash"


def written_out(schema: TableSchema, codebooks: Iterable[Codebook]) -> TableSchema:
    """Return the schema with its column templates written out for the codebooks."""
    return expanded_schemas(codebooks, schemas={schema.name: schema})[schema.name]


def other_columns(schema: TableSchema, found: pa.Schema) -> list[tuple[str, str]]:
    """Return the column and fault wherever a file's columns are not exactly those of the schema."""
    faults: list[tuple[str, str]] = []
    wanted = {column.name: column.arrow for column in schema.columns}
    for column, field in wanted.items():
        if (n := found.names.count(column)) != 1:
            faults.append((column, "column is missing" if n == 0 else f"there are {n} columns of this name"))
            continue
        there = found.field(column)
        if there.type != field.type:
            faults.append((column, f"has type {there.type}, not {field.type}"))
        elif there.nullable != field.nullable:
            faults.append((column, f"may {'' if there.nullable else 'not '}be null, against the schema"))
    faults += [(name, "column is not in the schema") for name in found.names if name not in wanted]
    if not faults and found.names != list(wanted):
        moved = next(name for name, right in zip(found.names, wanted, strict=True) if name != right)
        faults.append((moved, "columns are not in the order of the schema"))
    return faults
