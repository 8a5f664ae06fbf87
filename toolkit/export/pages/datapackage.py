"""``datapackage.json``: the tables as a Frictionless Data Package (version 2).

It says what the reference implementation finds to be so. That reads Parquet by way of pandas: an integer column with
nulls holds floats there, a list is no list, how many bytes a file has is not known, and a key with a null in it finds
nothing. So whole numbers that may be null are numbers here, lists are anything, and such keys are left out;
``arrowType`` says what the columns are, and the schemas have every key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from toolkit.codebook.model import Codebook
from toolkit.export.contract.schema import Column, TableSchema
from toolkit.export.contract.templates import newest_first
from toolkit.export.pages.manifest import ExportedFile, Manifest
from toolkit.study.about import About

FILE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
MEDIA_TYPE = "application/vnd.apache.parquet"


def datapackage(manifest: Manifest, schemas: Mapping[str, TableSchema], codebooks: Iterable[Codebook]) -> str:
    """Return the Data Package of a version; ``schemas`` are of the tables as they were written, templates expanded.

    Columns of questions and of categories say what each value stands for, in the words of the newest codebook.
    """
    labels = _labels(codebooks)
    package = {
        "$schema": PROFILE,
        "name": package_name(manifest.study),
        "title": f"{manifest.study}, version {manifest.version}",
        "description": "Sentences of articles, what annotators answered about them, and how far they agree. "
        "README.md is the data card; codebook.yaml says what was asked.",
        "version": manifest.semantic_version,
        **_about(manifest.about),
        "keywords": ["annotation", "content analysis", "inter-annotator agreement"],
        "resources": [_resource(manifest.tables[name], schemas[name], labels) for name in sorted(manifest.tables)],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _about(about: About) -> dict[str, Any]:
    """Licence, people and sources, in the words of a Data Package; nothing of what is not stated."""
    people = [
        _said(title=one.name, organization=one.organization, path=one.url, roles=[one.role] if one.role else None)
        for one in about.contributors
    ]
    people += [_said(title=name, roles=["funder"]) for name in about.funder]
    people += [_said(title=about.contact, roles=["contact"])] if about.contact else []
    is_address = about.licence == about.licence_page
    named = about.licence is not None and re.fullmatch(r"[-a-zA-Z0-9._]+", about.licence) is not None
    licence = _said(
        name=about.licence if named else None,
        title=about.licence if not named and not is_address else None,
        path=about.licence_page,
    )
    return _said(
        licenses=[licence] if about.licence else None,
        contributors=people or None,
        sources=[_said(title=one.title, path=one.url) for one in about.sources] or None,
    )


def _said(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def package_name(study: str) -> str:
    """Return a study's name as a Data Package may have it: lower case, digits, ``-``, ``_`` and ``.``.

    >>> package_name("Medien & Macht 2026"), package_name("…")
    ('medien-macht-2026', 'study')
    """
    return re.sub(r"[^a-z0-9._]+", "-", study.lower()).strip("-._") or "study"


def _labels(codebooks: Iterable[Codebook]) -> Mapping[str | None, Mapping[str, str]]:
    """The title of each category by what is stored, by question; under None the text of each question by its id."""
    found: dict[str | None, dict[str, str]] = {None: {}}
    for book in newest_first(codebooks):
        for question in book.questions:
            found[None].setdefault(question.id, question.text)
            of = found.setdefault(question.id, {})
            for category in question.choosable:
                of.setdefault(question.stored(category.code), category.title)
    return found


def _resource(
    file: ExportedFile, schema: TableSchema, labels: Mapping[str | None, Mapping[str, str]]
) -> dict[str, Any]:
    return {
        "name": schema.name,
        "type": "table",
        "title": schema.title,
        "description": schema.description,
        "path": file.path,
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "schema": {
            "$schema": SCHEMA_PROFILE,
            "fields": [_field(column, labels) for column in schema.columns],
            "missingValues": list(schema.missing_values),
            "primaryKey": list(schema.primary_key),
            "foreignKeys": [
                {
                    "fields": list(key.fields),
                    "reference": {"resource": key.reference.resource, "fields": list(key.reference.fields)},
                }
                for key in schema.foreign_keys
                if len(key.fields) == 1 or not any(column.name in key.fields for column in _nullable(schema))
            ],
        },
    }


def _nullable(schema: TableSchema) -> list[Column]:
    return [column for column in schema.columns if not column.constraints.required]


def _field(column: Column, labels: Mapping[str | None, Mapping[str, str]]) -> dict[str, Any]:
    is_labelled = column.codebook == "question" or (column.codebook == "category" and column.of_question is not None)
    of = labels.get(column.of_question, {}) if is_labelled and column.type == "string" else {}
    said = column.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    limits = {key: value for key, value in said.pop("constraints", {}).items() if value not in (None, False)}
    categories = [{"value": value, "label": label} for value, label in of.items()]
    if column.type == "array":
        said["type"] = "any"
    elif column.type == "integer" and not column.constraints.required:
        said["type"] = "number"
        limits.pop("minimum", None)  # of which a null, as pandas has it, is below
    return {
        **said,
        **({"constraints": limits} if limits else {}),
        **({"categories": categories} if categories else {}),
    }
