from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.agreement.span_measures.coded import Design, coded, figure, random_design
from toolkit.agreement.span_measures.span_f1 import MATCHES, SpanF1, SpanMatch, span_f1_statistics
from toolkit.agreement.spans.marks import SpanMark


def fits(match: SpanMatch, one: SpanMark, other: SpanMark) -> bool:
    if match == "exact":
        return one == other
    if match == "exact-boundaries-any-label":
        return one[1:] == other[1:]
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def naive(design: Design, first: str, second: str, match: SpanMatch) -> float | None:
    matched = marked = 0
    for codings in design.values():
        if first not in codings or second not in codings:
            continue
        mine, theirs = in_text_order(codings[first]), in_text_order(codings[second])
        marked += len(mine) + len(theirs)
        for span in mine:
            partner = next((other for other in theirs if fits(match, span, other)), None)
            if partner is not None:
                theirs.remove(partner)
                matched += 1
    return 2 * matched / marked if marked else None


def in_text_order(marks: Sequence[SpanMark]) -> list[SpanMark]:
    return sorted(set(marks), key=lambda mark: (mark[1], mark[2], mark[0]))


@pytest.mark.parametrize("match", MATCHES)
@pytest.mark.parametrize("seed", range(20))
def test_greedy_by_definition(seed: int, match: SpanMatch) -> None:
    design = random_design(seed, n_sentences=10, length=6)
    for first, second in [("x", "y"), ("z", "x")]:
        expected = naive(design, first, second, match)
        assert expected is not None
        found = figure(SpanF1(), span_f1_statistics(coded(design, lengths=6), first, second, match))
        assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("match", MATCHES)
def test_the_same_from_both_sides(match: SpanMatch) -> None:
    codings = coded(random_design(8, n_sentences=60, length=5, apart=True), lengths=5)
    one, other = (span_f1_statistics(codings, *pair, match) for pair in [("x", "y"), ("y", "x")])
    assert 0 < figure(SpanF1(), one) < 1
    assert figure(SpanF1(), one) == figure(SpanF1(), other)


def test_only_sentences_both_coded_count() -> None:
    design = {
        "s1": {"x": [("P", 0, 2)], "y": [("P", 0, 2)]},
        "s2": {"x": [("P", 0, 2)], "z": []},
        "s3": {"x": [], "y": [("Q", 4, 5), ("Q", 5, 6)]},
    }
    rows = span_f1_statistics(coded(design), "x", "y", "exact").rows
    assert rows.tolist() == [[1, 1, 1, 1], [0, 0, 2, 1]]


def test_spans_that_touch_do_not_overlap() -> None:
    design = {"s1": {"x": [("P", 0, 2)], "y": [("P", 2, 4)]}, "s2": {"x": [("P", 0, 12)], "y": []}}
    design["s3"] = {"x": [], "y": [("P", 0, 12)]}
    assert span_f1_statistics(coded(design), "x", "y", "overlap-same-label").sums.tolist() == [0, 2, 2, 3]
