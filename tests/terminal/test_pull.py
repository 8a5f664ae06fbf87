from __future__ import annotations

from collections import Counter

from tests.terminal.printed import printed, words
from toolkit.loop.pulling.report import PullReport
from toolkit.study.annotation_versions import Tally
from toolkit.terminal.pull import pull_text


def test_nothing_new_is_one_line() -> None:
    assert printed(pull_text(PullReport("pilot", Tally(unchanged=500), n_items=3))) == "pilot: nothing new.\n"


def test_whatever_is_odd_is_counted_and_explained() -> None:
    report = PullReport(
        "pilot",
        Tally(1200, 2, 3, 4, 5),
        skipped=11,
        repeats=12,
        edited_by_other=13,
        not_registered=14,
        unknown_sentences=15,
        vanished_items=16,
        rejected=Counter({"kind: unknown category 'astronaut'": 7, "words: text does not match": 2}),
        rejected_examples=["iran-001-abcdef12: kind: unknown category 'astronaut'", "b", "c", "never shown"],
    )
    text = words(pull_text(report))
    assert "1,200 new, 2 edited, 3 gone, 4 back again" in text
    for said in ("skipped 11", "repeats 12", "by others 13", "registered 14", "sentences 15", "vanished 16"):
        assert said in text, text
    assert "9 answers not valid" in text
    assert "7 × kind: unknown category 'astronaut'" in text
    assert "iran-001-abcdef12" in text
    assert "never shown" not in text


def test_nothing_odd_is_not_mentioned() -> None:
    text = words(pull_text(PullReport("pilot", Tally(new=1))))
    assert text == "pilot: annotations: 1 new."


def test_sentences_that_vanished_without_annotations_are_a_change() -> None:
    text = words(pull_text(PullReport("pilot", Tally(), vanished_items=2)))
    assert "vanished 2" in text


def test_impossible_times_are_counted_and_the_first_ten_named() -> None:
    report = PullReport("pilot", Tally(new=12), impossible_seconds=[f"pilot-{n}: -5 s" for n in range(1, 13)])
    text = words(pull_text(report))
    assert "impossible times 12 kept without a time: pilot-1: -5 s; pilot-2" in text
    assert "pilot-10: -5 s; and 2 more" in text
    assert "pilot-11" not in text
