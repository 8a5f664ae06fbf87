"""Ctrl-C while an engine counts stops the command, as it does everywhere else: it is no failure of the engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.expected import absent

pytestmark = pytest.mark.slow

PROGRAM = """
import duckdb
from toolkit import api as ic

held = duckdb.connect()
held.execute("SET enable_progress_bar = false")
rows = "range(300_000_000) t(row)"
frame = held.sql(f"SELECT 's' AS sentence, 'ann' AS coder, (row % 7)::TEXT AS label FROM {rows}")
print("begun", flush=True)
try:
    ic.agreement(frame, unit="sentence", annotator="coder", value="label", level="nominal")
except KeyboardInterrupt:
    print("stopped")
except BaseException as problem:
    print(type(problem).__name__, problem)
"""
"""Queries that take a minute together. One that is never done could not be stopped at times: where a thread of DuckDB's
own looks for rows and finds none, it heeds nothing until it has seen the last."""


def test_it_is_stopped() -> None:
    if not Path("/proc/self/stat").exists():
        absent("proc", "how much a process has worked cannot be read here")
    root = str(Path(__file__).parents[3])
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        before = worked(child.pid)
        while worked(child.pid) < before + 200:  # two seconds of work: nothing but the query takes that
            assert child.poll() is None
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        assert child.stdout.read() == "stopped\n"


def worked(process: int) -> int:
    """How long a process has worked, in hundredths of a second."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11])
