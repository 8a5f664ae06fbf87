"""Spans of several stretches: one decision each, equal where all stretches are, meeting where any of them do."""

from __future__ import annotations

import random
from itertools import product

import pytest

from toolkit.agreement.span_measures.span_disagreement import span_outcome_statistics
from toolkit.agreement.span_measures.span_f1 import MATCHES, SpanMatch, span_f1_statistics
from toolkit.agreement.spans.codings import SpanCodings, span_codings
from toolkit.agreement.spans.marks import SpanMark

LENGTH = 12
Decision = tuple[str, tuple[tuple[int, int], ...]]
"""A label and the stretches."""
Design = dict[str, dict[str, list[Decision]]]


def coded(design: Design) -> SpanCodings:
    units, annotators = [], []
    marks: list[list[SpanMark]] = []
    decisions: list[list[int]] = []
    for unit, here in design.items():
        for who, decided in here.items():
            units.append(unit)
            annotators.append(who)
            flat = [(label, *stretch, number) for number, (label, all_) in enumerate(decided) for stretch in all_]
            random.Random(unit + who).shuffle(flat)  # rows come in any order
            marks.append([(label, start, end) for label, start, end, _ in flat])
            decisions.append([number for *_, number in flat])
    return span_codings(
        units, annotators, marks, labels="PQ", lengths=dict.fromkeys(design, LENGTH),
        cluster_of_unit={unit: place for place, unit in enumerate(design)}, decisions=decisions,
    )  # fmt: skip


def drawn(seed: int) -> Design:
    chance = random.Random(seed)

    def decision() -> Decision:
        cuts = sorted(chance.sample(range(LENGTH // 2 + 1), 2 * chance.choice([1, 1, 2])))
        return chance.choice("PQ"), tuple(zip(cuts[::2], cuts[1::2], strict=True))

    return {f"s{n}": {who: [decision() for _ in range(chance.randrange(4))] for who in "xy"} for n in range(12)}


def meet(one: Decision, other: Decision) -> bool:
    return any(a[0] < b[1] and b[0] < a[1] for a, b in product(one[1], other[1]))


def once(decided: list[Decision]) -> list[Decision]:
    """Each decision once, in text order: by the first stretches, then the next; by label at last."""
    different = {(label, tuple(sorted(set(stretches)))) for label, stretches in decided}
    return sorted(different, key=lambda one: (one[1], one[0]))


def fits(match: SpanMatch, one: Decision, other: Decision) -> bool:
    if match == "overlap-same-label":
        return one[0] == other[0] and meet(one, other)
    return one[1] == other[1] and (one[0] == other[0] or match == "exact-boundaries-any-label")


@pytest.mark.parametrize("match", MATCHES)
@pytest.mark.parametrize("seed", range(20))
def test_f1_against_matching_decision_by_decision(seed: int, match: SpanMatch) -> None:
    """One to one, in text order: each of the first annotator's takes the first that is free and fits."""
    design = drawn(seed)
    matched = mine = theirs = several = 0
    for here in design.values():
        first, free = once(here["x"]), once(here["y"])
        several += sum(len(stretches) > 1 for _, stretches in first)
        mine, theirs = mine + len(first), theirs + len(free)
        for one in first:
            partner = next((other for other in free if fits(match, one, other)), None)
            if partner is not None:
                free.remove(partner)
                matched += 1
    assert several
    assert span_f1_statistics(coded(design), "x", "y", match).sums.tolist() == [matched, mine, theirs, len(design)]


@pytest.mark.parametrize("seed", range(20))
def test_outcomes_against_looking_at_each_decision(seed: int) -> None:
    design = drawn(seed)
    counts = dict.fromkeys(("agreed", "boundary", "label", "missed by x", "missed by y"), 0)
    for here in design.values():
        for who, other in (("x", "y"), ("y", "x")):
            for one in once(here[who]):
                touched = [each for each in once(here[other]) if meet(one, each)]
                if one in touched:
                    counts["agreed"] += 1
                elif any(each[0] == one[0] for each in touched):
                    counts["boundary"] += 1
                elif touched:
                    counts["label"] += 1
                else:
                    counts[f"missed by {other}"] += 1
    assert span_outcome_statistics(coded(design), "x", "y").sums.tolist() == [*counts.values(), len(design)]


def test_two_stretches_are_one_decision_by_hand() -> None:
    """``not … at all``: the same for both; half of it only; and once as two spans."""
    both: Decision = ("P", ((0, 3), (8, 12)))
    halves: list[Decision] = [("P", ((0, 3),)), ("P", ((8, 12),))]
    design: Design = {"s1": {"x": [both], "y": [both]}, "s2": {"x": [both], "y": halves}}
    codings = coded(design)
    assert span_f1_statistics(codings, "x", "y", "exact").rows.tolist() == [[1, 1, 1, 1], [0, 1, 2, 1]]
    assert span_f1_statistics(codings, "x", "y", "overlap-same-label").rows.tolist() == [[1, 1, 1, 1], [1, 1, 2, 1]]
    assert span_outcome_statistics(codings, "x", "y").rows.tolist() == [[2, 0, 0, 0, 0, 1], [0, 3, 0, 0, 0, 1]]


def test_a_decision_made_twice_counts_once() -> None:
    both: Decision = ("P", ((0, 3), (8, 12)))
    codings = coded({"s1": {"x": [both, both, ("Q", both[1])], "y": [both]}})
    assert span_f1_statistics(codings, "x", "y", "exact").sums.tolist() == [1, 2, 1, 1]
