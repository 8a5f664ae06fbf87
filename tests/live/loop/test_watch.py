"""A watch over people at work, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from tests.cli.test_boundary import ENTRY, ENVIRONMENT
from tests.live.loop.conftest import GOVERNMENT, WRITER, LiveStudy
from toolkit.loop.completion import completion
from toolkit.loop.status import status

pytestmark = pytest.mark.live

_LONGEST = 300.0
"""Seconds after which a watch that should have ended is given up: nothing waits for them where all is well."""


def test_a_watch_ends_when_the_round_is_done_and_runs_the_command_once(pushed: LiveStudy, tmp_path: Path) -> None:
    anna, ben = pushed.emails
    n = len(pushed.ledger())
    ran = tmp_path / "ran"
    command = f"echo ran >> '{ran}'; echo all is done"
    with subprocess.Popen(
        [sys.executable, "-c", ENTRY, "pull", "--round", "pilot", "--every", "5s", "--exec", command],
        cwd=pushed.study.folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watching:
        given_up = Timer(_LONGEST, watching.kill)
        given_up.start()
        try:
            assert watching.stdout is not None
            assert watching.stderr is not None
            assert watching.stdout.readline().endswith(f"  pilot: nothing new, 0 of {n} sentences done\n")
            for place in range(n):
                pushed.code(anna, place, WRITER)
            while _n_held(pushed) < n:
                assert watching.stdout.readline(), "it ended before the round was done"
            (progress,) = status(pushed.study).rounds  # other commands work meanwhile
            assert (progress.done, progress.begun) == (0, n)
            assert not ran.exists()
            assert watching.poll() is None
            for place in range(n):
                pushed.code(ben, place, GOVERNMENT)
            rest = watching.stdout.read().splitlines()
            said = watching.stderr.read()
        finally:
            given_up.cancel()
            watching.kill()
    assert (watching.returncode, said) == (0, "")
    assert rest[-2].endswith(f"{n} of {n} sentences done")
    assert rest[-1] == "all is done"
    assert ran.read_text(encoding="utf-8") == "ran\n"
    with pushed.study.database() as database:
        assert completion(database, "pilot").is_done
    (progress,) = status(pushed.study).rounds
    assert (progress.done, progress.sentences) == (n, n)


def _n_held(pushed: LiveStudy) -> int:
    """How many annotations the study holds."""
    with pushed.study.database() as database:
        return sum(1 for _ in database.rows("SELECT 1 FROM annotations"))
