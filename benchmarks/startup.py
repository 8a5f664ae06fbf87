"""How long ``intercoder --help`` takes, as a whole process, against an interpreter that does nothing."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.row import Row

RUNS = 7


def rows(_: Sequence[str]) -> Iterator[Row]:
    program = str(Path(sys.executable).parent / "intercoder")
    helped = _median([program, "--help"])
    bare = _median([sys.executable, "-c", "pass"])
    yield Row(
        "`intercoder --help`, whole process, median",
        f"{helped:.2f} s",
        f"`python -c pass` {bare:.2f} s",
        f"{bare / helped:.2f}",
    )


def _median(command: list[str]) -> float:
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times[1:])
