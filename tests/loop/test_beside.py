"""Work beside this process gives what it would give here, and is done here where a copy cannot do it."""

from __future__ import annotations

import os
import threading

import numpy as np
import pytest

from toolkit.errors import UsageError
from toolkit.loop import beside as module
from toolkit.loop.beside import beside


@pytest.fixture(params=[True, False], ids=["copied", "not copied"])
def copied(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(module, "_can_be_copied", lambda: request.param)
    return bool(request.param)


def test_the_result_is_that_of_the_work_wherever_it_is_done(copied: bool) -> None:
    here, numbers = os.getpid(), np.arange(100_000)
    wait = beside(lambda: (os.getpid(), numbers * 2, {"a": (1, None)}))
    pid, doubled, rest = wait()
    assert (pid != here) == copied
    assert doubled.tolist() == (numbers * 2).tolist()
    assert rest == {"a": (1, None)}


def test_what_is_wrong_is_raised_where_the_result_is_asked_for(copied: bool) -> None:
    def wrong() -> int:
        raise UsageError("no such round")

    wait = beside(wrong)
    with pytest.raises(UsageError, match="no such round"):
        wait()


def test_a_copy_that_is_killed_costs_time_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_can_be_copied", lambda: True)
    here = os.getpid()

    def killed() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return "done here"

    assert beside(killed)() == "done here"


def test_nothing_that_a_copy_says_is_seen(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(module, "_can_be_copied", lambda: True)
    here = os.getpid()

    def loud() -> int:
        if os.getpid() != here:
            raise ValueError("said by the copy")
        return 1

    assert beside(loud)() == 1
    assert "said by the copy" not in "".join(capfd.readouterr())


def test_a_process_with_another_thread_is_not_copied() -> None:
    """What that thread holds would stay held in the copy."""
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        here = os.getpid()
        assert beside(os.getpid)() == here
    finally:
        stop.set()
        other.join()
