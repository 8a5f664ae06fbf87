"""A large version that is sound is known to be without holding it; what may be wrong is looked at as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.codebook.model import Codebook
from toolkit.export.checking.by_articles import ARTICLE, by_articles
from toolkit.export.checking.found import Found
from toolkit.export.checking.tables import (
    Codebooks,
    check_codebooks,
    check_content,
    check_said,
    check_shapes,
    check_tables,
    is_whole,
)
from toolkit.export.contract.content_hash import stored_column_hashes
from toolkit.export.contract.released import released_schema, written_out
from toolkit.export.contract.repeated_keys import TOLD_APART, RepeatedKeys
from toolkit.export.contract.schema import TableSchema
from toolkit.export.contract.stored_table import StoredTable
from toolkit.export.pages.manifest import Manifest
from toolkit.export.writing.memory import given_back
from toolkit.files.heap import trim

LARGE = 1_000_000
"""Rows of all tables from which a version is looked at in pieces first."""

PIECE = 250_000
"""Rows of all tables in a piece."""


def sound_rows(
    place: Path, manifest: Manifest, books: Codebooks, codebooks: Mapping[str, Codebook]
) -> Mapping[str, int] | None:
    """Return how many rows each table of a version has, where it is sound, looking at some articles at a time.

    None where it is small, or anything may be wrong with it: then its tables are looked at as a whole, and every fault
    is said with its row.
    """
    if sum(file.rows or 0 for file in manifest.tables.values()) < LARGE:
        return None
    try:
        with given_back():
            return _rows(place, manifest, books, codebooks)
    except (_Doubt, OSError, pa.ArrowException, UnicodeDecodeError):
        return None


class _Doubt(Exception):  # noqa: N818 - nothing is an error yet
    """Something may be wrong."""


def _sure(*, of: bool) -> None:
    if not of:
        raise _Doubt


def _rows(place: Path, manifest: Manifest, books: Codebooks, codebooks: Mapping[str, Codebook]) -> Mapping[str, int]:
    files = {path.stem: path for path in sorted(place.absolute().glob("*.parquet"))}
    _sure(of=files.keys() == manifest.tables.keys() and files.keys() >= {*TOLD_APART})
    schemas = {name: written_out(_schema(name, path), codebooks.values()) for name, path in files.items()}
    tables = {name: StoredTable.at(path) for name, path in files.items()}
    found = Found()
    check_codebooks(manifest, books, found)
    check_shapes(manifest, tables, found)
    _sure(of=stored_column_hashes(files) == {name: file.columns for name, file in manifest.tables.items()})
    check_content(manifest, tables, books, found)
    pieces = by_articles(files, rows=PIECE)
    _sure(of=pieces is not None)
    keys = {name: RepeatedKeys(schemas[name].primary_key) for name in TOLD_APART}
    for piece in pieces or ():
        _sure(of=all(is_whole(column) for table in piece.values() for column in table.columns))
        check_said(manifest, piece, found)
        check_tables(manifest, piece, schemas, codebooks, found)
        _sure(of=found.count == 0)
        for name, seen in keys.items():
            seen.add(piece[name])
        trim()
    _sure(of=found.count == 0 and not any(seen.may_repeat for seen in keys.values()))
    return {name: table.num_rows for name, table in tables.items()}


def _schema(name: str, path: Path) -> TableSchema:
    """The schema a table was written under, which must be one under which no other key can repeat among pieces.

    A key that has that of a sentence or an annotation in it can only repeat where its row points at that one, in the
    same piece.
    """
    schema = released_schema(name, pq.read_schema(path).metadata or {})
    if isinstance(schema, str):
        raise _Doubt
    within = any(
        key.reference.resource in TOLD_APART and {*key.fields} <= {*schema.primary_key} for key in schema.foreign_keys
    )
    of_articles = any(column.name == ARTICLE for column in schema.columns)
    _sure(of=within or name in TOLD_APART or not of_articles)
    return schema
