"""Agreement in Parquet files of up to a hundred million rows: ``python -m benchmarks.engines > benchmarks/SCALE.md``.

Rows of a unit are far apart, as in a log: several passes over all units, each in another order. Every command is a
process of its own; times are of the whole command, memory is the peak of the process (Java's own, of Spark, is not in
it). What the package by itself takes for one alpha, without any interval, stands beside the sizes that are read into
memory.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.process import FACTORIZED, INTERCODER, Ran, run

SHARES = (1.0, 1.0, 0.7, 0.4, 0.233)
"""Of the units in each pass: three and a third annotators a unit."""
STEPS = (7919, 104729, 1299709, 15485863, 32452843)
AGREEING = 70
"""Per cent of answers that are the unit's own category; the others are any."""
WORKERS, CATEGORIES, IN_ARTICLE = 1000, "abcde", 100
_AT_ONCE = 1_000_000

ASKED = ("--unit", "sentence", "--annotator", "coder", "--value", "label", "--level", "nominal", "--bootstrap", "1000")


def write(path: Path, n_units: int) -> int:
    """Write a table of so many units, row group by row group; return its rows."""
    writer = None
    for table in tables(n_units):
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()
    rows: int = pq.read_metadata(path).num_rows
    return rows


def tables(n_units: int) -> Iterator[pa.Table]:
    workers, labels = pa.array([f"worker {number:04}" for number in range(WORKERS)]), pa.array(list(CATEGORIES))
    for number, (share, at_least) in enumerate(zip(SHARES, STEPS, strict=True)):
        step = next(step for step in count(at_least) if math.gcd(step, n_units) == 1)  # so that each unit comes once
        for first in range(0, int(n_units * share), _AT_ONCE):
            place = np.arange(first, min(first + _AT_ONCE, int(n_units * share)))
            unit = (place * step + number * 12345) % n_units
            of_unit, of_row = _mixed(unit + 1), _mixed(unit * 8 + number + 99991)
            truth = of_unit % np.uint64(len(CATEGORIES))
            other = (of_row >> np.uint64(20)) % np.uint64(len(CATEGORIES))
            label = np.where(of_row % np.uint64(100) < AGREEING, truth, other)
            worker = ((of_unit >> np.uint64(8)) % np.uint64(WORKERS) + np.uint64(number * 7)) % np.uint64(WORKERS)
            yield pa.table(
                {
                    "sentence": _named("s-", unit),
                    "coder": workers.take(pa.array(worker)),
                    "label": labels.take(pa.array(label)),
                    "article": _named("a-", unit // IN_ARTICLE),
                }
            )


def _mixed(
    numbers: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    """Steele, Lea & Flood (2014), OOPSLA, 453-472: the last step of SplitMix64."""
    x = numbers.astype(np.uint64)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)))


def _named(prefix: str, numbers: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> pa.Array:
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def alpha(folder: Path, *arguments: str) -> float:
    """The value itself, from the same command as JSON."""
    command = [sys.executable, "-c", INTERCODER, "agree", *arguments, "--format", "json"]
    said = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    value: float = json.loads(said)["estimates"][0]["value"]
    return value


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.engines", description=__doc__)
    parser.add_argument("--units", type=int, nargs="+", default=[300_000, 3_000_000, 30_000_000])
    parser.add_argument("--spark-units", type=int, nargs="*", default=[300_000, 3_000_000])
    parser.add_argument("--in-memory", type=int, default=3_000_000, help="units up to which the table is read as well")
    parser.add_argument("--runs", type=int, default=1)
    given = parser.parse_args(arguments)
    os.environ.setdefault("MASTER", "local[2]")
    print(
        f"# Rows that stay where they are\n\nPrinted by `python -m benchmarks.engines`, {given.runs} run(s) of each.\n"
    )
    print("| rows | counted by | drawn | seconds | peak memory | alpha |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as here:
        folder = Path(here)
        for n_units in given.units:
            n_rows = write(folder / "t.parquet", n_units)
            kinds: list[tuple[str, tuple[str, ...]]] = [("DuckDB", ("--engine", "duckdb"))]
            if n_units <= given.in_memory:
                kinds = [("memory", ()), *kinds, ("Polars", ("--engine", "polars"))]
            if n_units in given.spark_units:
                kinds.append(("Spark", ("--engine", "spark")))
            for name, engine in kinds:
                for drawn, cluster in (("units", ()), ("articles", ("--cluster", "article"))):
                    asked = ("t.parquet", *engine, *ASKED, *cluster)
                    ran = [run(folder, INTERCODER, "agree", *asked) for _ in range(given.runs)]
                    value = f"{alpha(folder, *asked):.13f}" if n_units <= given.in_memory else ""
                    _tell(n_rows, name, drawn, ran, value)
            if n_units <= given.in_memory:
                columns = ("t.parquet", "sentence", "coder", "label")
                ran = [run(folder, FACTORIZED, *columns) for _ in range(given.runs)]
                _tell(n_rows, "pandas and `krippendorff`, alpha once", "nothing", ran, "")


def _tell(n_rows: int, name: str, drawn: str, ran: Sequence[Ran], value: str) -> None:
    seconds, memory = statistics.median(one.seconds for one in ran), max(one.memory for one in ran)
    print(f"| {n_rows:,} | {name} | {drawn} | {seconds:.1f} | {memory:,.0f} MB | {value} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
