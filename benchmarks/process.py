"""A command as a process of its own: how long it takes, of how much of the processor, and how much memory."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

# What the kernel tells a parent of a child's memory begins with the parent's own; the child itself knows better.
_REPORTING = (
    "import atexit, sys; from pathlib import Path; told = Path(sys.argv.pop()); "
    "atexit.register(lambda: told.write_bytes(Path('/proc/self/status').read_bytes())); "
)
Given = TypeVar("Given")
Found = TypeVar("Found")
INTERCODER = "from toolkit.cli import main; main()"
# What somebody writes who wants one alpha of a file and three columns: no interval, no check of what is in the table.
FACTORIZED = """
import sys
import krippendorff, numpy, pandas
path, *names = sys.argv[1:]
rows = pandas.read_parquet(path)
(unit, units), (annotator, annotators), (value, values) = (pandas.factorize(rows[name]) for name in names)
counts = numpy.bincount(unit * len(values) + value, minlength=len(units) * len(values)).reshape(len(units), len(values))
print(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """Seconds from start to end, seconds of the processor in all its threads, and the peak of memory in MB."""

    seconds: float
    processor: float
    memory: float


def run(folder: Path, program: str, *arguments: str) -> Ran:
    """A Python program run in ``folder``; CalledProcessError with what it said if it fails."""
    with tempfile.NamedTemporaryFile() as told:
        command = [sys.executable, "-c", _REPORTING + program, *arguments, told.name]
        begun, used = time.perf_counter(), processor_of_children()
        subprocess.run(
            command, cwd=folder, env=usual(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        seconds = time.perf_counter() - begun
        return Ran(seconds, processor_of_children() - used, _peak(told.read().decode()))


def usual() -> dict[str, str]:
    """The environment where byte code is kept from one run to the next, as it is unless somebody says otherwise."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def processor_of_children() -> float:
    """Seconds of the processor that the processes started here took, as far as they have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def apart(what: Callable[[Given], Found], given: Given) -> Found:
    """What a function finds in a fresh process, which has its own memory, and no browser or event loop of ours."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(what, given).result()


def peak() -> float:
    """The peak of this process's own memory so far, in MB."""
    return _peak(Path("/proc/self/status").read_text(encoding="ascii"))


def _peak(status: str) -> float:
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024
