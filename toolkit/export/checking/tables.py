"""The tables of a version: what their schemas, the codebooks and the manifest say of their rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import pyarrow as pa

from toolkit.codebook.model import Codebook
from toolkit.export.checking.found import Found
from toolkit.export.checking.texts_kept import wrong_texts
from toolkit.export.content.withheld import WORDS
from toolkit.export.contract.codebook_values import not_in_codebook
from toolkit.export.contract.conform import typed_tables
from toolkit.export.contract.content_hash import Shaped, content_hash, first_content_hash
from toolkit.export.contract.faults import Faults
from toolkit.export.contract.released import other_columns
from toolkit.export.contract.schema import TableSchema
from toolkit.export.pages.manifest import ExportedFile, Manifest
from toolkit.export.writing.versions import MANIFEST

Codebooks: TypeAlias = dict[str, tuple[str, Codebook]]
"""Text and codebook of every codebook file, by its name."""


def is_whole(column: pa.ChunkedArray) -> bool:
    """Return whether the values of a column are of its type: text is UTF-8, lists end where they say."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def check_tables(
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


def check_shapes(manifest: Manifest, tables: Mapping[str, Shaped], found: Found) -> None:
    """Rows and schemas that are not those of the manifest."""
    for name, file in manifest.tables.items():
        if name in tables:
            _check_shape(file, tables[name], found)


def check_said(manifest: Manifest, tables: Mapping[str, pa.Table], found: Found) -> None:
    """Rows that the manifest says nothing of, or says are not there."""
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


def check_codebooks(manifest: Manifest, books: Codebooks, found: Found) -> None:
    """Codebooks that are not those the manifest names."""
    for state in manifest.rounds if manifest.options.text else ():  # without text it goes without its examples
        if state.codebook_file in books and books[state.codebook_file][1].hash != state.codebook_hash:
            found.add(state.codebook_file, f"is not the codebook of round {state.round} that the manifest names")


def check_content(manifest: Manifest, tables: Mapping[str, Shaped], books: Codebooks, found: Found) -> None:
    """Rows that are others but break nothing: only the hash of what they say can tell."""
    columns = {name: file.columns for name, file in manifest.tables.items() if file.columns is not None}
    texts = {name: text for name, (text, _) in books.items()}
    # that the columns are those of the manifest is known by now
    sha256 = (
        content_hash(tables, texts, columns) if tables.keys() <= columns.keys() else first_content_hash(tables, texts)
    )
    if sha256 != manifest.content_sha256:
        found.add(MANIFEST, "content_sha256 is not that of the tables and codebooks")


def _check_shape(file: ExportedFile, table: Shaped, found: Found) -> None:
    if file.rows != table.num_rows:
        found.add(file.path, f"has {table.num_rows:,} rows; the manifest says {file.rows}")
    metadata = table.schema.metadata or {}
    said = metadata.get(b"intercoder.schema_version"), metadata.get(b"intercoder.schema_sha256")
    if said != (str(file.schema_version).encode(), (file.schema_sha256 or "").encode()):
        found.add(file.path, "names another schema than the manifest")
