"""What the number of a version says: how much it asks of whoever reads the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.errors import ContractViolated
from toolkit.export.contract.content_hash import Shaped
from toolkit.export.contract.released import released_schema
from toolkit.export.contract.schema import TableSchema, table_schemas
from toolkit.export.contract.schema_changes import level_of, next_version, schema_changes
from toolkit.export.contract.templates import expanded_schemas
from toolkit.export.pages.manifest import read_manifest
from toolkit.export.writing.versions import MANIFEST, complete_versions, version_name

_UNNUMBERED = "1.0.0"
"""What versions are that were made before they had such a number."""


def semantic_version(folder: Path, tables: Mapping[str, Shaped], codebooks: Iterable[Codebook]) -> str:
    """Return the number of a next version with these tables: major, minor or patch after the newest one there is.

    A version whose manifest nobody can read is passed over.
    """
    for number in reversed(complete_versions(folder)):
        place = folder / version_name(number)
        try:
            former = read_manifest(place / MANIFEST)
        except (OSError, ValueError):
            continue
        expanded = expanded_schemas(codebooks)
        before = written_schemas(place)
        unreadable = former.tables.keys() - before.keys()  # somebody spoilt them: they say nothing of what changed
        newest = {
            name: expanded[name].narrowed(table.column_names)
            for name, table in tables.items()
            if name not in unreadable
        }
        level = level_of(schema_changes(before, newest))
        return next_version(former.semantic_version or _UNNUMBERED, level)
    return next_version(None, "major")


def written_schemas(version: Path) -> dict[str, TableSchema]:
    """Return the schema of every table of a version, columns of questions written out for its codebooks.

    A table that cannot be read, or whose schema nobody released, is left out.
    """
    codebooks = list(_codebooks(version))
    found: dict[str, TableSchema] = {}
    columns: dict[str, list[str]] = {}
    for path in sorted(version.glob("*.parquet")):
        try:
            there = pq.read_schema(path)
        except (OSError, pa.ArrowException):
            continue
        schema = released_schema(path.stem, there.metadata or {})
        if not isinstance(schema, str):
            found[path.stem], columns[path.stem] = schema, there.names
    expanded = expanded_schemas(codebooks, schemas=found)
    return {name: schema.narrowed(columns[name]) for name, schema in expanded.items()}


def newest_schemas(version: Path) -> dict[str, TableSchema]:
    """Return the schemas this program writes, columns of questions written out for the codebooks of a version."""
    return dict(expanded_schemas(list(_codebooks(version)), schemas=table_schemas()))


def _codebooks(version: Path) -> Iterable[Codebook]:
    """Those that its answers are read under, which its tables have columns for; all there are where nobody says."""
    try:
        read_under = {*read_manifest(version / MANIFEST).codebooks.values()}
    except (OSError, ValueError):
        read_under = set()
    for path in sorted(version.glob("codebook*.yaml")):
        if read_under and path.name not in read_under:
            continue
        try:
            yield parse(path.read_text(encoding="utf-8"), source=path.name)
        except (OSError, UnicodeDecodeError, ContractViolated):
            continue
