"""``datapackage.json``: the tables as a Frictionless Data Package (version 2)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from toolkit.export.contract.schema import Column, TableSchema
from toolkit.export.pages.manifest import ExportedFile, Manifest

FILE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
MEDIA_TYPE = "application/vnd.apache.parquet"


def datapackage(manifest: Manifest, schemas: Mapping[str, TableSchema]) -> str:
    """Return the Data Package of a version; ``schemas`` are of the tables as they were written, templates expanded."""
    package = {
        "$schema": PROFILE,
        "name": package_name(manifest.study),
        "title": f"{manifest.study}, version {manifest.version}",
        "description": "Sentences of articles, what annotators answered about them, and how far they agree. "
        "README.md is the data card; codebook.yaml says what was asked.",
        "version": f"{manifest.version}.0.0",
        "keywords": ["annotation", "content analysis", "inter-annotator agreement"],
        "resources": [_resource(manifest.tables[name], schemas[name]) for name in sorted(manifest.tables)],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def package_name(study: str) -> str:
    """Return a study's name as a Data Package may have it: lower case, digits, ``-``, ``_`` and ``.``.

    >>> package_name("Medien & Macht 2026"), package_name("…")
    ('medien-macht-2026', 'study')
    """
    return re.sub(r"[^a-z0-9._]+", "-", study.lower()).strip("-._") or "study"


def _resource(file: ExportedFile, schema: TableSchema) -> dict[str, Any]:
    return {
        "name": schema.name,
        "type": "table",
        "title": schema.title,
        "description": schema.description,
        "path": file.path,
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "schema": {
            "$schema": SCHEMA_PROFILE,
            "fields": [_field(column) for column in schema.columns],
            "missingValues": list(schema.missing_values),
            "primaryKey": list(schema.primary_key),
            "foreignKeys": [
                {
                    "fields": list(key.fields),
                    "reference": {"resource": key.reference.resource, "fields": list(key.reference.fields)},
                }
                for key in schema.foreign_keys
            ],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    said = column.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    limits = {key: value for key, value in said.pop("constraints", {}).items() if value not in (None, False)}
    return {**said, **({"constraints": limits} if limits else {})}
