"""How long the shortest commands take, as whole processes.

``intercoder --help`` against an interpreter that does nothing, and ``intercoder agree`` of a small table against that.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.csv

from benchmarks.process import processor_of_children, usual
from benchmarks.row import Row
from benchmarks.simulated import answers

RUNS = 11
N_ROWS = 200
OPTIONS = ("--unit", "unit", "--annotator", "annotator", "--value", "value", "--level", "nominal")


def rows(_: Sequence[str]) -> Iterator[Row]:
    program = str(Path(sys.executable).parent / "intercoder")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "table.csv"
        table = answers(N_ROWS, 5, seed=0, per_unit=3).table(text_ids=True)
        pyarrow.csv.write_csv(table.slice(0, N_ROWS), path)
        bare, helped, agreed = _medians(
            [sys.executable, "-c", "pass"], [program, "--help"], [program, "agree", str(path), *OPTIONS]
        )
    yield Row(
        "`intercoder --help`, whole process, median",
        f"{helped[0]:.2f} s",
        f"`python -c pass` {bare[0]:.2f} s",
        f"{bare[0] / helped[0]:.2f}",
    )
    for what, place in (("", 0), (", seconds of the processor", 1)):
        yield Row(
            f"`intercoder agree` of a CSV of {N_ROWS} rows, whole process, median{what}",
            f"{agreed[place]:.2f} s",
            f"`intercoder --help` {helped[place]:.2f} s",
            f"{helped[place] / agreed[place]:.2f}",
        )


def _medians(*commands: list[str]) -> list[tuple[float, float]]:
    """Seconds of each command, from start to end and of the processor; they take turns, and the first one is for the
    byte code to be there.
    """
    times: list[list[tuple[float, float]]] = [[] for _ in commands]
    for _ in range(RUNS):
        for command, found in zip(commands, times, strict=True):
            begun, used = time.perf_counter(), processor_of_children()
            subprocess.run(command, env=usual(), check=True, capture_output=True)
            found.append((time.perf_counter() - begun, processor_of_children() - used))
    return [
        (statistics.median(one for one, _ in found[1:]), statistics.median(one for _, one in found[1:]))
        for found in times
    ]
