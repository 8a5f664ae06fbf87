"""Croissant, by the reference implementation: the document is valid, and the rows are found through it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.export.consumers.contract import Row, Table, tables_of
from tests.export.consumers.page import recipe

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning:rdflib"),
    pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index:DeprecationWarning:mlcroissant"),
]

TYPES = {
    "string": "https://schema.org/Text",
    "bool": "https://schema.org/Boolean",
    "int32": "https://schema.org/Integer",
    "int64": "https://schema.org/Integer",
    "double": "https://schema.org/Float",
    "list<string>": "https://schema.org/Text",
    "date32[day]": "https://schema.org/Date",
    "timestamp[us, UTC]": "https://schema.org/DateTime",
}


@pytest.fixture
def dataset(version: Path) -> Any:
    import mlcroissant

    return mlcroissant.Dataset(version / "croissant.json")


def test_the_document_is_valid(dataset: Any) -> None:
    assert not dataset.metadata.issues.errors
    # the study was coded by hand, not pulled: there is no day its data is of
    assert [warning for warning in dataset.metadata.issues.warnings if "datePublished" not in warning] == []


@pytest.mark.parametrize("which", ["version", "released"])
def test_types_and_values(which: str, request: pytest.FixtureRequest) -> None:
    import mlcroissant

    version: Path = request.getfixturevalue(which)
    dataset = mlcroissant.Dataset(version / "croissant.json")
    assert not dataset.metadata.issues.errors
    described = {records.name: records for records in dataset.metadata.record_sets}
    for table in tables_of(version):
        fields = described[table.name].fields
        lists = {name for name, arrow in table.types.items() if arrow.startswith("list")}
        assert {field.name for field in fields if field.repeated} == lists
        types = {field.name: ", ".join(field.data_types) for field in fields}
        table.check(types=types, called=lambda _, arrow: TYPES[arrow], rows=_rows(dataset, table))


def _rows(dataset: Any, table: Table) -> Iterator[Row]:
    for row in dataset.records(table.name):
        yield {name.removeprefix(f"{table.name}/"): _plain(value) for name, value in row.items()}


def _plain(value: Any) -> object:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return None if value is None or value != value else value  # noqa: PLR0124  NaN and NaT are not themselves


@pytest.mark.usefixtures("at_work")
def test_the_recipe(version: Path) -> None:
    names: dict[str, Any] = {}
    exec(recipe("python", "import mlcroissant"), names)
    (sentences,) = (table for table in tables_of(version) if table.name == "sentences")
    assert names["texts"] == {row["sentence_id"]: row["text"] for row in sentences.rows}
