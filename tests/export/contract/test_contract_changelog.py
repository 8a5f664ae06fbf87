"""The changelog of the contract is what the schemas say, and the SQL in it reads tables as they were."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from tests.export.contents import SOURCE, study
from toolkit.export.contract.schema import schema_versions
from toolkit.export.pages.contract_changelog import with_versions
from toolkit.export.writing.write import export_tables

PAGE = (Path(__file__).parents[3] / "docs" / "contract-changelog.md").read_text(encoding="utf-8")
DUCKDB = {"string": "VARCHAR", "bool": "BOOLEAN", "int32": "INTEGER", "int64": "BIGINT", "double": "DOUBLE"}


def test_the_page_says_what_the_schemas_say() -> None:
    assert with_versions(PAGE) == PAGE, "run the command at the end of docs/contract-changelog.md"
    for name, versions in schema_versions().items():
        section = PAGE.partition(f"### `{name}`\n")[2].partition("\n### ")[0]
        assert section.count("- **version ") == len(versions)


RECIPES = re.findall(r"As version (\d+) had it:\n\n```sql\n(select .*?\nfrom '(\w+)\.parquet')\n```", PAGE)


@pytest.mark.parametrize(("version", "sql", "table"), RECIPES)
def test_a_table_is_read_as_an_earlier_version_had_it(version: str, sql: str, table: str, tmp_path: Path) -> None:
    folder = export_tables(study(), tmp_path, SOURCE).folder
    (old,) = (each for each in schema_versions()[table] if each.version == int(version))
    with duckdb.connect() as connection:
        found = connection.sql(sql.replace(f"'{table}.parquet'", f"'{folder / table}.parquet'"))
        assert found.columns == [column.name for column in old.columns]
        for column, kind in zip(old.columns, found.types, strict=True):
            if column.arrow_type in DUCKDB:
                assert str(kind) == DUCKDB[column.arrow_type], column.name


def test_what_was_renamed_has_a_recipe() -> None:
    assert {("sentences", "1"), ("spans", "1"), ("articles", "1"), ("agreement", "3")} <= {
        (table, version) for version, _, table in RECIPES
    }
