"""Several Parquet files are one table only where their columns are alike: engines would cast, or fill in nulls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import pyarrow as pa

from toolkit.errors import BadInput, Fault

_SHOWN = 20
_OF_AN_EXPORT = {"answers.parquet", "annotations.parquet"}


def check_alike(schemas: Mapping[str, pa.Schema], columns: Sequence[str], name: str) -> None:
    """Raise BadInput on every file that lacks a column others have, or has it of another type than the first of them.

    Columns that no file has are left to who asks for them.
    """
    faults = []
    for column in columns:
        having = [file for file, schema in schemas.items() if column in schema.names]
        if not having:
            continue
        first, expected = having[0], _plain(schemas[having[0]], column)
        for file, schema in schemas.items():
            if column not in schema.names:
                faults.append(Fault(file, f"has no column {column!r}"))
            elif (kind := _plain(schema, column)) != expected:
                faults.append(Fault(file, f"column {column!r} holds {kind}, but {expected} in {first}"))
    if faults:
        more = [Fault("", f"and {len(faults) - _SHOWN:,} more")] if len(faults) > _SHOWN else []
        of_an_export = {PurePosixPath(file).name for file in schemas} >= _OF_AN_EXPORT
        raise BadInput(
            f"the files of {name} are not one table",
            faults=[*faults[:_SHOWN], *more],
            todo="They are called as tables of an export are, and an export is read as one from a folder here only: "
            "name that folder, or a copy of it; or answers.parquet by itself."
            if of_an_export
            else "Write them with the same columns and types.",
        )


def _plain(schema: pa.Schema, column: str) -> pa.DataType:
    """The type of a column, without what is only another way to store it."""
    kind = schema.field(column).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return pa.string() if is_text else kind
