"""Answers kept as columns of numbers are the ratings that their rows are."""

from __future__ import annotations

import random

import numpy as np
import pytest

from toolkit.agreement.answer_columns import AnswerColumn, Submissions
from toolkit.agreement.answer_rows import AnswerRow, NotShown, Recoded, coded_answers, coded_column
from toolkit.agreement.ratings import Ratings, ratings_from_rows

SCALE = ("a", "b", "c")


def same(one: Ratings, other: Ratings) -> bool:
    if one.cluster_of_unit is None or other.cluster_of_unit is None:
        clusters = one.cluster_of_unit is other.cluster_of_unit
    else:
        clusters = np.array_equal(one.cluster_of_unit, other.cluster_of_unit)
    return clusters and all(
        list(getattr(one, name)) == list(getattr(other, name))
        for name in ("units", "annotators", "domain", "clusters", "unit", "annotator", "value")
    )


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("clustered", [True, False])
def test_rows_in_any_order_are_the_ratings_of_their_columns(seed: int, clustered: bool) -> None:
    draw = random.Random(seed)
    cells = [(unit, who) for unit in range(12) for who in "xyz" if draw.random() < 0.6]
    draw.shuffle(cells)
    shown = [AnswerRow(f"s{unit}", f"article {unit % 3}", who, draw.choice(SCALE)) for unit, who in cells[::2]]
    hidden = [NotShown(f"s{unit}", f"article {unit % 3}", who) for unit, who in cells[1::2]]
    values = [*(row.value for row in shown), *(Recoded.NOT_SHOWN for _ in hidden)]
    every: list[AnswerRow | NotShown] = [*shown, *hidden]
    expected = ratings_from_rows(
        [row.unit for row in every],
        [row.annotator for row in every],
        values,
        domain=list(dict.fromkeys(values)),
        clusters=[row.cluster for row in every] if clustered else None,
    )
    assert same(coded_answers("nominal", shown, SCALE, clustered=clustered, not_shown=hidden), expected)


def test_a_question_knows_nothing_of_whoever_did_not_answer_it() -> None:
    submissions = Submissions()
    answers, others = AnswerColumn(submissions), AnswerColumn(submissions)
    others.add(submissions.add("s1", "one", "x"), "a")
    last = submissions.add("s3", "two", "z")
    answers.add(submissions.add("s2", "two", "y"), "b")
    answers.add(last, "a")
    found = coded_column("nominal", answers, SCALE, clustered=True)
    assert (found.units, found.annotators, found.clusters) == (["s2", "s3"], ["y", "z"], ["two"])
    assert (found.domain, found.value.tolist()) == (("b", "a"), [0, 1])


def test_sets_in_another_order_and_whole_numbers_are_the_same_values() -> None:
    sets = [AnswerRow("s1", "one", "x", ("a", "b")), AnswerRow("s1", "one", "y", ("b", "a"))]
    assert coded_answers("set", sets, SCALE, clustered=False).value.tolist() == [0, 0]
    numbers = [AnswerRow("s1", "one", "x", 2), AnswerRow("s1", "one", "y", 2.0)]
    assert coded_answers("interval", numbers, (), clustered=False).domain == (2.0,)


def test_a_unit_in_two_clusters_is_refused() -> None:
    rows = [AnswerRow("s1", "one", "x", "a"), AnswerRow("s1", "two", "y", "a")]
    with pytest.raises(ValueError, match="units in more than one cluster: 's1'"):
        coded_answers("nominal", rows, SCALE, clustered=True)
