"""Consumers who know an export by its own documents only, on an export as it was released and on one of now.

Each runs in an environment without this package, and each has to find what is wrong with an export that was spoilt.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.export.consumers.programs import check_installed, dbt, frictionless, pandera
from toolkit.loop.export import export
from toolkit.study.folder import Study

pytestmark = pytest.mark.slow

pq: Any = pyarrow.parquet


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    check_installed()


@pytest.fixture(scope="module")
def of_today(workplace: Path) -> dict[str, Path]:
    """What is exported now: with everything that may be asked for, and with as little as possible."""
    study, everybody = Study(workplace / "coded"), workplace / "exports" / "EVERYBODY"
    export(study, to=everybody, replicates=20, text=False, public=True, zeros=True, dawid_skene=True)
    whole = workplace / "exports" / "STUDY"
    return {"whole": whole / "v2", "everybody": everybody / "v1", "uncoded": workplace / "exports" / "NEW" / "v1"}


GENERATIONS = ("v1", "whole", "everybody", "uncoded")


@pytest.fixture
def generation(request: pytest.FixtureRequest, of_today: dict[str, Path], released: Path) -> Path:
    name: str = request.param
    return released if name == "v1" else of_today[name]


def spoilt(version: Path, folder: Path, table: str, column: str, value: Any) -> Path:
    """A copy in which the first row of a table has another value, which its descriptor forbids."""
    copy = Path(shutil.copytree(version, folder / "spoilt"))
    path = copy / f"{table}.parquet"
    rows = pq.read_table(path)
    field = pa.field(column, rows.schema.field(column).type)  # also null where the schema says that nothing is
    values = pa.array([value, *rows[column].to_pylist()[1:]], field.type)
    pq.write_table(rows.set_column(rows.column_names.index(column), field, values), path)
    return copy


@pytest.mark.parametrize("generation", GENERATIONS[1:], indirect=True)
def test_frictionless_finds_what_the_descriptor_says(generation: Path) -> None:
    found = frictionless(generation)
    assert {task["name"]: task["errors"] for task in found["tasks"] if task["errors"]} == {}
    assert found["valid"]
    assert {task["name"] for task in found["tasks"]} == {path.stem for path in generation.glob("*.parquet")}


@pytest.mark.parametrize("generation", ["v1"], indirect=True)
def test_frictionless_finds_the_first_descriptor_wrong_only_where_it_reads_by_way_of_pandas(generation: Path) -> None:
    """It named bytes, lists, whole numbers beside nulls, and a key with nulls in it; descriptors do so no more."""
    errors = [error for task in frictionless(generation)["tasks"] for error in task["errors"]]
    assert {error["type"] for error in errors} <= {"byte-count", "type-error", "foreign-key"}
    said = {error["note"].rpartition("type is ")[2] for error in errors if error["type"] == "type-error"}
    assert said <= {'"array/default"', '"integer/default"'}


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("answers", "level", "modal"), ("answers", "sentence_id", "nowhere"), ("spans", "label", None)],
)
def test_each_of_them_finds_an_export_that_was_spoilt(
    of_today: dict[str, Path], tmp_path: Path, table: str, column: str, value: Any
) -> None:
    copy = spoilt(of_today["whole"], tmp_path, table, column, value)
    assert not frictionless(copy)["valid"]
    assert pandera(copy).returncode != 0
    passed, failed = dbt(copy, tmp_path / "project")
    assert passed > 200
    assert len(failed) == 1
    assert table in failed[0]


@pytest.mark.parametrize("generation", GENERATIONS, indirect=True)
def test_pandera_by_the_descriptor(generation: Path) -> None:
    made = pandera(generation)
    assert made.returncode == 0, made.stderr
    assert int(made.stdout) == len(list(generation.glob("*.parquet")))


@pytest.mark.parametrize("generation", GENERATIONS, indirect=True)
def test_dbt_builds_a_model_per_table_and_a_test_per_promise(generation: Path, tmp_path: Path) -> None:
    passed, failed = dbt(generation, tmp_path / "project")
    assert failed == []
    n_tables = len(list(generation.glob("*.parquet")))
    assert passed > 10 * n_tables
