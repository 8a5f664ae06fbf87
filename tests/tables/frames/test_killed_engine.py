"""An engine that is killed in the middle: one clear error, and nothing of ours is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.expected import absent
from tests.spark import missing
from tests.tables.frames.engines import long_table

pytestmark = pytest.mark.slow

PROGRAM = """
from pathlib import Path
from pyspark.sql import SparkSession
from tests.spark import QUICK_AND_QUIET
from toolkit import api as ic

builder = SparkSession.builder.master("local[1]")
for key, value in QUICK_AND_QUIET.items():
    builder = builder.config(key, value)
spark = builder.getOrCreate()
frame = spark.read.parquet("t.parquet")
java = spark.sparkContext._gateway.proc

def agreement():
    return ic.agreement(frame, unit="sentence", annotator="coder", value="label", level="nominal")

assert agreement().estimates
java.kill()
java.wait()
try:
    agreement()
except ic.TransferIncomplete as problem:
    print("one error:", problem.what)
"""
"""Java goes between two questions, as where a cluster is taken down."""


def test_it_is_one_error(tmp_path: Path) -> None:
    if reason := missing():
        absent("java", reason)
    pq.write_table(long_table([["a", "b"], ["b", "b"]]), tmp_path / "t.parquet")
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    assert said.stdout.startswith("one error: the engine broke off: "), said.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]
