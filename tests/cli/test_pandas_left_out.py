"""`agree` of a table takes along neither pandas nor a reader of YAML: to import them takes longer than it does."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from tests.modules import not_loaded
from toolkit.cli.pandas_left_out import pandas_left_out

ROWS = "u,a,v\n" + "".join(
    f"s{unit},{coder},{unit * place % 3}\n" for unit in range(40) for place, coder in enumerate("xyz")
)
PROGRAM = """
import sys
from toolkit.cli import main
try:
    main()
finally:
    print([name for name in ("pandas", "ruamel.yaml") if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_a_table(tmp_path: Path, kind: str, level: str) -> None:
    (tmp_path / "t.csv").write_text(ROWS, encoding="utf-8")
    table = pyarrow.csv.read_csv(tmp_path / "t.csv")
    pq.write_table(table, tmp_path / "t.parquet")
    lines = (f'{{"u": "{row["u"]}", "a": "{row["a"]}", "v": {row["v"]}}}\n' for row in table.to_pylist())
    (tmp_path / "t.jsonl").write_text("".join(lines), encoding="utf-8")
    asked = ["agree", f"t.{kind}", "--unit", "u", "--annotator", "a", "--value", "v", "--level", level]
    asked += ["--order", "0,1,2"] if level == "ordinal" else []
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, *asked, "--measure", "all"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert said.stderr.splitlines()[-1] == "[]"
    assert "krippendorff" in said.stdout


def test_for_as_long_as_it_lasts() -> None:
    finders = list(sys.meta_path)
    with (
        not_loaded("pandas"),
        pandas_left_out(),
        pytest.raises(ModuleNotFoundError, match="left out of this command"),
    ):
        importlib.import_module("pandas")
    assert sys.meta_path == finders


def test_where_it_is_imported_already_nothing_is_said() -> None:
    import pandas as pd

    with pandas_left_out():
        assert importlib.import_module("pandas") is pd
