from __future__ import annotations

import pytest

from tests.agreement.span_measures.coded import LABELS, Design, coded, figure, random_design
from toolkit.agreement.span_measures.span_disagreement import (
    OUTCOMES,
    SpanOutcomes,
    SpanOutcomeShare,
    span_outcome_statistics,
    span_outcomes,
)


def naive(design: Design, first: str, second: str, labels: tuple[str, ...] = LABELS) -> SpanOutcomes:
    counts = {"agreed": 0, "boundary": 0, "label": 0, "missed_by_first": 0, "missed_by_second": 0}
    n_sentences = 0
    for codings in design.values():
        if first not in codings or second not in codings:
            continue
        n_sentences += 1
        for mine, theirs, missing in [(first, second, "missed_by_second"), (second, first, "missed_by_first")]:
            for label, start, end in set(codings[mine]):
                if label not in labels:
                    continue
                touched = [mark for mark in codings[theirs] if mark[1] < end and start < mark[2]]
                if (label, start, end) in touched:
                    counts["agreed"] += 1
                elif any(mark[0] == label for mark in touched):
                    counts["boundary"] += 1
                elif touched:
                    counts["label"] += 1
                else:
                    counts[missing] += 1
    return SpanOutcomes(**counts, n_units=n_sentences)


@pytest.mark.parametrize("seed", range(20))
def test_by_definition(seed: int) -> None:
    design = random_design(seed, n_sentences=15, length=8)
    codings = coded(design, lengths=8)
    assert span_outcomes(span_outcome_statistics(codings, "x", "z")) == naive(design, "x", "z")
    assert span_outcomes(span_outcome_statistics(codings, "z", "y", label="Q")) == naive(design, "z", "y", ("Q",))


def test_every_span_has_one_outcome() -> None:
    design = random_design(4, n_sentences=30, absent=0.0)
    found = span_outcomes(span_outcome_statistics(coded(design), "x", "y"))
    spans = sum(len(set(codings[who])) for codings in design.values() for who in "xy")
    assert found.n_spans == spans
    statistics = span_outcome_statistics(coded(design), "x", "y")
    shares = {outcome: figure(SpanOutcomeShare(outcome), statistics) for outcome in OUTCOMES}
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)
    assert shares["missed"] == pytest.approx(found.missed / spans, abs=1e-12)
    assert min(shares.values()) > 0


def test_each_outcome_by_hand() -> None:
    design = {
        "s1": {"x": [("P", 0, 4)], "y": [("P", 0, 4)]},
        "s2": {"x": [("P", 0, 9)], "y": [("P", 0, 3), ("P", 5, 7)]},
        "s3": {"x": [("P", 0, 4)], "y": [("Q", 0, 4)]},
        "s4": {"x": [("P", 0, 4)], "y": [("P", 4, 6)]},
        "s5": {"x": [("P", 0, 4)], "y": [("Q", 0, 4), ("P", 3, 5)]},
    }
    rows = span_outcome_statistics(coded(design), "x", "y").rows
    assert rows.tolist() == [
        [2, 0, 0, 0, 0, 1],
        [0, 3, 0, 0, 0, 1],
        [0, 0, 2, 0, 0, 1],
        [0, 0, 0, 1, 1, 1],
        [0, 2, 1, 0, 0, 1],
    ]


def test_turning_the_pair_around_swaps_who_missed() -> None:
    codings = coded(random_design(9, n_sentences=30))
    one, other = (span_outcomes(span_outcome_statistics(codings, *pair)) for pair in [("x", "y"), ("y", "x")])
    assert (one.agreed, one.boundary, one.label) == (other.agreed, other.boundary, other.label)
    assert (one.missed_by_first, one.missed_by_second) == (other.missed_by_second, other.missed_by_first)
