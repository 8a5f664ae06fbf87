"""One version of an export, checked as those who receive it would: its files, its tables, what describes them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.codebook.model import Codebook
from toolkit.codebook.parse import parse
from toolkit.errors import ContractViolated
from toolkit.export.checking.found import Found
from toolkit.export.checking.other_values import other_values
from toolkit.export.checking.texts_kept import wrong_texts
from toolkit.export.content.withheld import WORDS
from toolkit.export.contract.codebook_values import not_in_codebook
from toolkit.export.contract.conform import typed_tables
from toolkit.export.contract.content_hash import content_hash, first_content_hash
from toolkit.export.contract.faults import Faults
from toolkit.export.contract.released import other_columns, released_schema, written_out
from toolkit.export.contract.schema import TableSchema
from toolkit.export.pages import croissant, datapackage
from toolkit.export.pages.manifest import MANIFEST_VERSION, ExportedFile, Manifest, file_hash, read_manifest
from toolkit.export.writing.versions import MANIFEST, version_name

Codebooks: TypeAlias = dict[str, tuple[str, Codebook]]


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
    tables, released = _tables(place, found)
    if manifest is not None:
        _check_against(manifest, tables, books, found)
    if not _readable(manifest, books):  # what only a codebook can tell is not checked against others
        released = {name: schema for name, schema in released.items() if not schema.templates}
        codebooks = {}
    schemas = {name: written_out(schema, codebooks.values()) for name, schema in released.items()}
    _check_tables(manifest, tables, schemas, codebooks, found)
    if manifest is not None:
        for name, row, column, what in other_values(manifest, tables, schemas, codebooks.values()):
            found.add(f"{name}.parquet", what, row=row, column=column)
    if manifest is not None and not found.count:
        _check_content(manifest, tables, books, found)
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
        if broken := [name for name in table.column_names if not _is_sound(table[name])]:
            for column in broken:
                found.add(
                    path.name, "holds values that are none of its type, such as text that is not UTF-8", column=column
                )
            continue
        tables[path.stem] = table
        schemas[path.stem] = schema
    return tables, schemas


def _is_sound(column: pa.ChunkedArray) -> bool:
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _check_tables(
    manifest: Manifest | None,
    tables: Mapping[str, pa.Table],
    schemas: Mapping[str, TableSchema],
    codebooks: Mapping[str, Codebook],
    found: Found,
) -> None:
    """Columns, types, values, keys, texts, and what the codebooks must know."""
    sound = {}
    for name, schema in schemas.items():
        table = tables[name]
        wrong = other_columns(schema, table.schema)
        for column, what in wrong:
            found.add(f"{name}.parquet", what, column=column)
        if not wrong:
            sound[name] = {column: table[column] for column in table.column_names}
    among = Faults()
    typed = typed_tables(sound, schemas={name: schemas[name] for name in sound}, faults=among)
    for name in typed if codebooks else ():
        for row, column, message in not_in_codebook(schemas[name], typed, schemas, codebooks):
            among.at(name, row, column, message)
    text, notes = (manifest.options.text, manifest.options.notes) if manifest else (_has_text(typed), True)
    for name, row, column, message in wrong_texts(typed, schemas, text=text, notes=notes):
        among.at(name, row, column, message)
    found.add_all(among)


def _has_text(tables: Mapping[str, pa.Table]) -> bool:
    return "sentences" not in tables or tables["sentences"][WORDS].null_count < tables["sentences"].num_rows


def _check_against(manifest: Manifest, tables: Mapping[str, pa.Table], books: Codebooks, found: Found) -> None:
    """What the manifest says of rows, schemas and codebooks."""
    for name, file in manifest.tables.items():
        if name in tables:
            _check_table(file, tables[name], found)
    for name, column, told, option in (
        ("annotators", "email", manifest.options.identities, "identities"),
        ("annotators", "attributes", manifest.options.attributes, "attributes"),
        ("soft_labels", "dawid_skene", manifest.options.dawid_skene, "dawid_skene"),
        ("error_rates", "rate", manifest.options.dawid_skene, "dawid_skene"),
    ):
        if name in tables and column in tables[name].column_names and not told:
            values = tables[name][column]
            if values.null_count < len(values):
                found.add(f"{name}.parquet", f"has values, and the manifest's options say no {option}", column=column)
    if "annotations" in tables and "round" in tables["annotations"].column_names:
        coded = {str(name) for name in tables["annotations"]["round"].unique().to_pylist()}
        for name in sorted(coded - {state.round for state in manifest.rounds}):
            found.add(MANIFEST, f"does not name round {name!r}, which has annotations")
    for state in manifest.rounds if manifest.options.text else ():  # without text it goes without its examples
        if state.codebook_file in books and books[state.codebook_file][1].hash != state.codebook_hash:
            found.add(state.codebook_file, f"is not the codebook of round {state.round} that the manifest names")


def _check_content(manifest: Manifest, tables: Mapping[str, pa.Table], books: Codebooks, found: Found) -> None:
    """Rows that are others but break nothing: only the hash of what they say can tell."""
    columns = {name: file.columns for name, file in manifest.tables.items() if file.columns is not None}
    texts = {name: text for name, (text, _) in books.items()}
    # that the columns are those of the manifest is known by now
    sha256 = (
        content_hash(tables, texts, columns) if tables.keys() <= columns.keys() else first_content_hash(tables, texts)
    )
    if sha256 != manifest.content_sha256:
        found.add(MANIFEST, "content_sha256 is not that of the tables and codebooks")


def _check_table(file: ExportedFile, table: pa.Table, found: Found) -> None:
    if file.rows != table.num_rows:
        found.add(file.path, f"has {table.num_rows:,} rows; the manifest says {file.rows}")
    metadata = table.schema.metadata or {}
    said = metadata.get(b"intercoder.schema_version"), metadata.get(b"intercoder.schema_sha256")
    if said != (str(file.schema_version).encode(), (file.schema_sha256 or "").encode()):
        found.add(file.path, "names another schema than the manifest")
