"""Names of columns: none needs quotes in SQL; what an earlier version called otherwise is read by the name of now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.export.contents import SOURCE, study
from toolkit.export.contract.renamed import in_todays_words
from toolkit.export.contract.schema import read_schema, table_schemas
from toolkit.export.writing.write import export_tables
from toolkit.shipped import schemas_folder

pq: Any = pyarrow.parquet
SCHEMAS = table_schemas()

_RESERVED = (
    "all alter and any array as asc between both by case cast check collate column constraint create cross current "
    "default delete desc distinct drop else end except exists false fetch following for foreign from full grant group "
    "having in inner insert intersect interval into is join lateral leading left like limit natural not null offset on "
    "or order outer over partition primary range references revoke right row rows select set some start table then to "
    "trailing true union unique update user using values when where window with"
)
RESERVED = frozenset(_RESERVED.split(" "))
"""Words that one of PostgreSQL, DuckDB, BigQuery, Snowflake and Spark keeps for itself as the name of a column."""


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_column_needs_quotes_in_sql(name: str, tmp_path: Path) -> None:
    columns = [column.name for column in SCHEMAS[name].columns]
    assert not RESERVED & {*columns}
    path = export_tables(study(), tmp_path, SOURCE).paths[name]
    with duckdb.connect() as connection:
        keywords = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
        kept = {word for (word,) in connection.sql(keywords).fetchall()}
        assert not kept & {*columns}
        listed = ", ".join(f"t.{column} AS {column}" for column in columns)
        found = connection.sql(f"SELECT {listed} FROM '{path}' t WHERE t.{columns[0]} IS NOT NULL")
        assert found.columns == columns


def test_a_column_has_one_former_name_and_earlier_versions_have_it() -> None:
    folder = schemas_folder() / "tables"
    columns = [(name, column) for name, schema in SCHEMAS.items() for column in schema.columns]
    renamed = {(name, column.formerly, column.name) for name, column in columns if column.formerly}
    assert {("sentences", "end", "end_offset"), ("agreement", "group", "group_name")} <= renamed
    for name, before, now in renamed:
        first = {column.name for column in read_schema(folder / f"{name}.v1.json").columns}
        assert before in first
        assert now not in first


def test_a_table_of_before_is_read_by_the_names_of_now() -> None:
    old = pa.table({"article_id": ["a"], "published": ["2024-03-01"]})
    assert in_todays_words("articles", old).column_names == ["article_id", "published_as_given"]
    new = pa.table({"published": [None], "published_as_given": ["2024-03"]})
    assert in_todays_words("articles", new).column_names == ["published", "published_as_given"]
    assert in_todays_words("moods", old) == old


def test_tables_of_two_studies_stand_in_one(tmp_path: Path) -> None:
    other = replace(SOURCE, study="other", study_id="fedcba9876543210")
    paths = [export_tables(study(), tmp_path / one.study_id, one).paths for one in (SOURCE, other)]
    for name in SCHEMAS:
        both = pa.concat_tables([pq.read_table(each[name]) for each in paths])
        assert set(both["study_id"].to_pylist()) <= {SOURCE.study_id, other.study_id}
        keys = both.select(["study_id", *SCHEMAS[name].primary_key]).to_pylist()
        assert len({str(key) for key in keys}) == len(keys)
    named = pa.concat_tables([pq.read_table(each["annotations"]) for each in paths])["annotation_id"].to_pylist()
    assert len(named) == len({*named}) == 8
