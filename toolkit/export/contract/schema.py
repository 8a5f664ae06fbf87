"""What a table must be: the documents in ``schemas/tables/``, read and turned into Arrow schemas."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from toolkit.codebook.model import Level
from toolkit.shipped import schemas_folder

_FILE = re.compile(r"(?P<name>[a-z][a-z0-9_]*)\.v(?P<version>[1-9]\d*)\.json")
_LIST = re.compile(r"list<(?P<element>.+)>")
_TIMESTAMP = re.compile(r"timestamp\[(?P<unit>s|ms|us|ns), (?P<zone>[^\]]+)\]")
Contains = Literal["article text", "free text", "identity", "none"]
"""What a column may hold that is not everybody's: words of articles, of what somebody submitted or of what adjudicators
wrote about them; what annotators wrote; who stands behind a pseudonym."""
_STRICT = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Constraints(BaseModel):
    """What every value of a column must satisfy."""

    model_config = _STRICT

    required: bool = False
    unique: bool = False
    minimum: int | None = None
    enum: tuple[str, ...] | None = None


class Column(BaseModel):
    """One column: its name, type, meaning and constraints."""

    model_config = _STRICT

    name: str
    type: Literal["string", "integer", "number", "boolean", "date", "datetime", "array"]
    arrow_type: str = Field(alias="arrowType")
    description: str
    contains: Contains | None = None
    formerly: str | None = None
    """What it was called in an earlier version of the table; readers of those call it by the name it has now."""
    unit: str | None = None
    codebook: Literal["hash", "question", "category"] | None = None
    of_question: str | None = Field(default=None, exclude=True)
    """The question a template was written out for; no schema says it."""
    constraints: Constraints = Constraints()

    @cached_property
    def arrow(self) -> pa.Field:
        """The column as an Arrow field; description and unit travel with it."""
        metadata = {"description": self.description, **({"unit": self.unit} if self.unit else {})}
        return pa.field(self.name, arrow_type(self.arrow_type), not self.constraints.required, metadata)


class Template(Column):
    """A column that the table has once per question of these levels; ``{question}`` stands for the question's id."""

    levels: tuple[Level, ...]


class Reference(BaseModel):
    """The table and columns a foreign key points at."""

    model_config = _STRICT

    resource: str
    fields: tuple[str, ...]


class ForeignKey(BaseModel):
    """Columns whose values, together, must be a row of another table; a null among them asks nothing."""

    model_config = _STRICT

    fields: tuple[str, ...]
    reference: Reference


class TableSchema(BaseModel):
    """One table: its columns in order, its keys, and the version of this description.

    ``templates`` are columns still to be written out for the questions of a codebook; they come after the others,
    question by question.
    """

    model_config = _STRICT

    name: str
    version: int
    title: str
    description: str
    missing_values: tuple[str, ...] = Field(alias="missingValues")
    columns: tuple[Column, ...] = Field(alias="fields")
    templates: tuple[Template, ...] = ()
    primary_key: tuple[str, ...] = Field(alias="primaryKey")
    foreign_keys: tuple[ForeignKey, ...] = Field(alias="foreignKeys")
    row_order: tuple[str, ...] = Field((), alias="rowOrder")
    """What rows are in the order of, as far as the table itself says it: articles, sentences and annotations as their
    tables have them, questions and codes as the codebook does."""
    hash: str

    @cached_property
    def arrow(self) -> pa.Schema:
        """The Arrow schema; its metadata name the table, the schema version and the schema's hash."""
        metadata = {
            "intercoder.table": self.name,
            "intercoder.schema_version": str(self.version),
            "intercoder.schema_sha256": self.hash,
        }
        return pa.schema([column.arrow for column in self.columns], metadata)

    def narrowed(self, names: Collection[str]) -> TableSchema:
        """Return the schema of some of its columns, with the keys that lie within them."""
        keys = tuple(key for key in self.foreign_keys if set(key.fields) <= {*names})
        columns = tuple(column for column in self.columns if column.name in names)
        primary = self.primary_key if {*self.primary_key} <= {*names} else ()
        kept = {
            name: getattr(self, name) for name in type(self).model_fields
        }  # and nothing worked out from all of them
        return TableSchema.model_construct(**{**kept, "columns": columns, "primary_key": primary, "foreign_keys": keys})


def arrow_type(name: str) -> pa.DataType:
    """Return the Arrow type with this name.

    >>> arrow_type("list<string>")
    ListType(list<element: string>)
    >>> arrow_type("timestamp[us, UTC]")
    TimestampType(timestamp[us, tz=UTC])
    """
    if match := _LIST.fullmatch(name):
        return pa.list_(pa.field("element", arrow_type(match["element"])))
    if match := _TIMESTAMP.fullmatch(name):
        return pa.timestamp(match["unit"], match["zone"])
    return pa.type_for_alias(name)


def read_schema(path: Path) -> TableSchema:
    """Return the table schema in a file; its hash is the SHA-256 of what it says, not of its layout."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return TableSchema(**document, hash=hashlib.sha256(canonical.encode()).hexdigest())


def schema_versions(folder: Path | None = None) -> Mapping[str, tuple[TableSchema, ...]]:
    """Return every version of every table's schema, oldest first, by table name."""
    found: dict[str, dict[int, Path]] = {}
    for path in sorted((folder or schemas_folder() / "tables").iterdir()):
        if match := _FILE.fullmatch(path.name):
            found.setdefault(match["name"], {})[int(match["version"])] = path
    return {name: tuple(read_schema(of[version]) for version in sorted(of)) for name, of in sorted(found.items())}


def table_schemas(folder: Path | None = None) -> Mapping[str, TableSchema]:
    """Return the newest schema of every table, by table name; read from ``schemas/tables/`` unless told otherwise."""
    newest: dict[str, tuple[int, Path]] = {}
    for path in sorted((folder or schemas_folder() / "tables").iterdir()):
        if match := _FILE.fullmatch(path.name):
            version = int(match["version"])
            if version > newest.get(match["name"], (0, path))[0]:
                newest[match["name"]] = (version, path)
    return {name: read_schema(path) for name, (_, path) in sorted(newest.items())}
