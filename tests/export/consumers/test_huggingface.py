"""Hugging Face ``datasets``, without a network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.export.consumers.contract import Table, tables_of
from tests.export.consumers.page import recipe, type_names

pytestmark = pytest.mark.slow

pq: Any = pyarrow.parquet


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The package, offline, with its cache in a folder of the test; whoever calls out is found out."""
    called: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setattr(socket.socket, "connect", lambda _, address: called.append(address))
        import datasets as package

        # read when the package is imported, which another test may have done
        patch.setattr(package.config, "HF_HUB_OFFLINE", True)
        patch.setattr(package.config, "HF_DATASETS_CACHE", str(tmp_path_factory.mktemp("cache")))
        package.disable_progress_bars()
        yield package
        package.enable_progress_bars()
    assert not called


def test_types_and_values(tables: list[Table], datasets: Any) -> None:
    for table in tables:
        if table.n_rows and (table.path.parent / "README.md").read_text(encoding="utf-8").startswith("---\n"):
            found = datasets.load_dataset(str(table.path.parent), table.name, split="train")
        elif table.n_rows:  # the first data cards did not name the tables
            found = datasets.load_dataset("parquet", data_files=str(table.path), split="train")
        else:  # load_dataset refuses a file without rows, whoever wrote it
            found = datasets.Dataset(pq.read_table(table.path))
        types = {name: str(kind) for name, kind in found.features.items()}
        table.check(types=types, called=type_names("datasets"), rows=found)


def test_the_folder_says_which_tables_there_are(version: Path, datasets: Any) -> None:
    configurations = datasets.get_dataset_config_names(str(version))
    assert sorted(configurations) == sorted(table.name for table in tables_of(version) if table.n_rows)
    assert datasets.load_dataset(str(version), split="train").column_names[5:7] == ["question", "level"]


def test_streaming(version: Path, datasets: Any) -> None:
    for table in (one for one in tables_of(version) if one.n_rows):
        found = datasets.load_dataset("parquet", data_files=str(table.path), split="train", streaming=True)
        types = {name: str(kind) for name, kind in found.features.items()}
        table.check(types=types, called=type_names("datasets"), rows=found)


@pytest.mark.usefixtures("at_work", "datasets")
def test_the_recipe(version: Path) -> None:
    names: dict[str, Any] = {}
    exec(recipe("python", "from datasets"), names)
    rows = {table.name: table.rows for table in tables_of(version)}
    texts = {row["sentence_id"]: row["text"] for row in rows["sentences"]}
    assert list(names["labels"]) == [{**row, "text": texts[row["sentence_id"]]} for row in rows["soft_labels"]]
