"""The recipes of docs/data-contract.md, run as they stand on an export."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from tests.export.contents import FULL, SECOND, annotation, study
from toolkit.codebook.answers import Answer
from toolkit.export.tables import export_tables

PAGE = (Path(__file__).parents[2] / "docs" / "data-contract.md").read_text(encoding="utf-8")


def _recipe(language: str, containing: str) -> str:
    (block,) = (b for b in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL) if containing in b)
    assert isinstance(block, str)
    return block


@pytest.fixture
def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    other = annotation(8, "s-2", "p-ben", Answer("voice", "answered", "writer"))
    export_tables(study([FULL, other]), tmp_path / "exports" / "STUDY")


@pytest.mark.usefixtures("exported")
def test_pandas(capsys: pytest.CaptureFixture[str]) -> None:
    exec(_recipe("python", "import pandas"), {})
    lines = capsys.readouterr().out.split("\n")
    assert [line.split()[-2:] for line in lines if "writer" in line] == [["writer", "1"]]


@pytest.mark.usefixtures("exported")
def test_polars(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    exec(_recipe("python", "import polars") + "\nrows = disputed.collect().to_dicts()\n", names)
    assert names["rows"] == [
        {"round": "pilot", "sentence_id": "s-2", "question": "voice", "different": 2, "text": SECOND}
    ]


@pytest.mark.usefixtures("exported")
def test_duckdb() -> None:
    with duckdb.connect() as connection:
        assert connection.execute(_recipe("sql", "SELECT")).fetchall() == [(SECOND, "p-ana", "Cue", "said")]
