"""One version of an export, checked as those who receive it would: its files, its tables, what describes them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.errors import ContractViolated
from toolkit.export.checking.found import Found
from toolkit.export.checking.other_values import other_values
from toolkit.export.checking.sound import sound_rows
from toolkit.export.checking.tables import (
    Codebooks,
    check_codebooks,
    check_content,
    check_said,
    check_shapes,
    check_tables,
    is_whole,
)
from toolkit.export.contract.released import released_schema, written_out
from toolkit.export.contract.schema import TableSchema
from toolkit.export.pages import croissant, datapackage
from toolkit.export.pages.manifest import MANIFEST_VERSION, Manifest, file_hash, read_manifest
from toolkit.export.writing.versions import MANIFEST, version_name


@dataclass(frozen=True, slots=True)
class Checked:
    """What one version says of itself (None where nothing can be read), and the rows of the tables that can be read."""

    manifest: Manifest | None
    rows: Mapping[str, int]


def check_version(place: Path, found: Found) -> Checked:
    """Add everything wrong with a version to ``found``, and return what it is.

    Each table is held to the schema it was written under, and there must be those that the manifest names: an export of
    an earlier version may have fewer.
    """
    manifest = _manifest(place, found)
    if manifest is not None:
        _check_files(place, manifest, found)
        _check_pages(place, manifest, found)
    books = _codebooks(place, found)
    codebooks = _read_under(manifest, books)
    if manifest is not None and not found.count and _readable(manifest, books):
        rows = sound_rows(place, manifest, books, codebooks)
        if rows is not None:
            return Checked(manifest, rows)
    tables, released = _tables(place, found)
    if manifest is not None:
        check_shapes(manifest, tables, found)
        check_said(manifest, tables, found)
        check_codebooks(manifest, books, found)
    if not _readable(manifest, books):  # what only a codebook can tell is not checked against others
        released = {name: schema for name, schema in released.items() if not schema.templates}
        codebooks = {}
    schemas = {name: written_out(schema, codebooks.values()) for name, schema in released.items()}
    check_tables(manifest, tables, schemas, codebooks, found)
    if manifest is not None:
        for name, row, column, what in other_values(manifest, tables, schemas, codebooks.values()):
            found.add(f"{name}.parquet", what, row=row, column=column)
    if manifest is not None and not found.count:
        check_content(manifest, tables, books, found)
    return Checked(manifest, {name: table.num_rows for name, table in tables.items()})


def _manifest(place: Path, found: Found) -> Manifest | None:
    try:
        manifest = read_manifest(place / MANIFEST)
    except FileNotFoundError:
        found.add(MANIFEST, "is missing")
        return None
    except (OSError, ValueError) as why:
        found.add(MANIFEST, f"is no manifest of an export ({type(why).__name__})")
        return None
    if manifest.manifest_version != MANIFEST_VERSION:
        found.add(MANIFEST, f"has version {manifest.manifest_version}; this intercoder reads {MANIFEST_VERSION}")
    if version_name(manifest.version) != place.resolve().name and re.fullmatch(r"v\d+", place.resolve().name):
        found.add(MANIFEST, f"is of version {manifest.version}, and lies in {place.resolve().name}")
    return manifest


def _check_files(place: Path, manifest: Manifest, found: Found) -> None:
    known = {file.path for file in manifest.files}
    for file in manifest.files:
        path = place / file.path
        if "/" in file.path or "\\" in file.path or not path.is_file():
            found.add(file.path, "is missing")
        elif (size := path.stat().st_size) != file.bytes:
            found.add(file.path, f"has {size:,} bytes; the manifest says {file.bytes:,}")
        elif file_hash(path) != file.sha256:
            found.add(file.path, "its bytes are not those the manifest vouches for")
    for path in sorted(place.iterdir()):
        if path.name not in {*known, MANIFEST}:
            found.add(path.name, "is not in the manifest")


def _check_pages(place: Path, manifest: Manifest, found: Found) -> None:
    """What the pages for machines say of the tables must be what the manifest says."""
    for name, told in ((datapackage.FILE, _told_by_package), (croissant.FILE, _told_by_croissant)):
        try:
            said = told(json.loads((place / name).read_bytes()))
        except FileNotFoundError:
            if name not in {file.path for file in manifest.files}:
                found.add(name, "is missing")
            continue
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as why:
            found.add(name, f"does not describe the tables ({type(why).__name__})")
            continue
        for file in manifest.tables.values():
            if said.get(file.path) != file.sha256:
                found.add(name, f"has another hash of {file.path} than the manifest, or none")


def _told_by_package(document: Mapping[str, list[Mapping[str, str]]]) -> dict[str, str]:
    return {one["path"]: one["hash"].removeprefix("sha256:") for one in document["resources"]}


def _told_by_croissant(document: Mapping[str, list[Mapping[str, str]]]) -> dict[str, str]:
    return {one["contentUrl"]: one["sha256"] for one in document["distribution"]}


def _codebooks(place: Path, found: Found) -> Codebooks:
    """Text and codebook of every codebook file that is one, by file name."""
    books: Codebooks = {}
    for path in sorted(place.glob("codebook*.yaml")):
        try:
            text = path.read_bytes().decode("utf-8")
            books[path.name] = text, parse(text, source=path.name)
        except (OSError, UnicodeDecodeError) as why:
            found.add(path.name, f"cannot be read as text ({type(why).__name__})")
        except ContractViolated as why:
            for fault in why.faults:
                found.add(path.name, str(fault))
    return books


def _read_under(manifest: Manifest | None, books: Codebooks) -> dict[str, Codebook]:
    """The codebook to read answers under, by the hash of the one they were given under."""
    if manifest is None:
        return {book.hash: book for _, book in books.values()}
    return {hash_: books[file][1] for hash_, file in manifest.codebooks.items() if file in books}


def _readable(manifest: Manifest | None, books: Codebooks) -> bool:
    """Whether every codebook that answers are to be read under is there."""
    return bool(books) if manifest is None else set(manifest.codebooks.values()) <= books.keys()


def _tables(place: Path, found: Found) -> tuple[dict[str, pa.Table], dict[str, TableSchema]]:
    """Every table that can be read, with the released schema it was written under."""
    tables: dict[str, pa.Table] = {}
    schemas: dict[str, TableSchema] = {}
    for path in sorted(place.glob("*.parquet")):
        try:
            with path.open("rb") as opened, pq.ParquetFile(opened) as stored:
                metadata = stored.schema_arrow.metadata or {}
                schema = released_schema(path.stem, metadata)
                if isinstance(schema, str):
                    found.add(path.name, schema)
                    continue
                table = stored.read()
        except (OSError, pa.ArrowException, UnicodeDecodeError) as why:
            found.add(path.name, f"cannot be read as Parquet ({type(why).__name__})")
            continue
        if broken := [name for name in table.column_names if not is_whole(table[name])]:
            for column in broken:
                found.add(
                    path.name, "holds values that are none of its type, such as text that is not UTF-8", column=column
                )
            continue
        tables[path.stem] = table
        schemas[path.stem] = schema
    return tables, schemas
