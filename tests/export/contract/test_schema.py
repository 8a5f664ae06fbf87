from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from toolkit.agreement.estimate import Verdict
from toolkit.agreement.interval import IntervalMethod
from toolkit.codebook.answers import Status
from toolkit.codebook.model import Level
from toolkit.codebook.reasons import REASONS
from toolkit.export.content.consensus import MAJORITY, MEDIAN, PER_CATEGORY
from toolkit.export.content.settled_consensus import ADJUDICATED, AGREED
from toolkit.export.content.study_content import OFFSET_UNIT
from toolkit.export.contract.schema import Column, TableSchema, read_schema, table_schemas
from toolkit.export.pages.contract_page import describe, with_tables
from toolkit.export.rows import builders
from toolkit.export.rows.rejected import ANSWER, NOT_ASKED
from toolkit.study.adjudications import Because, Where
from toolkit.study.decisions import SETTLING, Outcome
from toolkit.study.records import DELETED, Exclusion

SCHEMAS = table_schemas()
COLUMNS = [(schema.name, column) for schema in SCHEMAS.values() for column in (*schema.columns, *schema.templates)]
FRICTIONLESS = {
    "string": {"string"},
    "integer": {"int32", "int64"},
    "number": {"double"},
    "boolean": {"bool"},
    "date": {"date32[day]"},
    "datetime": {"timestamp[us, UTC]"},
    "array": {"list<string>"},
}
MINIMAL = (
    '{"name": "t", "version": %s, "title": "T", "description": "D.", "missingValues": [], '
    '"fields": [], "primaryKey": [], "foreignKeys": []}'
)


def test_every_schema_has_a_builder_and_every_builder_a_schema() -> None:
    assert set(SCHEMAS) == set(builders())
    assert {"agreement", "annotations", "answers", "sentences"} <= set(SCHEMAS)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_keys_name_columns_that_exist(schema: TableSchema) -> None:
    columns = {column.name: column for column in schema.columns}
    assert len(columns) == len(schema.columns)
    assert schema.primary_key
    for name in schema.primary_key:
        assert columns[name].constraints.required
    for key in schema.foreign_keys:
        there = {column.name: column for column in SCHEMAS[key.reference.resource].columns}
        for mine, theirs in zip(key.fields, key.reference.fields, strict=True):
            assert columns[mine].arrow.type == there[theirs].arrow.type


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table}.{column.name}" for table, column in COLUMNS])
def test_both_vocabularies_say_the_same_type(table: str, column: Column) -> None:
    assert column.arrow_type in FRICTIONLESS[column.type]
    assert column.description.endswith((".", "…"))


@pytest.mark.parametrize(
    ("table", "column", "allowed"),
    [
        ("answers", "level", get_args(Level)),
        ("answers", "status", get_args(Status)),
        ("annotations", "excluded_because", (*get_args(Exclusion), DELETED)),
        ("agreement", "verdict", get_args(Verdict)),
        ("agreement", "interval_method", get_args(IntervalMethod)),
        ("sentences", "offset_unit", (OFFSET_UNIT,)),
        ("spans", "offset_unit", (OFFSET_UNIT,)),
        ("consensus", "level", set(get_args(Level)) - {"span", "text"}),
        ("consensus", "method", (MAJORITY, PER_CATEGORY, MEDIAN, AGREED, ADJUDICATED)),
        ("consensus", "outcome", SETTLING),
        ("consensus", "reason", tuple(REASONS)),
        ("adjudications", "level", set(get_args(Level)) - {"text"}),
        ("adjudications", "outcome", get_args(Outcome)),
        ("adjudications", "reason", tuple(REASONS)),
        ("adjudications", "because", get_args(Because)),
        ("adjudications", "asked_where", get_args(Where)),
        ("adjudications", "excluded_because", set(get_args(Exclusion)) - {"revised", "gold", "asked_again"}),
        ("rejected", "because", (*get_args(Exclusion), DELETED, ANSWER, NOT_ASKED)),
        ("answer_changes", "level", get_args(Level)),
        ("answer_changes", "status", get_args(Status)),
        ("answer_changes", "status_before", get_args(Status)),
    ],
)
def test_what_the_schema_allows_is_what_the_records_can_hold(table: str, column: str, allowed: tuple[str, ...]) -> None:
    (found,) = (each for each in SCHEMAS[table].columns if each.name == column)
    assert set(found.constraints.enum or ()) == set(allowed)


def test_the_newest_version_counts_and_versions_are_numbers(tmp_path: Path) -> None:
    for version in (1, 2, 10):
        (tmp_path / f"t.v{version}.json").write_text(MINIMAL % version)
    (tmp_path / "README.md").write_text("not a schema")
    assert {name: schema.version for name, schema in table_schemas(tmp_path).items()} == {"t": 10}


def test_the_hash_is_of_what_a_schema_says_not_of_its_layout(tmp_path: Path) -> None:
    plain, spread, other = (tmp_path / name for name in ("a.json", "b.json", "c.json"))
    plain.write_text(MINIMAL % 1)
    spread.write_text((MINIMAL % 1).replace(", ", ",\n\n   "))
    other.write_text((MINIMAL % 1).replace("D.", "E."))
    assert read_schema(plain).hash == read_schema(spread).hash != read_schema(other).hash


def test_a_word_the_vocabulary_does_not_have_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.v1.json"
    path.write_text((MINIMAL % 1).replace('"title"', '"titel"'))
    with pytest.raises(ValidationError, match="titel"):
        read_schema(path)


def test_the_docs_describe_the_schemas_as_they_are() -> None:
    page = (Path(__file__).parents[3] / "docs" / "data-contract.md").read_text(encoding="utf-8")
    assert page == with_tables(page, SCHEMAS.values()), "run the command at the end of docs/data-contract.md"
    assert describe(SCHEMAS.values()) in page
    for table, column in COLUMNS:
        assert f"`{column.name}`" in page.partition(f"### `{table}`")[2]


def test_every_column_says_what_it_may_contain() -> None:
    silent = [
        f"{name}.{column.name}"
        for name, schema in table_schemas().items()
        for column in (*schema.columns, *schema.templates)
        if column.contains is None
    ]
    assert silent == []
