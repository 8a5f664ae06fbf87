from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from statistics import mean

import pytest

from tests.agreement.span_measures.coded import LABELS, Design, coded, figure, random_design
from toolkit.agreement.resampling import Resampling
from toolkit.agreement.span_analysis import span_estimates
from toolkit.agreement.span_measures.span_f1 import MATCHES, MEASURE, SpanF1, SpanMatch, span_f1_statistics
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


def only(design: Design, label: str | None) -> Design:
    """The same as if nobody had marked another label."""
    return {
        unit: {who: [mark for mark in marks if label in (None, mark[0])] for who, marks in here.items()}
        for unit, here in design.items()
    }


def without(design: Design, unit: str) -> Design:
    return {name: here for name, here in design.items() if name != unit}


def naive_mean(design: Design, match: SpanMatch) -> float | None:
    """The mean of the pairs that marked anything."""
    people = sorted({who for here in design.values() for who in here})
    found = [naive(design, one, other, match) for one, other in combinations(people, 2)]
    defined = [value for value in found if value is not None]
    return mean(defined) if defined else None


@pytest.mark.parametrize("seed", range(6))
def test_every_label_every_pair_and_their_mean(seed: int) -> None:
    design = random_design(seed, n_sentences=9, length=8)
    found = {
        (one.level, one.category, one.annotator, one.other_annotator): one
        for one in span_estimates("spans", MEASURE, coded(design, lengths=8), Resampling("unit"))
    }
    labels: dict[SpanMatch, tuple[str | None, ...]] = {
        "exact": (None, *LABELS), "overlap-same-label": (None, *LABELS), "exact-boundaries-any-label": (None,)
    }  # fmt: skip
    assert len(found) == 9 * (1 + 3)
    for match in MATCHES:
        for label in labels[match]:
            of_label = only(design, label)
            every = found[match, label, None, None]
            assert every.value == pytest.approx(naive_mean(of_label, match))
            assert every.about == ("whole" if label is None else "category")
            for one, other in combinations("xyz", 2):
                pair = found[match, label, one, other]
                assert pair.value == pytest.approx(naive(of_label, one, other, match))
                assert (pair.about, pair.category) == ("pair", label)


def test_the_interval_of_the_mean_leaves_out_units_of_all_pairs_at_once() -> None:
    """1 − exp(y + t·SE) of y = log(1 − mean F1); t of 11 degrees of freedom from a printed table."""
    design = random_design(3, n_sentences=12, length=6, absent=0.1)
    estimates = span_estimates("spans", MEASURE, coded(design, lengths=6), Resampling("unit"))
    every = next(one for one in estimates if one.level == "overlap-same-label" and one.about == "whole")
    values = [naive_mean(without(design, unit), "overlap-same-label") for unit in design]
    telling = sum(any(marks for marks in here.values()) and len(here) > 1 for here in design.values())
    assert (len(design), telling, every.interval_method) == (12, 12, "jackknife")
    y = [math.log(1 - value) for value in values if value is not None]
    error = math.sqrt(11 / 12 * sum((each - mean(y)) ** 2 for each in y))
    assert every.value is not None
    assert every.ci_low == pytest.approx(max(1 - (1 - every.value) * math.exp(2.200985 * error), 0), abs=1e-6)


def test_the_mean_is_of_pairs_that_have_a_value() -> None:
    design: dict[str, dict[str, list[SpanMark]]] = {
        "s1": {"x": [("P", 0, 2)], "y": [("P", 0, 2)]},
        "s2": {"z": [], "w": []},
        "s3": {"x": [("P", 0, 2)], "z": []},
    }
    found = [
        one for one in span_estimates("spans", MEASURE, coded(design), Resampling("unit")) if one.annotator is None
    ]
    assert {(one.level, one.category): one.value for one in found if one.category in (None, "P")} == {
        ("exact", None): 0.5, ("exact", "P"): 0.5, ("overlap-same-label", None): 0.5, ("overlap-same-label", "P"): 0.5,
        ("exact-boundaries-any-label", None): 0.5,
    }  # fmt: skip
    (nobody,) = (one for one in found if one.level == "exact" and one.category == "Q")
    assert nobody.undefined_because == "no spans"


def test_without_two_on_any_unit_there_is_no_mean() -> None:
    design: dict[str, dict[str, list[SpanMark]]] = {"s1": {"x": [("P", 0, 2)]}, "s2": {"y": [("P", 0, 2)]}}
    found = span_estimates("spans", MEASURE, coded(design), Resampling("unit"))
    assert {one.undefined_because for one in found} == {"no overlap"}
