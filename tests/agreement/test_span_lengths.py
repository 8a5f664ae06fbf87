from __future__ import annotations

import random

import pytest

from toolkit.agreement.coded_question import CodedSpans
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.spans.lengths import SpanLength, span_lengths
from toolkit.agreement.spans.marks import SpanMark
from toolkit.agreement.spans.span_readings import codings_of

Coding = tuple[str, str, tuple[SpanMark, ...]]


def found_in(codings: list[Coding], *, replicates: int = 400) -> dict[str, SpanLength]:
    """Units of 40 characters, each in the cluster its name begins with."""
    units = [unit for unit, _, _ in codings]
    spans = CodedSpans(
        question="words",
        labels=("S", "C"),
        units=units,
        annotators=[who for _, who, _ in codings],
        marks=[marks for _, _, marks in codings],
        lengths=[40] * len(codings),
        clusters=[unit.partition("-")[0] for unit in units],
    )
    return {one.annotator: one for one in span_lengths("words", codings_of(spans), Resampling("article", replicates))}


def test_lengths_by_hand() -> None:
    """Each span against the mean of those it overlaps with the same label."""
    found = found_in(
        [
            ("a-1", "ana", (("S", 0, 10), ("C", 20, 30))),
            ("a-1", "ben", (("S", 0, 4), ("S", 6, 8), ("C", 35, 40))),
            ("a-1", "cem", (("S", 3, 9), ("C", 0, 40))),
        ]
    )
    # ana S 10 against 4, 2, 6; C 10 against 40.  ben S 4 against 10, 6; 2 against 10, 6; C 5 against 40.
    # cem S 6 against 10, 4, 2; C 40 against 10, 5.
    assert found["ana"].longer == pytest.approx(((10 - 4) + (10 - 40)) / 2)
    assert found["ben"].longer == pytest.approx(((4 - 8) + (2 - 8) + (5 - 40)) / 3)
    assert found["cem"].longer == pytest.approx(((6 - 16 / 3) + (40 - 7.5)) / 2)
    assert [found[name].n_spans for name in ("ana", "ben", "cem")] == [2, 3, 2]
    assert {one.interval_undefined_because for one in found.values()} == {"one article"}


def test_what_nobody_else_marked_says_nothing_about_bounds() -> None:
    found = found_in([("a-1", "ana", (("S", 0, 10),)), ("a-1", "ben", (("C", 0, 10), ("S", 10, 12)))])
    assert {(one.n_spans, one.longer, one.undefined_because) for one in found.values()} == {
        (0, None, "no overlapping span")
    }


def test_who_marks_longer_is_said_to_and_others_are_not() -> None:
    chance = random.Random(2)
    codings: list[Coding] = []
    for article in range(15):
        for sentence in range(6):
            start = chance.randrange(5, 15)
            for who, more in (("ana", 6), ("ben", 0), ("cem", 0), ("dea", 0)):
                end = start + 8 + more + chance.randrange(3)
                codings.append((f"{article}-{sentence}", who, (("S", start, end),)))
    found = found_in(codings)
    assert {name: one.flagged for name, one in found.items()} == {
        "ana": "longer", "ben": "shorter", "cem": "shorter", "dea": "shorter",
    }  # fmt: skip
    alike = found_in([one for one in codings if one[1] != "ana"])
    assert {one.flagged for one in alike.values()} == {None}
    low, high = alike["ben"].ci_low, alike["ben"].ci_high
    assert low is not None
    assert high is not None
    assert low < 0 < high


def test_reasons_why_there_is_no_interval() -> None:
    same: list[Coding] = [(f"{n}-1", who, (("S", 0, 5),)) for n in range(4) for who in ("ana", "ben")]
    assert found_in(same)["ana"].interval_undefined_because == "no variation"
    assert found_in(same, replicates=0)["ana"].interval_undefined_because == "no replicates asked for"
