from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from toolkit.loop.completion import Completion
from toolkit.loop.pulling.report import PullReport
from toolkit.loop.watch import WatchedPull
from toolkit.study.annotation_versions import Tally
from toolkit.terminal.watch import watched_line

AT = datetime(2026, 3, 1, 23, 30, 5, tzinfo=UTC)
NEW = PullReport("pilot", Tally(new=1200, edited=2, unchanged=7))
HALF = Completion("pilot", "open", sentences=2000, done=1000, given_up=0, stuck=0)


@pytest.fixture(autouse=True)
def _east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A place two hours before Greenwich."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "EAST-2")
        time.tzset()
        yield
    time.tzset()


def line(report: PullReport = NEW, one: Completion = HALF) -> str:
    return watched_line(WatchedPull(AT, (report,), (one,)))


def test_a_pull_is_one_line_in_local_time() -> None:
    assert line() == "2026-03-02 01:30:05  pilot: 1,200 new, 2 edited, 1,000 of 2,000 sentences done"


def test_nothing_new_is_said() -> None:
    assert line(PullReport("pilot", Tally(unchanged=7))).endswith("  pilot: nothing new, 1,000 of 2,000 sentences done")


def test_rounds_stand_beside_each_other() -> None:
    main = Completion("main", "closed", sentences=1, done=0, given_up=0, stuck=1)
    seen = WatchedPull(AT, (NEW, PullReport("main")), (HALF, main))
    assert watched_line(seen).endswith(
        "1,000 of 2,000 sentences done; main: nothing new, 0 of 1 sentence done, nobody to code 1, closed"
    )


def test_what_is_odd_is_counted_in_brackets() -> None:
    report = PullReport(
        "pilot", Tally(new=9), skipped=2, not_registered=3, impossible_seconds=["pilot-1: -5 s"], rejected=Counter(a=4)
    )
    said = "9 new (2 skipped, 3 not registered, 1 impossible times, 4 answers not valid), 1,000 of"
    assert said in line(report)


def test_sentences_that_came_or_went_are_something_new() -> None:
    assert "pilot: 2 vanished, 1,000 of" in line(PullReport("pilot", vanished_items=2))


def test_what_is_not_waited_for_and_what_waits_for_the_lead() -> None:
    said = line(one=replace(HALF, given_up=12, stuck=3))
    assert said.endswith("done, nothing more to come of 12, nobody to code 3")


def test_a_pull_that_is_tried_again_says_why_in_options() -> None:
    seen = WatchedPull(AT, (), (), "say `round_name=NAME`")
    assert watched_line(seen) == "2026-03-02 01:30:05  not pulled, the next pull tries again: say --round NAME"
