"""A command as a process of its own: how long it takes, and how much memory."""

from __future__ import annotations

import re
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


@dataclass(frozen=True, slots=True)
class Ran:
    """Seconds from start to end, and the peak of memory in MB."""

    seconds: float
    memory: float


def run(folder: Path, program: str, *arguments: str) -> Ran:
    """A Python program run in ``folder``; CalledProcessError with what it said if it fails."""
    with tempfile.NamedTemporaryFile() as told:
        command = [sys.executable, "-c", _REPORTING + program, *arguments, told.name]
        begun = time.perf_counter()
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        seconds = time.perf_counter() - begun
        return Ran(seconds, _peak(told.read().decode()))


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
