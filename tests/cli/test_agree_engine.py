"""`agree` of rows that stay where they are prints what it prints of a table in memory."""

from __future__ import annotations

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Command
from tests.loop.several_rounds import several_rounds
from tests.tables.frames.engines import long_table
from toolkit.api.agreements import agreement
from toolkit.errors import BadInput, UsageError
from toolkit.loop.export import export

ASKED = (
    *("--unit", "sentence", "--annotator", "coder", "--value", "label", "--level", "nominal"),
    *("--cluster", "article", "--bootstrap", "40"),
)
DESIGN: list[list[Hashable | None]] = [
    ["a", "b", "a"],
    ["a", "a", None],
    ["b", "b", "c"],
    ["c", "c", "a"],
    ["b", None, "b"],
    ["a", "a", "a"],
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table as one file, and the same as a folder of two."""
    table = long_table(DESIGN)
    pq.write_table(table, tmp_path / "labels.parquet")
    (tmp_path / "labels").mkdir()
    pq.write_table(table.slice(0, 7), tmp_path / "labels" / "a.parquet")
    pq.write_table(table.slice(7), tmp_path / "labels" / "b.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_export_in_a_store_is_not_read_as_one(intercoder: Command) -> None:
    """Whoever forgot the columns of a folder there may have meant one."""
    hint = "An export in a store is not read as one: copy a version here, or name its answers.parquet."
    for named in ("s3://lead:hunter22@bucket/study", "s3://bucket/study/v1/", "gs://bucket"):
        refused = intercoder("agree", named)
        assert (refused.code, hint in refused.err) == (UsageError.exit_code, True)
        assert "hunter22" not in refused.err
    for named in ("s3://bucket/study/v1/answers.parquet", "s3://bucket/*.parquet", "duckdb:///x.db::rows"):
        assert "a table needs --unit" in (told := intercoder("agree", named).err)
        assert "export" not in told


def test_tables_of_an_export_are_not_one_table(tmp_path: Path, intercoder: Command) -> None:
    version = export(several_rounds(tmp_path / "study"), replicates=0).folder
    columns = (*("--unit", "sentence_id", "--annotator", "annotator", "--value", "code"), "--level", "nominal")
    refused = intercoder("agree", f"{version}/*.parquet", *columns)
    assert refused.code == BadInput.exit_code
    assert "and an export is read as one from a folder here only" in refused.err
    (version / "answers.parquet").unlink()
    assert "Write them with the same columns" in intercoder("agree", f"{version}/*.parquet", *columns).err


def said(text: str) -> str:
    """What is printed, without the name of the table and the way to explain it, which needs its rows."""
    _, _, rest = text.partition("\n")
    return rest.partition("\nTo see why:")[0].rstrip()


@pytest.mark.parametrize(
    "source",
    [["labels"], ["labels/*.parquet"], ["labels.parquet", "--engine", "duckdb"], ["labels", "--engine", "polars"]],
)
def test_it_is_printed_alike(here: Path, intercoder: Command, source: list[str]) -> None:
    expected, found = intercoder("agree", "labels.parquet", *ASKED), intercoder("agree", *source, *ASKED)
    assert (found.code, found.err) == (0, "")
    assert said(found.out) == said(expected.out)
    assert "To see why" in expected.out
    assert "To see why" not in found.out
    in_json = [intercoder("agree", *named, *ASKED, "--format", "json").out for named in (["labels.parquet"], source)]
    one, other = (json.loads(text) for text in in_json)
    assert {**one, "source": ""} == {**other, "source": ""}


@pytest.mark.parametrize("by", ["article", "coder"])
def test_groups_are_printed_alike(here: Path, intercoder: Command, by: str) -> None:
    expected = intercoder("agree", "labels.parquet", *ASKED, "--by", by)
    found = intercoder("agree", "labels", *ASKED, "--by", by)
    assert (found.code, found.err) == (0, "")
    assert said(found.out) == said(expected.out)


def test_more_rows_than_memory_holds_are_counted_unasked(
    here: Path, intercoder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = intercoder("agree", "labels.parquet", *ASKED)
    monkeypatch.setattr("toolkit.tables.frames.sources.memory", lambda: 1)
    found = intercoder("agree", "labels.parquet", *ASKED)
    assert said(found.out) == said(expected.out)
    assert found.err == (
        "labels.parquet has more rows than a quarter of memory holds: DuckDB counts them (--engine duckdb).\n"
    )
    explained = intercoder("agree", "labels.parquet", *ASKED, "--explain", "label")
    assert (explained.code, explained.err) == (0, ""), "what needs the rows is read, as before"


@pytest.fixture
def crowd(here: Path) -> pa.Table:
    """More coders of two countries than an engine divides."""
    rows = [
        {
            "sentence": f"s{who % 9}",
            "article": "a",
            "coder": f"c{who}",
            "label": "ab"[who % 5 == 0],
            "country": "xy"[who % 2],
        }
        for who in range(130)
    ]
    table = pa.Table.from_pylist(rows)
    pq.write_table(table, here / "crowd.parquet")
    return table


def test_what_duckdb_refuses_unasked_is_read(
    here: Path, crowd: pa.Table, intercoder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("agree", "crowd.parquet", *ASKED, "--by", "country")
    expected = intercoder(*asked)
    assert expected.code == 0
    assert intercoder(*asked, "--engine", "duckdb").code == 2
    monkeypatch.setattr("toolkit.tables.frames.sources.memory", lambda: 1)
    found = intercoder(*asked)
    assert said(found.out) == said(expected.out)
    assert found.err.splitlines()[-1].startswith("DuckDB does not: column 'country' divides annotators")


def test_a_relation_is_divided_in_memory_where_duckdb_does_not(crowd: pa.Table) -> None:
    given: dict[str, Any] = {"unit": "sentence", "annotator": "coder", "value": "label", "level": "nominal"}
    asked: dict[str, Any] = {**given, "by": ["country"], "replicates": 20}
    in_memory = agreement(crowd, **asked)
    on_engine = agreement(duckdb.connect().from_arrow(crowd), **asked)
    assert on_engine.estimates == in_memory.estimates


def test_where_no_engine_is_installed_a_large_table_is_read(
    here: Path, intercoder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.tables.frames.sources.memory", lambda: 1)
    monkeypatch.setattr("toolkit.cli.agreement_sources.find_spec", lambda _: None)
    found = intercoder("agree", "labels.parquet", *ASKED)
    assert (found.code, found.err) == (0, "")


def test_a_target_and_what_comes_of_it(here: Path, intercoder: Command) -> None:
    assert intercoder("agree", "labels", *ASKED, "--target", "0.9", "--fail-under", "target").code == 8
    assert intercoder("agree", "labels", *ASKED, "--target", "0.1", "--fail-under", "target").code == 0


def test_an_export_stays_one(here: Path, intercoder: Command) -> None:
    """A folder without a description is read as ever, and so is one that says it is an export."""
    assert "labels" in intercoder("agree", "labels").err
    (here / "labels" / "latest.json").write_text("{}")
    refused = intercoder("agree", "labels", *ASKED)
    assert refused.code == 2
    assert "for tables" in refused.err


@pytest.mark.parametrize("option", [["--round", "main"], ["--over-time"], ["--with-gold"]])
def test_what_only_studies_have_is_refused(here: Path, intercoder: Command, option: list[str]) -> None:
    assert "for studies and exports" in intercoder("agree", "labels", *ASKED, *option).err


def test_an_engine_is_for_tables(here: Path, intercoder: Command) -> None:
    (here / "labels" / "latest.json").write_text("{}")
    assert "--engine" in intercoder("agree", "labels", "--engine", "duckdb").err
    (here / "project.json").write_text("[]")
    assert intercoder("agree", "project.json", "--engine", "duckdb").code == 2
