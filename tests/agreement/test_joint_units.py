"""Parts that share units, where single units are drawn: a unit moves in all of them, whatever order units come in."""

from __future__ import annotations

from random import Random

import pytest

from toolkit.agreement.analysis import Asked, Numbers, question_numbers
from toolkit.agreement.answer_rows import AnswerRow
from toolkit.agreement.coded_question import CodedQuestion
from toolkit.agreement.groups import grouping_of
from toolkit.agreement.ratings import ratings_from_rows
from toolkit.agreement.resampling import Resampling

SCALE = ("a", "b", "c")
Row = tuple[AnswerRow, str | None]


def made(seed: int, *, of_annotators: bool = False) -> list[Row]:
    """Units most of which lie in two of three groups, one answer in ten in none."""
    random, rows = Random(seed), list[Row]()
    for unit in range(40):
        truth = random.choice(SCALE)
        for place, annotator in enumerate("tuvwxyz"):
            value = truth if random.random() < 0.7 else random.choice(SCALE)
            drawn = random.choice(["first", "second", "third"]) if unit % 3 else "third"
            group = ("left", "right")[place % 2] if of_annotators else drawn
            rows.append((AnswerRow(f"s{unit}", f"s{unit}", annotator, value), group))
    return rows if of_annotators else [(row, group if random.random() > 0.1 else None) for row, group in rows]


def numbers(rows: list[Row], *, each_unit_a_cluster: bool = False, of_annotators: bool = False) -> Numbers:
    units, clusters, annotators, values = zip(*(row for row, _ in rows), strict=True)
    coded = CodedQuestion(
        question="q",
        level="nominal",
        ratings=ratings_from_rows(
            units, annotators, values, domain=SCALE, clusters=clusters if each_unit_a_cluster else None
        ),
        scale=SCALE,
        by={"part": grouping_of([group for _, group in rows], ordered=sorted)},
        of_annotators=frozenset({"part"} if of_annotators else ()),
    )
    compared = [("second", "first"), ("third", "first")] if not of_annotators else []
    resampling = Resampling("sentence" if each_unit_a_cluster else "unit", 200)
    return question_numbers(coded, Asked(resampling=resampling, compared={"part": compared}))


@pytest.mark.parametrize("of_annotators", [False, True], ids=["units", "annotators"])
def test_no_figure_depends_on_the_order_of_rows(*, of_annotators: bool) -> None:
    rows = made(3, of_annotators=of_annotators)
    expected = numbers(rows, of_annotators=of_annotators)
    found = numbers(Random(1).sample(rows, len(rows)), of_annotators=of_annotators)
    abouts = {one.about for one in found.estimates if one.ci_low is not None}
    assert abouts >= ({"group", "between"} if of_annotators else {"group", "difference"})
    for one, other in zip(found.estimates, expected.estimates, strict=True):
        figures = (one.value, one.ci_low, one.ci_high, one.p_value)
        assert figures == pytest.approx((other.value, other.ci_low, other.ci_high, other.p_value), abs=1e-12), one
    assert len(found.group_over_use) == len(expected.group_over_use)
    for use, as_it_was in zip(found.group_over_use, expected.group_over_use, strict=True):
        assert (use.ci_low, use.ci_high) == pytest.approx((as_it_was.ci_low, as_it_was.ci_high), abs=1e-12), use


def test_units_drawn_one_by_one_are_clusters_of_one() -> None:
    """Intervals of pooled alphas are the jackknife's, which draws nothing: they are the same either way."""
    rows = made(5)
    units, clusters = numbers(rows), numbers(rows, each_unit_a_cluster=True)
    beside = [
        (one, other)
        for one, other in zip(units.estimates, clusters.estimates, strict=True)
        if one.measure == "krippendorff_alpha_pooled" or one.about == "difference"
    ]
    assert len({one.group for one, _ in beside}) == 3
    for one, other in beside:
        assert (one.value, one.n_clusters) == pytest.approx((other.value, other.n_clusters), abs=1e-12)
        if one.about == "group":
            assert (one.ci_low, one.ci_high) == pytest.approx((other.ci_low, other.ci_high), abs=1e-12)
            assert one.ci_low is not None
