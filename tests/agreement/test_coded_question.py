"""What was counted of a question is kept as long as the question is, and no longer."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.agreement.known.made import coded, drawn
from toolkit.agreement.coded_question import CodedQuestion, CodedSpans
from toolkit.agreement.spans.span_readings import span_readings

TEXTS = {"s1": "The army says no.", "s2": "Nobody knows."}


def spans() -> CodedSpans:
    return CodedSpans(
        question="words",
        labels=("Source", "Cue"),
        units=["s1", "s1", "s2", "s2"],
        annotators=["ann", "bo", "ann", "bo"],
        marks=[[("Source", 4, 8)], [("Source", 0, 8)], [], []],
        lengths=[17, 17, 13, 13],
        clusters=["x", "x", "y", "y"],
        texts=TEXTS,
    )


def question() -> CodedQuestion:
    rows, _ = drawn(1)
    return coded(rows)


def test_readings_are_counted_once() -> None:
    asked = question()
    assert asked.readings() is asked.readings()
    assert asked.readings()[0].coverage == replace(asked).readings()[0].coverage


def test_another_question_has_its_own_readings() -> None:
    one = question()
    two = replace(one, target=0.8)
    assert (one.readings()[0].target, two.readings()[0].target) == (None, 0.8)


def test_readings_of_spans_are_counted_once_by_their_own_texts() -> None:
    asked = spans()
    assert asked.texts is not None
    first = span_readings(asked, asked.texts)
    assert span_readings(asked, asked.texts) is first
    equal_texts = dict(asked.texts)
    assert span_readings(asked, equal_texts) is not first


def test_other_texts_and_other_clusters_are_not_taken_for_what_was_counted() -> None:
    """In five words three are within what either marked; in a text without spaces there is one token."""
    asked = spans()
    assert asked.texts is not None
    own = span_readings(asked, asked.texts)[0]
    others = span_readings(asked, {"s1": "x" * 17, "s2": "y" * 13})[0]
    assert others.patterns.n_units == 2 < own.patterns.n_units
    together = span_readings(asked, asked.texts, {"s1": 0, "s2": 0})[0]
    assert together is not own
    assert span_readings(asked, asked.texts)[0] is own


@pytest.mark.parametrize("made", [question, spans])
def test_nothing_is_kept_of_a_question_that_is_gone(made: Callable[[], CodedQuestion | CodedSpans]) -> None:
    asked = made()
    if isinstance(asked, CodedSpans):
        assert asked.texts is not None
        span_readings(asked, asked.texts)
    else:
        assert len(asked.readings()[0].matrix.annotators) == 3
    gone = weakref.ref(asked)
    del asked
    gc.collect()
    assert gone() is None
