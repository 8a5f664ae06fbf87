"""What a change of a schema asks of readers: the table of *What the numbers promise*, case by case."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.export.contract.schema import TableSchema
from toolkit.export.contract.schema_changes import level_of, next_version, schema_changes

TEXT: dict[str, Any] = {"type": "string", "arrowType": "string", "description": "D."}
ID = {"name": "id", **TEXT, "constraints": {"required": True}}
N = {"name": "n", "type": "integer", "arrowType": "int32", "description": "D.", "unit": "answers"}
KIND = {"name": "kind", **TEXT, "constraints": {"enum": ["a", "b"]}}


def table(*fields: dict[str, Any], **more: Any) -> dict[str, TableSchema]:
    document = {
        "name": "t", "version": 1, "title": "T", "description": "D.", "missingValues": [], "primaryKey": ["id"],
        "foreignKeys": [], "fields": fields, "hash": "", **more,
    }  # fmt: skip
    return {"t": TableSchema(**document)}


BEFORE = table(ID, N, KIND)


@pytest.mark.parametrize(
    ("after", "said", "level"),
    [
        (BEFORE, [], "patch"),
        (table(ID, {**N, "description": "Said better."}, KIND), [], "patch"),
        (table(ID, N, KIND, {**N, "name": "m"}), [("m", "is new (int32)")], "minor"),
        (table(ID, N, {**KIND, "constraints": {"enum": ["a", "b", "c"]}}), [("kind", "may be c")], "minor"),
        (table(ID, N, {**KIND, "constraints": {"enum": ["a"]}}), [("kind", "is never b")], "minor"),
        (table(ID, {**N, "constraints": {"required": True}}, KIND), [("n", "is never null")], "minor"),
        (table(ID, KIND), [("n", "is gone")], "major"),
        (table(ID, {**N, "name": "n_answers", "formerly": "n"}, KIND), [("n", "is called n_answers")], "major"),
        (table(ID, {**N, "arrowType": "int64"}, KIND), [("n", "is int64, was int32")], "major"),
        (table(ID, {**N, "unit": "sentences"}, KIND), [("n", "counts sentences, counted answers")], "major"),
        (table({**ID, "constraints": {}}, N, KIND), [("id", "may be null")], "major"),
        (table(ID, N, {**KIND, "constraints": {}}), [("kind", "may be any value")], "major"),
        (table(ID, N, KIND, primaryKey=["id", "kind"]), [(None, "its rows are told apart by id, kind")], "major"),
        ({}, [(None, "is gone")], "major"),
        ({**BEFORE, "more": BEFORE["t"]}, [(None, "is new")], "minor"),
    ],
)
def test_what_changed_and_what_it_asks(
    after: dict[str, TableSchema], said: list[tuple[str | None, str]], level: str
) -> None:
    changes = schema_changes(BEFORE, after)
    assert [(change.column, change.what) for change in changes] == said
    assert level_of(changes) == level


def test_a_renamed_column_that_is_a_key_is_one_change() -> None:
    later = table({**ID, "name": "name", "formerly": "id"}, N, KIND, primaryKey=["name"])
    assert [change.what for change in schema_changes(BEFORE, later)] == ["is called name"]


def test_a_key_that_is_promised_no_more_breaks_joins() -> None:
    key = [{"fields": ["kind"], "reference": {"resource": "kinds", "fields": ["kind"]}}]
    assert [change.what for change in schema_changes(table(ID, KIND, foreignKeys=key), table(ID, KIND))] == [
        "kind → kinds is promised no more"
    ]


def test_a_name_that_is_given_to_another_column_is_a_retyped_one_and_a_new_one() -> None:
    """As `published`, which is a date, and `published_as_given`, which is what it was."""
    later = table(ID, {**N, "arrowType": "double"}, {**N, "name": "n_as_given", "formerly": "n"}, KIND)
    assert [(one.column, one.what) for one in schema_changes(BEFORE, later)] == [
        ("n", "is double, was int32"), ("n_as_given", "is new (int32)"),
    ]  # fmt: skip


def test_versions_go_up_by_the_most_that_changed() -> None:
    assert [next_version("3.2.1", level) for level in ("patch", "minor", "major")] == ["3.2.2", "3.3.0", "4.0.0"]
